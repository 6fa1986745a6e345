package import Labor

/// The properties of an alert that routing depends on.
package struct RoutedAlert: Hashable, Sendable {
    /// The ID of the episode; nil for a hypothetical alert.
    package var alertID: AlertID?
    /// The rule that raised the alert.
    package var rule: RuleID
    /// The kind of the alert.
    package var kind: AlertKind
    /// The tier of the alert.
    package var tier: Tier
    /// The certainty of the alert.
    package var certainty: Certainty
    /// The subject of the alert.
    package var subject: Subject
    /// The subject's region and all regions that contain it, innermost first; empty when the
    /// subject has no region.
    package var regions: [RegionCode]
    /// The subject's industry and all industries that contain it, innermost first; empty when the
    /// subject has no industry.
    package var industries: [IndustryCode]
    /// The size class of the enterprise, as the bureau names it; nil when it is unknown or the
    /// subject is no enterprise.
    package var sizeClass: String?
    /// Whether the subject is an enterprise that is monitored as a key one.
    package var keyMonitored: Bool
    /// Whether the subject is an enterprise that works on a government project.
    package var governmentProject: Bool
    /// How many levels the alert was escalated because nobody answered.
    package var level = 0
    /// Whether this is an incident, and not a single alert.
    package var isIncident = false
    /// The kinds of the incident's alerts; the kind of a single alert.
    package var kinds: [AlertKind]
    /// The rules of the incident's alerts; the rule of a single alert.
    package var rules: [RuleID]
    /// Whether the alert is on record only. Only receivers that keep records get it.
    package var isRecordOnly = false

    /// A hypothetical alert, without an episode.
    package init(
        rule: RuleID, kind: AlertKind, tier: Tier, certainty: Certainty, subject: Subject,
        regionContext: RegionContext
    ) {
        self.rule = rule
        self.kind = kind
        kinds = [kind]
        rules = [rule]
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
        isRecordOnly = event.evidence.isRecordOnly
        guard event.isOfIncident, let incident = event.incident else { return }
        isIncident = true
        isRecordOnly = incident.isRecordOnly
        (kinds, rules) = (incident.kinds, incident.rules)
    }

    /// The alert in the current state of an episode.
    package init(_ episode: Episode, regionContext: RegionContext) {
        self.init(
            rule: episode.rule, kind: episode.kind, tier: episode.tier,
            certainty: episode.certainty, subject: episode.subject, regionContext: regionContext)
        alertID = episode.id
        level = episode.level
        isRecordOnly = episode.evidence.isRecordOnly
        guard let incident = episode.incident else { return }
        isIncident = true
        isRecordOnly = incident.isRecordOnly
        (kinds, rules) = (incident.kinds, incident.rules)
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
    /// The rule that raised the alert.
    case rule
    /// The kind of the alert.
    case kind
    /// The tier of the alert.
    case tier
    /// The subject's own region.
    case region
    /// The county, by GB/T 2260, that contains the subject. When there is none, the subject's own
    /// region.
    case county
    /// The city, by GB/T 2260, that contains the subject. When there is none, the widest known
    /// region that contains the subject.
    case city
    /// The subject of the alert.
    case subject
}
