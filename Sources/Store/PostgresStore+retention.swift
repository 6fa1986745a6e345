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
    /// Takes out finished deliveries, cycles and mended values that ended before a moment. Alerts
    /// and their events stay for ever, as do the last good cycle and whatever is not finished.
    ///
    /// It works in small transactions, so that nobody waits long; dead letters go, too.
    package func prune(before moment: Instant) async throws -> PruneReport {
        PruneReport(
            deliveries: try await prune(pruneDeliveriesSQL, moment),
            cycles: try await prune(pruneCyclesSQL, moment),
            quarantine: try await prune(pruneQuarantineSQL, moment))
    }

    private func prune(_ statement: String, _ moment: Instant) async throws -> Int {
        var total = 0
        while true {
            try Task.checkCancellation()
            let count = try await perform(desk, "taking out what is old") { session in
                try session.execute(
                    statement,
                    [
                        .timestamp(moment.microseconds),
                        .int(Int64(PostgresStore.rowsPerStatement)),
                    ])
            }
            total += count
            if count < PostgresStore.rowsPerStatement { return total }
        }
    }
}

private let pruneDeliveriesSQL = """
    -- name: prune_deliveries
    DELETE FROM laborwatch.delivery
     WHERE delivery_id IN (
         SELECT delivery_id FROM laborwatch.delivery
          WHERE finished_at < $1
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
