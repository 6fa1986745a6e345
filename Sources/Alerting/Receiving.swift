package import Labor

/// Which alerts a receiver wants. Empty sets mean "all".
package struct ReceiverFilter: Hashable, Sendable {
    /// The receiver's name, unique in the configuration.
    package var name: String
    /// The tiers it wants; an episode that once reached one stays wanted to its end.
    package var tiers: Set<Tier>
    /// The kinds it wants.
    package var kinds: Set<AlertKind>
    /// The regions it wants, each with everything below it.
    package var regions: Set<RegionCode>

    /// A filter from its parts.
    package init(
        name: String, tiers: Set<Tier> = [], kinds: Set<AlertKind> = [],
        regions: Set<RegionCode> = []
    ) {
        self.name = name
        self.tiers = tiers
        self.kinds = kinds
        self.regions = regions
    }
}

/// That one receiver is, or is not, to be told of one event.
package struct DeliveryOrder: Hashable, Sendable {
    /// The event's id.
    package var eventID: String
    /// The episode's id.
    package var alertID: AlertID
    /// The receiver's name.
    package var receiver: String
    /// Why it is not told (`tier_not_wanted`, `kind_not_wanted`, `region_not_wanted`); nil when it
    /// is. What was not sent is on record as much as what was.
    package var suppressed: String?

    /// An order from its parts.
    package init(eventID: String, alertID: AlertID, receiver: String, suppressed: String? = nil) {
        self.eventID = eventID
        self.alertID = alertID
        self.receiver = receiver
        self.suppressed = suppressed
    }
}
