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
    /// Whether people read it, so that what happens together is one message, and what stands
    /// unacknowledged is told again.
    package var groups: Bool
    /// Whether it keeps a record that wakes nobody: each event is one line of its own at once,
    /// without groups, digests and quiet hours.
    package var isRecord: Bool

    /// A filter from its parts.
    package init(
        name: String, tiers: Set<Tier> = [], kinds: Set<AlertKind> = [],
        regions: Set<RegionCode> = [], groups: Bool = false, isRecord: Bool = false
    ) {
        self.name = name
        self.tiers = tiers
        self.kinds = kinds
        self.regions = regions
        self.groups = groups
        self.isRecord = isRecord
    }
}
