package import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// The maximum number of deliveries in one message of a group; the rest form the next message.
    package static let groupMax = 10_000

    /// Claims due deliveries; see `Outbox`. Two couriers never claim the same delivery. Per
    /// receiver one group is claimed at a time, which bounds the memory use.
    package func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) async throws -> [ClaimedMessage] {
        guard !receivers.isEmpty, limit > 0 else { return [] }
        let values: [String: Bind] = [
            "receivers": .textArray(receivers), "now": .timestamp(now.microseconds),
            "limit": .int(Int64(limit)),
            "locked_until": .timestamp(now.adding(seconds: Int64(leaseSeconds)).microseconds),
            "group_max": .int(Int64(PostgresStore.groupMax)),
        ]
        let claimed = try await perform(courier, "claiming deliveries") { session in
            try session.query(.claimDeliveries, values) { row in
                (
                    group: try row.textOrNil(5),
                    delivery: ClaimedDelivery(
                        id: try row.int(0), receiver: try row.text(1),
                        notice: try EventRow.notice(row, from: 8), attempts: Int(try row.int(2)),
                        createdAt: try row.instant(3),
                        claim: try row.int(4),
                        postponement: Postponement(
                            scheduledAt: try row.instantOrNil(6),
                            mayComeForward: try row.bool(7)))
                )
            }
        }
        return ClaimedMessage.combining(claimed)
    }

    /// Cancels every claim, for a courier that has just become the only one: the claims of its
    /// predecessor need not lapse first. A late result of a cancelled claim is ignored.
    /// - Returns: the number of cancelled claims.
    package func releaseClaims() async throws -> Int {
        try await perform(courier, "freeing the claims of another courier") { session in
            try session.execute(.releaseClaims)
        }
    }

    /// When the next unblocked delivery becomes due; nil when none is pending.
    package func nextDue(receivers: [String]) async throws -> Instant? {
        guard !receivers.isEmpty else { return nil }
        return try await perform(courier, "looking for the next delivery") { session in
            let due = try session.first(.selectNextDue, ["receivers": .textArray(receivers)]) {
                try $0.instantOrNil(0)
            }
            return due.flatMap { $0 }
        }
    }
}
