import Foundation
import Postgres
import Support
import Testing

/// Rows in bulk, both ways.
struct CopyTests {
    private struct Mine: Error {}

    @Test func `a million rows come out in bounded memory`() async throws {
        try await withConnection { connection in
            let (rows, sum, growth) = try await connection.perform { session in
                let sql = """
                    COPY (SELECT g, repeat('x', 200) FROM generate_series(1, 1000000) g)
                    TO STDOUT (FORMAT binary)
                    """
                let before = residentKilobytes()
                var peak = before
                var sum: Int64 = 0
                let rows = try session.copyOut(sql) { row in
                    sum += Int64(try row.int32(0))
                    if row.number % 100_000 == 0 { peak = max(peak, residentKilobytes()) }
                }
                return (rows, sum, peak - before)
            }
            #expect(rows == 1_000_000)
            #expect(sum == 500_000_500_000)
            // The rows are 210 MB; other tests run beside this one.
            #expect(growth < 100_000)
        }
    }

    @Test func `each type comes out of COPY as out of a query`() async throws {
        try await withConnection { connection in
            let fields = """
                7::int2, -8::int4, 9::int8, 'བོད'::text, true, 0.5::float8, 12.34::numeric,
                '2026-10-31'::date, '2026-10-31 00:00:00.5+00'::timestamptz,
                '0f8fad5b-d9cb-469f-a165-70867728950e'::uuid, '{"a": 1}'::jsonb, '[1]'::json,
                '{a,"b c"}'::text[], '5'::xid8, '\\x00ff'::bytea, NULL::int8, 'NaN'::numeric,
                0.125::numeric, -0.01::numeric, 0::numeric, 99999999999999.99::numeric,
                'infinity'::date
                """
            try await connection.perform { session in
                let sql = "COPY (SELECT \(fields)) TO STDOUT (FORMAT binary)"
                let count = try session.copyOut(sql) { (row: borrowing CopyRow) throws in
                    #expect(row.fieldCount == 22)
                    #expect(try row.int32(0) == 7 && row.int64(0) == 7)
                    #expect(try row.int32(1) == -8 && row.int64(1) == -8)
                    #expect(try row.int32(2) == 9 && row.int64(2) == 9)
                    #expect(try row.text(3) == "བོད")
                    #expect(row.withUTF8(3) { $0?.count } == 9)
                    #expect(try row.bool(4))
                    #expect(try row.double(5) == 0.5)
                    #expect(row.fen(6) == .value(1_234))
                    #expect(try row.numericFen(6) == 1_234)
                    #expect(try row.dateDays(7) == 20_757 && row.date(7) == 20_757)
                    let micros: Int64 = 20_757 * 86_400_000_000 + 500_000
                    #expect(try row.timestampMicros(8) == micros && row.timestamp(8) == micros)
                    #expect(try row.uuid(9) == "0f8fad5b-d9cb-469f-a165-70867728950e")
                    #expect(try row.json(10) == #"{"a": 1}"#)
                    #expect(try row.json(11) == "[1]")
                    #expect(try row.textArray(12) == ["a", "b c"])
                    #expect(try row.xid8(13) == 5)
                    #expect(try row.byteArray(14) == [0, 255])
                    #expect(row.isNull(15) == true)
                    #expect(row.isNull(14) == false)
                    #expect(try row.int64OrNil(15) == nil && row.int32OrNil(15) == nil)
                    #expect(row.fen(15) == .null)
                    #expect(row.fen(16) == .invalid("NaN"))
                    #expect(row.fen(17) == .invalid("0.125"))
                    #expect(row.fen(18) == .value(-1))
                    #expect(row.fen(19) == .value(0))
                    #expect(row.fen(20) == .value(9_999_999_999_999_999))
                    expectRefusal("COPY row 1, field 15 is NULL") { try row.int64(15) }
                    expectRefusal("COPY row 1, field 15 is NULL") { try row.int32(15) }
                    expectRefusal("COPY row 1, field 3") { try row.int32(3) }
                    expectRefusal("field 22 was asked for") { try row.int32(22) }
                    expectRefusal("field 22 was asked for") { try row.int64OrNil(22) }
                    expectRefusal("infinite date") { try row.dateDays(21) }
                }
                #expect(count == 1)
            }
        }
    }

    @Test func `a COPY without rows is none`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let sql = "COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)"
                let count = try session.copyOut(sql) { _ in }
                #expect(count == 0)
            }
        }
    }

    @Test func `settings reach the COPY and end with it`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let evil = "x'; DROP TABLE t; --"
                let sql = """
                    COPY (SELECT current_setting('laborwatch.as_of')) TO STDOUT (FORMAT binary)
                    """
                var seen: [String] = []
                let settings = [(name: "laborwatch.as_of", value: evil)]
                _ = try session.copyOut(sql, settings: settings) { try seen.append($0.text(0)) }
                try session.transaction(.readOnly(.repeatableRead)) { inner in
                    _ = try inner.copyOut(sql, settings: settings) { try seen.append($0.text(0)) }
                }
                #expect(seen == [evil, evil])
                let read = "SELECT COALESCE(current_setting('laborwatch.as_of', true), '')"
                #expect(try session.first(read) { try $0.text(0) } == "")
            }
        }
    }

    @Test(arguments: [1, 1_000, 199_999])
    func `an error of the closure ends the COPY and not the connection`(at: Int) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let sql = "COPY (SELECT generate_series(1, 200000)) TO STDOUT (FORMAT binary)"
                var seen = 0
                #expect(throws: Mine.self) {
                    try session.copyOut(sql) { row in
                        seen = row.number
                        if row.number == at { throw Mine() }
                    }
                }
                #expect(seen == at)
                try session.expectWorking()
                #expect(try session.copyOut(sql) { _ in } == 200_000)
            }
        }
    }

    @Test func `an error of the server in the middle comes after the rows before it`() async throws
    {
        try await withConnection { connection in
            try await connection.perform { session in
                let sql = """
                    COPY (SELECT 1 / (50000 - g) FROM generate_series(1, 100000) g)
                    TO STDOUT (FORMAT binary)
                    """
                var seen = 0
                let error = #expect(throws: PostgresError.self) {
                    try session.copyOut(sql) { seen = $0.number }
                }
                #expect(error?.sqlState == "22012")
                #expect(seen == 49_999)
                try session.expectWorking()
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a COPY ends at its deadline and the connection works on`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let endless = "SELECT g FROM generate_series(1, 2000000000) g"
                for query in [endless, "SELECT pg_sleep(30)::text"] {
                    let error = #expect(throws: PostgresError.self) {
                        try session.copyOut(
                            "COPY (\(query)) TO STDOUT (FORMAT binary)",
                            deadline: .milliseconds(200)
                        ) { _ in }
                    }
                    #expect(error?.code == .timedOut)
                    try session.expectWorking()
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a cancelled task ends a COPY whose rows never run dry`() async throws {
        try await withConnection { connection in
            let (rows, stream) = (AsyncStream<Void>.makeStream())
            let task = Task {
                try await connection.perform { session in
                    let sql =
                        "COPY (SELECT generate_series(1, 2000000000)) TO STDOUT (FORMAT binary)"
                    _ = try session.copyOut(sql) { row in
                        if row.number == 1 { stream.yield() }
                    }
                }
            }
            for await _ in rows { break }
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            try await expectWorking(connection)
        }
    }

    @Test(arguments: [
        "COPY (SELECT 1) TO STDOUT", "SELECT 1", "COPY pg_class FROM STDIN (FORMAT binary)",
        "COPY (SELECT nothing) TO STDOUT (FORMAT binary)",
        "COPY (SELECT 1/0) TO STDOUT (FORMAT binary)",
    ])
    func `what is no binary COPY out is refused`(sql: String) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                #expect(throws: PostgresError.self) { try session.copyOut(sql) { _ in } }
                try session.expectWorking()
            }
        }
    }
}

/// The memory of this process that is in RAM now.
private func residentKilobytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
}
