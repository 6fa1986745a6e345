import Alerting
import Labor
import Postgres

/// One row to write into `laborwatch.delivery`, as `DeliveryPlan` decided it: a new row, or the
/// changed columns of an existing row. Its times come from the plan and not from a clock, so that
/// tests and replays do not depend on the current date.
struct DeliveryRow: Encodable {
    let delivery: Delivery<AlertID>

    private enum CodingKeys: String, CodingKey {
        case deliveryID = "delivery_id"
        case eventID = "event_id"
        case alertID = "alert_id"
        case sequence, receiver, state, reason, attempts
        case isHeld = "is_held"
        case isOwed = "is_owed"
        case fallbackOf = "fallback_of"
        case groupKey = "group_key"
        case groupInterval = "group_interval"
        case quietFrom = "quiet_from"
        case quietUntil = "quiet_until"
        case createdAt = "created_at"
        case nextAttemptAt = "next_attempt_at"
        case finishedAt = "finished_at"
        case dueAt = "due_at"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encodeIfPresent(delivery.id, forKey: .deliveryID)
        try row.encode(delivery.eventID, forKey: .eventID)
        try row.encode(delivery.unit, forKey: .alertID)
        try row.encode(delivery.sequence, forKey: .sequence)
        try row.encode(delivery.receiver, forKey: .receiver)
        try row.encode(delivery.state, forKey: .state)
        try row.encodeIfPresent(delivery.reason?.rawValue, forKey: .reason)
        try row.encode(delivery.attempts, forKey: .attempts)
        try row.encode(delivery.isHeld, forKey: .isHeld)
        try row.encode(delivery.isOwed, forKey: .isOwed)
        try row.encodeIfPresent(delivery.fallbackOf, forKey: .fallbackOf)
        try row.encodeIfPresent(delivery.grouping.group, forKey: .groupKey)
        try row.encodeIfPresent(delivery.grouping.interval, forKey: .groupInterval)
        try row.encodeIfPresent(delivery.grouping.quiet?.from.utcText, forKey: .quietFrom)
        try row.encodeIfPresent(delivery.grouping.quiet?.until.utcText, forKey: .quietUntil)
        try row.encode(delivery.createdAt.utcText, forKey: .createdAt)
        try row.encode(delivery.nextAttemptAt.utcText, forKey: .nextAttemptAt)
        try row.encodeIfPresent(delivery.finishedAt?.utcText, forKey: .finishedAt)
        try row.encodeIfPresent(delivery.dueAt?.utcText, forKey: .dueAt)
    }

    /// Writes what a plan changed; new rows are inserted in their order. The read of the plan has
    /// locked the existing rows.
    static func write(_ deliveries: [Delivery<AlertID>], _ session: inout Session) throws {
        try inChunks(StoreJSON.texts(deliveries.map(DeliveryRow.init))) { chunk in
            _ = try session.execute(writeDeliveriesSQL, [.textArray(chunk)])
        }
    }
}

extension DeliveryRow {
    /// The states of an ended episode, and the event types that end one, as an SQL list.
    static let endings =
        "("
        + AlertState.allCases.filter { !$0.isOpen }.map { "'\($0.rawValue)'" }
        .joined(separator: ", ") + ")"
}

private let writtenColumns = """
    state, reason, attempts, is_held, is_owed, fallback_of, group_key, group_interval, quiet_from, \
    quiet_until, next_attempt_at, finished_at, due_at
    """

/// A row with a number is updated; the others are inserted.
private let writeDeliveriesSQL = """
    -- name: write_deliveries
    WITH line AS MATERIALIZED (
        SELECT row.*, line.ordinal
          FROM unnest($1::text[]) WITH ORDINALITY AS line (json, ordinal)
         CROSS JOIN LATERAL jsonb_populate_record(
             NULL::laborwatch.delivery, line.json::jsonb) AS row
    ), changed AS (
        UPDATE laborwatch.delivery d
           SET (\(writtenColumns)) =
               (\(writtenColumns.split(separator: ", ").map { "line.\($0)" }
                   .joined(separator: ", ")))
          FROM line
         WHERE d.delivery_id = line.delivery_id
    )
    INSERT INTO laborwatch.delivery
           (event_id, alert_id, sequence, receiver, created_at, \(writtenColumns))
    SELECT event_id, alert_id, sequence, receiver, created_at, \(writtenColumns)
      FROM line
     WHERE delivery_id IS NULL
     ORDER BY ordinal
    ON CONFLICT (event_id, receiver) DO NOTHING
    """
