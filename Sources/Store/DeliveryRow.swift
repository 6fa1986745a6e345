import Alerting
import Labor
import Postgres

/// One row of `laborwatch.delivery` on its way in. Its clock is the event's: the outbox knows no
/// other, so that a test or a replay is not bound to today.
struct DeliveryRow: Encodable {
    let order: DeliveryOrder
    let event: AlertEvent

    private enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case alertID = "alert_id"
        case sequence, receiver, state, reason
        case isHeld = "is_held"
        case groupKey = "group_key"
        case groupInterval = "group_interval"
        case quietFrom = "quiet_from"
        case quietUntil = "quiet_until"
        case createdAt = "created_at"
        case nextAttemptAt = "next_attempt_at"
        case finishedAt = "finished_at"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(order.eventID, forKey: .eventID)
        try row.encode(order.alertID, forKey: .alertID)
        try row.encode(event.sequence, forKey: .sequence)
        try row.encode(order.receiver, forKey: .receiver)
        try row.encode(order.suppressed == nil ? "pending" : "suppressed", forKey: .state)
        try row.encodeIfPresent(order.suppressed, forKey: .reason)
        try row.encode(event.at.utcText, forKey: .createdAt)
        try row.encode(order.isHeld && order.suppressed != nil, forKey: .isHeld)
        try row.encodeIfPresent(order.group, forKey: .groupKey)
        try row.encodeIfPresent(order.groupInterval, forKey: .groupInterval)
        try row.encodeIfPresent(order.quiet?.from.utcText, forKey: .quietFrom)
        try row.encodeIfPresent(order.quiet?.until.utcText, forKey: .quietUntil)
        try row.encode((order.notBefore ?? event.at).utcText, forKey: .nextAttemptAt)
        if order.suppressed != nil { try row.encode(event.at.utcText, forKey: .finishedAt) }
    }

    /// Writes the deliveries of fresh events, then lets nothing be held that is of no more use.
    /// - Returns: how many are to be made.
    static func write(_ rows: [DeliveryRow], _ session: inout Session) throws -> Int {
        guard !rows.isEmpty else { return 0 }
        var told = 0
        try inChunks(StoreJSON.texts(rows)) { chunk in
            let pending = try session.query(insertDeliveriesSQL, [.textArray(chunk)]) {
                try $0.bool(0)
            }
            told += pending.count { $0 }
        }
        let alerts = Set(rows.map(\.order.alertID.rawValue)).sorted()
        try inChunks(alerts) { alerts in
            try session.execute(dropHoldsSQL, [.textArray(alerts)])
            try session.execute(hastenSQL, [.textArray(alerts)])
        }
        return told
    }

    /// Holds waiting deliveries back; one that a courier has in hand by now, or that ended, is not.
    static func hold(_ holds: [Hold], _ session: inout Session) throws {
        var start = 0
        while start < holds.count {
            let chunk = holds[start..<min(start + PostgresStore.rowsPerStatement, holds.count)]
            try session.execute(
                holdDeliveriesSQL,
                [.intArray(chunk.map(\.deliveryID)), .textArray(chunk.map(\.reason))])
            start += PostgresStore.rowsPerStatement
        }
    }

    /// Tells what waits of episodes of the clock that runs by now, where that was put off.
    static func putOffClocks(of alerts: [AlertID], _ session: inout Session) throws {
        try inChunks(alerts.map(\.rawValue)) { alerts in
            try session.execute(putOffClocksSQL, [.textArray(alerts)])
        }
    }

    /// Lets held deliveries go. One that is held no longer stays as it is, so that a cycle may be
    /// written twice.
    /// - Returns: how many are to be made.
    static func release(_ releases: [Release], _ session: inout Session) throws -> Int {
        var told = 0
        try inChunks(StoreJSON.texts(releases.map(ReleaseRow.init))) { chunk in
            let alerts = try session.query(releaseDeliveriesSQL, [.textArray(chunk)]) {
                try $0.uuid(0)
            }
            told += alerts.count
            try session.execute(hastenSQL, [.textArray(alerts)])
        }
        return told
    }
}

/// A held delivery that is let go, as the columns of its row.
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

private let deliveryColumns = """
    event_id, alert_id, sequence, receiver, state, reason, created_at, next_attempt_at, \
    finished_at, is_held, group_key, group_interval, quiet_from, quiet_until, due_at
    """

/// Whoever was, or is still to be, told of an episode is told of all that follows, whatever the
/// filters say by then: an enterprise may move to another region, and a filter may be narrowed.
/// The earlier event may be in the same statement, which does not see its own rows. What is held
/// back only passes on an end; and the end of what was held back all along is told to nobody. What is
/// asked of earlier ones is asked once a row, not once for each column that needs it.
private let insertDeliveriesSQL = """
    -- name: insert_deliveries
    WITH line AS (
        SELECT row.*, line.ordinal,
               bool_or(row.state = 'pending') OVER earlier AS told_here,
               bool_or(row.is_held) OVER earlier AS held_here
          FROM unnest($1::text[]) WITH ORDINALITY AS line (json, ordinal)
         CROSS JOIN LATERAL jsonb_populate_record(
             NULL::laborwatch.delivery, line.json::jsonb) AS row
        WINDOW earlier AS (
            PARTITION BY row.alert_id, row.receiver ORDER BY row.sequence
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ), known AS MATERIALIZED (
        SELECT line.*, event.due_at AS event_due_at,
               event.what IN \(DeliveryRow.endings) AS is_end,
               coalesce(line.told_here, false) OR EXISTS (
                   SELECT FROM laborwatch.delivery earlier
                    WHERE earlier.alert_id = line.alert_id
                      AND earlier.receiver = line.receiver
                      AND earlier.sequence < line.sequence
                      AND earlier.state NOT IN ('suppressed', 'dropped')) AS is_told,
               coalesce(line.held_here, false) OR EXISTS (
                   SELECT FROM laborwatch.delivery earlier
                    WHERE earlier.alert_id = line.alert_id
                      AND earlier.receiver = line.receiver
                      AND earlier.sequence < line.sequence
                      AND earlier.is_held) AS was_held
          FROM line
          JOIN laborwatch.alert_event event USING (event_id)
    ), judged AS MATERIALIZED (
        SELECT known.*,
               is_told AND state = 'suppressed' AND (NOT is_held OR is_end) AS is_owed,
               is_end AND was_held AND NOT is_told AS is_secret
          FROM known
    )
    INSERT INTO laborwatch.delivery (\(deliveryColumns))
    SELECT event_id, alert_id, sequence, receiver,
           CASE WHEN is_owed THEN 'pending' WHEN is_secret THEN 'suppressed' ELSE state END,
           CASE WHEN is_owed THEN NULL WHEN is_secret THEN 'never_told' ELSE reason END,
           created_at, next_attempt_at,
           CASE WHEN is_owed THEN NULL WHEN is_secret THEN created_at ELSE finished_at END,
           is_held AND NOT is_owed AND NOT is_secret, group_key, group_interval, quiet_from,
           quiet_until, event_due_at
      FROM judged
     ORDER BY ordinal
    ON CONFLICT (event_id, receiver) DO NOTHING
    RETURNING state = 'pending'
    """

private let holdDeliveriesSQL = """
    -- name: hold_deliveries
    UPDATE laborwatch.delivery d
       SET state = 'suppressed', is_held = true, reason = line.reason, finished_at = d.created_at
      FROM unnest($1::bigint[], $2::text[]) AS line (delivery_id, reason)
     WHERE d.delivery_id = line.delivery_id
       AND d.state = 'pending'
       AND d.attempts = 0
       AND d.locked_until IS NULL
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

/// The released one becomes due; older ones of its episode and receiver are not told any more.
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
       SET state = 'pending', is_held = false, reason = NULL, finished_at = NULL,
           group_key = line.group_key, group_interval = line.group_interval,
           quiet_from = line.quiet_from, quiet_until = line.quiet_until,
           next_attempt_at = coalesce(line.next_attempt_at, d.created_at), due_at = line.due_at
      FROM line
     WHERE d.delivery_id = line.delivery_id AND d.is_held
    RETURNING d.alert_id
    """

/// What waits for its company or for the morning must not keep a later event of its episode from
/// being told at once: it goes out with that one. A try that failed keeps its pause, which the
/// receiver needs, unless the tier rose meanwhile.
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

extension DeliveryRow {
    /// What ends an episode: whoever was told of it is told that, also while it is silenced.
    static let endings = "('resolved', 'withdrawn')"

    /// What was held back stays untold, with its reason, once the receiver was told of something
    /// later or the episode is over.
    static let dropHoldsSQL = """
        -- name: drop_holds
        UPDATE laborwatch.delivery d
           SET is_held = false
         WHERE d.is_held
           AND d.alert_id = ANY ($1::uuid[])
           AND (EXISTS (
                    SELECT FROM laborwatch.delivery later
                     WHERE later.alert_id = d.alert_id
                       AND later.receiver = d.receiver
                       AND later.sequence > d.sequence
                       AND later.state NOT IN ('suppressed', 'dropped'))
                OR EXISTS (
                    SELECT FROM laborwatch.alert a
                     WHERE a.alert_id = d.alert_id AND a.state IN \(DeliveryRow.endings)))
        """
}
