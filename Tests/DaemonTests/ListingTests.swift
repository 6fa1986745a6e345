import Labor
import Testing
import Verbs

/// One listing, four formats.
struct ListingTests {
    private let listing = Listing(
        columns: [
            .init("id", "编号", "id"), .init("name", "名称", "name"), .init("n", "人数", "persons"),
        ],
        rows: [
            ["1", "拉萨建筑", 126], ["22", "Acme, \"Ltd\"", nil], ["3", "two\nlines", .double(0.5)],
        ])

    @Test func `a Chinese table names codes, programs and English readers get the codes`() {
        let codes = Listing(
            columns: [
                .init("tier", "等级", "tier"), .init("state", "状态", "state"),
                .init("what", "事项", "what"), .init("kind", "类别", "kind"),
                .init("reason", "原因", "reason"), .init("tiers", "等级", "tiers"),
                .init("name", "名称", "name"),
            ],
            rows: [
                [
                    "red", "firing", "tier_changed", "wage_arrears", "silenced:12", "orange, red",
                    "red",
                ],
                ["blue", "delivered", "free words", "note", "row 3", "", "firing"],
            ])
        let chinese = codes.printed(.text, language: .chinese)
        for word in [
            "红色", "生效中", "等级调整", "拖欠工资", "静默12结束前暂缓", "橙色、红色", "已送达", "记事",
            "free words", "row 3",
        ] {
            #expect(chinese.contains(word), "\(word)")
        }
        // A name is no code.
        #expect(chinese.contains(" red") && chinese.contains(" firing"))
        #expect(codes.printed(.text, language: .english).contains("tier_changed"))
        #expect(codes.printed(.csv, language: .chinese).contains("red,firing,tier_changed,"))
    }

    @Test func `csv quotes what RFC 4180 asks to be quoted, and nothing else`() {
        #expect(
            listing.printed(.csv)
                == "id,name,n\r\n1,拉萨建筑,126\r\n22,\"Acme, \"\"Ltd\"\"\",\r\n"
                + "3,\"two\nlines\",0.5\r\n")
    }

    @Test func `jsonl is an object a line, with keys in order`() {
        #expect(
            listing.printed(.jsonl) == """
                {"id":"1","n":126,"name":"拉萨建筑"}
                {"id":"22","n":null,"name":"Acme, \\"Ltd\\""}
                {"id":"3","n":0.5,"name":"two\\nlines"}

                """)
    }

    @Test func `json is one array`() throws {
        let value = try JSONValue(line: listing.printed(.json))
        guard case .array(let rows) = value else {
            Issue.record("no array")
            return
        }
        #expect(rows.map { $0["id"].text } == ["1", "22", "3"])
    }

    @Test func `a table has a row a line and commands no terminal`() {
        let listing = Listing(
            columns: [.init("name", "名称", "name")], rows: [["a\nb"], ["\u{1B}]0;x\u{7}\u{9B}31m红"]])
        #expect(
            listing.printed(.text, language: .english)
                == "name\n────────────\na b\n ]0;x  31m红\n")
    }

    @Test func `nothing is an empty text, an empty array, a header`() {
        let empty = Listing(columns: listing.columns, rows: [])
        #expect(empty.printed(.jsonl) == "")
        #expect(empty.printed(.json) == "[]\n")
        #expect(empty.printed(.csv) == "id,name,n\r\n")
        #expect(empty.printed(.text) == "(nothing)\n")
        #expect(empty.printed(.text, language: .chinese) == "（无记录）\n")
    }

    @Test func `wide characters take two columns, and numbers stand to the right`() {
        let table = Listing(
            columns: [
                .init("name", "名称", "name"), .init("n", "人数", "n"), .init("x", "备注", "note"),
            ],
            rows: [["拉萨", 7, "a"], ["Ab", 1234, "乙"], ["é・", 12, ""]])
        #expect(
            table.printed(.text, language: .chinese) == """
                名称  人数  备注
                ────  ────  ────
                拉萨     7  a
                Ab    1234  乙
                é・     12\("  ")

                """)
    }

    @Test func `what comes from elsewhere tells a terminal nothing and breaks no row`() {
        let table = Listing(
            columns: [.init("answer", "应答", "answer")], rows: [["a\u{1B}[2J\nb\u{9B}c"]])
        #expect(table.printed(.text).split(separator: "\n").last == "a [2J b c")
    }

    @Test func `a remark stands under the table and nowhere else`() {
        var table = Listing(columns: [.init("n", "人数", "n")], rows: [[1]])
        table.remark = [.english: "1 of 634", .chinese: "共634条"]
        #expect(table.printed(.text).hasSuffix("1\n1 of 634\n"))
        #expect(table.printed(.text, language: .chinese).hasSuffix("1\n共634条\n"))
        for format in [Listing.Format.csv, .json, .jsonl] {
            #expect(!table.printed(format).contains("634"))
        }
    }

    @Test func `a tier is coloured only when that is asked for`() {
        let table = Listing(columns: [.init("tier", "等级", "tier")], rows: [["red"]])
        #expect(!table.printed(.text).contains("\u{1B}"))
        #expect(table.printed(.text, isColoured: true).contains("\u{1B}[1;97;41mred\u{1B}[0m"))
        #expect(!table.printed(.csv, isColoured: true).contains("\u{1B}"))
    }

    @Test func `a listing that leaves rows out says so under its own remark`() {
        #expect(listing.shown(of: 3, more: Listing.moreByLimit) == listing)
        var remarked = listing
        remarked.remark = [.english: "a remark"]
        let cut = remarked.shown(of: 1_200, more: Listing.moreByLimit)
        #expect(cut.leavesOut && cut.rows == listing.rows)
        #expect(cut.remark[.english] == "a remark\n3 of 1200 shown: see more with --limit")
        #expect(cut.remark[.chinese] == "显示3条，共1200条：用 --limit 显示更多")
        #expect(cut.printed(.jsonl) == listing.printed(.jsonl))
        let none = Listing(columns: listing.columns, rows: []).shown(
            of: 4, more: Listing.moreByLimit)
        #expect(none.printed(.text) == "(nothing)\n0 of 4 shown: see more with --limit\n")
    }
}
