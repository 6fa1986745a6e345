import Alerting
import Postgres
import Store
import Support
import Testing

@Suite struct StoreErrorTests {
    @Test func `a database that was not migrated is told so, with what to run`() async throws {
        try await withDatabase { dsn in
            let store = PostgresStore(ConnectionOptions(dsn: dsn))
            let error = await #expect(throws: StoreError.self) { _ = try await store.recall() }
            #expect(error?.code == .missingSchema)
            #expect(error?.hint?.contains("laborwatch migrate") == true)
            await store.close()
        }
    }

    @Test func `a user without rights is told which role to grant`() async throws {
        try await withDatabase(template: migrated) { dsn in
            let user = TestDatabase.uniqueName("lw_nobody")
            let admin = try await Connection.open(ConnectionOptions(dsn: dsn))
            try await admin.perform { try $0.script("CREATE ROLE \(user) LOGIN") }
            let store = PostgresStore(ConnectionOptions(dsn: dsn + " user=\(user)"))
            let error = await #expect(throws: StoreError.self) { _ = try await store.recall() }
            #expect(error?.code == .missingPrivilege)
            #expect(error?.hint?.contains("laborwatch_store") == true)
            await store.close()
            try await admin.perform { try $0.script("DROP ROLE \(user)") }
            await admin.close()
        }
    }

    @Test func `a server that is not there is unreachable, and another try may help`()
        async throws
    {
        let store = PostgresStore(ConnectionOptions(dsn: "host=127.0.0.1 port=1 dbname=x"))
        let error = await #expect(throws: StoreError.self) {
            _ = try await store.acquireLease(holder: "a", seconds: 9)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.isRetryable == true)
    }

    @Test func `the store works again after its connection was cut`() async throws {
        try await withStore { bench in
            _ = try await bench.lease()
            try await bench.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            let error = await #expect(throws: StoreError.self) {
                _ = try await bench.store.recall()
            }
            #expect(error?.code == .unreachable)
            #expect(try await bench.store.recall().open.isEmpty)
        }
    }
}
