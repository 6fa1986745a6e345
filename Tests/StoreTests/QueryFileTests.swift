import LaborSQL
import Testing

/// The form of a file of queries.
struct QueryFileTests {
    @Test(arguments: [
        ("SELECT :'a'::text, :b, :'a'", "SELECT $1::text, $2, $1", ["a", "b"]),
        ("SELECT :b, :'a'", "SELECT $1, $2", ["b", "a"]),
        ("SELECT ':a', ':''a''', :b", "SELECT ':a', ':''a''', $1", ["b"]),
        (#"SELECT E'\':a\\', E'x''\':a', :b"#, #"SELECT E'\':a\\', E'x''\':a', $1"#, ["b"]),
        (#"SELECT 'x\', :b"#, #"SELECT 'x\', $1"#, ["b"]),
        (#"SELECT e.":a", ":a"":a", :b"#, #"SELECT e.":a", ":a"":a", $1"#, ["b"]),
        ("SELECT 1 -- :a 'x\n, :b", "SELECT 1 -- :a 'x\n, $1", ["b"]),
        ("SELECT /* :a /* ' */ :a */ :b", "SELECT /* :a /* ' */ :a */ $1", ["b"]),
        ("SELECT $$:a'$$, $x$ $$ :a $x$, :b", "SELECT $$:a'$$, $x$ $$ :a $x$, $1", ["b"]),
        ("SELECT x::a, x::a[], y[1:2], :b", "SELECT x::a, x::a[], y[1:2], $1", ["b"]),
        ("SELECT f(a := :b), ':'", "SELECT f(a := $1), ':'", ["b"]),
        ("SELECT '企业:a', :b", "SELECT '企业:a', $1", ["b"]),
        ("SELECT a FROM x", "SELECT a FROM x", []),
    ])
    func `a variable becomes a parameter, but not within literals, names and comments`(
        statement: String, expected: String, parameters: [String]
    ) throws {
        // A block sets what it uses, so the names in literals are not set.
        let sets = parameters.map { "\\set \($0) 1\n" }.joined()
        let text = "-- name: one\n-- One row.\n\(sets)\(statement);\n"
        let query = try #require(try QueryFile.parse(text, file: "x.sql").first)
        #expect(query.text == "-- name: one\n\(expected)")
        #expect(query.parameters == parameters)
        #expect(query.identifiers == [])
    }

    @Test func `a variable in double quotes stays an identifier`() throws {
        let text = """
            -- name: one
            -- One row.
            \\set a 1
            \\set b labor
            SELECT :'a' FROM :"b".t JOIN :"b".u USING (c);
            """
        let query = try #require(try QueryFile.parse(text, file: "x.sql").first)
        #expect(query.parameters == ["a"])
        #expect(query.identifiers == ["b"])
        #expect(
            query.naming(["b": "labor"]).text
                == "-- name: one\nSELECT $1 FROM \"labor\".t JOIN \"labor\".u USING (c)")
    }

    @Test func `blocks keep their order, their lines and their source`() throws {
        let text = """
            -- A file.

            -- name: one
            -- One row.
            \\set a 1
            SELECT :'a'
              -- a comment within
              + 1;

            -- name: two
            -- Nothing.
            SELECT 2;

            """
        let queries = try QueryFile.parse(text, file: "x.sql")
        #expect(queries.map(\.name) == ["one", "two"])
        #expect(queries.map(\.line) == [3, 10])
        #expect(queries.first?.text == "-- name: one\nSELECT $1\n  -- a comment within\n  + 1")
        #expect(queries.last?.source == "-- name: two\n-- Nothing.\nSELECT 2;\n")
    }

    @Test(arguments: [
        ("SELECT 1;\n", 1, "only comments precede the first block"),
        ("-- name: One\n-- c\nSELECT 1;\n", 1, "'One' is no name in snake case"),
        ("-- name: one\nSELECT 1;\n", 1, "one has no comment"),
        ("-- name: one\n-- c\n", 1, "one has no statement that ends with ';'"),
        ("-- name: one\n-- c\nSELECT 1\n", 1, "one has no statement that ends with ';'"),
        ("-- name: one\n-- c\n\\set a\nSELECT 1;", 3, "expected: \\set variable value"),
        ("-- name: one\n-- c\n\\echo a b\nSELECT 1;", 3, "expected: \\set variable value"),
        (
            "-- name: one\n-- c\nSELECT :a;\n", 1,
            "one uses the variables [\"a\"] and sets []"
        ),
        (
            "\n-- name: one\n-- c\n\\set a 1\nSELECT 1;\n", 2,
            "one uses the variables [] and sets [\"a\"]"
        ),
        (
            "-- name: one\n-- c\nSELECT 1; SELECT 2;\n", 3,
            "one: a block has one statement, so ';' stands at its end only"
        ),
        (
            "-- name: one\n-- c\nSELECT $1;\n", 3,
            "one: a parameter is named, :'id', and has no number"
        ),
        ("-- name: one\n-- c\nSELECT 'x;\n", 3, "one: a literal has no end"),
        ("-- name: one\n-- c\nSELECT \"x;\n", 3, "one: a quoted identifier has no end"),
        ("-- name: one\n-- c\nSELECT /* x;\n", 3, "one: a comment has no end"),
        ("-- name: one\n-- c\nSELECT $x$ ;\n", 3, "one: a literal in dollars has no end"),
        ("-- name: one\n-- c\nSELECT :'a;\n", 3, "one: the variable 'a' has no closing quote"),
    ])
    func `a wrong block is an error with its line`(
        text: String, line: Int, message: String
    ) throws {
        let error = #expect(throws: QueryError.self) {
            try QueryFile.parse(text, file: "x.sql")
        }
        #expect(error == QueryError(file: "x.sql", line: line, message: message))
    }

    @Test func `two blocks of one name are an error`() throws {
        let block = "-- name: one\n-- One row.\nSELECT 1;\n"
        let error = #expect(throws: QueryError.self) {
            try Queries.index([("a.sql", block), ("b.sql", block)])
        }
        #expect(error?.description == "sql/queries/b.sql:1: one is also a block of a.sql")
    }
}
