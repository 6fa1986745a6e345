package import Labor

/// What routing looks at of an alert.
package struct RoutedAlert: Hashable, Sendable {
    /// The episode; nil for one that is only thought of.
    package var alertID: AlertID?
    /// The rule.
    package var rule: RuleID
    /// What it is about.
    package var kind: AlertKind
    /// How bad it is.
    package var tier: Tier
    /// How sure it is.
    package var certainty: Certainty
    /// Whom it is about.
    package var subject: Subject
    /// Its region and all that contain it, innermost first.
    package var regions: [RegionCode]
    /// Its industry and all that contain it, innermost first.
    package var industries: [IndustryCode]
    /// The enterprise's size class in the bureau's words.
    package var sizeClass: String?
    /// Whether the bureau watches the enterprise closely.
    package var keyMonitored: Bool
    /// Whether the enterprise works on a government project.
    package var governmentProject: Bool
    /// How many levels it was handed up because nobody answered.
    package var level = 0

    /// A matter of its own, that no episode stands for.
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

    /// What an event tells.
    package init(_ event: AlertEvent, regionContext: RegionContext) {
        self.init(
            rule: event.rule, kind: event.kind, tier: event.toTier, certainty: event.certainty,
            subject: event.subject, regionContext: regionContext)
        alertID = event.alertID
        level = event.level
    }

    /// An episode as it stands.
    package init(_ episode: Episode, regionContext: RegionContext) {
        self.init(
            rule: episode.rule, kind: episode.kind, tier: episode.tier,
            certainty: episode.certainty, subject: episode.subject, regionContext: regionContext)
        alertID = episode.id
        level = episode.level
    }

    /// The value that alerts of one group share.
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

/// What alerts of one message may have in common.
package enum GroupLabel: String, CaseIterable, Hashable, Sendable {
    /// The rule.
    case rule
    /// The kind.
    case kind
    /// The tier.
    case tier
    /// The subject's own region.
    case region
    /// The county of the region, by GB/T 2260; the region itself where there is none.
    case county
    /// The city of the region, by GB/T 2260; the outermost region where there is none.
    case city
    /// The subject.
    case subject
}
