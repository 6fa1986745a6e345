import Postgres
import Support
import Testing

/// LISTEN and NOTIFY between two connections.
@Suite(.timeLimit(.minutes(20)))
struct NotificationTests {
    @Test func `what one connection notifies the other hears, in order`() async throws {
        try await withDatabase { dsn in
            let ear = try await Connection.open(ConnectionOptions(dsn: dsn))
            let mouth = try await Connection.open(ConnectionOptions(dsn: dsn))
            let channel = "Odd \"name\""
            try await ear.perform { try $0.listen(channel) }
            async let heard = ear.perform { session in
                try session.waitForNotification(deadline: .seconds(30))
            }
            try await mouth.perform { session in
                try session.transaction { inner in
                    for payload in ["first", "second", "third"] {
                        try inner.execute(
                            "SELECT pg_notify($1, $2)", [.text(channel), .text(payload)])
                    }
                }
            }
            let first = try await heard
            #expect(first?.channel == channel)
            #expect(first?.payload == "first")
            let rest = try await ear.perform { session in
                // An answer proves that all that was committed before has been sent.
                _ = try session.execute("SELECT 1")
                return session.lastNotifications()
            }
            #expect(rest.map(\.payload) == ["second", "third"])
            await ear.close()
            await mouth.close()
        }
    }

    @Test func `silence ends at the deadline with nil`() async throws {
        try await withConnection { connection in
            let heard = try await connection.perform { session in
                try session.listen("quiet")
                return try session.waitForNotification(deadline: .milliseconds(50))
            }
            #expect(heard == nil)
            try await expectWorking(connection)
        }
    }

    @Test func `a cancelled task stops waiting and the connection works on`() async throws {
        try await withConnection { connection in
            try await connection.perform { try $0.listen("quiet") }
            let task = Task {
                try await connection.perform { try $0.waitForNotification(deadline: .seconds(600)) }
            }
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
            #expect(error?.code == .cancelled)
            try await expectWorking(connection)
        }
    }

    @Test func `a listener whose session is killed learns it`() async throws {
        try await withDatabase { dsn in
            let ear = try await Connection.open(ConnectionOptions(dsn: dsn))
            let other = try await Connection.open(ConnectionOptions(dsn: dsn))
            let heard = Task {
                try await ear.perform { session in
                    try session.listen("quiet")
                    return try session.waitForNotification(deadline: .seconds(600))
                }
            }
            try await other.perform { session in
                try session.waitUntil("query LIKE 'LISTEN%' AND state = 'idle'")
                try session.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
            }
            let error = await #expect(throws: PostgresError.self) { _ = try await heard.value }
            #expect(error?.code == .connectionLost)
            await ear.close()
            await other.close()
        }
    }
}
