package import Alerting
import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// Records the result of a try; see `Outbox`. A try whose claim had lapsed is logged as well,
    /// but does not change the delivery.
    ///
    /// Nobody else changes a claimed delivery, so `Settlement` needs no data besides the claim.
    package func settle(
        _ message: ClaimedMessage, _ attempt: DeliveryAttempt
    ) async throws -> Bool {
        let values = values(message, attempt)
        let count = Int64(message.deliveries.count)
        guard attempt.outcome == .dead, let fallback = attempt.fallback else {
            return try await perform(courier, "settling a message") { session in
                try session.query(.settleDeliveries, values) { try $0.int(0) }.count == count
            }
        }
        let alerts = Set(message.deliveries.map(\.notice.event.alertID)).sorted()
        return try await transaction(courier, "settling a message") { session in
            // Locks the episodes before the deliveries, in the order of a cycle.
            try session.execute(
                .lockAlertsOfMessage, ["alerts": .textArray(alerts.map(\.rawValue))])
            let moved = try session.query(.settleDeliveries, values) { try $0.int(0) }
            if moved.isEmpty { return count == 0 }
            var reader = DeliveryReader(receiver: fallback, besides: moved)
            for alert in alerts { reader.ask(alert, .suppressed) }
            var plan = try reader.plan(&session)
            plan.fallBack(moved, to: fallback, at: attempt.endedAt)
            if !plan.changes.isEmpty {
                try DeliveryRow.write(plan.changes, &session)
                try session.wakeCouriers(.courier)
            }
            return moved.count == count
        }
    }

    /// The values of `settle_deliveries`. `Settlement` decides those of each delivery.
    private func values(
        _ message: ClaimedMessage, _ attempt: DeliveryAttempt
    ) -> [String: Bind] {
        // Every writer of several deliveries locks them in the order of their numbers.
        let deliveries = message.deliveries.sorted { $0.id < $1.id }
        let settlements = deliveries.map { Settlement(of: $0, by: attempt) }
        let attempts = settlements.map { Int64($0.attempts) }
        let mayComeForward: [Int64] = settlements.map { $0.postponement.mayComeForward ? 1 : 0 }
        let scheduled = settlements.map { $0.postponement.scheduledAt?.utcText ?? "" }
        let messageID = attempt.outcome.countsAsTry ? message.message.id : nil
        return [
            "delivery_ids": .intArray(deliveries.map(\.id)),
            "claims": .intArray(deliveries.map(\.claim)), "attempts": .intArray(attempts),
            "may_come_forward": .intArray(mayComeForward), "scheduled_at": .textArray(scheduled),
            "state": .text(attempt.outcome.state.rawValue),
            "next_attempt_at": .optional(timestamp: attempt.outcome.nextAttemptAt?.microseconds),
            "started_at": .timestamp(attempt.startedAt.microseconds),
            "ended_at": .timestamp(attempt.endedAt.microseconds),
            "outcome": .text(attempt.outcome.word),
            "status": .optional(int: attempt.status.map(Int64.init)),
            "error": .optional(text: attempt.error.map(storable)),
            "answer": .optional(text: attempt.answer.map(storable)),
            "message_id": .optional(uuid: messageID), "was_tried": .bool(attempt.wasTried),
        ]
    }
}

/// Text that PostgreSQL can store: each U+0000, which a remote response may contain, becomes
/// U+FFFD.
func storable(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}
