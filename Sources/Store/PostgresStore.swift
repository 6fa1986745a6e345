package import Alerting
package import Postgres

/// The alert history and the outbox on PostgreSQL.
///
/// The store has three connections, each opened at first use: one for the evaluator, one for the
/// courier and one for queries and requests of people. None of them waits for another. The store
/// never retries; `StoreError.isRetryable` tells the caller whether a retry may succeed.
package struct PostgresStore: History, Outbox {
    /// The maximum number of rows that one statement transfers.
    static let rowsPerStatement = 1_000
    /// The name of the only lease, the right to evaluate.
    static let leaseName = "evaluate"

    let evaluator: ConnectionSlot
    let courier: ConnectionSlot
    let desk: ConnectionSlot

    let visits: FirstVisits

    /// A store in the database that the options name; no connection is opened yet.
    /// - Parameter visits: the time limits for the first visit, when an alert opens a case of the
    ///   ledger.
    package init(_ options: ConnectionOptions, visits: FirstVisits = FirstVisits()) {
        self.visits = visits
        evaluator = ConnectionSlot(options)
        courier = ConnectionSlot(options)
        desk = ConnectionSlot(options)
    }

    /// Closes the connections; the next use opens them again.
    package func close() async {
        await evaluator.close()
        await courier.close()
        await desk.close()
    }

    /// Runs `body` on a connection, and converts database errors to `StoreError`.
    ///
    /// - Parameter role: the role that has the needed privileges, named in the hint of
    ///   `missingPrivilege`; nil means the analyst's role for people's queries and the daemon's
    ///   role otherwise.
    func perform<R: Sendable>(
        _ slot: ConnectionSlot, _ task: String, needs role: StoreRole? = nil,
        _ body: @escaping @Sendable (inout Session) throws -> R
    ) async throws -> R {
        do {
            return try await slot.perform { session in try body(&session) }
        } catch let error as PostgresError {
            if error.code == .cancelled { throw CancellationError() }
            guard error.sqlState == PostgresStore.insufficientPrivilege else {
                throw StoreError(error, doing: task)
            }
            let role = role ?? (slot === desk ? .analyst : .store)
            throw try await slot.perform { session in role.explain(error, doing: task, &session) }
        }
    }

    /// The SQLSTATE for a statement that the role has no privilege for.
    static let insufficientPrivilege = "42501"

    /// Runs `body` in one transaction on a connection.
    func transaction<R: Sendable>(
        _ slot: ConnectionSlot, _ task: String,
        _ body: @escaping @Sendable (inout Session) throws -> R
    ) async throws -> R {
        try await perform(slot, task) { session in
            try session.transaction { try body(&$0) }
        }
    }
}
