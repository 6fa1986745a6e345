package import Labor

/// The group of one delivery, and the minimum interval to the last message of that group.
package struct DeliveryGrouping: Hashable, Sendable {
    /// The group: due deliveries of one receiver and group are sent as one message. Nil for a
    /// separate message.
    package var group: String?
    /// The minimum number of seconds between the group's last message and the first try; nil for
    /// none.
    package var interval: Int64?
    /// The quiet time into which that interval may postpone the delivery; nil for none.
    package var quiet: QuietTime?

    /// Creates a grouping. Each argument sets the property of the same name. Without arguments the
    /// delivery is a separate message.
    package init(group: String? = nil, interval: Int64? = nil, quiet: QuietTime? = nil) {
        self.group = group
        self.interval = interval
        self.quiet = quiet
    }

    /// The earliest time for the first try.
    /// - Parameters:
    ///   - due: the delivery's own due time, without its group.
    ///   - sent: the time of the last message of the group to the receiver; nil for none.
    /// - Returns: the maximum of `due` and the end of the interval after `sent`. If the interval
    ///   ends in the quiet time, the end of the quiet time counts instead.
    package func sendTime(due: Instant, lastSentAt sent: Instant?) -> Instant {
        guard group != nil, let interval, let sent else { return due }
        let spaced = sent.adding(seconds: interval)
        guard let quiet, quiet.from <= spaced, spaced < quiet.until else { return max(due, spaced) }
        return max(due, quiet.until)
    }
}

/// One event for one receiver, as the outbox stores it. `DeliveryPlan` decides its changes.
///
/// `Unit` is the ID of the thing that the events belong to, for example of an alert. A receiver
/// gets the events of one unit in the order of their sequence.
package struct Delivery<Unit: Hashable & Sendable>: Hashable, Sendable {
    /// The number in the outbox; nil before the delivery is stored.
    package var id: Int64?
    /// The ID of the event.
    package var eventID: String
    /// The unit that the event belongs to.
    package var unit: Unit
    /// The number of the event among the events of its unit, from 1.
    package var sequence: Int
    /// The name of the receiver.
    package var receiver: String
    /// Whether the event ends its unit.
    package var endsUnit: Bool
    /// Whether the event raises the tier of its unit.
    package var raisesTier: Bool
    /// The state of the delivery.
    package var state: DeliveryState
    /// Why the delivery is not sent, or which delivery it replaces as a fallback; nil otherwise.
    package var reason: DeliveryReason?
    /// Whether the suppression is temporary. Each cycle checks a held delivery again.
    package var isHeld: Bool
    /// Whether the delivery is sent whatever routes and filters say: as a fallback, or because the
    /// receiver was notified of the unit before.
    package var isOwed: Bool
    /// The failed delivery that this one replaces as a fallback. A held fallback keeps this number,
    /// because its `reason` then names the silence or inhibition.
    package var fallbackOf: Int64?
    /// The number of tries that counted.
    package var attempts: Int
    /// When the event was created.
    package var createdAt: Instant
    /// The delivery's own due time, without its group.
    package var nextAttemptAt: Instant
    /// When the delivery finished; nil while it is pending.
    package var finishedAt: Instant?
    /// The response deadline that the message states; nil for none.
    package var dueAt: Instant?
    /// The group of the delivery, and the minimum interval between two messages of the group.
    package var grouping: DeliveryGrouping
    /// When the receiver got the last message of the group; nil when it got none.
    package var groupSentAt: Instant?
    /// When the courier's claim lapses, also if that time has passed; nil without a claim.
    package var lockedUntil: Instant?

    /// Creates a delivery. Each argument sets the property of the same name. By default the
    /// delivery is pending, untried and not yet stored.
    package init(
        id: Int64? = nil, eventID: String, unit: Unit, sequence: Int, receiver: String,
        endsUnit: Bool = false, raisesTier: Bool = false, state: DeliveryState = .pending,
        reason: DeliveryReason? = nil, isHeld: Bool = false, isOwed: Bool = false,
        fallbackOf: Int64? = nil, attempts: Int = 0, createdAt: Instant, nextAttemptAt: Instant,
        finishedAt: Instant? = nil, dueAt: Instant? = nil,
        grouping: DeliveryGrouping = DeliveryGrouping(), groupSentAt: Instant? = nil,
        lockedUntil: Instant? = nil
    ) {
        self.id = id
        self.eventID = eventID
        self.unit = unit
        self.sequence = sequence
        self.receiver = receiver
        self.endsUnit = endsUnit
        self.raisesTier = raisesTier
        self.state = state
        self.reason = reason
        self.isHeld = isHeld
        self.isOwed = isOwed
        self.fallbackOf = fallbackOf
        self.attempts = attempts
        self.createdAt = createdAt
        self.nextAttemptAt = nextAttemptAt
        self.finishedAt = finishedAt
        self.dueAt = dueAt
        self.grouping = grouping
        self.groupSentAt = groupSentAt
        self.lockedUntil = lockedUntil
    }

    /// The earliest send time. Only the first try keeps the interval to the group's last message;
    /// later tries follow the retry schedule.
    package var sendTime: Instant {
        attempts == 0
            ? grouping.sendTime(due: nextAttemptAt, lastSentAt: groupSentAt) : nextAttemptAt
    }

    /// The queue of the delivery.
    package var queue: DeliveryQueue<Unit> { DeliveryQueue(unit: unit, receiver: receiver) }

    /// Whether the delivery is pending and untried, and no courier has claimed it.
    package var isWaiting: Bool { state == .pending && attempts == 0 && lockedUntil == nil }
}

extension Delivery<AlertID> {
    /// The delivery that an order requests, before the plan compares it with earlier deliveries.
    package init(_ order: DeliveryOrder, of event: AlertEvent, dueAt: Instant?) {
        self.init(
            eventID: order.eventID, unit: order.alertID, sequence: event.sequence,
            receiver: order.receiver, endsUnit: event.what.endsEpisode,
            raisesTier: event.fromTier.map { event.toTier > $0 } ?? false,
            state: order.suppressed == nil ? .pending : .suppressed, reason: order.suppressed,
            isHeld: order.isHeld, createdAt: event.at,
            nextAttemptAt: order.notBefore ?? event.at,
            finishedAt: order.suppressed == nil ? nil : event.at, dueAt: dueAt,
            grouping: DeliveryGrouping(
                group: order.group, interval: order.groupInterval, quiet: order.quiet))
    }
}
