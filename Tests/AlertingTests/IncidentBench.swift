import Alerting
import Labor
import Support

/// Alerts and incidents that advance together, as the pipeline does it.
struct IncidentBench {
    static let kinds: [RuleID: AlertKind] = [
        "layoff.statutory": .layoff, "layoff.trend": .layoff, "wage.arrears": .wageArrears,
        "report.missing": .reporting, "mass.rate": .massUnemployment,
        "indicator.level": .indicator,
    ]
    static let regions = RegionContext(
        regions: RegionTree([
            Region(code: "540000", name: "西藏自治区", parent: nil),
            Region(code: "540100", name: "拉萨市", parent: "540000"),
            Region(code: "540102", name: "城关区", parent: "540100"),
            Region(code: "540103", name: "堆龙德庆区", parent: "540100"),
        ]))

    let alertMachine = EpisodeMachine(
        policies: [:], knownRules: Set(kinds.keys), clocks: nil
    ).ofAlerts
    var machine = EpisodeMachine(
        policies: [:], knownRules: Set(kinds.keys), clocks: nil)
    var alerts: [AlertID: Episode] = [:]
    var incidents: [AlertID: Episode] = [:]
    /// Every incident that ever was.
    var all: [AlertID: Episode] = [:]
    var events: [AlertEvent] = []

    init() {}

    static func enterprise(_ id: Int, region: RegionCode = "540102") -> Subject {
        Subject(
            type: .enterprise, id: "\(id)", name: "企业\(id)", regionCode: region,
            industryCode: IndustryCode("E47"))
    }

    static func region(_ code: RegionCode) -> Subject {
        Subject(
            type: .region, id: code.rawValue, name: regions.regions.name(code, in: .chinese),
            regionCode: code)
    }

    static func finding(
        _ rule: RuleID, _ subject: Subject, _ tier: Tier?, holds: Tier? = nil, month: Int,
        certainty: Certainty = .observed, marks: [String: String] = [:],
        measures: [String: Double] = [:]
    ) -> Finding {
        Finding(
            rule: rule, kind: kinds[rule] ?? .layoff, subject: subject,
            period: Bundle.month(month), raises: tier, holds: holds, certainty: certainty,
            persons: 50 * (tier?.rank ?? 1), share: 0.3,
            evidence: Evidence(
                value: 118, previous: 522, measures: measures, marks: marks))
    }

    /// Evaluates a day, and advances alerts and incidents.
    /// - Returns: the events of incidents.
    @discardableResult
    mutating func look(
        _ day: Int, _ findings: [Finding] = [], clear: [EpisodeKey: Period] = [:]
    ) -> [AlertEvent] {
        let evaluation = Bundle.evaluation(
            day: day, findings: findings,
            statuses: clear.mapValues { .clear(through: $0) })
        let step = alertMachine.advance(
            Array(alerts.values), with: evaluation, at: Bundle.day(day))
        return take(advance(step, day: day))
    }

    /// The step of the incidents after a step of the alerts.
    func advance(_ step: Step, day: Int) -> Step {
        machine.incidents.advance(
            Array(incidents.values), alerts: Array(alerts.values), with: step,
            in: IncidentBench.regions, asOf: Bundle.day(day), at: Bundle.day(day))
    }

    /// Keeps the result of a step.
    @discardableResult
    mutating func take(_ step: Step) -> [AlertEvent] {
        for episode in step.episodes {
            if episode.isIncident {
                incidents[episode.id] = episode.state.isOpen ? episode : nil
                all[episode.id] = episode
            } else {
                alerts[episode.id] = episode.state.isOpen ? episode : nil
            }
        }
        let own = step.events.filter(\.isOfIncident)
        events += own
        return own
    }

    /// The event in one line: what, reason and tiers.
    static func told(_ event: AlertEvent) -> String {
        "\(event.what.rawValue) \(event.reason.rawValue) "
            + "\(event.fromTier?.rawValue ?? "-")/\(event.toTier.rawValue)"
    }
}
