package import Labor

extension Listing {
    /// The listing as CSV for a spreadsheet: UTF-8 with a byte order mark, by which Excel knows the
    /// encoding, headings in the reader's language, and no text that would run as a formula.
    package func forSpreadsheet(_ language: Language) -> String {
        let header = columns.map { JSONValue.string($0.heading(language)) }
        let lines = ([header] + rows).map { row in
            row.map(Listing.cell).joined(separator: ",") + "\r\n"
        }
        return "\u{FEFF}" + lines.joined()
    }

    /// A text that begins like a formula gets an apostrophe before it, which a spreadsheet takes for
    /// "this is text"; a number stays a number.
    private static func cell(_ value: JSONValue) -> String {
        var field = plain(value)
        if case .string(let text) = value, let first = text.unicodeScalars.first,
            "=+-@\t\r\n".unicodeScalars.contains(first)
        {
            field = "'" + field
        }
        let isPlain = !field.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
