import Daemon
package import Labor
import Settings

/// A table that can be printed in four formats, for readers and for programs.
package struct Listing: Hashable, Sendable {
    /// The output format.
    package enum Format: String, CaseIterable, Hashable, Sendable {
        /// An aligned table.
        case text
        /// One JSON array.
        case json
        /// One JSON object per line.
        case jsonl
        /// CSV as in RFC 4180, with a header.
        case csv
    }

    /// One column.
    package struct Column: Hashable, Sendable {
        /// The name of the column in json, jsonl and csv.
        package var key: String
        /// The heading of the column in Chinese.
        package var chinese: String
        /// The heading of the column in English.
        package var english: String

        /// A column from its name and headings.
        package init(_ key: String, _ chinese: String, _ english: String) {
            self.key = key
            self.chinese = chinese
            self.english = english
        }

        /// The heading in a language.
        package func heading(_ language: Language) -> String {
            language == .chinese ? chinese : english
        }
    }

    /// The columns, in the order in which they are printed.
    package var columns: [Column]
    /// The rows (first index); the values of a row (second index) are in the order of `columns`,
    /// one value per column.
    package var rows: [[JSONValue]]
    /// A line below the table for readers, by language; not part of json, jsonl and csv.
    package var remark: [Language: String]
    /// Whether the listing leaves out rows, which the remark then states. For formats without the
    /// remark, the command prints this fact on standard error.
    package private(set) var leavesOut = false

    /// Creates a listing. Each argument sets the property of the same name.
    package init(columns: [Column], rows: [[JSONValue]], remark: [Language: String] = [:]) {
        self.columns = columns
        self.rows = rows
        self.remark = remark
    }

    /// The listing with a remark about the rows that it leaves out; unchanged if it is complete.
    /// - Parameters:
    ///   - total: the number of rows in all.
    ///   - more: how to see the other rows, by language.
    package func shown(of total: Int, more: [Language: String]) -> Listing {
        guard total > rows.count else { return self }
        var listing = self
        listing.leavesOut = true
        let chinese = "显示\(rows.count)条，共\(total)条：\(more[.chinese] ?? "")"
        let english = "\(rows.count) of \(total) shown: \(more[.english] ?? "")"
        for (language, text) in [(Language.chinese, chinese), (.english, english)] {
            listing.remark[language] = [remark[language], text].compactMap(\.self)
                .joined(separator: "\n")
        }
        return listing
    }

    /// The whole listing as text that ends with a line break. Without rows, jsonl is empty, and
    /// text is one line that states that there are no rows.
    package func printed(
        _ format: Format, language: Language = .english, isColoured: Bool = false
    ) -> String {
        switch format {
        case .text: TextTable(self, language: language, isColoured: isColoured).text
        case .jsonl: rows.map { JSONText.line(object($0)) + "\n" }.joined()
        case .json: JSONText.line(.array(objects)) + "\n"
        case .csv:
            ([columns.map { .string($0.key) }] + rows)
                .map { $0.map(Listing.csvCell).joined(separator: ",") + "\r\n" }.joined()
        }
    }

    /// Several listings as one text: tables one below the other, or the rows of all of them as one
    /// array or one sequence of lines.
    /// - Throws: `Failure` for several listings as CSV, whose columns differ.
    package static func printed(
        _ listings: [Listing], _ format: Format, language: Language, isColoured: Bool
    ) throws -> String {
        switch format {
        case .text:
            return listings.map {
                $0.printed(.text, language: language, isColoured: isColoured)
            }.joined(separator: "\n")
        case .jsonl: return listings.map { $0.printed(.jsonl) }.joined()
        case .json: return JSONText.line(.array(listings.flatMap(\.objects))) + "\n"
        case .csv:
            guard let one = listings.first, listings.count == 1 else {
                throw Failure(
                    exitCode: 2, "a CSV file has one table", hint: "choose the table, or use json")
            }
            return one.printed(.csv)
        }
    }

    /// How to see more rows of a listing that `--limit` cuts.
    package static let moreByLimit: [Language: String] = [
        .chinese: "用 --limit 显示更多", .english: "see more with --limit",
    ]

    /// The rows as objects.
    var objects: [JSONValue] { rows.map(object) }

    /// The listing without columns that are empty in every row; a flag that is never set counts as
    /// empty.
    var withoutEmptyColumns: Listing {
        let kept = columns.indices.filter { column in
            rows.contains { $0[column] != .null && $0[column] != "" && $0[column] != .bool(false) }
        }
        return Listing(
            columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
    }

    private func object(_ row: [JSONValue]) -> JSONValue {
        .object(
            Dictionary(
                zip(columns.map(\.key), row), uniquingKeysWith: { first, _ in first }))
    }

    /// A value as bare text.
    static func plain(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        case .array, .object: JSONText.line(value)
        }
    }

    /// A value as a field of CSV (RFC 4180).
    ///
    /// A text that a spreadsheet would evaluate as a formula gets an apostrophe before it, which
    /// marks it as text. A spreadsheet program opens a CSV file without any question. A number
    /// stays a number.
    static func csvCell(_ value: JSONValue) -> String {
        var field = plain(value)
        if case .string(let text) = value, isFormula(text) { field = "'" + field }
        let isPlain = !field.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        return isPlain ? field : "\"" + field.replacingScalars(["\"": "\"\""]) + "\""
    }

    /// Whether a spreadsheet evaluates a text as a formula. Spaces before the formula are ignored,
    /// and in East Asian editions a full-width sign also begins a formula (OWASP, CSV Injection).
    private static func isFormula(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first else { return false }
        if "\t\r\n".unicodeScalars.contains(first) { return true }
        let begin = scalars.first { !ForeignText.isBlank($0) && !ForeignText.isHidden($0) }
        return begin.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
    }
}
