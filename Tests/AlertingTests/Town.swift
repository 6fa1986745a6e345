import Alerting
import Labor

/// A small prefecture with alerts in it, for tests of routing.
enum Town {
    static let regionContext = RegionContext(
        regions: RegionTree(
            Array(Texts.regions.regions.values) + [
                Region(
                    code: RegionCode("540121"), name: "林周县", parent: RegionCode("540100")),
                Region(code: RegionCode("park-9"), name: "园区", parent: RegionCode("540102")),
            ]),
        industries: IndustryTree([
            Industry(code: IndustryCode("E"), name: "建筑业"),
            Industry(code: IndustryCode("E47"), name: "房屋建筑业", parent: IndustryCode("E")),
        ])
    ) { id in
        Enterprise(
            id: id, name: "\(id)", regionCode: RegionCode("540102"),
            industryCode: IndustryCode("E47"), keyMonitored: id == 1,
            governmentProject: id == 2, sizeClass: id == 3 ? "大型" : nil)
    }

    static func enterprise(_ id: Int, in region: String = "540102") -> Subject {
        Subject(
            type: .enterprise, id: String(id), name: "企业\(id)", regionCode: RegionCode(region),
            industryCode: IndustryCode("E47"))
    }

    static func county(_ code: String) -> Subject {
        Subject(type: .region, id: code, name: code, regionCode: RegionCode(code))
    }

    static func routedAlert(
        _ tier: Tier, kind: AlertKind = .layoff, rule: RuleID = "layoff.statutory",
        subject: Subject = enterprise(9), certainty: Certainty = .observed
    ) -> RoutedAlert {
        RoutedAlert(
            rule: rule, kind: kind, tier: tier, certainty: certainty, subject: subject,
            regionContext: regionContext)
    }

    /// An episode that was raised and whose last event was at a moment.
    static func episode(
        _ id: String, _ tier: Tier, at: Instant, kind: AlertKind = .layoff,
        rule: RuleID = "layoff.statutory", subject: Subject = enterprise(9),
        peak: Tier? = nil, sequence: Int = 1, state: AlertState = .firing
    ) -> Episode {
        Episode(
            id: AlertID(rawValue: id), rule: rule, kind: kind, subject: subject, tier: tier,
            peakTier: peak ?? tier, state: state, certainty: .observed,
            startedPeriod: Bundle.month(10), period: Bundle.month(10), firstRaisedAt: at,
            lastEventAt: at, lastToldAt: at, evidence: Evidence(value: 1), asOf: at,
            sequence: sequence)
    }

    /// The raising, or another event, of an episode.
    static func notice(
        _ episode: Episode, _ what: AlertWhat = .raised, from: Tier? = nil
    ) -> AlertNotice {
        AlertNotice(
            event: AlertEvent(
                id: "\(episode.id)-\(episode.sequence)", alertID: episode.id,
                sequence: episode.sequence, at: episode.lastEventAt, asOf: episode.asOf,
                what: what, reason: .thresholdCrossed, fromTier: from, toTier: episode.tier,
                fromState: nil, toState: episode.state, rule: episode.rule, kind: episode.kind,
                certainty: episode.certainty, subject: episode.subject, period: episode.period,
                evidence: episode.evidence), texts: [:])
    }

    static func at(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else { throw Missing(what: text) }
        return instant
    }
}
