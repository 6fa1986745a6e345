package import Labor

/// The decision whether, when and in which group one event is sent to one receiver.
package struct DeliveryOrder: Hashable, Sendable {
    /// The ID of the event.
    package var eventID: String
    /// The ID of the episode.
    package var alertID: AlertID
    /// The name of the receiver.
    package var receiver: String
    /// Why the event is not sent; nil when it is sent. Suppressed orders are recorded as well. An
    /// order with a temporary reason, such as a silence, is held: each later step checks it again,
    /// and releases it once nothing holds it any more.
    package var suppressed: DeliveryReason?
    /// The group: due deliveries of one receiver and group are sent as one message. Nil for a
    /// separate message.
    package var group: String?
    /// The earliest send time, because of the group's wait or quiet hours; nil for at once.
    package var notBefore: Instant?
    /// The minimum number of seconds between the group's last message and the first try of this
    /// order; nil for none. Later tries follow the retry schedule.
    package var groupInterval: Int64?
    /// The quiet time into which that interval may postpone the order. The order then waits for its
    /// end.
    package var quiet: QuietTime?

    /// Whether the suppression is temporary, that is, caused by a silence or an inhibition.
    package var isHeld: Bool { suppressed?.isTemporary ?? false }

    /// Creates an order. Each argument sets the property of the same name.
    package init(
        eventID: String, alertID: AlertID, receiver: String, suppressed: DeliveryReason? = nil,
        group: String? = nil, notBefore: Instant? = nil, groupInterval: Int64? = nil,
        quiet: QuietTime? = nil
    ) {
        self.eventID = eventID
        self.alertID = alertID
        self.receiver = receiver
        self.suppressed = suppressed
        self.group = group
        self.notBefore = notBefore
        self.groupInterval = groupInterval
        self.quiet = quiet
    }
}
