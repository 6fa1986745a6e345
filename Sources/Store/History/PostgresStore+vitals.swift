package import Labor
import LaborSQL
import Postgres

/// The figures of the store about the health of the service.
package struct StoreVitals: Hashable, Sendable {
    /// The clock of the database.
    package var clock: Instant
    /// Values that cannot be used now and were first seen within the 24 hours before `now`.
    package var quarantinedLastDay: Int
    /// How many times the lease changed hands in the last hour, counted by the tokens of the cycles
    /// that were committed. A holder that committed no cycle is not counted.
    package var leaseChanges: Int
    /// The health of every receiver that the store knows, or has deliveries for, by name.
    package var receivers: [ReceiverRecord]
}

extension PostgresStore {
    /// The health figures of the store, from one snapshot. The cost is proportional to the number
    /// of pending deliveries, dead letters and quarantine entries.
    /// - Parameter now: the end of the 24 hours that are counted.
    package func vitals(now: Instant) async throws -> StoreVitals {
        try await perform(evaluator, "asking how the watching fares") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let receivers = try receiverRecords(now: now, &session)
                let found = try session.first(
                    .selectVitals,
                    ["since": .timestamp(now.adding(seconds: -86_400).microseconds)]
                ) {
                    (
                        clock: try $0.instant(0),
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
