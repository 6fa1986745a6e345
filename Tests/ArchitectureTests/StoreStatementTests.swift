import Testing

/// The store's SQL is in `sql/queries`, and every block is in use.
struct StoreStatementTests {
    private func store() throws -> [(path: String, text: SwiftText)] {
        let files = try Repository.files(below: "Sources/Store").filter {
            $0.path.hasSuffix(".swift")
        }
        #expect(files.count > 20)
        return files.map { ($0.path, SwiftText($0.text)) }
    }

    private func blocks() throws -> [StoreStatements.Block] {
        let blocks = try Repository.files(below: "sql/queries").flatMap {
            StoreStatements.blocks(in: $0.text)
        }
        #expect(blocks.count > 100)
        return blocks
    }

    @Test func `no string of the store contains SQL`() throws {
        for (path, text) in try store() {
            #expect(StoreStatements.complaints(path: path, text: text) == [])
        }
    }

    @Test func `every block is used by the store`() throws {
        let code = try store().flatMap(\.text.code)
        for block in try blocks() {
            #expect(
                code.contains { $0.containsWord(".\(block.name)") }, "\(block.name) has no call")
        }
    }

    @Test func `a call gives the variables that its block has`() throws {
        let blocks = Dictionary(
            try blocks().map { ($0.name, $0.parameters) }, uniquingKeysWith: { first, _ in first })
        let calls = try store().flatMap { StoreStatements.calls(path: $0.path, text: $0.text) }
        #expect(calls.count { $0.keys?.isEmpty == false } > 50)
        for call in calls {
            let parameters = try #require(blocks[call.name], "\(call.path):\(call.line)")
            guard let keys = call.keys else { continue }
            #expect(keys == parameters, "\(call.path):\(call.line): .\(call.name)")
        }
    }

    @Test func `blocks and their variables are read`() {
        let text = """
            -- name: insert_x
            -- c
            \\set schema a
            \\set at b
            INSERT INTO :"schema".x VALUES (:'at'::text);

            -- name: one
            -- c
            SELECT 1;
            """
        #expect(
            StoreStatements.blocks(in: text) == [
                StoreStatements.Block(name: "insertX", parameters: ["at"]),
                StoreStatements.Block(name: "one", parameters: []),
            ])
    }

    @Test(arguments: [
        ("try session.query(.selectX) { row in }", []),
        (
            "try session.execute(\n    .selectX, [\"a\": .int(1), \"b\": f([\"c\": 1])])",
            ["a", "b"]
        ),
        ("try session.first(.selectX, [\"a\": .text(\"b: x\")]) { [\"c\": $0] }", ["a"]),
        ("try session.query(.selectX, naming: [\"s\": t]) { row in }", []),
        ("try session.query(.selectX, values) { row in }", nil),
    ])
    func `a call is read`(line: String, keys: [String]?) {
        let calls = StoreStatements.calls(path: "x", text: SwiftText(line))
        #expect(
            calls == [
                StoreStatements.Call(path: "x", line: 1, name: "selectX", keys: keys.map(Set.init))
            ])
    }

    @Test(arguments: [
        ("let a = \"SELECT 1\"", 1), ("// SELECT\nlet a = \"\"\"\n DELETE x\n\"\"\"", 1),
        ("let select = \"selects FROMAGE\"", 0), ("    /// A SELECT of columns\nf()", 0),
        ("let a = \"\\(f(.UPDATE))\"", 0),
    ])
    func `SQL in a string is found`(text: String, complaints: Int) {
        #expect(
            StoreStatements.complaints(path: "x", text: SwiftText(text)).count == complaints)
    }
}
