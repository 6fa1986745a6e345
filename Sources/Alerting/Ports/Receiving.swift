package import Labor

/// The filter of one receiver: which alerts it wants. An empty set means "all".
package struct ReceiverFilter: Hashable, Sendable {
    /// The name of the receiver, unique in the configuration.
    package var name: String
    /// The tiers that the receiver wants. An episode that once reached such a tier stays wanted to
    /// its end.
    package var tiers: Set<Tier>
    /// The kinds that the receiver wants.
    package var kinds: Set<AlertKind>
    /// The regions that the receiver wants, each including all regions below it.
    package var regions: Set<RegionCode>
    /// Whether people read the receiver. If true, simultaneous events are grouped into one message,
    /// and unacknowledged alerts are repeated.
    package var groups: Bool
    /// Whether the receiver only keeps a record that nobody reads at once. If true, each event is
    /// written separately and at once, without groups, digests or quiet hours.
    package var isRecord: Bool

    /// Creates a filter. Each argument sets the property of the same name.
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
