package import Labor

/// The policy that decides what happens to the deliveries of some units.
///
/// A store reads the deliveries of the affected units, lets the plan decide, and writes `changes`.
/// The plan uses no clock and no store. `Settlement` decides the result of a try,
/// `Delivery.sendTime` the earliest send time, and `Dispatch` who is notified.
///
/// *Waiting* means pending, untried and unclaimed. *Held* means temporarily suppressed. *Refused*
/// means suppressed for good. "Earlier" and "later" refer to deliveries of the same queue. A
/// receiver *is notified* of a unit when an earlier delivery is pending, delivered or dead.
///
/// | delivery | event | result |
/// | --- | --- | --- |
/// | – | an order that is wanted | waiting |
/// | – | the same, but it ends a unit that was only held (1) | refused (`never_told`) |
/// | – | an order that is not wanted; the receiver is notified | waiting, owed |
/// | – | an order that is not wanted | refused (`tier_not_wanted` …) |
/// | – | an order that is silenced or inhibited | held |
/// | – | the same, but it ends a unit that the receiver is notified of | waiting, owed |
/// | – | the same, but it ends a unit that was only held (1) | refused (`never_told`) |
/// | waiting | a silence or an inhibition begins | held |
/// | waiting | a later one has an earlier send time (4) | waiting, with its time and group |
/// | tried | a later one raises the tier and has an earlier send time | pending, with its time |
/// | waiting | the response deadline of the unit is postponed | waiting, with the new deadline |
/// | held | no silence or inhibition holds it any more | waiting; a fallback remains one |
/// | held | a later one is released, or may be known | refused, same reason |
/// | held | the unit has ended | refused, same reason |
/// | refused for a permanent reason | an earlier one is sent as owed (2) | waiting, owed |
/// | refused or held, ends the unit | an earlier one is sent as owed (2) | waiting, owed |
/// | – | fallback for a failed delivery | waiting, owed (`fallback_of`) |
/// | refused | fallback for a failed delivery | waiting, owed (`fallback_of`) |
/// | – | fallback for a failed delivery, but overtaken (3) | dropped (`over`) |
/// | any other state | fallback for a failed delivery | unchanged |
/// | dead | a person retries it | waiting, with a new series of tries |
/// | dead | the same, but a later one was delivered | dropped (`over`) |
/// | dead | the same, but a later one is claimed | unchanged |
/// | pending, unclaimed | a person retries it | pending, due at once |
///
/// 1. An earlier one is held, and the receiver is not notified of the unit.
/// 2. A receiver that gets an event as a fallback also gets the later events of the unit, including
///    those that its filter excludes. Of the events that a silence or an inhibition suppresses it
///    gets only the end.
/// 3. A later one was delivered or is claimed. A receiver must not get "raised" after "resolved".
/// 4. Unless the quiet time of the later one's group could delay a delivery without quiet time.
package struct DeliveryPlan<Unit: Hashable & Sendable>: Sendable {
    /// The deliveries with all decisions applied. New deliveries are at the end, in the order of
    /// the requests.
    package private(set) var deliveries: [Delivery<Unit>]

    private let before: [Delivery<Unit>]
    private let past: [DeliveryQueue<Unit>: DeliveryPast]
    private let ended: Set<Unit>
    private let sent: [DeliveryGroup: Instant]
    private var places: [Int64: Int] = [:]
    private var queues: [DeliveryQueue<Unit>: [Int]] = [:]

    /// A plan for some deliveries of a store.
    /// - Parameters:
    ///   - deliveries: of every queue at least the pending and the held ones. If a delivery is
    ///     released or sent as a fallback, also the suppressed ones of its queue.
    ///   - past: a summary of the deliveries that are missing in `deliveries`, by queue.
    ///   - ended: the units that have ended.
    ///   - sent: the time of the last message of each group that the requests name; a group without
    ///     a message is missing.
    package init(
        _ deliveries: [Delivery<Unit>] = [], past: [DeliveryQueue<Unit>: DeliveryPast] = [:],
        ended: Set<Unit> = [], sent: [DeliveryGroup: Instant] = [:]
    ) {
        self.deliveries = deliveries
        self.past = past
        self.ended = ended
        self.sent = sent
        before = deliveries
        queues.reserveCapacity(deliveries.count)
        for (place, delivery) in deliveries.enumerated() {
            if let id = delivery.id { places[id] = place }
            queues[delivery.queue, default: []].append(place)
        }
        queues = queues.mapValues { places in
            places.sorted { deliveries[$0].sequence < deliveries[$1].sequence }
        }
    }

    /// The deliveries to write: new ones, which have no number, and changed ones.
    package var changes: [Delivery<Unit>] {
        deliveries.enumerated().filter { place, delivery in
            place >= before.count || before[place] != delivery
        }.map(\.element)
    }

    /// Applies the changes that one cycle requests.
    /// - Returns: the number of deliveries to send because of the requests.
    package mutating func apply(_ requests: DeliveryRequests<Unit>) -> Int {
        for hold in requests.holds { self.hold(hold) }
        var count = 0
        // Only a new or released delivery brings earlier ones forward. The result for a queue so
        // does not depend on which other queues were read.
        var busy: Set<DeliveryQueue<Unit>> = []
        for release in requests.releases where self.release(release) {
            count += 1
            if let place = places[release.deliveryID] { busy.insert(deliveries[place].queue) }
        }
        for order in requests.orders where self.order(order) {
            count += 1
            busy.insert(order.queue)
        }
        for queue in queues.keys { expireHolds(in: queue) }
        for queue in busy { bringForward(in: queue) }
        for place in deliveries.indices {
            guard deliveries[place].isWaiting, let due = deliveries[place].dueAt,
                let clock = requests.clocks[deliveries[place].unit], due < clock
            else { continue }
            deliveries[place].dueAt = clock
        }
        return count
    }

    /// Orders the events of dead deliveries for the fallback receiver, once per event.
    /// - Parameters:
    ///   - ids: the numbers of deliveries of this plan; those that are not dead are ignored.
    ///   - fallback: the name of the fallback receiver.
    ///   - moment: when the deliveries were given up.
    package mutating func fallBack(_ ids: [Int64], to fallback: String, at moment: Instant) {
        let dead = ids.compactMap { places[$0] }.map { deliveries[$0] }
            .filter { $0.state == .dead }
            .sorted {
                ($0.createdAt, $0.sequence, $0.id ?? 0) < ($1.createdAt, $1.sequence, $1.id ?? 0)
            }
        var touched: Set<DeliveryQueue<Unit>> = []
        for delivery in dead {
            let queue = DeliveryQueue(unit: delivery.unit, receiver: fallback)
            if replace(delivery, in: queue, at: moment) { touched.insert(queue) }
        }
        for queue in touched {
            catchUp(queue)
            expireHolds(in: queue)
        }
    }

    /// Makes dead letters pending again, as a person requests.
    /// - Parameters:
    ///   - ids: the numbers of deliveries of this plan.
    ///   - includesPending: whether pending deliveries among them become due at once.
    /// - Returns: the number of deliveries to send, and the number of dropped ones.
    package mutating func revive(
        _ ids: [Int64], includesPending: Bool, at now: Instant
    ) -> (revived: Int, overtaken: Int) {
        var revived = 0
        var overtaken = 0
        for place in ids.compactMap({ places[$0] }) {
            let delivery = deliveries[place]
            switch delivery.state {
            case .pending where includesPending && !delivery.isClaimed(at: now):
                deliveries[place].nextAttemptAt = now
                revived += 1
            case .dead where wasDelivered(after: delivery):
                deliveries[place].drop(.overtaken, at: now)
                overtaken += 1
            case .dead where !isOnItsWay(after: delivery, at: now):
                deliveries[place].send(at: now)
                deliveries[place].attempts = 0
                revived += 1
            default: break
            }
        }
        return (revived, overtaken)
    }
}

// MARK: - One request

extension DeliveryPlan {
    private mutating func hold(_ hold: Hold) {
        guard let place = places[hold.deliveryID], deliveries[place].isWaiting else { return }
        deliveries[place].state = .suppressed
        deliveries[place].isHeld = true
        deliveries[place].reason = hold.reason
        deliveries[place].finishedAt = deliveries[place].createdAt
    }

    /// Releases a held delivery. Earlier held ones of its queue are never sent, because the newest
    /// one describes the current state.
    private mutating func release(_ release: Release) -> Bool {
        guard let place = places[release.deliveryID], deliveries[place].isHeld else { return false }
        let queue = deliveries[place].queue
        for other in queues[queue] ?? [] where sequence(other) < sequence(place) {
            deliveries[other].isHeld = false
        }
        deliveries[place].send(at: release.notBefore ?? deliveries[place].createdAt)
        deliveries[place].reason = deliveries[place].fallbackOf.map { .fallback(of: $0) }
        deliveries[place].dueAt = release.dueAt
        deliveries[place].grouping = DeliveryGrouping(
            group: release.group, interval: release.groupInterval, quiet: release.quiet)
        deliveries[place].groupSentAt = sentAt(deliveries[place])
        if deliveries[place].isOwed { catchUp(queue) }
        return true
    }

    private mutating func order(_ order: Delivery<Unit>) -> Bool {
        var delivery = order
        delivery.groupSentAt = sentAt(order)
        let wasNotified = wasNotified(before: order)
        if delivery.state == .suppressed, wasNotified, !delivery.isHeld || delivery.endsUnit {
            delivery.send(at: delivery.nextAttemptAt)
            delivery.reason = nil
            delivery.isOwed = true
        } else if delivery.endsUnit, !wasNotified, wasHeld(before: order) {
            delivery.state = .suppressed
            delivery.reason = .neverTold
            delivery.isHeld = false
            delivery.finishedAt = delivery.createdAt
        }
        insert(delivery)
        return delivery.state == .pending
    }

    /// Replaces a dead delivery by one in the queue of the fallback receiver.
    /// - Returns: whether the queue has changed.
    private mutating func replace(
        _ dead: Delivery<Unit>, in queue: DeliveryQueue<Unit>, at moment: Instant
    ) -> Bool {
        let known = queues[queue]?.first { deliveries[$0].eventID == dead.eventID }
        var substitute = known.map { deliveries[$0] } ?? dead
        substitute.receiver = queue.receiver
        let isOvertaken =
            wasDelivered(after: substitute) || isOnItsWay(after: substitute, at: moment)
        if known != nil, substitute.state != .suppressed || substitute.isHeld || isOvertaken {
            return false
        }
        substitute.send(at: moment)
        substitute.isOwed = true
        substitute.fallbackOf = dead.id
        substitute.reason = dead.id.map { .fallback(of: $0) }
        substitute.dueAt = dead.dueAt
        substitute.grouping = dead.grouping
        substitute.groupSentAt = nil
        guard let known else {
            substitute.id = nil
            substitute.attempts = 0
            substitute.createdAt = dead.createdAt
            if isOvertaken { substitute.drop(.overtaken, at: moment) }
            insert(substitute)
            return true
        }
        deliveries[known] = substitute
        return true
    }

    private mutating func insert(_ delivery: Delivery<Unit>) {
        let place = deliveries.count
        let queue = delivery.queue
        let earlier = queues[queue]?.lastIndex { sequence($0) <= delivery.sequence }
        deliveries.append(delivery)
        queues[queue, default: []].insert(place, at: earlier.map { $0 + 1 } ?? 0)
    }
}

// MARK: - Consequences in a queue

extension DeliveryPlan {
    /// Sends the later deliveries of a queue with an owed one, by note 2 of the table.
    private mutating func catchUp(_ queue: DeliveryQueue<Unit>) {
        guard let places = queues[queue],
            let first = places.first(where: { deliveries[$0].state == .pending })
        else { return }
        for place in places where sequence(place) > sequence(first) {
            let delivery = deliveries[place]
            guard delivery.state == .suppressed,
                delivery.endsUnit || delivery.reason?.isTemporary != true
            else { continue }
            deliveries[place].send(at: delivery.nextAttemptAt)
            deliveries[place].reason = nil
            deliveries[place].isOwed = true
        }
    }

    /// Ends holds that have become pointless: the receiver is notified of a later event, or the
    /// unit has ended.
    private mutating func expireHolds(in queue: DeliveryQueue<Unit>) {
        guard let places = queues[queue], places.contains(where: { deliveries[$0].isHeld }) else {
            return
        }
        var lastNotified = past[queue]?.notifiedThrough ?? 0
        for place in places where deliveries[place].state.mayBeKnown {
            lastNotified = max(lastNotified, sequence(place))
        }
        let hasEnded = ended.contains(queue.unit)
        for place in places where hasEnded || sequence(place) < lastNotified {
            deliveries[place].isHeld = false
        }
    }

    /// Moves earlier pending deliveries up to the send time and group of a later one, so that they
    /// do not delay it. A failed delivery keeps its retry pause, which the receiver needs, unless
    /// the later one raises the tier.
    private mutating func bringForward(in queue: DeliveryQueue<Unit>) {
        guard let places = queues[queue], places.count > 1 else { return }
        let pending = places.map { deliveries[$0] }.filter { $0.state == .pending }
        guard pending.count > 1 else { return }
        for place in places {
            let delivery = deliveries[place]
            guard delivery.state == .pending, delivery.lockedUntil == nil else { continue }
            let sooner = pending.filter {
                $0.sequence > delivery.sequence && $0.sendTime < delivery.sendTime
                    && (delivery.attempts == 0 ? !mayDelay(delivery, joining: $0) : $0.raisesTier)
            }
            guard
                let first = sooner.min(by: {
                    ($0.sendTime, $0.sequence) < ($1.sendTime, $1.sequence)
                })
            else { continue }
            deliveries[place].nextAttemptAt = first.sendTime
            if delivery.attempts == 0 {
                deliveries[place].grouping = first.grouping
                deliveries[place].groupSentAt = first.groupSentAt
            }
        }
    }

    /// Whether the quiet time of a later delivery's group could postpone an earlier delivery that
    /// has no quiet time itself. A message that the group sends meanwhile restarts the interval,
    /// and the interval may then end in the quiet time. Quiet hours of a lesser alert must not
    /// delay a greater one.
    private func mayDelay(_ earlier: Delivery<Unit>, joining later: Delivery<Unit>) -> Bool {
        guard let quiet = later.grouping.quiet, earlier.grouping.quiet == nil else { return false }
        return earlier.sendTime < quiet.until
    }
}

// MARK: - Questions

extension DeliveryPlan {
    private func sequence(_ place: Int) -> Int { deliveries[place].sequence }

    private func sentAt(_ delivery: Delivery<Unit>) -> Instant? {
        delivery.grouping.group.flatMap {
            sent[DeliveryGroup(receiver: delivery.receiver, name: $0)]
        }
    }

    private func wasNotified(before delivery: Delivery<Unit>) -> Bool {
        if let first = past[delivery.queue]?.notifiedFrom, first < delivery.sequence { return true }
        return (queues[delivery.queue] ?? []).contains {
            sequence($0) < delivery.sequence && deliveries[$0].state.mayBeKnown
        }
    }

    private func wasHeld(before delivery: Delivery<Unit>) -> Bool {
        (queues[delivery.queue] ?? []).contains {
            sequence($0) < delivery.sequence && deliveries[$0].isHeld
        }
    }

    private func wasDelivered(after delivery: Delivery<Unit>) -> Bool {
        if let last = past[delivery.queue]?.deliveredThrough, last > delivery.sequence {
            return true
        }
        return (queues[delivery.queue] ?? []).contains {
            sequence($0) > delivery.sequence && deliveries[$0].state == .delivered
        }
    }

    private func isOnItsWay(after delivery: Delivery<Unit>, at moment: Instant) -> Bool {
        (queues[delivery.queue] ?? []).contains {
            sequence($0) > delivery.sequence && deliveries[$0].isClaimed(at: moment)
        }
    }
}

extension Delivery {
    /// Whether a courier's claim is in force.
    package func isClaimed(at moment: Instant) -> Bool { lockedUntil.map { $0 > moment } ?? false }

    fileprivate mutating func send(at moment: Instant) {
        state = .pending
        isHeld = false
        nextAttemptAt = moment
        finishedAt = nil
    }

    fileprivate mutating func drop(_ why: DeliveryReason, at moment: Instant) {
        state = .dropped
        reason = why
        isHeld = false
        finishedAt = moment
    }
}
