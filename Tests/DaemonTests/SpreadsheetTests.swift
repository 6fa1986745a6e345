import Foundation
import Labor
import Testing
import Verbs

/// The export of the ledger, as a spreadsheet program gets it.
struct SpreadsheetTests {
    /// A workbook with what is awkward in a cell.
    private static func workbook() -> [UInt8] {
        Workbook(
            sheets: [
                (
                    "台账 & <1>",
                    Listing(
                        columns: [.init("a", "甲", "a"), .init("b", "乙", "b")],
                        rows: [
                            [.string("=1+1"), .int(-5)], [.string("a\u{0}b\n\"<&>"), .double(0.5)],
                            [.null, .string("@x")],
                            [.string(String(repeating: "长", count: 40_000)), .bool(true)],
                        ])
                )
            ], language: .chinese
        ).bytes
    }

    @Test func `a checksum is that of the standard's example`() {
        #expect(ZipArchive.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(ZipArchive.checksum([]) == 0)
    }

    @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
    func `columns are named as in a spreadsheet`(column: Int, name: String) {
        #expect(Workbook.letters(column) == name)
    }

    @Test func `no cell holds a formula, and XML cannot be broken out of`() {
        let text = String(decoding: SpreadsheetTests.workbook(), as: UTF8.self)
        #expect(text.contains("<c r=\"A2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1</t>"))
        #expect(text.contains("<c r=\"B2\"><v>-5</v></c>"))
        #expect(text.contains(">ab\n&quot;&lt;&amp;&gt;</t>"))
        #expect(text.contains("<sheet name=\"台账 &amp; &lt;1&gt;\""))
        #expect(!text.contains("<f>"))
        #expect(text.count { $0 == "长" } == Workbook.cellMax)
    }

    @Test func `a spreadsheet's CSV has no formula and keeps its numbers`() {
        let listing = Listing(
            columns: [.init("a", "甲", "a")],
            rows: [
                [.string("=A1")], [.string("+1")], [.string("-1")], [.string("@x")], [.int(-1)],
                [.string("a,\"b\"")], [.string("\t=1")], [.null],
            ])
        #expect(
            listing.forSpreadsheet(.english)
                == "\u{FEFF}a\r\n'=A1\r\n'+1\r\n'-1\r\n'@x\r\n-1\r\n\"a,\"\"b\"\"\"\r\n'\t=1\r\n"
                + "\r\n")
    }

    /// Every file's local header, its entry in the directory and the end agree.
    @Test func `the archive's directory leads to every file`() {
        let bytes = SpreadsheetTests.workbook()
        func number(_ place: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        let end = bytes.count - 22
        #expect(number(end, 4) == 0x0605_4b50)
        #expect(number(end + 16, 4) + number(end + 12, 4) == end)
        var place = number(end + 16, 4)
        var names: [String] = []
        for _ in 0..<number(end + 10, 2) {
            #expect(number(place, 4) == 0x0201_4b50)
            let (sum, size, length) = (
                number(place + 16, 4), number(place + 24, 4), number(place + 28, 2)
            )
            let start = number(place + 42, 4)
            #expect(number(start, 4) == 0x0403_4b50)
            #expect(bytes[(start + 14)..<(start + 30)] == bytes[(place + 16)..<(place + 32)])
            let name = bytes[(place + 46)..<(place + 46 + length)]
            names.append(String(decoding: name, as: UTF8.self))
            let content = Array(bytes[(start + 30 + length)..<(start + 30 + length + size)])
            #expect(Int(ZipArchive.checksum(content)) == sum)
            place += 46 + length
        }
        #expect(place == end)
        #expect(
            names == [
                "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml",
                "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml",
            ])
    }
}
