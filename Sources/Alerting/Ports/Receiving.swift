package import Labor

/// The filter of one receiver: the alerts of which the receiver is notified. An empty set of tiers,
/// kinds or regions excludes nothing.
package struct ReceiverFilter: Hashable, Sendable {
    /// The name of the receiver, unique in the configuration.
    package var name: String
    /// The tiers of which the receiver is notified. After an episode has reached one of these
    /// tiers, the receiver is notified of all later events of the episode, up to its end.
    package var tiers: Set<Tier>
    /// The kinds of alert of which the receiver is notified.
    package var kinds: Set<AlertKind>
    /// The regions of whose alerts the receiver is notified. Each region includes all regions below
    /// it.
    package var regions: Set<RegionCode>
    /// Whether people read the receiver. If true, simultaneous events are grouped into one message,
    /// and unacknowledged alerts are repeated.
    package var groups: Bool
    /// What the receiver is notified of.
    package var granularity: Granularity
    /// Whether the receiver only keeps a record that nobody reads at once. If true, each event is
    /// written separately and at once, without groups, digests or quiet hours.
    package var isRecord: Bool

    /// Creates a filter. Each argument sets the property of the same name. Without a granularity,
    /// receivers that people read are notified of incidents, and others of alerts.
    package init(
        name: String, tiers: Set<Tier> = [], kinds: Set<AlertKind> = [],
        regions: Set<RegionCode> = [], groups: Bool = false, isRecord: Bool = false,
        granularity: Granularity? = nil
    ) {
        self.name = name
        self.tiers = tiers
        self.kinds = kinds
        self.regions = regions
        self.groups = groups
        self.isRecord = isRecord
        self.granularity = granularity ?? (groups ? .incident : .alert)
    }
}

/// What a receiver is notified of: each alert, or each incident.
package enum Granularity: String, CaseIterable, Hashable, Sendable, Codable {
    /// The events of every alert. Programs use them.
    case alert
    /// The events of incidents. People read them: one thing that happened is told once.
    case incident
    /// The events of alerts and those of incidents, as the file keeps them.
    case all

    /// Whether a receiver is notified of an event. An alert that is not placed in an incident is
    /// told to every receiver.
    /// A fall of the tier is no news for people: the next message of the incident states the tier.
    func takes(_ event: AlertEvent) -> Bool {
        switch self {
        case .alert: !event.isOfIncident
        case .incident:
            event.isOfIncident ? event.reason != .tierFell : event.incident == nil
        case .all: true
        }
    }
}
