import Labor
import Postgres
import Source
import Support
import Testing

@Suite struct ListenerTests {
    /// What a listener is heard to say, as a stream that a test can wait on.
    private enum Sound: Equatable {
        case ready
        case heard
    }

    private struct Ear {
        let sounds: AsyncStream<Sound>

        /// The next sound; nil when the listener has ended.
        func next() async -> Sound? {
            for await sound in sounds { return sound }
            return nil
        }
    }

    private func listening(
        _ dsn: String, name: String = "listener",
        _ body: (Ear, inout ThrowingTaskGroup<Void, any Error>) async throws -> Void
    ) async throws {
        let (stream, sounds) = AsyncStream.makeStream(of: Sound.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { sounds.finish() }
                try await SourceListener.listen(
                    ConnectionOptions(dsn: dsn + " application_name=\(name)"),
                    ready: { sounds.yield(.ready) }, heard: { sounds.yield(.heard) })
            }
            let ear = Ear(sounds: stream)
            #expect(await ear.next() == .ready)
            try await body(ear, &group)
        }
    }

    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            "INSERT INTO labor.report VALUES (1, '2026-10-01', 5)",
            "UPDATE labor.region SET name = 'x'", "DELETE FROM labor.enterprise",
            "TRUNCATE labor.event", "INSERT INTO labor.industry (code) VALUES ('Z')",
            "INSERT INTO labor.indicator VALUES ('a', '540000', '2026-10-01', 1)",
        ])
    func `a commit of another connection is heard, and cancelling ends it`(
        sql: String
    ) async throws {
        try await withBureau { bureau in
            try await listening(bureau.dsn) { ear, group in
                try await bureau.run(sql)
                #expect(await ear.next() == .heard)
                group.cancelAll()
                while await ear.next() != nil {}
                // It may end with the error of a cancelled wait.
                _ = await group.nextResult()
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `what is rolled back is not heard, the next commit is`() async throws {
        try await withBureau { bureau in
            try await listening(bureau.dsn) { ear, group in
                try await bureau.run(
                    "BEGIN; INSERT INTO labor.report VALUES (1, '2026-10-01', 5); ROLLBACK")
                #expect(try await bureau.read().facts.panel.cells == [])
                try await bureau.run("INSERT INTO labor.report VALUES (1, '2026-10-01', 6)")
                #expect(await ear.next() == .heard)
                group.cancelAll()
                #expect(await ear.next() == nil)
                _ = await group.nextResult()
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a connection that the server drops ends the listening with an error`() async throws {
        try await withBureau { bureau in
            let error = await #expect(throws: PostgresError.self) {
                try await listening(bureau.dsn, name: "doomed") { ear, group in
                    try await bureau.run(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE application_name = 'doomed' AND datname = current_database()
                        """)
                    #expect(await ear.next() == nil)
                    try await group.waitForAll()
                }
            }
            #expect(error?.isConnectionFatal == true)
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a server that is not there is an error at once`() async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await SourceListener.listen(
                ConnectionOptions(dsn: "host=/nonexistent dbname=x"), heard: {})
        }
        #expect(error?.code == .connectionFailed)
    }
}
