import Alerting
import Labor

/// Every event that can happen to an incident, brought about by the machines of alerts and incidents
/// from real findings.
struct IncidentLife {
    let findings: [RuleID: [Finding]]
    let zone: Zone

    private static let actor = Actor("zhang", onBehalfOf: "李四")
    private static let day: Int64 = 86_400

    /// Alerts and incidents that advance together.
    private struct World {
        let machine: EpisodeMachine
        let zone: Zone
        let begin: Instant
        var alerts: [AlertID: Episode] = [:]
        var incidents: [AlertID: Episode] = [:]
        var moments: [EpisodeLife.Moment] = []

        init(_ zone: Zone, _ begin: Instant, _ rules: Set<RuleID>) {
            self.zone = zone
            self.begin = begin
            machine = EpisodeMachine(
                policies: [:], knownRules: rules,
                clocks: ResponseClocks(
                    waits: Dictionary(
                        uniqueKeysWithValues: Tier.allCases.map { ($0, Duration.seconds(7_200)) }
                    )))
        }

        /// Evaluates some days after the beginning.
        mutating func look(
            after days: Int, _ findings: [Finding], clear: Period? = nil,
            removed: RuleID? = nil
        ) {
            let at = begin.adding(seconds: Int64(days) * IncidentLife.day)
            let found = Set(findings.map(\.key))
            var statuses: [EpisodeKey: SubjectStatus] = [:]
            for alert in alerts.values where !found.contains(alert.key) {
                statuses[alert.key] = clear.map { .clear(through: $0) } ?? .silent
                if alert.rule == removed { statuses[alert.key] = .removed(.enterprise) }
            }
            let evaluation = Evaluation(
                asOf: zone.asOf(zone.day(begin).adding(days: days)), findings: findings,
                statuses: statuses)
            let step = machine.ofAlerts.advance(Array(alerts.values), with: evaluation, at: at)
            take(
                machine.incidents.advance(
                    Array(incidents.values), alerts: Array(alerts.values), with: step,
                    in: RegionContext(regions: TextGallery.regions),
                    asOf: evaluation.asOf.instant, at: at))
        }

        /// Places alerts that an older version of the program raised.
        mutating func adopt() {
            for id in alerts.keys { alerts[id]?.incidentID = nil }
            incidents = [:]
            moments = []
            look(after: 1, [])
        }

        mutating func take(_ step: Step) {
            for episode in step.episodes {
                if episode.isIncident {
                    incidents[episode.id] = episode.state.isOpen ? episode : nil
                } else {
                    alerts[episode.id] = episode.state.isOpen ? episode : nil
                }
            }
            let after = Dictionary(
                step.episodes.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
            for event in step.events where event.isOfIncident {
                if let episode = after[event.alertID] {
                    moments.append(EpisodeLife.Moment(event: event, episode: episode))
                }
            }
        }
    }

    /// The events of the incidents, in the order of their lives.
    var moments: [EpisodeLife.Moment] {
        leads + story + answers + ends + bridged
    }

    /// The strongest finding of a rule whose marks hold, about the same enterprise.
    private func finding(
        _ rule: RuleID, _ marks: [String: String] = [:], tier: Tier? = nil
    ) -> Finding? {
        guard
            var finding = findings[rule]?.first(where: { finding in
                marks.allSatisfy { finding.evidence.marks[$0.key] == $0.value }
            })
        else { return nil }
        if let first = findings["layoff.statutory"]?.first, finding.subject.type == .enterprise {
            finding.subject = first.subject
            finding.period = first.period
        }
        if let tier {
            finding.raises = tier
            finding.holds = tier
        }
        return finding
    }

    private func world(_ all: [Finding]) -> World {
        let begin = zone.asOf((all.first?.period ?? zone.day(.init(seconds: 0)).period).lastDay)
        return World(zone, begin.instant, Set(findings.keys))
    }

    /// For each rule, the opening of an incident that it leads.
    private var leads: [EpisodeLife.Moment] {
        findings.keys.sorted().flatMap { rule -> [EpisodeLife.Moment] in
            guard let first = findings[rule]?.first else { return [] }
            var world = world([first])
            var list = [first]
            if first.kind == .reporting {
                var other = first
                other.subject.id += "0"
                other.subject.name = "高原2厂"
                list.append(other)
            }
            world.look(after: 0, list)
            return world.moments
        }
    }

    /// A net fall on record only that becomes credible, rises, is joined by arrears, and falls.
    private var story: [EpisodeLife.Moment] {
        guard let fall = finding("layoff.statutory", ["basis": "net_headcount"], tier: .blue),
            let trend = finding("layoff.trend", tier: .orange),
            let unreported = finding("layoff.unreported", tier: .yellow),
            let arrears = finding("wage.arrears", tier: .yellow)
        else { return [] }
        var record = fall
        record.evidence.marks["credibility"] = "record_only"
        var credible = fall
        credible.evidence.marks["credibility"] = "borne_out"
        credible.raises = .yellow
        credible.holds = .yellow
        var world = world([fall])
        world.look(after: 0, [record])
        world.look(after: 10, [credible])
        world.look(after: 11, [credible, trend, unreported])
        world.look(after: 12, [credible, trend, unreported, arrears])
        var lower = trend
        lower.raises = nil
        lower.holds = .yellow
        world.look(after: 13, [credible, lower, unreported, arrears])
        return world.moments
    }

    /// A provisional fall, unanswered, taken on, confirmed, ended by a person.
    private var answers: [EpisodeLife.Moment] {
        guard var trend = finding("layoff.trend", tier: .orange) else { return [] }
        trend.certainty = .provisional
        var world = world([trend])
        world.look(after: 0, [trend])
        guard let incident = world.incidents.values.first else { return [] }
        let late = world.begin.adding(seconds: 3 * 3_600)
        var moments: [EpisodeLife.Moment] = []
        func add(_ step: Step) {
            for (episode, event) in zip(step.episodes, step.events) {
                moments.append(EpisodeLife.Moment(event: event, episode: episode))
            }
        }
        add(world.machine.tick([incident], at: late))
        add(world.machine.tellAgain([incident], asOf: late, at: late))
        let week = world.begin.adding(seconds: 15 * IncidentLife.day)
        add(world.machine.incidents.remind([incident], asOf: week, at: week))
        if let taken = world.machine.acknowledge(incident, by: Self.actor, at: late) {
            add(Step(episodes: [taken.episode], events: [taken.event]))
        }
        if let ended = world.machine.resolve(incident, by: Self.actor, at: late) {
            add(Step(episodes: [ended.episode], events: [ended.event]))
        }
        var again = trend
        again.certainty = .confirmed
        again.period = again.period.adding(1)
        world.look(after: 31, [again])
        return moments + world.moments.filter { $0.event.what == .confirmed }
    }

    /// All alerts end: the cause is gone, the report was corrected, or each for its own reason.
    private var ends: [EpisodeLife.Moment] {
        guard let fall = finding("layoff.statutory", ["basis": "net_headcount"]),
            let arrears = finding("wage.arrears")
        else { return [] }
        var moments: [EpisodeLife.Moment] = []
        var world = world([fall])
        world.look(after: 0, [fall])
        var adopted = world
        adopted.adopt()
        moments += adopted.moments
        var corrected = world
        corrected.look(after: 5, [], clear: fall.period)
        moments += corrected.moments.filter { $0.event.what == .withdrawn }
        for month in 1...3 {
            world.look(after: 31 * month, [], clear: fall.period.adding(month))
        }
        moments += world.moments.filter { $0.event.what == .resolved }
        var both = self.world([fall])
        both.look(after: 0, [fall, arrears])
        // Two alerts end in one step, each for its own reason.
        both.look(after: 1, [fall], removed: arrears.rule)
        both.look(after: 3, [], clear: fall.period, removed: arrears.rule)
        moments += both.moments.filter { $0.event.what.endsEpisode }
        return moments
    }

    /// Two incidents that a third alert shows to be one.
    private var bridged: [EpisodeLife.Moment] {
        guard let fall = finding("layoff.statutory", ["basis": "net_headcount"]),
            let trend = finding("layoff.trend"), var arrears = finding("wage.arrears")
        else { return [] }
        var world = world([fall])
        arrears.period = fall.period.adding(-4)
        world.look(after: 0, [arrears])
        world.look(after: 1, [arrears, fall])
        var between = trend
        between.period = fall.period.adding(-2)
        world.look(after: 2, [arrears, fall, between])
        return world.moments.filter { $0.event.what == .merged }
    }
}
