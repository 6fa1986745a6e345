import Dispatch
import Postgres
import Support
import Testing

/// Commit, rollback, savepoints and modes.
@Suite(.timeLimit(.minutes(20))) struct TransactionTests {
    private struct Mine: Error {}

    @Test func `what a transaction did stays only if its closure returns`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int)")
                try session.transaction { try $0.execute("INSERT INTO t VALUES (1)") }
                #expect(throws: Mine.self) {
                    try session.transaction { inner in
                        try inner.execute("INSERT INTO t VALUES (2)")
                        throw Mine()
                    }
                }
                #expect(throws: PostgresError.self) {
                    try session.transaction { inner in
                        try inner.execute("INSERT INTO t VALUES (3)")
                        try inner.execute("SELECT 1/0")
                    }
                }
                #expect(try session.query("SELECT a FROM t") { try $0.int(0) } == [1])
            }
        }
    }

    @Test func `a nested transaction is taken back alone`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.execute("CREATE TABLE t (a int)")
                try session.transaction { outer in
                    try outer.execute("INSERT INTO t VALUES (1)")
                    #expect(throws: PostgresError.self) {
                        try outer.transaction { inner in
                            try inner.execute("INSERT INTO t VALUES (2)")
                            try inner.execute("SELECT 1/0")
                        }
                    }
                    try outer.transaction { try $0.execute("INSERT INTO t VALUES (3)") }
                }
                #expect(
                    try session.query("SELECT a FROM t ORDER BY a") { try $0.int(0) } == [1, 3])
            }
        }
    }

    @Test(arguments: [
        (TransactionMode.readWrite(.readCommitted), "read committed", "off"),
        (.readWrite(.serializable), "serializable", "off"),
        (.readOnly(.repeatableRead), "repeatable read", "on"),
    ])
    func `the mode is the server's`(
        mode: TransactionMode, isolation: String, readOnly: String
    ) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.transaction(mode) { inner in
                    let show = "SELECT current_setting($1)"
                    let level = try inner.first(show, ["transaction_isolation"]) { try $0.text(0) }
                    let only = try inner.first(show, ["transaction_read_only"]) { try $0.text(0) }
                    #expect(level == isolation)
                    #expect(only == readOnly)
                }
            }
        }
    }

    @Test func `a read-only transaction refuses to write and to be widened`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let error = #expect(throws: PostgresError.self) {
                    try session.transaction(.readOnly(.readCommitted)) {
                        try $0.execute("CREATE TABLE t (a int)")
                    }
                }
                #expect(error?.sqlState == "25006")
                let nested = #expect(throws: PostgresError.self) {
                    try session.transaction(.readOnly(.readCommitted)) { outer in
                        try outer.transaction(.readWrite(.serializable)) { _ in }
                    }
                }
                #expect(nested?.code == .usage)
            }
        }
    }

    @Test func `a hidden error does not pass for a commit`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                let error = #expect(throws: PostgresError.self) {
                    try session.transaction { inner in
                        _ = try? inner.execute("SELECT 1/0")
                    }
                }
                #expect(error?.message.contains("rolled back instead of committed") == true)
                try session.expectWorking()
            }
        }
    }

    @Test func `a transaction left open is rolled back and told`() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.perform { session in
                    try session.execute("BEGIN")
                    try session.execute("CREATE TABLE t (a int)")
                }
            }
            #expect(error?.code == .usage)
            let gone = try await connection.perform { session in
                try session.first("SELECT to_regclass('t') IS NULL") { try $0.bool(0) }
            }
            #expect(gone == true)
        }
    }

    @Test func `a transaction is not committed for a task that was cancelled in its closure`()
        async throws
    {
        try await withConnection { connection in
            try await connection.perform { try $0.script("CREATE TABLE t (a int)") }
            let (begun, signal) = AsyncStream<Void>.makeStream()
            let gate = DispatchSemaphore(value: 0)
            let task = Task {
                try await connection.perform { session in
                    try session.transaction { inner in
                        try inner.execute("INSERT INTO t VALUES (1)")
                        signal.yield()
                        gate.wait()
                    }
                }
            }
            for await _ in begun { break }
            task.cancel()
            gate.signal()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let count = try await connection.perform { session in
                try session.first("SELECT count(*) FROM t") { try $0.int(0) }
            }
            #expect(count == 0)
        }
    }

    @Test func `a serialization failure can be retried`() async throws {
        try await withDatabase { dsn in
            let reader = try await Connection.open(ConnectionOptions(dsn: dsn))
            let writer = try await Connection.open(ConnectionOptions(dsn: dsn))
            try await writer.perform { session in
                try session.script("CREATE TABLE t (a int); INSERT INTO t VALUES (0)")
                try session.execute("SELECT pg_advisory_lock(1)")
            }
            // The reader takes its snapshot, then waits for the lock until the writer is done.
            let late = Task {
                try await reader.perform { session in
                    try session.transaction(.readWrite(.repeatableRead)) { inner in
                        try inner.execute("SELECT a FROM t")
                        try inner.execute("SELECT pg_advisory_lock(1)")
                        try inner.execute("UPDATE t SET a = 2")
                    }
                }
            }
            try await writer.perform { session in
                try session.waitUntil("wait_event_type = 'Lock'")
                try session.execute("UPDATE t SET a = 1")
                try session.execute("SELECT pg_advisory_unlock(1)")
            }
            let error = await #expect(throws: PostgresError.self) { try await late.value }
            #expect(error?.sqlState == "40001")
            #expect(error?.isRetryable == true)
            try await expectWorking(reader)
            await reader.close()
            await writer.close()
        }
    }
}
