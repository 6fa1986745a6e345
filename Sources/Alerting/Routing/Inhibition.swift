import Labor

/// A rule by which an open greater alert suppresses notifications of lesser ones. Example: while
/// the mass unemployment alert of a county is open, alerts about its single enterprises can wait.
package struct Inhibition: Hashable, Sendable {
    /// A property that both alerts must share.
    package enum Tie: String, CaseIterable, Hashable, Sendable {
        /// The source's region equals or contains the target's region.
        case region
        /// Both alerts are in the same county.
        case county
        /// Both alerts are in the same city.
        case city
        /// The source's industry equals or contains the target's industry.
        case industry
        /// Both alerts have the same kind.
        case kind
        /// Both alerts have the same rule.
        case rule
        /// Both alerts have the same subject.
        case subject
    }

    /// The alerts that inhibit.
    package var source: AlertMatcher
    /// The alerts that are inhibited.
    package var target: AlertMatcher
    /// The properties that both alerts must share. A property that both lack is not shared.
    package var equal: [Tie]

    /// Creates an inhibition. Each argument sets the property of the same name.
    package init(source: AlertMatcher, target: AlertMatcher, equal: [Tie]) {
        self.source = source
        self.target = target
        self.equal = equal
    }

    /// Whether `source` inhibits `target`. Alerts inhibit alerts, and incidents inhibit incidents. An alert never inhibits itself, and two alerts that both
    /// match source and target do not inhibit each other.
    func holds(_ target: RoutedAlert, by source: RoutedAlert) -> Bool {
        guard source.alertID != target.alertID, source.isIncident == target.isIncident,
            self.source.matches(source),
            self.target.matches(target)
        else { return false }
        if self.source.matches(target), self.target.matches(source) { return false }
        return equal.allSatisfy { Inhibition.share($0, source, target) }
    }

    private static func share(_ tie: Tie, _ source: RoutedAlert, _ target: RoutedAlert) -> Bool {
        switch tie {
        case .region: source.regions.first.map(target.regions.contains) ?? false
        case .county:
            RegionContext.county(source.regions).map { $0 == RegionContext.county(target.regions) }
                ?? false
        case .city:
            RegionContext.city(source.regions).map { $0 == RegionContext.city(target.regions) }
                ?? false
        case .industry: source.industries.first.map(target.industries.contains) ?? false
        case .kind: source.kind == target.kind
        case .rule: source.rule == target.rule
        case .subject:
            source.subject.type == target.subject.type && source.subject.id == target.subject.id
        }
    }
}
