import Alerting
import Labor
import LaborSQL
import Postgres

/// Reads the deliveries that a plan needs, in one query. It locks those that the plan may change
/// until the end of the transaction.
struct DeliveryReader {
    /// The deliveries of an episode to read; each case includes the cases before it. The block
    /// `lock_deliveries` contains the numbers.
    enum Depth: Int64 {
        /// The waiting ones whose response deadline is earlier than the episode's.
        case clock = 0
        /// All that are pending or held.
        case live = 1
        /// In addition the suppressed ones.
        case suppressed = 2
    }

    private var depths: [AlertID: Depth] = [:]
    private var groups: Set<DeliveryGroup> = []
    private var groupsToCome: [Int64: String] = [:]
    /// The receiver whose deliveries are read; nil for all receivers.
    private let receiver: String?
    /// Additional deliveries to read, of any receiver and state.
    private let ids: [Int64]

    /// A reader for one receiver or for all, and for some additional deliveries.
    init(receiver: String? = nil, besides ids: [Int64] = []) {
        self.receiver = receiver
        self.ids = ids
    }

    /// Requests the deliveries of an episode; the greatest requested depth counts.
    mutating func ask(_ alert: AlertID, _ depth: Depth) {
        if let known = depths[alert], known.rawValue >= depth.rawValue { return }
        depths[alert] = depth
    }

    /// Requests the time of the last message of a group to a receiver; does nothing for no group.
    mutating func ask(group: String?, of receiver: String) {
        if let group { groups.insert(DeliveryGroup(receiver: receiver, name: group)) }
    }

    /// Requests the same for the group that a released delivery will join.
    mutating func ask(group: String?, ofDelivery id: Int64) {
        groupsToCome[id] = group
    }

    /// Reads the requested deliveries into a plan.
    /// - Parameter ended: episodes that this transaction ends, in addition to those that have ended
    ///   in the store.
    func plan(ended: Set<AlertID> = [], _ session: inout Session) throws
        -> DeliveryPlan<AlertID>
    {
        var ended = ended
        var past: [DeliveryQueue<AlertID>: DeliveryPast] = [:]
        var deliveries: [Delivery<AlertID>] = []
        let asked = depths.sorted { $0.key.rawValue < $1.key.rawValue }
        let values: [String: Bind] = [
            "alerts": .textArray(asked.map(\.key.rawValue)),
            "depths": .intArray(asked.map(\.value.rawValue)),
            "receiver": .optional(text: receiver), "delivery_ids": .intArray(ids),
        ]
        let rows =
            try asked.isEmpty ? [] : session.query(.lockDeliveries, values) { try PlanRow($0) }
        for row in rows {
            if row.hasEnded { ended.insert(row.queue.unit) }
            if row.past != DeliveryPast() { past[row.queue] = row.past }
            if let delivery = row.delivery { deliveries.append(delivery) }
        }
        return DeliveryPlan(
            deliveries, past: past, ended: ended, sent: try groupTimes(deliveries, &session))
    }

    private func groupTimes(
        _ deliveries: [Delivery<AlertID>], _ session: inout Session
    ) throws -> [DeliveryGroup: Instant] {
        let joined = deliveries.compactMap { delivery in
            delivery.id.flatMap { groupsToCome[$0] }.map {
                DeliveryGroup(receiver: delivery.receiver, name: $0)
            }
        }
        let groups = groups.union(joined)
        guard !groups.isEmpty else { return [:] }
        let asked = Array(groups)
        let times = try session.query(
            .selectGroupTimes,
            [
                "receivers": .textArray(asked.map(\.receiver)),
                "groups": .textArray(asked.map(\.name)),
            ]
        ) { row in
            (
                DeliveryGroup(receiver: try row.text(0), name: try row.text(1)),
                try row.instant(2)
            )
        }
        return Dictionary(uniqueKeysWithValues: times)
    }
}

/// One row of `lock_deliveries`: a delivery, or only the summary of its queue.
private struct PlanRow {
    let queue: DeliveryQueue<AlertID>
    let hasEnded: Bool
    let past: DeliveryPast
    let delivery: Delivery<AlertID>?

    init(_ row: borrowing Row) throws {
        queue = DeliveryQueue(
            unit: AlertID(rawValue: try row.uuid(0)), receiver: try row.text(1))
        hasEnded = try row.bool(2)
        past = DeliveryPast(
            notifiedFrom: try row.intOrNil(3).map { Int($0) },
            notifiedThrough: try row.intOrNil(4).map { Int($0) },
            deliveredThrough: try row.intOrNil(5).map { Int($0) })
        guard let id = try row.intOrNil(6) else {
            delivery = nil
            return
        }
        let place = "laborwatch.delivery \(id)"
        var quiet: QuietTime?
        if let from = try row.instantOrNil(22), let until = try row.instantOrNil(23) {
            quiet = QuietTime(from: from, until: until)
        }
        delivery = Delivery(
            id: id, eventID: try row.uuid(7), unit: queue.unit, sequence: Int(try row.int(8)),
            receiver: queue.receiver, endsUnit: try row.bool(9), raisesTier: try row.bool(10),
            state: try word(row.text(11), place),
            reason: try row.textOrNil(12).map { try word($0, place) }, isHeld: try row.bool(13),
            isOwed: try row.bool(14), fallbackOf: try row.intOrNil(15),
            attempts: Int(try row.int(16)),
            createdAt: try row.instant(17),
            nextAttemptAt: try row.instant(18),
            finishedAt: try row.instantOrNil(19), dueAt: try row.instantOrNil(24),
            grouping: DeliveryGrouping(
                group: try row.textOrNil(20), interval: try row.intOrNil(21), quiet: quiet),
            groupSentAt: try row.instantOrNil(25), lockedUntil: try row.instantOrNil(26))
    }
}
