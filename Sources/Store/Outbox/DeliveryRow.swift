import Alerting
import Labor
import LaborSQL
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
            _ = try session.execute(.writeDeliveries, ["deliveries": .textArray(chunk)])
        }
    }
}
