import Labor

/// That a greater alert makes lesser ones superfluous while it runs: of a county's mass
/// unemployment somebody knows already, its single enterprises can wait.
package struct Inhibition: Hashable, Sendable {
    /// What both alerts must have in common.
    package enum Tie: String, CaseIterable, Hashable, Sendable {
        /// The source's region contains the target's, or is the same.
        case region
        /// Both lie in one county.
        case county
        /// Both lie in one city.
        case city
        /// The source's industry contains the target's, or is the same.
        case industry
        /// The kind.
        case kind
        /// The rule.
        case rule
        /// The subject.
        case subject
    }

    /// The alerts that inhibit.
    package var source: AlertMatcher
    /// The alerts that are held back.
    package var target: AlertMatcher
    /// What they must have in common; what neither has is not in common.
    package var equal: [Tie]

    /// An inhibition from its parts.
    package init(source: AlertMatcher, target: AlertMatcher, equal: [Tie]) {
        self.source = source
        self.target = target
        self.equal = equal
    }

    /// Whether one alert holds another back. None holds back itself, and two that are each on both
    /// sides do not hold back each other.
    func holds(_ target: RoutedAlert, by source: RoutedAlert) -> Bool {
        guard source.alertID != target.alertID, self.source.matches(source),
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
