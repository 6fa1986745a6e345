package import Labor

/// The properties of an alert that routing depends on.
package struct RoutedAlert: Hashable, Sendable {
    /// The ID of the episode; nil for a hypothetical alert.
    package var alertID: AlertID?
    /// The rule.
    package var rule: RuleID
    /// The kind.
    package var kind: AlertKind
    /// The tier.
    package var tier: Tier
    /// The certainty.
    package var certainty: Certainty
    /// The subject.
    package var subject: Subject
    /// The subject's region and all regions that contain it, innermost first.
    package var regions: [RegionCode]
    /// The subject's industry and all industries that contain it, innermost first.
    package var industries: [IndustryCode]
    /// The size class of the enterprise, as the bureau names it; nil when unknown.
    package var sizeClass: String?
    /// Whether the enterprise is a key monitored one.
    package var keyMonitored: Bool
    /// Whether the enterprise works on a government project.
    package var governmentProject: Bool
    /// How many levels the alert was escalated because nobody answered.
    package var level = 0

    /// A hypothetical alert, without an episode.
    package init(
        rule: RuleID, kind: AlertKind, tier: Tier, certainty: Certainty, subject: Subject,
        regionContext: RegionContext
    ) {
        self.rule = rule
        self.kind = kind
        self.tier = tier
        self.certainty = certainty
        self.subject = subject
        let enterprise = regionContext.enterprise(subject)
        regions = regionContext.path(subject.regionCode)
        industries = regionContext.path(subject.industryCode)
        sizeClass = enterprise?.sizeClass
        keyMonitored = enterprise?.keyMonitored ?? false
        governmentProject = enterprise?.governmentProject ?? false
    }

    /// The alert as an event describes it.
    package init(_ event: AlertEvent, regionContext: RegionContext) {
        self.init(
            rule: event.rule, kind: event.kind, tier: event.toTier, certainty: event.certainty,
            subject: event.subject, regionContext: regionContext)
        alertID = event.alertID
        level = event.level
    }

    /// The alert in the current state of an episode.
    package init(_ episode: Episode, regionContext: RegionContext) {
        self.init(
            rule: episode.rule, kind: episode.kind, tier: episode.tier,
            certainty: episode.certainty, subject: episode.subject, regionContext: regionContext)
        alertID = episode.id
        level = episode.level
    }

    /// The value of a grouping property; nil when the alert has none.
    func value(_ label: GroupLabel) -> String? {
        switch label {
        case .rule: rule.rawValue
        case .kind: kind.rawValue
        case .tier: tier.rawValue
        case .region: regions.first?.rawValue
        case .county: (RegionContext.county(regions) ?? regions.first)?.rawValue
        case .city: (RegionContext.city(regions) ?? regions.last)?.rawValue
        case .subject: "\(subject.type.rawValue):\(subject.id)"
        }
    }
}

/// A property by which alerts are grouped into messages.
package enum GroupLabel: String, CaseIterable, Hashable, Sendable {
    /// The rule.
    case rule
    /// The kind.
    case kind
    /// The tier.
    case tier
    /// The subject's own region.
    case region
    /// The county of the subject's region, by GB/T 2260; the region itself when there is no county.
    case county
    /// The city of the subject's region, by GB/T 2260; the outermost region when there is no city.
    case city
    /// The subject.
    case subject
}
