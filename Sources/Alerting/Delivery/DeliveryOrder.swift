package import Labor

/// That one receiver is, or is not, to be told of one event, in which company and how soon.
package struct DeliveryOrder: Hashable, Sendable {
    /// The event's id.
    package var eventID: String
    /// The episode's id.
    package var alertID: AlertID
    /// The receiver's name.
    package var receiver: String
    /// Why it is not told (`tier_not_wanted`, `silenced:12`); nil when it is. What was not sent is
    /// on record as much as what was.
    package var suppressed: String?
    /// Whether the reason is one that passes: a silence, an inhibition. Such an order is looked at
    /// again at every step, and let go once nothing holds it any more.
    package var isHeld: Bool
    /// What the event is told together with: deliveries of one receiver and group that are due at
    /// the same time go out as one message. Nil for a message of its own.
    package var group: String?
    /// Not to be told before, for the group's wait or the quiet hours; nil for at once.
    package var notBefore: Instant?
    /// Seconds that must lie between the group's last message and the one that tells this first;
    /// nil for none. Tries after the first follow the schedule.
    package var groupInterval: Int64?
    /// The quiet time into which that interval may put it off, and which it then waits out.
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
