package import Postgres

extension Session {
    /// Waits until another session of this database is in a state. PostgreSQL signals no state of a
    /// session, so the server looks every 10 ms; cancelling the task ends the wait.
    /// - Parameter condition: an SQL condition on a row of `pg_stat_activity`.
    package mutating func waitUntil(_ condition: String) throws {
        let sql = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
            """
        while try first(sql, [], { try $0.int(0) }) == 0 {
            try execute("SELECT pg_sleep(0.01)")
        }
    }
}

extension DatabaseBench {
    /// Waits until another session of the database waits for an advisory lock.
    package func waitUntilLockIsAwaited() async throws {
        try await sql.perform {
            try $0.waitUntil("wait_event_type = 'Lock' AND wait_event = 'advisory'")
        }
    }
}
