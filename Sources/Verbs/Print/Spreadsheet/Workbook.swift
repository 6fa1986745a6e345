package import Labor

/// Listings as sheets of an Office Open XML workbook (ECMA-376, transitional).
///
/// Every text is an inline string and every number a number, so no cell can contain a formula.
/// Characters that XML does not allow are removed, and a text is cut at the maximum length of an
/// Excel cell.
package struct Workbook {
    /// Maximum length of a text in an Excel cell, in UTF-16 units.
    package static let cellMax = 32_767
    /// Maximum length of a sheet name in Excel.
    static let nameMax = 31

    private let sheets: [(name: String, listing: Listing)]
    private let language: Language

    /// A workbook of named sheets, with headings in a language.
    package init(sheets: [(name: String, listing: Listing)], language: Language) {
        self.sheets = sheets
        self.language = language
    }

    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let relations =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let containers = "http://schemas.openxmlformats.org/package/2006"

    /// The workbook as bytes of an xlsx file.
    package var bytes: [UInt8] {
        var archive = ZipArchive()
        func add(_ name: String, _ text: String) {
            archive.add(name, Array((Workbook.head + text).utf8))
        }
        add("[Content_Types].xml", contentTypes)
        add(
            "_rels/.rels",
            relationships([("rId1", "officeDocument", "xl/workbook.xml")]))
        add("xl/workbook.xml", workbook)
        add(
            "xl/_rels/workbook.xml.rels",
            relationships(
                sheets.indices.map {
                    ("rId\($0 + 1)", "worksheet", "worksheets/sheet\($0 + 1).xml")
                }
                    + [("rIdStyles", "styles", "styles.xml")]))
        add("xl/styles.xml", styles)
        for (index, sheet) in sheets.enumerated() {
            add("xl/worksheets/sheet\(index + 1).xml", worksheet(sheet.listing))
        }
        return archive.bytes
    }

    private var contentTypes: String {
        let type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        let parts =
            [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
            + sheets.indices.map { ("/xl/worksheets/sheet\($0 + 1).xml", "worksheet") }
        let overrides = parts.map { part, kind in
            "<Override PartName=\"\(part)\" ContentType=\"\(type).\(kind)+xml\"/>"
        }
        return "<Types xmlns=\"\(Workbook.containers)/content-types\">"
            + "<Default Extension=\"rels\" "
            + "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            + overrides.joined() + "</Types>"
    }

    private func relationships(_ list: [(String, String, String)]) -> String {
        let lines = list.map { id, kind, target in
            "<Relationship Id=\"\(id)\" Type=\"\(Workbook.relations)/\(kind)\" "
                + "Target=\"\(target)\"/>"
        }
        return "<Relationships xmlns=\"\(Workbook.containers)/relationships\">" + lines.joined()
            + "</Relationships>"
    }

    private var workbook: String {
        let lines = sheets.enumerated().map { index, sheet in
            let name = XMLText.escaped(String(sheet.name.prefix(Workbook.nameMax)))
            return "<sheet name=\"\(name)\" sheetId=\"\(index + 1)\" r:id=\"rId\(index + 1)\"/>"
        }
        return "<workbook xmlns=\"\(Workbook.main)\" xmlns:r=\"\(Workbook.relations)\"><sheets>"
            + lines.joined() + "</sheets></workbook>"
    }

    /// Style 0 is plain, style 1 bold for headings.
    private var styles: String {
        "<styleSheet xmlns=\"\(Workbook.main)\">"
            + "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
            + "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
            + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
            + "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
            + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border>"
            + "</borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
            + "borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\">"
            + "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
            + "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
            + "applyFont=\"1\"/></cellXfs></styleSheet>"
    }

    private func worksheet(_ listing: Listing) -> String {
        let header = listing.columns.map { JSONValue.string($0.heading(language)) }
        var text = "<worksheet xmlns=\"\(Workbook.main)\"><sheetData>"
        for (index, row) in ([header] + listing.rows).enumerated() {
            text += "<row r=\"\(index + 1)\">"
            for (column, value) in row.enumerated() {
                let place = "r=\"\(Workbook.letters(column))\(index + 1)\""
                text += Workbook.cell(value, "\(place)\(index == 0 ? " s=\"1\"" : "")")
            }
            text += "</row>"
        }
        return text + "</sheetData></worksheet>"
    }

    private static func cell(_ value: JSONValue, _ attributes: String) -> String {
        switch value {
        case .null: return ""
        case .int(let number): return "<c \(attributes)><v>\(number)</v></c>"
        case .double(let number) where number.isFinite:
            return "<c \(attributes)><v>\(number)</v></c>"
        case .string, .bool, .array, .object, .double:
            let text = XMLText.escaped(cut(Listing.plain(value)))
            return "<c \(attributes) t=\"inlineStr\"><is><t xml:space=\"preserve\">\(text)</t></is>"
                + "</c>"
        }
    }

    /// A text that fits into a cell, cut between two characters.
    private static func cut(_ text: String) -> String {
        guard text.utf16.count > cellMax else { return text }
        var length = 0
        return String(
            text.prefix { character in
                length += character.utf16.count
                return length <= cellMax
            })
    }

    /// The column's name: A to Z, AA, AB and so on.
    package static func letters(_ column: Int) -> String {
        var rest = column
        var text = ""
        repeat {
            text = String(UnicodeScalar(UInt8(65 + rest % 26))) + text
            rest = rest / 26 - 1
        } while rest >= 0
        return text
    }
}
