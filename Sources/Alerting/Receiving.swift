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
