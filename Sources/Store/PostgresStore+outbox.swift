package import Alerting
package import Labor
import Postgres

extension PostgresStore {
    /// Claims what is due for a while; see `Outbox`. Two couriers never hold the same delivery.
    package func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) async throws -> [ClaimedMessage] {
        guard !receivers.isEmpty, limit > 0 else { return [] }
        let binds: [Bind] = [
            .textArray(receivers), .timestamp(now.microseconds), .int(Int64(limit)),
            .timestamp(now.adding(seconds: Int64(leaseSeconds)).microseconds),
        ]
        return try await perform(courier, "claiming deliveries") { session in
            try session.query(claimSQL, binds) { row in
                ClaimedMessage(
                    ClaimedDelivery(
                        id: try row.int(0), receiver: try row.text(1),
                        notice: try EventRow.notice(row, from: 5), attempts: Int(try row.int(2)),
                        createdAt: Instant(microseconds: try row.timestamp(3)),
                        claim: try row.int(4)))
            }
        }
    }

    /// Writes down how a try ended; see `Outbox`. A try whose claim had lapsed is on record, too,
    /// but moves nothing.
    package func settle(
        _ message: ClaimedMessage, _ attempt: DeliveryAttempt
    ) async throws -> Bool {
        try await transaction(courier, "settling a delivery") { session in
            var held = true
            for delivery in message.deliveries where try !settle(delivery, attempt, &session) {
                held = false
            }
            return held
        }
    }

    private func settle(
        _ delivery: ClaimedDelivery, _ attempt: DeliveryAttempt, _ session: inout Session
    ) throws -> Bool {
        let verdict = Verdict(attempt)
        let moved = try session.execute(
            settleSQL,
            [
                .int(delivery.id), .int(delivery.claim), .text(verdict.state),
                .int(verdict.counts ? 1 : 0),
                .optional(timestamp: verdict.nextAttemptAt?.microseconds),
                .timestamp(attempt.endedAt.microseconds),
                .optional(int: attempt.status.map(Int64.init)),
                .optional(text: attempt.error.map(storable)),
            ])
        try session.execute(
            insertAttemptSQL,
            [
                .int(delivery.id), .timestamp(attempt.startedAt.microseconds),
                .timestamp(attempt.endedAt.microseconds), .text(verdict.outcome),
                .bool(moved == 1),
                .optional(timestamp: verdict.nextAttemptAt?.microseconds),
                .optional(int: attempt.status.map(Int64.init)),
                .optional(text: attempt.error.map(storable)),
                .optional(text: attempt.answer.map(storable)),
            ])
        return moved == 1
    }

    /// Frees every claim at once, for whoever has just become the only one to deliver: what its
    /// predecessor held need not wait for the end of its time. A late result of such a claim counts
    /// for nothing.
    /// - Returns: how many.
    package func releaseClaims() async throws -> Int {
        try await transaction(courier, "freeing the claims of another courier") { session in
            let count = try session.execute(
                """
                -- name: release_claims
                UPDATE laborwatch.delivery
                   SET locked_until = NULL, claim = NULL
                 WHERE state = 'pending' AND locked_until IS NOT NULL
                """)
            if count > 0 { try session.execute("SELECT pg_notify('laborwatch_outbox', '')") }
            return count
        }
    }

    /// When the next delivery that nothing blocks falls due; nil when none waits.
    package func nextDue(receivers: [String]) async throws -> Instant? {
        guard !receivers.isEmpty else { return nil }
        return try await perform(courier, "looking for the next delivery") { session in
            let due = try session.first(nextDueSQL, [.textArray(receivers)]) {
                try $0.timestampOrNil(0)
            }
            return due.flatMap { $0 }.map(Instant.init(microseconds:))
        }
    }

    /// What becomes of a delivery, in the columns' words.
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

/// Text that PostgreSQL can store: an answer from afar may hold zero bytes.
func storable(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
}

/// A delivery waits while an older one of the same receiver and episode is pending; a dead one does
/// not hold it up.
private let isHead = """
    NOT EXISTS (
                   SELECT FROM laborwatch.delivery older
                    WHERE older.state = 'pending'
                      AND older.receiver = d.receiver
                      AND older.alert_id = d.alert_id
                      AND older.sequence < d.sequence)
    """

/// The rows are locked only while they are marked; the mark, not the lock, holds them over the
/// call. SKIP LOCKED lets two couriers pass each other, and the CTE is materialized so that the
/// limit holds whatever the planner does. Each receiver has its own walk along the index, so that
/// the backlog of a dead one costs the others nothing.
private let claimSQL = """
    -- name: claim_deliveries
    WITH due AS MATERIALIZED (
        SELECT head.delivery_id
          FROM unnest($1::text[]) AS wanted (receiver)
         CROSS JOIN LATERAL (
            SELECT d.delivery_id, d.next_attempt_at
              FROM laborwatch.delivery d
             WHERE d.state = 'pending'
               AND d.receiver = wanted.receiver
               AND d.next_attempt_at <= $2
               AND (d.locked_until IS NULL OR d.locked_until <= $2)
               AND \(isHead)
             ORDER BY d.next_attempt_at, d.delivery_id
             LIMIT $3
               FOR UPDATE OF d SKIP LOCKED
         ) AS head
         ORDER BY head.next_attempt_at, head.delivery_id
         LIMIT $3
    ), claimed AS (
        UPDATE laborwatch.delivery d
           SET locked_until = $4, claim = nextval('laborwatch.delivery_claim')
          FROM due
         WHERE d.delivery_id = due.delivery_id
        RETURNING d.*
    )
    SELECT c.delivery_id, c.receiver, c.attempts, c.created_at, c.claim,
           \(EventRow.columns)
      FROM claimed c
      JOIN laborwatch.alert_event e ON e.event_id = c.event_id
      JOIN laborwatch.alert a ON a.alert_id = c.alert_id
     ORDER BY c.next_attempt_at, c.delivery_id
    """

private let settleSQL = """
    -- name: settle_delivery
    UPDATE laborwatch.delivery
       SET state = $3, attempts = attempts + $4,
           next_attempt_at = coalesce($5, next_attempt_at),
           finished_at = CASE WHEN $3 = 'pending' THEN NULL ELSE $6 END,
           locked_until = NULL, claim = NULL, last_status = $7, last_error = $8
     WHERE delivery_id = $1 AND claim = $2 AND state = 'pending'
    """

private let insertAttemptSQL = """
    -- name: insert_delivery_attempt
    INSERT INTO laborwatch.delivery_attempt
        (delivery_id, started_at, ended_at, outcome, counted, next_attempt_at, status, error,
         answer)
    SELECT delivery_id, $2, $3, $4, $5, $6, $7, $8, $9
      FROM laborwatch.delivery
     WHERE delivery_id = $1
    """

/// Claimed ones are few and looked at one by one; of the others the first along the index is it.
private let nextDueSQL = """
    -- name: next_due_delivery
    SELECT min(head.due_at)
      FROM unnest($1::text[]) AS wanted (receiver)
     CROSS JOIN LATERAL (
        (SELECT d.next_attempt_at AS due_at
           FROM laborwatch.delivery d
          WHERE d.state = 'pending'
            AND d.receiver = wanted.receiver
            AND d.locked_until IS NULL
            AND \(isHead)
          ORDER BY d.next_attempt_at
          LIMIT 1)
         UNION ALL
        (SELECT greatest(d.next_attempt_at, d.locked_until)
           FROM laborwatch.delivery d
          WHERE d.state = 'pending'
            AND d.receiver = wanted.receiver
            AND d.locked_until IS NOT NULL
            AND \(isHead))
     ) AS head
    """
