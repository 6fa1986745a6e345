package import Labor
import LaborSQL
import Postgres

/// The number of rows that `prune` deleted.
package struct PruneReport: Hashable, Sendable {
    /// Finished deliveries, each with its tries.
    package var deliveries: Int
    /// Cycles.
    package var cycles: Int
    /// Quarantine entries that were cleared.
    package var quarantine: Int
}

extension PostgresStore {
    /// The maximum number of rows of each kind that one `prune` deletes.
    package static let pruneMax = 100_000

    /// Deletes finished deliveries, cycles and cleared quarantine entries that ended before a
    /// moment. Alerts and their events are never deleted. The last successful cycle, pending
    /// deliveries and dead letters stay as well, and so do deliveries that later decisions about a
    /// receiver depend on.
    ///
    /// Each statement is a small transaction, so that others wait only briefly. Rows beyond `limit`
    /// are left to the next call.
    /// - Parameters:
    ///   - moment: the limit for deliveries and quarantine entries, and for cycles if `cycles` is
    ///     nil.
    ///   - cycles: the limit for cycles.
    ///   - limit: the maximum number of rows of each kind.
    package func prune(
        before moment: Instant, cyclesBefore cycles: Instant? = nil,
        limit: Int = PostgresStore.pruneMax
    ) async throws -> PruneReport {
        PruneReport(
            deliveries: try await prune(.pruneDeliveries, moment, limit),
            cycles: try await prune(.pruneCycles, cycles ?? moment, limit),
            quarantine: try await prune(.pruneQuarantine, moment, limit))
    }

    private func prune(_ name: QueryName, _ moment: Instant, _ limit: Int) async throws -> Int {
        var total = 0
        while total < limit {
            try Task.checkCancellation()
            let wanted = min(limit - total, PostgresStore.rowsPerStatement)
            let count = try await perform(desk, "taking out what is old", needs: .store) {
                session in
                try session.execute(
                    name,
                    ["before": .timestamp(moment.microseconds), "limit": .int(Int64(wanted))])
            }
            total += count
            if count < wanted { break }
        }
        return total
    }
}
