package import Labor
import Postgres

/// How much was taken out of the store.
package struct PruneReport: Hashable, Sendable {
    /// Finished deliveries, with their tries.
    package var deliveries: Int
    /// Cycles.
    package var cycles: Int
    /// Mended values.
    package var quarantine: Int
}

extension PostgresStore {
    /// How many rows of each kind one `prune` takes out at most.
    package static let pruneMax = 100_000

    /// Takes out finished deliveries, cycles and mended values that ended before a moment. Alerts
    /// and their events stay for ever, as do the last good cycle, pending deliveries, dead letters,
    /// and whatever tells who is still to hear of an episode.
    ///
    /// It works in small transactions, so that nobody waits long. What is beyond `limit` is left to
    /// the next call.
    /// - Parameters:
    ///   - moment: for deliveries and mended values, and for cycles without a moment of their own.
    ///   - cycles: for cycles.
    ///   - limit: how many rows of each kind at most.
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

/// What a receiver was told of a running episode decides whether it hears of the end; what it was
/// told after a dead letter decides whether that one may come back.
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
