package import Labor
import Postgres

/// What the store knows of how the watching fares.
package struct StoreVitals: Hashable, Sendable {
    /// What the database's clock said.
    package var clock: Instant
    /// Values that cannot be used now and were seen first within the last 24 hours.
    package var quarantinedLastDay: Int
    /// How often the right to evaluate changed hands within the last hour, as far as the holders
    /// wrote a cycle, which each does that evaluates at all.
    package var leaseChanges: Int
    /// How every receiver fares that was ever heard of or is owed something, by name.
    package var receivers: [ReceiverRecord]
}

extension PostgresStore {
    /// How the watching fares, by two small queries of one moment. It costs as much as there are
    /// pending and dead deliveries and values that cannot be used.
    /// - Parameter now: the end of the day that is counted.
    package func vitals(now: Instant) async throws -> StoreVitals {
        try await perform(evaluator, "asking how the watching fares") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let receivers = try receiverRecords(now: now, &session)
                let found = try session.first(
                    """
                    -- name: select_vitals
                    SELECT clock_timestamp(), coalesce(sum(new), 0)::bigint,
                           (SELECT greatest(count(DISTINCT token) - 1, 0)
                              FROM laborwatch.cycle
                             WHERE committed_at > now() - interval '1 hour')
                      FROM (
                          -- Where not all are listed, the rest counts as new in proportion.
                          SELECT round(count(*) FILTER (WHERE e.first_seen > $1)
                                       * greatest(max(t.total), count(*))::numeric / count(*)) AS new
                            FROM laborwatch.quarantine_entry e
                            LEFT JOIN laborwatch.quarantine_total t USING (table_name, reason)
                           WHERE e.cleared_at IS NULL
                           GROUP BY table_name, reason) AS quarantined
                    """, [.timestamp(now.adding(seconds: -86_400).microseconds)]
                ) {
                    (
                        clock: Instant(microseconds: try $0.timestamp(0)),
                        new: Int(try $0.int(1)), changes: Int(try $0.int(2))
                    )
                }
                return StoreVitals(
                    clock: found?.clock ?? now, quarantinedLastDay: found?.new ?? 0,
                    leaseChanges: found?.changes ?? 0, receivers: receivers)
            }
        }
    }
}
