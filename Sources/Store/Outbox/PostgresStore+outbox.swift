package import Alerting
package import Labor
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
        let binds: [Bind] = [
            .textArray(receivers), .timestamp(now.microseconds), .int(Int64(limit)),
            .timestamp(now.adding(seconds: Int64(leaseSeconds)).microseconds),
            .int(Int64(PostgresStore.groupMax)),
        ]
        let claimed = try await perform(courier, "claiming deliveries") { session in
            try session.query(claimSQL, binds) { row in
                (
                    group: try row.textOrNil(5),
                    delivery: ClaimedDelivery(
                        id: try row.int(0), receiver: try row.text(1),
                        notice: try EventRow.notice(row, from: 8), attempts: Int(try row.int(2)),
                        createdAt: Instant(microseconds: try row.timestamp(3)),
                        claim: try row.int(4),
                        postponement: Postponement(
                            scheduledAt: try row.timestampOrNil(6).map(
                                Instant.init(microseconds:)),
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
            try session.execute(
                """
                -- name: release_claims
                UPDATE laborwatch.delivery
                   SET locked_until = NULL, claim = NULL
                 WHERE state = 'pending' AND locked_until IS NOT NULL
                """)
        }
    }

    /// When the next unblocked delivery becomes due; nil when none is pending.
    package func nextDue(receivers: [String]) async throws -> Instant? {
        guard !receivers.isEmpty else { return nil }
        return try await perform(courier, "looking for the next delivery") { session in
            let due = try session.first(nextDueSQL, [.textArray(receivers)]) {
                try $0.timestampOrNil(0)
            }
            return due.flatMap { $0 }.map(Instant.init(microseconds:))
        }
    }
}

/// A delivery is blocked while an older one of the same receiver and episode is pending; a dead one
/// does not block. OFFSET 0 keeps the subquery from becoming a join: planned before the table has
/// statistics about a storm, the join compared every delivery with every other.
private let isHead = """
    NOT EXISTS (
                   SELECT FROM laborwatch.delivery older
                    WHERE older.state = 'pending'
                      AND older.receiver = d.receiver
                      AND older.alert_id = d.alert_id
                      AND older.sequence < d.sequence
                   OFFSET 0)
    """

/// When a delivery `d` may be sent: at its own time, but not before its interval after the last
/// message `g` of its group; if that moment is in quiet hours, at their end.
let groupTurn = """
    greatest(
                   d.next_attempt_at,
                   CASE WHEN g.last_sent_at + make_interval(secs => d.group_interval)
                                 >= d.quiet_from
                         AND g.last_sent_at + make_interval(secs => d.group_interval)
                                 < d.quiet_until
                        THEN d.quiet_until
                        ELSE g.last_sent_at + make_interval(secs => d.group_interval) END)
    """

/// The claim columns, not the row locks, keep a delivery claimed during the send; the locks last
/// only for this statement. SKIP LOCKED lets two couriers run concurrently. MATERIALIZED keeps the
/// limit effective whatever the planner does. Each receiver has its own index scan, so that the
/// backlog of a dead receiver does not slow down the others.
///
/// Per receiver the group that has been due longest is claimed (`company`), including later events
/// of an episode if no earlier one is left out (`whole`). A message contains only deliveries with
/// the same number of tries: it so keeps its deliveries and its ID in every try, and a new delivery
/// is not given up together with an old one. An untried delivery joins the first message of its
/// group, even if its own wait is not over.
private let claimSQL = """
    -- name: claim_deliveries
    WITH company AS MATERIALIZED (
        SELECT wanted.receiver, head.group_key, head.attempts
          FROM unnest($1::text[]) AS wanted (receiver)
         CROSS JOIN LATERAL (
            SELECT d.group_key, d.attempts
              FROM laborwatch.delivery d
              LEFT JOIN laborwatch.delivery_group g
                ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
             WHERE d.state = 'pending'
               AND d.group_key IS NOT NULL
               AND d.receiver = wanted.receiver
               AND d.next_attempt_at <= $2
               AND (d.locked_until IS NULL OR d.locked_until <= $2)
               AND \(groupTurn) <= $2
               AND \(isHead)
             ORDER BY d.next_attempt_at, d.delivery_id
             LIMIT 1
         ) AS head
         LIMIT $3
    ), member AS MATERIALIZED (
        SELECT one.delivery_id, one.receiver, one.alert_id, one.sequence
          FROM company c
         CROSS JOIN LATERAL (
            SELECT d.delivery_id, d.receiver, d.alert_id, d.sequence
              FROM laborwatch.delivery d
             WHERE d.state = 'pending'
               AND d.receiver = c.receiver
               AND d.group_key = c.group_key
               AND d.attempts = c.attempts
               AND (d.next_attempt_at <= $2 OR (d.attempts = 0 AND d.created_at <= $2))
               AND (d.locked_until IS NULL OR d.locked_until <= $2)
               AND NOT EXISTS (
                   SELECT FROM laborwatch.delivery older
                    WHERE older.state = 'pending'
                      AND older.receiver = d.receiver
                      AND older.alert_id = d.alert_id
                      AND older.sequence < d.sequence
                      AND (older.group_key IS DISTINCT FROM d.group_key
                           OR older.attempts <> d.attempts
                           OR (older.next_attempt_at > $2 AND older.attempts > 0)
                           OR older.locked_until > $2)
                   OFFSET 0)
             ORDER BY d.created_at, d.sequence, d.delivery_id
             LIMIT $5
               FOR UPDATE OF d SKIP LOCKED
         ) AS one
    ), whole AS (
        SELECT m.delivery_id
          FROM member m
         WHERE NOT EXISTS (
             SELECT FROM laborwatch.delivery older
              WHERE older.state = 'pending'
                AND older.receiver = m.receiver
                AND older.alert_id = m.alert_id
                AND older.sequence < m.sequence
                AND older.delivery_id NOT IN (SELECT delivery_id FROM member)
             OFFSET 0)
    ), due AS MATERIALIZED (
        SELECT head.delivery_id
          FROM unnest($1::text[]) AS wanted (receiver)
         CROSS JOIN LATERAL (
            SELECT d.delivery_id, d.next_attempt_at
              FROM laborwatch.delivery d
             WHERE d.state = 'pending'
               AND d.group_key IS NULL
               AND d.receiver = wanted.receiver
               AND d.next_attempt_at <= $2
               AND (d.locked_until IS NULL OR d.locked_until <= $2)
               AND \(isHead)
             ORDER BY d.next_attempt_at, d.delivery_id
             LIMIT $3
               FOR UPDATE OF d SKIP LOCKED
         ) AS head
         ORDER BY head.next_attempt_at, head.delivery_id
         LIMIT $3 - (SELECT count(*) FROM company)
    ), claimed AS (
        UPDATE laborwatch.delivery d
           SET locked_until = $4, claim = nextval('laborwatch.delivery_claim')
          FROM (SELECT delivery_id FROM due UNION ALL SELECT delivery_id FROM whole) AS taken
         WHERE d.delivery_id = taken.delivery_id
        RETURNING d.*
    )
    SELECT c.delivery_id, c.receiver, c.attempts, c.created_at, c.claim, c.group_key,
           c.scheduled_at, c.may_come_forward,
           \(EventRow.columns(due: "c.due_at"))
      FROM claimed c
      JOIN laborwatch.alert_event e ON e.event_id = c.event_id
      JOIN laborwatch.alert a ON a.alert_id = c.alert_id
     ORDER BY CASE WHEN c.group_key IS NULL THEN c.next_attempt_at ELSE c.created_at END,
              CASE WHEN c.group_key IS NULL THEN 0 ELSE c.sequence END, c.delivery_id
    """

/// Claimed deliveries are few and are checked one by one. Of the others without a group the first
/// in the index decides. Groups need all rows, because each has its own interval to wait for.
private let nextDueSQL = """
    -- name: next_due_delivery
    SELECT min(head.due_at)
      FROM unnest($1::text[]) AS wanted (receiver)
     CROSS JOIN LATERAL (
        (SELECT d.next_attempt_at AS due_at
           FROM laborwatch.delivery d
          WHERE d.state = 'pending'
            AND d.group_key IS NULL
            AND d.receiver = wanted.receiver
            AND d.locked_until IS NULL
            AND \(isHead)
          ORDER BY d.next_attempt_at
          LIMIT 1)
         UNION ALL
        (SELECT min(\(groupTurn))
           FROM laborwatch.delivery d
           LEFT JOIN laborwatch.delivery_group g
             ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
          WHERE d.state = 'pending'
            AND d.group_key IS NOT NULL
            AND d.receiver = wanted.receiver
            AND d.locked_until IS NULL
            AND \(isHead))
         UNION ALL
        (SELECT greatest(\(groupTurn), d.locked_until)
           FROM laborwatch.delivery d
           LEFT JOIN laborwatch.delivery_group g
             ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
          WHERE d.state = 'pending'
            AND d.receiver = wanted.receiver
            AND d.locked_until IS NOT NULL
            AND \(isHead))
     ) AS head
    """
