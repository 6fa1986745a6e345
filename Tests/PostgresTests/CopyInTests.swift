import Postgres
import Support
import Testing

/// Copies text of files into tables.
@Suite(.timeLimit(.minutes(20))) struct CopyInTests {
    private struct Mine: Error {}

    private static let copy = "COPY t FROM STDIN (FORMAT csv)"

    /// Returns the pieces one after the other, then nil.
    private static func source(_ pieces: [String]) -> () -> [UInt8]? {
        var rest = pieces[...]
        return { rest.popFirst().map { Array($0.utf8) } }
    }

    @Test func `pieces of any length are one text`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int, b text)")
                let count = 30_000
                let text = (1...count).map { "\($0),西藏 row \($0)\n" }.joined()
                let bytes = Array(text.utf8)
                var place = 0
                var length = 1
                let stored = try session.copyText(CopyInTests.copy) {
                    guard place < bytes.count else { return nil }
                    // Every length from 1 to 4,096 bytes, so that pieces end within characters.
                    defer {
                        place += length
                        length = length % 4_096 + 1
                    }
                    return Array(bytes[place..<min(place + length, bytes.count)])
                }
                #expect(stored == count)
                let sum = try session.first(
                    "SELECT sum(a)::int8 FROM t WHERE b = '西藏 row ' || a"
                ) { try $0.int(0) }
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
                var given = 0
                #expect(throws: Mine.self) {
                    try session.copyText(CopyInTests.copy) {
                        given += 1
                        guard given <= after else { throw Mine() }
                        return Array("\(given)\n".utf8)
                    }
                }
                #expect(try session.first("SELECT count(*) FROM t") { try $0.int(0) } == 0)
            }
        }
    }

    @Test func `wrong values and statements are refused, and nothing is stored`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int PRIMARY KEY CHECK (a > 0))")
                for (text, state) in [
                    ("1\n1\n", "23505"), ("1\n-1\n", "23514"), ("1\nmany\n", "22P02"),
                    ("1\n2,3\n", "22P04"),
                ] {
                    let error = #expect(throws: PostgresError.self) {
                        try session.copyText(CopyInTests.copy, CopyInTests.source([text]))
                    }
                    #expect(error?.sqlState == state)
                }
                let wrong = #expect(throws: PostgresError.self) {
                    try session.copyText("SELECT 1", CopyInTests.source([]))
                }
                #expect(wrong?.code == .usage)
                #expect(try session.first("SELECT count(*) FROM t") { try $0.int(0) } == 0)
            }
        }
    }
}
