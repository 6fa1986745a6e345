package import Labor
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
            deliveries: try await prune(pruneDeliveriesSQL, moment, limit),
            cycles: try await prune(pruneCyclesSQL, cycles ?? moment, limit),
            quarantine: try await prune(pruneQuarantineSQL, moment, limit))
    }

    private func prune(_ statement: String, _ moment: Instant, _ limit: Int) async throws -> Int {
        var total = 0
        while total < limit {
            try Task.checkCancellation()
            let wanted = min(limit - total, PostgresStore.rowsPerStatement)
            let count = try await perform(desk, "taking out what is old", needs: .store) {
                session in
                try session.execute(
                    statement, [.timestamp(moment.microseconds), .int(Int64(wanted))])
            }
            total += count
            if count < wanted { break }
        }
        return total
    }
}

/// Keeps the deliveries of open episodes, because they decide whether a receiver gets the end of
/// the episode. Keeps those beside a pending delivery or a dead letter of the same receiver and
/// episode, because they decide whether the dead letter may be sent again.
private let pruneDeliveriesSQL = """
    -- name: prune_deliveries
    DELETE FROM laborwatch.delivery
     WHERE delivery_id IN (
         SELECT d.delivery_id
           FROM laborwatch.delivery d
           JOIN laborwatch.alert a ON a.alert_id = d.alert_id
          WHERE d.finished_at < $1
            AND d.state IN ('delivered', 'suppressed', 'dropped')
            AND a.state IN ('resolved', 'withdrawn')
            AND NOT EXISTS (
                SELECT FROM laborwatch.delivery other
                 WHERE other.alert_id = d.alert_id
                   AND other.receiver = d.receiver
                   AND other.state IN ('pending', 'dead'))
          LIMIT $2)
    """

private let pruneCyclesSQL = """
    -- name: prune_cycles
    DELETE FROM laborwatch.cycle
     WHERE cycle_id IN (
         SELECT cycle_id FROM laborwatch.cycle
          WHERE committed_at < $1
            AND cycle_id <> coalesce(
                (SELECT max(cycle_id) FROM laborwatch.cycle WHERE outcome = 'ok'), 0)
          LIMIT $2)
    """

private let pruneQuarantineSQL = """
    -- name: prune_quarantine
    DELETE FROM laborwatch.quarantine_entry
     WHERE entry_id IN (
         SELECT entry_id FROM laborwatch.quarantine_entry
          WHERE cleared_at < $1
          LIMIT $2)
    """
