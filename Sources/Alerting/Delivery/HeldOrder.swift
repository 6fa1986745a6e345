package import Labor

/// A delivery that a silence or an inhibition holds back: the newest one of its receiver and
/// episode, while the episode runs. Letting it go tells the receiver how things stand now.
package struct HeldOrder: Hashable, Sendable {
    /// The delivery's id in the outbox.
    package var deliveryID: Int64
    /// The episode.
    package var alertID: AlertID
    /// The receiver's name.
    package var receiver: String
    /// What holds it, as the order said.
    package var reason: String
    /// Whether it is told whatever routes and filters say, as to a fallback.
    package var isOwed: Bool

    /// A held order from its parts.
    package init(
        deliveryID: Int64, alertID: AlertID, receiver: String, reason: String,
        isOwed: Bool = false
    ) {
        self.deliveryID = deliveryID
        self.alertID = alertID
        self.receiver = receiver
        self.reason = reason
        self.isOwed = isOwed
    }
}

/// A delivery that was ordered, but waits for its company, for the end of a quiet time or in another's
/// place, and was not tried yet: what holds its episode back by then holds it back, too.
package struct WaitingOrder: Hashable, Sendable {
    /// The delivery's id in the outbox.
    package var deliveryID: Int64
    /// The episode, which runs.
    package var alertID: AlertID
    /// The receiver's name.
    package var receiver: String
    /// Whether it is told whatever routes and filters say, as to a fallback.
    package var isOwed: Bool

    /// A waiting order from its parts.
    package init(deliveryID: Int64, alertID: AlertID, receiver: String, isOwed: Bool = false) {
        self.deliveryID = deliveryID
        self.alertID = alertID
        self.receiver = receiver
        self.isOwed = isOwed
    }
}

/// That a waiting delivery is held back.
package struct Hold: Hashable, Sendable {
    /// The delivery's id in the outbox.
    package var deliveryID: Int64
    /// What holds it, in the words of `DeliveryOrder.suppressed`.
    package var reason: String

    /// A hold from its parts.
    package init(deliveryID: Int64, reason: String) {
        self.deliveryID = deliveryID
        self.reason = reason
    }
}

/// That a held delivery is let go, in which company and how soon.
package struct Release: Hashable, Sendable {
    /// The delivery's id in the outbox.
    package var deliveryID: Int64
    /// What it is told together with; nil for a message of its own.
    package var group: String?
    /// Not to be told before; nil for at once.
    package var notBefore: Instant?
    /// Seconds after the group's last message, as in `DeliveryOrder`.
    package var groupInterval: Int64?
    /// The quiet time into which that interval may put it off, as in `DeliveryOrder`.
    package var quiet: QuietTime?
    /// When the clock of the answer runs out, which started when somebody could hear: not that of
    /// the event, which is long over after a silence. Nil where nobody is waited for.
    package var dueAt: Instant?

    /// A release from its parts.
    package init(
        deliveryID: Int64, group: String? = nil, notBefore: Instant? = nil,
        groupInterval: Int64? = nil, quiet: QuietTime? = nil, dueAt: Instant? = nil
    ) {
        self.deliveryID = deliveryID
        self.group = group
        self.notBefore = notBefore
        self.groupInterval = groupInterval
        self.quiet = quiet
        self.dueAt = dueAt
    }
}
