package import Alerting
import Labor
import Postgres

extension PostgresStore {
    /// Records the result of a try; see `Outbox`. A try whose claim had lapsed is logged as well,
    /// but does not change the delivery.
    package func settle(
        _ message: ClaimedMessage, _ attempt: DeliveryAttempt
    ) async throws -> Bool {
        let verdict = Verdict(attempt)
        let ids = message.deliveries.map(\.id)
        let binds: [Bind] = [
            .intArray(ids), .intArray(message.deliveries.map(\.claim)), .text(verdict.state),
            .int(verdict.counts ? 1 : 0),
            .optional(timestamp: verdict.nextAttemptAt?.microseconds),
            .timestamp(attempt.endedAt.microseconds),
            .optional(int: attempt.status.map(Int64.init)),
            .optional(text: attempt.error.map(storable)),
            .timestamp(attempt.startedAt.microseconds), .text(verdict.outcome),
            .optional(text: attempt.answer.map(storable)),
            .optional(uuid: verdict.outcome == "snooze" ? nil : message.message.id),
        ]
        guard verdict.state == "dead", let fallback = attempt.fallback else {
            return try await perform(courier, "settling a message") { session in
                try session.first(settleSQL, binds) { try $0.int(0) } == Int64(ids.count)
            }
        }
        let heir: [Bind] = [
            .intArray(ids), .text(fallback), .timestamp(attempt.endedAt.microseconds),
        ]
        return try await transaction(courier, "settling a message") { session in
            let moved = try session.first(settleSQL, binds) { try $0.int(0) }
            let alerts = try session.query(fallBackSQL, heir) { try $0.uuid(0) }
            if !alerts.isEmpty {
                try DeliveryRow.catchUp(fallback, alerts, &session)
                try session.execute(DeliveryRow.dropHoldsSQL, [.textArray(alerts)])
                try session.execute("SELECT pg_notify('laborwatch_outbox', '')")
            }
            return moved == Int64(ids.count)
        }
    }

    /// The new state of a delivery, as the columns spell it.
    private struct Verdict {
        var outcome: String
        var state = "pending"
        var counts = true
        var nextAttemptAt: Instant?

        init(_ attempt: DeliveryAttempt) {
            switch attempt.outcome {
            case .delivered:
                outcome = "delivered"
                state = "delivered"
            case .retry(let at):
                outcome = "retry"
                nextAttemptAt = at
            case .snooze(let until):
                outcome = "snooze"
                nextAttemptAt = until
                counts = false
            case .dead:
                outcome = "dead"
                state = "dead"
            }
        }
    }
}

/// Text that PostgreSQL can store: each U+0000, which a remote response may contain, becomes
/// U+FFFD.
func storable(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}

/// Settles all deliveries of a message in one statement: their states, their tries, the group's
/// last send time, and since when the receiver fails. A success after failures also makes the
/// receiver's other failed deliveries due.
private let settleSQL = """
    -- name: settle_deliveries
    WITH line AS (
        SELECT *
          FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY
            AS line (delivery_id, claim, ordinal)
    ), moved AS (
        UPDATE laborwatch.delivery d
           SET state = $3, attempts = attempts + $4,
               next_attempt_at = coalesce($5, next_attempt_at),
               finished_at = CASE WHEN $3 = 'pending' THEN NULL ELSE $6 END,
               locked_until = NULL, claim = NULL, last_status = $7, last_error = $8,
               message_id = coalesce($12, message_id)
          FROM line
         WHERE d.delivery_id = line.delivery_id
           AND d.claim = line.claim
           AND d.state = 'pending'
        RETURNING d.delivery_id, d.receiver, d.group_key
    ), noted AS (
        INSERT INTO laborwatch.delivery_attempt
            (delivery_id, started_at, ended_at, outcome, counted, next_attempt_at, status, error,
             answer)
        SELECT delivery_id, $9, $6, $10, moved.delivery_id IS NOT NULL, $5, $7, $8, $11
          FROM line
          JOIN laborwatch.delivery USING (delivery_id)
          LEFT JOIN moved USING (delivery_id)
         ORDER BY line.ordinal
    ), sent AS (
        INSERT INTO laborwatch.delivery_group AS g (receiver, group_key, last_sent_at)
        SELECT DISTINCT receiver, group_key, $6
          FROM moved
         WHERE group_key IS NOT NULL AND $10 = 'delivered'
            ON CONFLICT (receiver, group_key) DO UPDATE
           SET last_sent_at = greatest(g.last_sent_at, EXCLUDED.last_sent_at)
    ), failing AS (
        INSERT INTO laborwatch.receiver_state AS s (receiver, failing_since)
        SELECT DISTINCT receiver, $9
          FROM moved
         WHERE $10 IN ('retry', 'dead')
            ON CONFLICT (receiver) DO UPDATE
           SET failing_since = EXCLUDED.failing_since
         WHERE s.failing_since IS NULL
    ), well AS (
        UPDATE laborwatch.receiver_state s
           SET failing_since = NULL
         WHERE $10 = 'delivered'
           AND s.failing_since IS NOT NULL
           AND s.receiver IN (SELECT receiver FROM moved)
        RETURNING s.receiver
    ), forward AS (
        \(PostgresStore.bringForward("(SELECT receiver FROM well)", at: "$6"))
           AND EXISTS (SELECT FROM well)
    )
    SELECT count(*) FROM moved
    """

/// Orders the events of dead deliveries for the fallback receiver, once per event. A filter of the
/// fallback does not matter, but a silence or inhibition that holds its delivery does. If the
/// fallback already has a later event of the episode, the order is dropped.
private let fallBackSQL = """
    -- name: fall_back
    INSERT INTO laborwatch.delivery AS heir
        (event_id, alert_id, sequence, receiver, state, reason, created_at, next_attempt_at,
         finished_at, group_key, group_interval, quiet_from, quiet_until, due_at, is_owed,
         fallback_of)
    SELECT d.event_id, d.alert_id, d.sequence, $2,
           CASE WHEN late.is_late THEN 'dropped' ELSE 'pending' END,
           CASE WHEN late.is_late THEN '\(DeliveryReason.Kind.over.rawValue)'
                ELSE '\(DeliveryReason.Kind.fallbackOf.rawValue):' || d.delivery_id END,
           d.created_at, $3, CASE WHEN late.is_late THEN $3 END, d.group_key, d.group_interval,
           d.quiet_from, d.quiet_until, d.due_at, true, d.delivery_id
      FROM laborwatch.delivery d
     CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM laborwatch.delivery later
             WHERE later.alert_id = d.alert_id
               AND later.receiver = $2
               AND later.sequence > d.sequence
               AND (later.state = 'delivered' OR later.locked_until > $3)) AS is_late
     ) AS late
     WHERE d.delivery_id = ANY ($1) AND d.state = 'dead'
     ORDER BY d.created_at, d.sequence, d.delivery_id
        ON CONFLICT (event_id, receiver) DO UPDATE
       SET state = 'pending', reason = EXCLUDED.reason, finished_at = NULL,
           next_attempt_at = EXCLUDED.next_attempt_at, group_key = EXCLUDED.group_key,
           group_interval = EXCLUDED.group_interval, quiet_from = EXCLUDED.quiet_from,
           quiet_until = EXCLUDED.quiet_until, due_at = EXCLUDED.due_at, is_owed = true,
           fallback_of = EXCLUDED.fallback_of
     WHERE heir.state = 'suppressed' AND NOT heir.is_held AND EXCLUDED.state = 'pending'
    RETURNING heir.alert_id
    """
