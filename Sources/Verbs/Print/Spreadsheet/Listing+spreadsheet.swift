package import Labor

extension Listing {
    /// The listing as CSV for a spreadsheet: UTF-8 with a byte order mark, from which Excel
    /// recognises the encoding, and headings in the reader's language.
    package func forSpreadsheet(_ language: Language) -> String {
        let header = columns.map { JSONValue.string($0.heading(language)) }
        let lines = ([header] + rows).map { row in
            row.map(Listing.csvCell).joined(separator: ",") + "\r\n"
        }
        return "\u{FEFF}" + lines.joined()
    }
}
