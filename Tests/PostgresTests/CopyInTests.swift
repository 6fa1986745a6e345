import Postgres
import Support
import Testing

/// Rows into tables.
struct CopyInTests {
    private struct Mine: Error {}

    @Test func `each type goes in as a bind would`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script(
                    """
                    CREATE TABLE t (a int2, b int4, c int8, d text, e bool, f float8, g date, h date,
                        i timestamptz, j numeric, k numeric(16,2), l text[], m text[], n uuid,
                        o jsonb, p text)
                    """)
                let id = "0f8fad5b-d9cb-469f-a165-70867728950e"
                let stored = try session.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                    try writer.row(fields: 16)
                    writer.int16(-7)
                    writer.int32(.min)
                    writer.int64(.max)
                    writer.text("西藏 \\N \t")
                    writer.bool(true)
                    writer.float8(-0.5)
                    writer.date(daysSince1970: 20_757)
                    writer.date(daysSince2000: 0)
                    writer.timestamp(-1)
                    writer.numericFen(-1_234_567_890_101)
                    writer.numericFen(5)
                    writer.textArray(["a", "", "c,\"d\""])
                    writer.textArray([])
                    try writer.uuid(id.uppercased())
                    writer.jsonb(#"{"a": 1}"#)
                    writer.null()
                    try writer.row(fields: 16)
                    for _ in 0..<16 { writer.null() }
                }
                #expect(stored == 2)
                _ = try session.first("SELECT * FROM t WHERE b IS NOT NULL") {
                    (row: borrowing Row) throws in
                    #expect(try row.int(0) == -7 && row.int32(1) == .min && row.int(2) == .max)
                    #expect(try row.text(3) == "西藏 \\N \t")
                    #expect(try row.bool(4) && row.double(5) == -0.5)
                    #expect(try row.date(6) == 20_757 && row.date(7) == 10_957)
                    #expect(try row.timestamp(8) == -1)
                    #expect(try row.numericFen(9) == -1_234_567_890_101 && row.numericFen(10) == 5)
                    #expect(try row.textArray(11) == ["a", "", "c,\"d\""])
                    #expect(try row.textArray(12) == [])
                    #expect(try row.uuid(13) == id && row.json(14) == #"{"a": 1}"#)
                    #expect(row.isNull(15) == true)
                }
                let shown = try session.first("SELECT j::text || ' ' || k::text FROM t WHERE b < 0")
                {
                    try $0.text(0)
                }
                #expect(shown == "-12345678901.01 0.05")
            }
        }
    }

    @Test(arguments: [
        0, 1, 99, 100, 10_000, 999_999, 1_000_000, 123_456_789_012_345_678, Int64.max, Int64.min,
    ])
    func `money goes in to the fen`(fen: Int64) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a numeric)")
                _ = try session.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                    try writer.row(fields: 1)
                    writer.numericFen(fen)
                }
                let same = try session.first("SELECT a = $1 FROM t", [.numericFen(fen)]) {
                    try $0.bool(0)
                }
                #expect(same == true)
            }
        }
    }

    @Test func `many rows go in by chunks`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int, b text)")
                let count = 300_000
                let stored = try session.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                    for value in 1...count {
                        try writer.row(fields: 2)
                        writer.int32(Int32(value))
                        writer.text("row \(value)")
                    }
                }
                #expect(stored == count)
                let sum = try session.first("SELECT sum(a)::int8 FROM t WHERE b = 'row ' || a") {
                    try $0.int(0)
                }
                #expect(sum == Int64(count) * Int64(count + 1) / 2)
            }
        }
    }

    @Test(arguments: [0, 100_000])
    func `an error of the closure stores nothing and the connection works on`(
        after: Int
    ) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int)")
                #expect(throws: Mine.self) {
                    try session.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                        for value in 0..<after {
                            try writer.row(fields: 1)
                            writer.int32(Int32(value))
                        }
                        throw Mine()
                    }
                }
                #expect(try session.first("SELECT count(*) FROM t") { try $0.int(0) } == 0)
            }
        }
    }

    @Test func `wrong values, rows and statements are refused`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int PRIMARY KEY CHECK (a > 0))")
                let sql = "COPY t FROM STDIN (FORMAT binary)"
                for (values, state) in [([1, 1], "23505"), ([-1], "23514")] as [([Int32], String)] {
                    let error = #expect(throws: PostgresError.self) {
                        try session.copyIn(sql) { writer in
                            for value in values {
                                try writer.row(fields: 1)
                                writer.int32(value)
                            }
                        }
                    }
                    #expect(error?.sqlState == state)
                }
                let wide = #expect(throws: PostgresError.self) {
                    try session.copyIn(sql) { writer in
                        try writer.row(fields: 1)
                        writer.int64(1)
                    }
                }
                #expect(wide?.sqlState == "22P03")
                let short = #expect(throws: PostgresError.self) {
                    try session.copyIn(sql) { writer in try writer.row(fields: 1) }
                }
                #expect(short?.code == .usage)
                let uuid = #expect(throws: PostgresError.self) {
                    try session.copyIn(sql) { writer in
                        try writer.row(fields: 1)
                        try writer.uuid("0f8fad5b-d9cb-469f-a165-7086772895zz")
                    }
                }
                #expect(uuid?.code == .usage)
                #expect(throws: PostgresError.self) { try session.copyIn("SELECT 1") { _ in } }
                #expect(try session.first("SELECT count(*) FROM t") { try $0.int(0) } == 0)
            }
        }
    }
}
