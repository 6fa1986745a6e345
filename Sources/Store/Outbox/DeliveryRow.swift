import Alerting
import Labor
import Postgres

/// One row to insert into `laborwatch.delivery`. Its times come from the event and not from a
/// clock, so that tests and replays do not depend on the current date.
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

    /// Inserts the deliveries of new events, then drops holds that have become pointless and moves
    /// waiting deliveries up.
    /// - Returns: the number of deliveries to send.
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
            try hasten(alerts, &session)
        }
        return told
    }
}

private let deliveryColumns = """
    event_id, alert_id, sequence, receiver, state, reason, created_at, next_attempt_at, \
    finished_at, is_held, group_key, group_interval, quiet_from, quiet_until, due_at, is_owed
    """

/// A receiver that an earlier event of the episode was or will be sent to gets every later event,
/// even if the filters no longer match: an enterprise may move to another region, and a filter may
/// be narrowed. A statement does not see the rows that it inserts, so window functions check the
/// earlier events of the same statement.
///
/// A held order is overridden only for an ending event. If earlier deliveries to the receiver were
/// held and none was sent, the end is not sent either. The checks run in a materialized CTE, once
/// per row instead of once per column.
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
               is_told AND state = 'suppressed' AND (NOT is_held OR is_end) AS is_due,
               is_end AND was_held AND NOT is_told AS is_secret
          FROM known
    )
    INSERT INTO laborwatch.delivery (\(deliveryColumns))
    SELECT event_id, alert_id, sequence, receiver,
           CASE WHEN is_due THEN 'pending' WHEN is_secret THEN 'suppressed' ELSE state END,
           CASE WHEN is_due THEN NULL WHEN is_secret THEN '\(DeliveryReason.Kind.neverTold.rawValue)' ELSE reason END,
           created_at, next_attempt_at,
           CASE WHEN is_due THEN NULL WHEN is_secret THEN created_at ELSE finished_at END,
           is_held AND NOT is_due AND NOT is_secret, group_key, group_interval, quiet_from,
           quiet_until, event_due_at, is_due
      FROM judged
     ORDER BY ordinal
    ON CONFLICT (event_id, receiver) DO NOTHING
    RETURNING state = 'pending'
    """

extension DeliveryRow {
    /// The event types that end an episode. Whoever was notified of the episode gets them, even
    /// during a silence.
    static let endings = "('resolved', 'withdrawn')"

    /// Clears `is_held`, so that a delivery stays suppressed for good, with its reason: the
    /// receiver has or will get a later event, or the episode has ended.
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
