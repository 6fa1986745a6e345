import Postgres
import Support
import Testing

/// Deadlines, cancelled tasks, killed servers and cut wires.
@Suite(.timeLimit(.minutes(20)))
struct InterruptionTests {
    @Test func `a statement ends at its deadline and the connection works on`() async throws {
        try await withConnection { connection in
            let start = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) {
                try await connection.perform { session in
                    _ = try session.execute("SELECT pg_sleep(30)", deadline: .milliseconds(200))
                }
            }
            #expect(error?.code == .timedOut)
            #expect(error?.isConnectionFatal == false)
            #expect(ContinuousClock.now - start < .seconds(10))
            try await expectWorking(connection)
        }
    }

    @Test func `whoever waits for a statement is told so while it runs, and nobody else`()
        async throws
    {
        try await withDatabase { dsn in
            let holder = try await Connection.open(ConnectionOptions(dsn: dsn))
            let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
            try await holder.perform { _ = try $0.execute("SELECT pg_advisory_lock(1)") }
            let (told, telling) = AsyncStream.makeStream(of: Void.self)
            let waiting = Task {
                try await StatementWait.$observer.withValue(
                    StatementWait.Observer { telling.yield() }
                ) {
                    try await connection.perform {
                        _ = try $0.execute("SELECT pg_advisory_lock(1)")
                    }
                }
            }
            // The statement cannot end before it was told three times that it is waited for.
            var count = 0
            for await _ in told {
                count += 1
                if count == 3 { break }
            }
            #expect(count == 3)
            try await holder.perform { _ = try $0.execute("SELECT pg_advisory_unlock(1)") }
            try await waiting.value
            telling.finish()
            // The same connection, used by a task that has no observer.
            try await connection.perform { session in
                #expect(StatementWait.observer == nil)
                _ = try session.execute("SELECT pg_sleep(0)")
            }
            await connection.close()
            await holder.close()
        }
    }

    @Test func `the options' deadline holds where a statement has none`() async throws {
        try await withDatabase { dsn in
            let connection = try await Connection.open(
                ConnectionOptions(dsn: dsn, statementTimeout: .milliseconds(200)))
            let error = await #expect(throws: PostgresError.self) {
                try await connection.perform { try $0.script("SELECT 1; SELECT pg_sleep(30)") }
            }
            #expect(error?.code == .timedOut)
            try await expectWorking(connection)
            await connection.close()
        }
    }

    @Test func `a cancelled task cancels its statement and rolls back`() async throws {
        try await withDatabase { dsn in
            let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
            let other = try await Connection.open(ConnectionOptions(dsn: dsn))
            let task = Task {
                try await connection.perform { session in
                    try session.transaction { inner in
                        try inner.execute("CREATE TABLE t (a int)")
                        try inner.execute("SELECT pg_sleep(30)")
                    }
                }
            }
            try await other.perform { try $0.waitUntil("wait_event = 'PgSleep'") }
            let start = ContinuousClock.now
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(ContinuousClock.now - start < .seconds(15))
            let gone = try await connection.perform { session in
                try session.first("SELECT to_regclass('t') IS NULL") { try $0.bool(0) }
            }
            #expect(gone == true)
            await connection.close()
            await other.close()
        }
    }

    @Test func `work that waits for its turn is cancelled without touching the running one`()
        async throws
    {
        try await withDatabase { dsn in
            let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
            let other = try await Connection.open(ConnectionOptions(dsn: dsn))
            try await other.perform { _ = try $0.execute("SELECT pg_advisory_lock(1)") }
            async let running = connection.perform { session in
                try session.execute("SELECT pg_advisory_lock(1)")
            }
            try await other.perform { try $0.waitUntil("wait_event_type = 'Lock'") }
            let waiting = Task { try await one(connection) }
            waiting.cancel()
            try await other.perform { _ = try $0.execute("SELECT pg_advisory_unlock(1)") }
            #expect(try await running == 1)
            let error = await #expect(throws: PostgresError.self) { _ = try await waiting.value }
            #expect(error?.code == .cancelled)
            await connection.close()
            await other.close()
        }
    }

    @Test func `a killed session is lost and a slot connects anew`() async throws {
        try await withDatabase { dsn in
            let slot = ConnectionSlot(ConnectionOptions(dsn: dsn))
            let other = try await Connection.open(ConnectionOptions(dsn: dsn))
            let pid = "SELECT pg_backend_pid()"
            let first = try await slot.perform { try $0.first(pid) { try $0.int(0) } }
            try await other.perform { session in
                _ = try session.execute(
                    "SELECT pg_terminate_backend($1::int, 5000)", [.int(first ?? 0)])
            }
            let error = await #expect(throws: PostgresError.self) {
                _ = try await slot.perform { try $0.first(pid) { try $0.int(0) } }
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.isRetryable == true)
            let second = try await slot.perform { try $0.first(pid) { try $0.int(0) } }
            #expect(second != nil && second != first)
            await slot.close()
            #expect(try await slot.perform { try $0.first("SELECT 1") { try $0.int(0) } } == 1)
            await slot.close()
            await other.close()
        }
    }

    @Test func `a session killed in its statement is lost with the server's reason`() async throws {
        try await withDatabase { dsn in
            let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
            let other = try await Connection.open(ConnectionOptions(dsn: dsn))
            let task = Task {
                try await connection.perform { session in
                    try session.transaction { _ = try $0.execute("SELECT pg_sleep(30)") }
                }
            }
            try await other.perform { session in
                try session.waitUntil("wait_event = 'PgSleep'")
                try session.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'PgSleep'
                    """)
            }
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .connectionLost)
            #expect(error?.sqlState == "57P01")
            #expect(connection.isBroken)
            let later = await #expect(throws: PostgresError.self) { try await one(connection) }
            #expect(later?.code == .connectionLost)
            await connection.close()
            await other.close()
        }
    }

    @Test func `a cut wire is a lost connection, also in a COPY`() async throws {
        let relay = try await Relay(.forward(socket: serverSocket()))
        defer { relay.stop() }
        let dsn = try TestDatabase.maintenanceDSN() + " host=127.0.0.1 port=\(relay.port)"
        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
        let error = await #expect(throws: PostgresError.self) {
            try await connection.perform { session in
                let sql = "COPY (SELECT generate_series(1, 5000000)) TO STDOUT (FORMAT binary)"
                _ = try session.copyOut(sql) { row in
                    if row.number == 10 { relay.cut() }
                }
            }
        }
        #expect(error?.code == .connectionLost)
        #expect(connection.isBroken)
        let later = await #expect(throws: PostgresError.self) { try await one(connection) }
        #expect(later?.code == .connectionLost)
    }

    @Test func `a network that swallows everything costs the connection, in bounded time`()
        async throws
    {
        let relay = try await Relay(.forward(socket: serverSocket()))
        defer { relay.stop() }
        let dsn = try TestDatabase.maintenanceDSN() + " host=127.0.0.1 port=\(relay.port)"
        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await connection.perform { session in
                relay.freeze()
                defer {
                    // The statement is still under way, so another one must not wait for it.
                    #expect(throws: PostgresError.self) { try session.execute("SELECT 1") }
                }
                _ = try session.execute("SELECT 1", deadline: .milliseconds(100))
            }
        }
        #expect(error?.code == .timedOut)
        #expect(connection.isBroken)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `a closed connection says so and may be closed again`() async throws {
        try await withConnection { connection in
            await connection.close()
            await connection.close()
            #expect(connection.isBroken)
            let error = await #expect(throws: PostgresError.self) { try await one(connection) }
            #expect(error?.code == .connectionLost)
            #expect(error?.message.contains("closed") == true)
        }
    }

    @Test func `a slot on an unreachable server fails each time with the reason`() async throws {
        let slot = ConnectionSlot(ConnectionOptions(dsn: "host=/nowhere user=u"))
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) {
                _ = try await slot.perform { try $0.execute("SELECT 1") }
            }
            #expect(error?.code == .connectionFailed)
        }
    }

    @Test func `performs on one connection do not overlap`() async throws {
        try await withConnection { connection in
            try await connection.perform { try $0.script("CREATE TABLE t (a int)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for value in 0..<50 {
                    group.addTask {
                        try await connection.perform { session in
                            try session.transaction { inner in
                                try inner.execute("INSERT INTO t VALUES ($1)", [.int(Int64(value))])
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let count = try await connection.perform { session in
                try session.first("SELECT count(DISTINCT a) FROM t") { try $0.int(0) }
            }
            #expect(count == 50)
        }
    }
}
