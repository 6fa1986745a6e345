package import Labor

extension RuleID {
    /// The rule name of every incident. No rule of the catalogue may have this name.
    package static let incident: RuleID = "incident"
}

/// What an incident has in addition to an episode: facts about the alerts that belong to it.
package struct IncidentTraits: Hashable, Sendable, Codable {
    /// The kinds of the alerts that ever joined, each once, in the order of `AlertKind.allCases`.
    package var kinds: [AlertKind]
    /// The rules of the alerts that ever joined, each once, in order.
    package var rules: [RuleID]
    /// The regions of the alerts that ever joined, each once. The first one is the lead region,
    /// whose unit answers.
    package var regions: [RegionCode]
    /// The number of alerts that ever joined.
    package var alerts: Int
    /// Whether every open alert is on record only. Nobody is notified of such an incident.
    package var isRecordOnly: Bool
    /// The last month in which an alert of the incident was raised or its tier rose.
    package var raisedPeriod: Period

    private enum CodingKeys: String, CodingKey {
        case kinds, rules, regions, alerts
        case isRecordOnly = "record_only"
        case raisedPeriod = "raised_period"
    }

    /// Creates traits. Each argument sets the property of the same name.
    package init(
        kinds: [AlertKind] = [], rules: [RuleID] = [], regions: [RegionCode] = [],
        alerts: Int = 0, isRecordOnly: Bool = false, raisedPeriod: Period
    ) {
        self.kinds = kinds
        self.rules = rules
        self.regions = regions
        self.alerts = alerts
        self.isRecordOnly = isRecordOnly
        self.raisedPeriod = raisedPeriod
    }

    /// Adds an alert that joins the incident.
    mutating func add(_ alert: Episode) {
        alerts += 1
        if !kinds.contains(alert.kind) {
            kinds = AlertKind.allCases.filter { kinds.contains($0) || $0 == alert.kind }
        }
        if !rules.contains(alert.rule) { rules = (rules + [alert.rule]).sorted() }
        if let region = alert.subject.regionCode, !regions.contains(region) {
            regions.append(region)
        }
        raisedPeriod = max(raisedPeriod, alert.startedPeriod)
    }

    /// Adds what another incident has that is one with this incident.
    mutating func absorb(_ other: IncidentTraits) {
        kinds = AlertKind.allCases.filter { kinds.contains($0) || other.kinds.contains($0) }
        rules = Set(rules).union(other.rules).sorted()
        for region in other.regions where !regions.contains(region) { regions.append(region) }
        alerts += other.alerts
        raisedPeriod = max(raisedPeriod, other.raisedPeriod)
    }
}

/// The state of an incident at one of its alerts' events, as the member `incident` of
/// `laborwatch.alert/1` shows it.
package struct IncidentMark: Hashable, Sendable, Codable {
    /// The ID of the incident.
    package var id: AlertID
    /// The tier of the incident.
    package var tier: Tier
    /// The state of the incident.
    package var state: AlertState
    /// The number of alerts that ever joined the incident.
    package var alerts: Int
    /// Whether nobody is notified of the incident.
    package var isRecordOnly: Bool
    /// The kind of the alert that leads the incident.
    package var kind: AlertKind
    /// The kinds of the alerts that ever joined, for routing.
    package var kinds: [AlertKind]
    /// The rules of the alerts that ever joined, for routing.
    package var rules: [RuleID]

    private enum CodingKeys: String, CodingKey {
        case id, tier, state, alerts
        case isRecordOnly = "record_only"
        case kind, kinds, rules
    }

    /// The mark of an incident; nil for an alert.
    package init?(_ incident: Episode) {
        guard let traits = incident.incident else { return nil }
        id = incident.id
        tier = incident.tier
        state = incident.state
        alerts = traits.alerts
        isRecordOnly = traits.isRecordOnly
        kind = incident.kind
        kinds = traits.kinds
        rules = traits.rules
    }
}

extension AlertID {
    /// The ID of the incident that an alert opens. It depends on nothing else, so that a replay, a
    /// backtest and the daemon give an incident the same ID.
    package init(incidentOpenedBy alert: AlertID) {
        self.init(rawValue: digestUUID("laborwatch.incident|\(alert.rawValue)"))
    }
}

extension Episode {
    /// Whether this is an incident, and not a single alert.
    package var isIncident: Bool { incident != nil }
}
