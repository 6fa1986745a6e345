import Labor

/// A listing as an aligned table for a terminal. A wide character takes two columns.
struct TextTable {
    private let listing: Listing
    private let language: Language
    private let isColoured: Bool

    init(_ listing: Listing, language: Language, isColoured: Bool) {
        self.listing = listing
        self.language = language
        self.isColoured = isColoured
    }

    var text: String {
        guard !listing.rows.isEmpty else {
            let nothing = language == .chinese ? "（无记录）\n" : "(nothing)\n"
            return nothing + (listing.remark[language].map { $0 + "\n" } ?? "")
        }
        let headings = listing.columns.map { $0.heading(language) }
        let cells = listing.rows.map { row in
            zip(listing.columns, row).map { column, value in
                let cell = ForeignText.printable(Listing.plain(value))
                return language == .chinese ? TableWords.chinese(column.key, cell) : cell
            }
        }
        let widths = headings.indices.map { column in
            ([headings] + cells).map { TextTable.width($0[column]) }.max() ?? 0
        }
        var text = line(headings, widths) + "\n"
        text += widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
        for row in cells { text += line(row, widths, isRow: true) + "\n" }
        if let remark = listing.remark[language] { text += remark + "\n" }
        return text
    }

    private func line(_ cells: [String], _ widths: [Int], isRow: Bool = false) -> String {
        var parts: [String] = []
        for (column, cell) in cells.enumerated() {
            let isLast = column == cells.count - 1
            let gap = max(0, widths[column] - TextTable.width(cell))
            let padding = String(repeating: " ", count: gap)
            let isNumber =
                isRow && !cell.isEmpty && cell.allSatisfy { "0123456789.,-".contains($0) }
            let shown = isRow && isColoured ? TextTable.coloured(cell) : cell
            parts.append(isNumber ? padding + shown : isLast ? shown : shown + padding)
        }
        return parts.joined(separator: "  ")
    }

    /// How many columns of a terminal a text takes.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: sum
            case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3,
                0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
                0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                sum + 2
            default: sum + 1
            }
        }
    }

    /// A tier's name in its colour; any other text unchanged.
    static func coloured(_ cell: String) -> String {
        let code: String? =
            switch cell {
            case "red", "红", "红色": "1;97;41"
            case "orange", "橙", "橙色": "30;48;5;208"
            case "yellow", "黄", "黄色": "30;43"
            case "blue", "蓝", "蓝色": "97;44"
            default: nil
            }
        return code.map { "\u{1B}[\($0)m\(cell)\u{1B}[0m" } ?? cell
    }
}
