import Alerting
import Labor
import Postgres

/// Changes of waiting and held deliveries.
extension DeliveryRow {
    /// Holds waiting deliveries, except those that a courier has claimed or that are finished. If a
    /// later event of the episode is sent all the same, the hold is dropped and the older event is
    /// never sent.
    static func hold(_ holds: [Hold], _ session: inout Session) throws {
        var held: Set<String> = []
        var start = 0
        while start < holds.count {
            let chunk = holds[start..<min(start + PostgresStore.rowsPerStatement, holds.count)]
            let binds: [Bind] = [
                .intArray(chunk.map(\.deliveryID)), .textArray(chunk.map(\.reason)),
            ]
            let alerts = try session.query(holdDeliveriesSQL, binds) { try $0.uuid(0) }
            held.formUnion(alerts)
            start += PostgresStore.rowsPerStatement
        }
        try inChunks(held.sorted()) { _ = try session.execute(dropHoldsSQL, [.textArray($0)]) }
    }

    /// Makes a receiver's suppressed deliveries of some episodes pending, if a pending one precedes
    /// them.
    static func catchUp(
        _ receiver: String, _ alerts: [String], _ session: inout Session
    ) throws {
        try session.execute(catchUpSQL, [.textArray(alerts), .text(receiver)])
    }

    /// Moves the deadline that waiting deliveries state to the episode's current, later deadline.
    static func putOffClocks(of alerts: [AlertID], _ session: inout Session) throws {
        try inChunks(alerts.map(\.rawValue)) { alerts in
            try session.execute(putOffClocksSQL, [.textArray(alerts)])
        }
    }

    /// Releases held deliveries. One that is no longer held is left as it is, so that the same
    /// cycle may be written twice.
    /// - Returns: the number of deliveries that are now pending.
    static func release(_ releases: [Release], _ session: inout Session) throws -> Int {
        var told = 0
        try inChunks(StoreJSON.texts(releases.map(ReleaseRow.init))) { chunk in
            let released = try session.query(releaseDeliveriesSQL, [.textArray(chunk)]) { row in
                (alert: try row.uuid(0), receiver: try row.text(1), isOwed: try row.bool(2))
            }
            told += released.count
            // The outbox did not know that the receiver is owed the events that its filter rejected
            // meanwhile.
            let owed = Dictionary(grouping: released.filter(\.isOwed), by: \.receiver)
            for (receiver, orders) in owed.sorted(by: { $0.key < $1.key }) {
                try catchUp(receiver, orders.map(\.alert), &session)
            }
            try hasten(released.map(\.alert), &session)
        }
        return told
    }

    /// Moves earlier pending deliveries of the episodes up to a later event's send time and group.
    static func hasten(_ alerts: [String], _ session: inout Session) throws {
        try session.execute(hastenSQL, [.textArray(alerts)])
    }
}

/// One release, as the columns of its delivery's row.
private struct ReleaseRow: Encodable {
    let release: Release

    private enum CodingKeys: String, CodingKey {
        case deliveryID = "delivery_id"
        case groupKey = "group_key"
        case groupInterval = "group_interval"
        case quietFrom = "quiet_from"
        case quietUntil = "quiet_until"
        case nextAttemptAt = "next_attempt_at"
        case dueAt = "due_at"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(release.deliveryID, forKey: .deliveryID)
        try row.encodeIfPresent(release.quiet?.from.utcText, forKey: .quietFrom)
        try row.encodeIfPresent(release.quiet?.until.utcText, forKey: .quietUntil)
        try row.encodeIfPresent(release.dueAt?.utcText, forKey: .dueAt)
        try row.encodeIfPresent(release.group, forKey: .groupKey)
        try row.encodeIfPresent(release.groupInterval, forKey: .groupInterval)
        try row.encodeIfPresent(release.notBefore?.utcText, forKey: .nextAttemptAt)
    }
}

private let holdDeliveriesSQL = """
    -- name: hold_deliveries
    UPDATE laborwatch.delivery d
       SET state = 'suppressed', is_held = true, reason = line.reason, finished_at = d.created_at
      FROM unnest($1::bigint[], $2::text[]) AS line (delivery_id, reason)
     WHERE d.delivery_id = line.delivery_id
       AND d.state = 'pending'
       AND d.attempts = 0
       AND d.locked_until IS NULL
    RETURNING d.alert_id
    """

private let putOffClocksSQL = """
    -- name: put_off_clocks
    UPDATE laborwatch.delivery d
       SET due_at = a.next_clock_at
      FROM laborwatch.alert a
     WHERE a.alert_id = ANY ($1::uuid[])
       AND d.alert_id = a.alert_id
       AND d.state = 'pending'
       AND d.attempts = 0
       AND d.locked_until IS NULL
       AND d.due_at < a.next_clock_at
    """

/// Makes the released delivery pending; older held ones of its episode and receiver are never sent.
private let releaseDeliveriesSQL = """
    -- name: release_deliveries
    WITH line AS (
        SELECT row.delivery_id, row.group_key, row.group_interval, row.quiet_from,
               row.quiet_until, row.next_attempt_at, row.due_at
          FROM unnest($1::text[]) AS line (json)
         CROSS JOIN LATERAL jsonb_populate_record(
             NULL::laborwatch.delivery, line.json::jsonb) AS row
    ), older AS (
        UPDATE laborwatch.delivery d
           SET is_held = false
          FROM line
          JOIN laborwatch.delivery released ON released.delivery_id = line.delivery_id
         WHERE released.is_held
           AND d.is_held
           AND d.alert_id = released.alert_id
           AND d.receiver = released.receiver
           AND d.sequence < released.sequence
    )
    UPDATE laborwatch.delivery d
       SET state = 'pending', is_held = false,
           reason = '\(DeliveryReason.Kind.fallbackOf.rawValue):' || d.fallback_of,
           finished_at = NULL,
           group_key = line.group_key, group_interval = line.group_interval,
           quiet_from = line.quiet_from, quiet_until = line.quiet_until,
           next_attempt_at = coalesce(line.next_attempt_at, d.created_at), due_at = line.due_at
      FROM line
     WHERE d.delivery_id = line.delivery_id AND d.is_held
    RETURNING d.alert_id, d.receiver, d.is_owed
    """

/// A delivery that waits for its group or for the end of quiet hours must not delay a later event
/// of its episode, so it is sent with the later event. A failed delivery keeps its retry pause,
/// which the receiver needs, unless the tier rose meanwhile.
private let hastenSQL = """
    -- name: hasten_deliveries
    WITH waiting AS (
        SELECT d.delivery_id, d.receiver, d.alert_id, d.sequence, d.attempts, d.group_key,
               d.group_interval, d.quiet_from, d.quiet_until,
               \(groupTurn) AS turn_at,
               laborwatch.tier_rank(e.to_tier) > laborwatch.tier_rank(e.from_tier) AS has_risen
          FROM laborwatch.delivery d
          JOIN laborwatch.alert_event e USING (event_id)
          LEFT JOIN laborwatch.delivery_group g
            ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
         WHERE d.alert_id = ANY ($1::uuid[])
           AND d.state = 'pending'
    ), sooner AS (
        SELECT DISTINCT ON (w.delivery_id)
               w.delivery_id, n.turn_at, n.group_key, n.group_interval, n.quiet_from,
               n.quiet_until
          FROM waiting w
          JOIN waiting n
            ON n.receiver = w.receiver
           AND n.alert_id = w.alert_id
           AND n.sequence > w.sequence
           AND n.turn_at < w.turn_at
           AND (w.attempts = 0 OR n.has_risen)
         ORDER BY w.delivery_id, n.turn_at, n.sequence
    )
    UPDATE laborwatch.delivery d
       SET next_attempt_at = sooner.turn_at,
           quiet_from = CASE WHEN d.attempts = 0 THEN sooner.quiet_from ELSE d.quiet_from END,
           quiet_until = CASE WHEN d.attempts = 0 THEN sooner.quiet_until ELSE d.quiet_until END,
           group_key = CASE WHEN d.attempts = 0 THEN sooner.group_key ELSE d.group_key END,
           group_interval =
               CASE WHEN d.attempts = 0 THEN sooner.group_interval ELSE d.group_interval END
      FROM sooner
     WHERE d.delivery_id = sooner.delivery_id
       AND d.state = 'pending'
       AND d.locked_until IS NULL
    """

/// A receiver that gets an event as a fallback also gets all later events of the episode, including
/// those that its filter rejected. Of events that a silence or inhibition suppressed it gets only
/// the end.
private let catchUpSQL = """
    -- name: catch_up
    UPDATE laborwatch.delivery d
       SET state = 'pending', reason = NULL, is_held = false, is_owed = true, finished_at = NULL
      FROM laborwatch.alert_event event
     WHERE event.event_id = d.event_id
       AND d.receiver = $2
       AND d.alert_id = ANY ($1::uuid[])
       AND d.state = 'suppressed'
       AND (event.what IN \(DeliveryRow.endings) OR d.reason !~ '^(silenced|inhibited_by):')
       AND EXISTS (
           SELECT FROM laborwatch.delivery earlier
            WHERE earlier.alert_id = d.alert_id
              AND earlier.receiver = d.receiver
              AND earlier.sequence < d.sequence
              AND earlier.state = 'pending')
    """
