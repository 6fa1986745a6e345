package import Alerting
package import Postgres

/// Alert history and outbox on PostgreSQL.
///
/// It holds three connections, each opened at first use: the evaluator's, the courier's and one
/// for people's questions, so that none of them waits for another. It never waits or tries again
/// by itself: an error says whether another try may help.
package struct PostgresStore: History, Outbox {
    /// How many rows travel with one statement.
    static let rowsPerStatement = 1_000
    /// The one right that there is to hold.
    static let leaseName = "evaluate"

    let evaluator: ConnectionSlot
    let courier: ConnectionSlot
    let desk: ConnectionSlot

    let visits: FirstVisits

    /// A store in the database of these options; nothing is connected yet.
    /// - Parameter visits: when somebody has to look at an enterprise of which an alert opens a case.
    package init(_ options: ConnectionOptions, visits: FirstVisits = FirstVisits()) {
        self.visits = visits
        evaluator = ConnectionSlot(options)
        courier = ConnectionSlot(options)
        desk = ConnectionSlot(options)
    }

    /// Closes the connections; a later use opens them anew.
    package func close() async {
        await evaluator.close()
        await courier.close()
        await desk.close()
    }

    /// Runs `body` on a connection; errors of the database come out as the store's.
    ///
    /// - Parameter role: the role that has the rights for it; nil for the one that goes with the
    ///   connection: people's questions need the analyst's, all else the daemon's.
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

    /// The SQLSTATE of a statement that a role may not run.
    static let insufficientPrivilege = "42501"

    /// Runs `body` in a transaction on a connection.
    func transaction<R: Sendable>(
        _ slot: ConnectionSlot, _ task: String,
        _ body: @escaping @Sendable (inout Session) throws -> R
    ) async throws -> R {
        try await perform(slot, task) { session in
            try session.transaction { try body(&$0) }
        }
    }
}
