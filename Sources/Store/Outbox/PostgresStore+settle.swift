package import Alerting
import Labor
import Postgres

extension PostgresStore {
    /// Records the result of a try; see `Outbox`. A try whose claim had lapsed is logged as well,
    /// but does not change the delivery.
    ///
    /// Nobody else changes a claimed delivery, so `Settlement` needs no data besides the claim.
    package func settle(
        _ message: ClaimedMessage, _ attempt: DeliveryAttempt
    ) async throws -> Bool {
        let binds = binds(message, attempt)
        let count = Int64(message.deliveries.count)
        guard attempt.outcome == .dead, let fallback = attempt.fallback else {
            return try await perform(courier, "settling a message") { session in
                try session.query(settleSQL, binds) { try $0.int(0) }.count == count
            }
        }
        let alerts = Set(message.deliveries.map(\.notice.event.alertID)).sorted()
        return try await transaction(courier, "settling a message") { session in
            // Locks the episodes before the deliveries, in the order of a cycle.
            try session.execute(lockAlertsSQL, [.textArray(alerts.map(\.rawValue))])
            let moved = try session.query(settleSQL, binds) { try $0.int(0) }
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

    private func binds(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) -> [Bind] {
        // Every writer of several deliveries locks them in the order of their numbers.
        let deliveries = message.deliveries.sorted { $0.id < $1.id }
        let settlements = deliveries.map { Settlement(of: $0, by: attempt) }
        return [
            .intArray(deliveries.map(\.id)), .intArray(deliveries.map(\.claim)),
            .intArray(settlements.map { Int64($0.attempts) }),
            .intArray(settlements.map { $0.postponement.mayComeForward ? 1 : 0 }),
            .textArray(settlements.map { $0.postponement.scheduledAt?.utcText ?? "" }),
            .text(attempt.outcome.state.rawValue),
            .optional(timestamp: attempt.outcome.nextAttemptAt?.microseconds),
            .timestamp(attempt.endedAt.microseconds),
            .optional(int: attempt.status.map(Int64.init)),
            .optional(text: attempt.error.map(storable)),
            .timestamp(attempt.startedAt.microseconds), .text(attempt.outcome.word),
            .optional(text: attempt.answer.map(storable)),
            .optional(uuid: attempt.outcome.countsAsTry ? message.message.id : nil),
            .bool(attempt.wasTried),
        ]
    }
}

/// Text that PostgreSQL can store: each U+0000, which a remote response may contain, becomes
/// U+FFFD.
func storable(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}

private let lockAlertsSQL = """
    -- name: lock_alerts_of_message
    SELECT FROM laborwatch.alert WHERE alert_id = ANY ($1::uuid[]) ORDER BY alert_id FOR UPDATE
    """

/// Settles all deliveries of a message in one statement: their states, their tries, the group's
/// last send time, and since when the receiver fails. A success after failures also makes the
/// receiver's other failed deliveries due. `Settlement` decides the values of the columns.
private let settleSQL = """
    -- name: settle_deliveries
    WITH line AS MATERIALIZED (
        SELECT delivery_id, claim, attempts, may_come_forward = 1 AS may_come_forward,
               nullif(scheduled_at, '')::timestamptz AS scheduled_at, ordinal
          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[])
               WITH ORDINALITY
            AS line (delivery_id, claim, attempts, may_come_forward, scheduled_at, ordinal)
    ), moved AS (
        UPDATE laborwatch.delivery d
           SET state = $6, attempts = line.attempts, scheduled_at = line.scheduled_at,
               may_come_forward = line.may_come_forward,
               next_attempt_at = coalesce($7, next_attempt_at),
               finished_at = CASE WHEN $6 = 'pending' THEN NULL ELSE $8 END,
               locked_until = NULL, claim = NULL, last_status = $9, last_error = $10,
               was_tried = $15, message_id = coalesce($14, message_id)
          FROM line
         WHERE d.delivery_id = line.delivery_id
           AND d.claim = line.claim
           AND d.state = 'pending'
        RETURNING d.delivery_id, d.receiver, d.group_key
    ), noted AS (
        INSERT INTO laborwatch.delivery_attempt
            (delivery_id, started_at, ended_at, outcome, counted, was_tried, next_attempt_at,
             status, error, answer)
        SELECT delivery_id, $11, $8, $12, moved.delivery_id IS NOT NULL, $15, $7, $9, $10, $13
          FROM line
          JOIN laborwatch.delivery USING (delivery_id)
          LEFT JOIN moved USING (delivery_id)
         ORDER BY line.ordinal
    ), sent AS (
        INSERT INTO laborwatch.delivery_group AS g (receiver, group_key, last_sent_at)
        SELECT DISTINCT receiver, group_key, $8
          FROM moved
         WHERE group_key IS NOT NULL AND $12 = 'delivered'
            ON CONFLICT (receiver, group_key) DO UPDATE
           SET last_sent_at = greatest(g.last_sent_at, EXCLUDED.last_sent_at)
    ), failing AS (
        INSERT INTO laborwatch.receiver_state AS s (receiver, failing_since)
        SELECT DISTINCT receiver, $11
          FROM moved
         WHERE $12 IN ('retry', 'dead')
            ON CONFLICT (receiver) DO UPDATE
           SET failing_since = EXCLUDED.failing_since
         WHERE s.failing_since IS NULL
    ), well AS (
        UPDATE laborwatch.receiver_state s
           SET failing_since = NULL
         WHERE $12 = 'delivered'
           AND s.failing_since IS NOT NULL
           AND s.receiver IN (SELECT receiver FROM moved)
        RETURNING s.receiver
    ), forward AS (
        \(PostgresStore.bringForward("(SELECT receiver FROM well)", at: "$8"))
           AND EXISTS (SELECT FROM well)
    )
    SELECT delivery_id FROM moved
    """
