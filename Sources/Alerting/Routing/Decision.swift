package import Labor

/// Whether one receiver is notified of one alert, with everything that led to the decision.
package struct Decision: Hashable, Sendable {
    /// The name of the receiver.
    package var receiver: String
    /// The route names from the outermost route to the one that leads to the receiver; empty when
    /// none does.
    package var path: [String]
    /// The units that the receiver reaches; empty when the route names the receiver itself.
    package var units: [ResponsibleUnit]
    /// How many levels of units the route notifies for the tier of the alert. Nil when the route
    /// names the receiver itself, or states no levels for the tier.
    package var level: RouteLevel?
    /// Why the receiver is not notified; nil when the receiver is notified.
    package var refusal: DeliveryReason?
    /// The silence or inhibition that applies; nil for none. It also holds deliveries that routes
    /// and filters do not allow but that the receiver is owed, as a fallback.
    package var hold: DeliveryReason?
    /// The name of the time interval of routing.yaml that delays the delivery; nil when none does.
    package var quiet: String?
    /// The group of the delivery; nil for a separate message.
    package var group: String?
    /// The earliest send time; nil for at once.
    package var notBefore: Instant?
    /// The minimum number of seconds between the group's last message and the next; nil for none.
    package var groupInterval: Int64?
    /// The quiet time into which that interval may postpone the message; nil for none.
    package var quietAhead: QuietTime?
    /// The interval for repeat notifications, seconds; nil for no repeats.
    package var repeatInterval: Int64?

    /// An initial decision: the receiver is notified, but no route is known yet.
    package init(receiver: String) {
        self.receiver = receiver
        path = []
        units = []
    }

    /// Whether the refusal is temporary, that is, caused by a silence or an inhibition.
    package var isHeld: Bool { refusal?.isTemporary ?? false }

    /// The order for an event. A refused order also has a group and a send time, because the outbox
    /// overrides the refusal when the receiver was notified of the episode before.
    func order(_ event: AlertEvent) -> DeliveryOrder {
        DeliveryOrder(
            eventID: event.id, alertID: event.alertID, receiver: receiver, suppressed: refusal,
            group: group, notBefore: notBefore, groupInterval: groupInterval,
            quiet: quietAhead)
    }
}
