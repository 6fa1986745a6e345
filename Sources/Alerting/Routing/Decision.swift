package import Labor

/// Whether one receiver is told of one alert, and everything that decided it.
package struct Decision: Hashable, Sendable {
    /// The receiver's name.
    package var receiver: String
    /// The names of the routes from the outermost to the one that reaches it; empty when none does.
    package var path: [String]
    /// The units that it stands for; empty when the route names it itself.
    package var units: [ResponsibleUnit]
    /// How far up units are told there.
    package var level: RouteLevel?
    /// Why it is not told, in the words of `DeliveryOrder.suppressed`; nil when it is.
    package var refusal: String?
    /// Whether the reason is one that passes.
    package var isHeld: Bool
    /// The silence or inhibition that holds it back from whoever is to be told of it anyway, in the
    /// same words; nil when none does.
    package var hold: String?
    /// The interval that makes it wait.
    package var quiet: String?
    /// What it is told together with.
    package var group: String?
    /// Not to be told before.
    package var notBefore: Instant?
    /// Seconds that must lie between the group's last message and the next; nil for none.
    package var groupInterval: Int64?
    /// The quiet time into which that interval may put it off.
    package var quietAhead: QuietTime?
    /// After how long it is told again, seconds; nil for never.
    package var repeatInterval: Int64?

    /// A decision that nothing is known of yet: told, by no route.
    package init(receiver: String) {
        self.receiver = receiver
        path = []
        units = []
        isHeld = false
    }

    /// The order of an event. Company and time are there for a refused one, too: the outbox tells
    /// it all the same where the receiver was told of the episode before.
    func order(_ event: AlertEvent) -> DeliveryOrder {
        DeliveryOrder(
            eventID: event.id, alertID: event.alertID, receiver: receiver, suppressed: refusal,
            isHeld: isHeld, group: group, notBefore: notBefore, groupInterval: groupInterval,
            quiet: quietAhead)
    }
}
