import Postgres
import Support
import Testing

/// What statements give back, and what is said when the server refuses.
struct StatementTests {
    @Test func `execute tells how many rows it touched`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script("CREATE TABLE t (a int); CREATE INDEX ON t (a)")
                let insert = "INSERT INTO t SELECT generate_series(1, $1)"
                #expect(try session.execute(insert, [5]) == 5)
                #expect(try session.execute("UPDATE t SET a = a WHERE a > $1", [3]) == 2)
                #expect(try session.execute("DELETE FROM t") == 5)
                #expect(try session.execute("SET work_mem = '8MB'") == 0)
            }
        }
    }

    @Test func `a bind is never read as SQL`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a text)")
                let evil = "x'); DROP TABLE t; --"
                try session.execute("INSERT INTO t VALUES ($1)", [.text(evil)])
                #expect(try session.query("SELECT a FROM t") { try $0.text(0) } == [evil])
            }
        }
    }

    @Test(arguments: [
        ("SELECT 1/0", "22012"), ("SELECT nothing", "42703"), ("SELEKT", "42601"),
        ("SELECT * FROM t WHERE a = 'x'", "22P02"), ("INSERT INTO t VALUES (-1)", "23514"),
        ("INSERT INTO t VALUES (1), (1)", "23505"), ("INSERT INTO t VALUES (NULL)", "23502"),
    ])
    func `a refusal has its SQLSTATE and the connection works on`(
        sql: String, state: String
    ) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script("CREATE TABLE t (a int PRIMARY KEY CHECK (a > 0))")
                let error = #expect(throws: PostgresError.self) { try session.execute(sql) }
                #expect(error?.sqlState == state)
                #expect(error?.code == .server)
                #expect(error?.isRetryable == false)
                #expect(error?.isConnectionFatal == false)
                try session.expectWorking()
            }
            #expect(!connection.isBroken)
        }
    }

    @Test func `detail, hint, constraint and statement of a refusal are kept apart`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script("CREATE TABLE t (a int CONSTRAINT only_one UNIQUE)")
                let sql = "-- name: add_two\nINSERT INTO t VALUES (7), (7)"
                let error = try #require(
                    #expect(throws: PostgresError.self) { try session.execute(sql) })
                #expect(error.constraint == "only_one")
                #expect(error.detail?.contains("(a)=(7)") == true)
                #expect(error.statementName == "add_two")
                #expect(!error.description.contains("INSERT"))
                #expect(!error.description.contains("(7)"))
                #expect(error.debugDescription.contains("INSERT INTO t"))
                let unknown = #expect(throws: PostgresError.self) {
                    try session.execute("SELECT true + 1")
                }
                #expect(unknown?.hint?.contains("type casts") == true)
            }
        }
    }

    @Test func `first refuses more than one row`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let two = "SELECT generate_series(1, 2)"
                let error = #expect(throws: PostgresError.self) {
                    try session.first(two) { try $0.int(0) }
                }
                #expect(error?.code == .usage)
                #expect(error?.message.contains("2 rows") == true)
                let none = try session.first("SELECT 1 WHERE false") { try $0.int(0) }
                #expect(none == nil)
            }
        }
    }

    @Test(arguments: ["", "-- nothing", "SELECT 1; SELECT 2", "COPY pg_class TO STDOUT"])
    func `a text that is not one statement is refused`(sql: String) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                #expect(throws: PostgresError.self) { try session.execute(sql) }
                try session.expectWorking()
            }
        }
    }

    @Test(arguments: ["COPY t FROM STDIN", "COPY t TO STDOUT", "SELECT 1; COPY t FROM STDIN"])
    func `COPY in a script is refused and the connection works on`(sql: String) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script("CREATE TABLE t (a int)")
                let error = #expect(throws: PostgresError.self) { try session.script(sql) }
                #expect(error?.hint?.contains("copyOut") == true)
                try session.expectWorking()
            }
        }
    }

    @Test func `a script stops at its first error and leaves nothing`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let error = #expect(throws: PostgresError.self) {
                    try session.script("CREATE TABLE t (a int); SELECT 1/0; SELECT nothing")
                }
                #expect(error?.sqlState == "22012")
                let table = try session.first("SELECT to_regclass('t') IS NULL") { try $0.bool(0) }
                #expect(table == true)
            }
        }
    }

    @Test func `a zero byte in a bind is refused, not cut off`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let error = #expect(throws: PostgresError.self) {
                    try session.execute("SELECT $1, $2", [1, .text("a\0b")])
                }
                #expect(error?.message.contains("bind $2") == true)
                #expect(throws: PostgresError.self) { try session.execute("SELECT 1\0; junk") }
            }
        }
    }

    @Test func `an error of the decoding closure comes through`() async throws {
        struct Mine: Error {}
        try await withConnection { connection in
            await #expect(throws: Mine.self) {
                try await connection.perform { session in
                    _ = try session.query("SELECT 1") { _ in throw Mine() }
                }
            }
            try await expectWorking(connection)
        }
    }

    @Test func `the session speaks UTC and UTF-8 and has our name`() async throws {
        try await withConnection { connection in
            let settings = try await connection.perform { session in
                try session.query(
                    "SELECT current_setting(unnest($1))",
                    [.textArray(["TimeZone", "client_encoding", "application_name"])]
                ) { try $0.text(0) }
            }
            #expect(settings == ["UTC", "UTF8", "laborwatch"])
        }
    }

    @Test func `a result that is not Sendable can be handed out`() async throws {
        final class Box {
            var values: [Int64] = []
        }
        try await withConnection { connection in
            let box = try await connection.perform { session in
                let box = Box()
                box.values = try session.query("SELECT generate_series(1, 3)") { try $0.int(0) }
                return box
            }
            #expect(box.values == [1, 2, 3])
        }
    }
}

/// Asks the connection for a 1.
func one(_ connection: Connection) async throws -> Int64? {
    try await connection.perform { session in
        try session.first("SELECT 1") { try $0.int(0) }
    }
}

/// Expects that the connection still answers.
func expectWorking(_ connection: Connection) async throws {
    #expect(!connection.isBroken)
    #expect(try await one(connection) == 1)
}

extension Session {
    /// Expects that the session still answers.
    mutating func expectWorking() throws {
        let answer = try first("SELECT 1") { try $0.int(0) }
        #expect(answer == 1)
    }
}
