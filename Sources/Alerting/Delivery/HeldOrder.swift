package import Labor

/// A delivery that a silence or an inhibition holds. Of each receiver and open episode only the
/// newest held delivery counts, because it describes the current state of the alert.
package struct HeldOrder: Hashable, Sendable {
    /// The ID of the held delivery.
    package var deliveryID: Int64
    /// The ID of the episode.
    package var alertID: AlertID
    /// The name of the receiver.
    package var receiver: String
    /// The silence or inhibition that holds the delivery.
    package var reason: DeliveryReason
    /// Whether the delivery is sent whatever routes and filters say, for example as a fallback.
    package var isOwed: Bool

    /// Creates a held delivery. Each argument sets the property of the same name.
    package init(
        deliveryID: Int64, alertID: AlertID, receiver: String, reason: DeliveryReason,
        isOwed: Bool = false
    ) {
        self.deliveryID = deliveryID
        self.alertID = alertID
        self.receiver = receiver
        self.reason = reason
        self.isOwed = isOwed
    }
}

/// A delivery that is pending and untried: it waits for its group, for the end of quiet hours, or
/// as a fallback. A silence or inhibition that begins meanwhile holds it.
package struct WaitingOrder: Hashable, Sendable {
    /// The ID of the waiting delivery.
    package var deliveryID: Int64
    /// The ID of the episode, which is open.
    package var alertID: AlertID
    /// The name of the receiver.
    package var receiver: String
    /// Whether the delivery is sent whatever routes and filters say, for example as a fallback.
    package var isOwed: Bool

    /// Creates a waiting delivery. Each argument sets the property of the same name.
    package init(deliveryID: Int64, alertID: AlertID, receiver: String, isOwed: Bool = false) {
        self.deliveryID = deliveryID
        self.alertID = alertID
        self.receiver = receiver
        self.isOwed = isOwed
    }
}

/// The decision to hold a waiting delivery.
package struct Hold: Hashable, Sendable {
    /// The ID of the waiting delivery that is to be held.
    package var deliveryID: Int64
    /// The silence or inhibition that holds the delivery.
    package var reason: DeliveryReason

    /// Creates a decision to hold. Each argument sets the property of the same name.
    package init(deliveryID: Int64, reason: DeliveryReason) {
        self.deliveryID = deliveryID
        self.reason = reason
    }
}

/// The decision to release a held delivery, with its group and send time.
package struct Release: Hashable, Sendable {
    /// The ID of the held delivery that is to be released.
    package var deliveryID: Int64
    /// The group of the delivery; nil for a separate message.
    package var group: String?
    /// The earliest send time; nil for at once.
    package var notBefore: Instant?
    /// The minimum number of seconds after the group's last message, as in `DeliveryOrder`.
    package var groupInterval: Int64?
    /// The quiet time into which that interval may postpone the delivery, as in `DeliveryOrder`.
    package var quiet: QuietTime?
    /// The response deadline that started when somebody could be notified, instead of the event's
    /// own deadline, which may have passed during a silence. Nil when no deadline runs.
    package var dueAt: Instant?

    /// Creates a decision to release. Each argument sets the property of the same name.
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
