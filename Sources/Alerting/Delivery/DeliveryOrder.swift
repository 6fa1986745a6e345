package import Labor

/// The decision whether, when and in which group one event is sent to one receiver.
package struct DeliveryOrder: Hashable, Sendable {
    /// The ID of the event.
    package var eventID: String
    /// The ID of the episode.
    package var alertID: AlertID
    /// The receiver.
    package var receiver: String
    /// Why the event is not sent (`tier_not_wanted`, `silenced:12`); nil when it is sent.
    /// Suppressed orders are recorded as well.
    package var suppressed: String?
    /// Whether the suppression is temporary, by a silence or an inhibition. Each later step checks
    /// the order again, and releases it once nothing holds it any more.
    package var isHeld: Bool
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

    /// An order from its parts.
    package init(
        eventID: String, alertID: AlertID, receiver: String, suppressed: String? = nil,
        isHeld: Bool = false, group: String? = nil, notBefore: Instant? = nil,
        groupInterval: Int64? = nil, quiet: QuietTime? = nil
    ) {
        self.eventID = eventID
        self.alertID = alertID
        self.receiver = receiver
        self.suppressed = suppressed
        self.isHeld = isHeld
        self.group = group
        self.notBefore = notBefore
        self.groupInterval = groupInterval
        self.quiet = quiet
    }
}
