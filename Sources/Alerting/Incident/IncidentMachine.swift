package import Labor

/// Computes how one step of the alerts changes the incidents that people see and answer.
///
/// The machine has no clock and no store. It looks at the incidents whose alerts the step changed,
/// and at no others. The result does not depend on the order of the alerts, and a replay gives the
/// same IDs.
package struct IncidentMachine: Sendable {
    private let reminders: [RuleID: [Tier: Int]]
    private let clocks: ResponseClocks?

    /// A machine.
    /// - Parameters:
    ///   - reminders: days between two reminders, by the rule that leads an incident, and by tier;
    ///     a rule without an entry has those of `EpisodePolicy.standard`.
    ///   - clocks: the response deadlines; nil when nobody can answer, as in a replay.
    package init(reminders: [RuleID: [Tier: Int]] = [:], clocks: ResponseClocks? = nil) {
        self.reminders = reminders
        self.clocks = clocks
    }

    /// Creates a reminder for each open incident about which nothing was said for the days of its
    /// tier.
    package func remind(_ open: [Episode], asOf: Instant, at: Instant) -> Step {
        let turns = open.compactMap { incident -> EpisodeTransition? in
            guard incident.state.isOpen, incident.incident?.isRecordOnly == false else {
                return nil
            }
            let lead = incident.evidence.marks[Phrasebook.leadRule].map { RuleID($0) }
            var turn = EpisodeTransition(
                incident, asOf: max(asOf, incident.asOf), at: at, clocks: clocks)
            turn.remind(
                after: lead.flatMap { reminders[$0] } ?? EpisodePolicy.standard.reminderDays)
            return turn.hasChanged ? turn : nil
        }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }

    /// Places the alerts of a step, and advances their incidents.
    ///
    /// - Parameters:
    ///   - open: the open incidents before the step.
    ///   - alerts: the open alerts before the step, and those of the step.
    ///   - step: the changed alerts with their events.
    /// - Returns: the step with the incidents, their events, and each alert's incident.
    package func advance(
        _ open: [Episode], alerts: [Episode], with step: Step, in regionContext: RegionContext,
        asOf: Instant, at: Instant
    ) -> Step {
        var round = IncidentRound(
            open, alerts: alerts, step: step, regionContext: regionContext,
            clock: .init(asOf: asOf, at: at, clocks: clocks))
        return round.result()
    }
}

/// One step of the alerts, while their incidents are advanced.
private struct IncidentRound {
    struct Clock {
        var asOf: Instant
        var at: Instant
        var clocks: ResponseClocks?
    }

    private let clock: Clock
    private let step: Step
    private var placement: IncidentPlacement
    /// The open incidents, and those of this round.
    private var incidents: [AlertID: Episode]
    /// The open incidents before the step.
    private let before: [AlertID: Episode]
    /// The known alerts, in their state after the step.
    private var alerts: [AlertID: Episode]
    /// The alerts of the incidents that this round looks at.
    private var members: [AlertID: Set<AlertID>] = [:]
    /// The alerts that this round placed in another incident than before.
    private var placed: Set<AlertID> = []
    private var joined: [AlertID: [AlertID]] = [:]
    private var opened: [AlertID: Subject] = [:]
    private var merged: [(incident: AlertID, into: AlertID)] = []
    /// The acknowledged incidents. After a merge an acknowledgement is kept only when a person
    /// acknowledged both.
    private var answered: Set<AlertID>

    init(
        _ open: [Episode], alerts: [Episode], step: Step, regionContext: RegionContext,
        clock: Clock
    ) {
        self.clock = clock
        self.step = step
        placement = IncidentPlacement(open, regionContext: regionContext)
        before = Dictionary(open.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        incidents = before
        answered = Set(open.lazy.filter { $0.state == .acknowledged }.map(\.id))
        self.alerts = Dictionary(
            alerts.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        for alert in step.episodes { self.alerts[alert.id] = alert }
    }

    mutating func result() -> Step {
        // Alerts that are open and have no incident are those of this step, and those that an older
        // version of the program left.
        let fresh = alerts.values.filter { alert in
            alert.state.isOpen && alert.incidentID.flatMap { before[$0] } == nil
        }
        for alert in fresh.sorted(by: IncidentRound.comesFirst) { place(alert) }
        var touched = Set(step.episodes.compactMap { alerts[$0.id]?.incidentID })
        touched.formUnion(opened.keys)
        touched.formUnion(joined.keys)
        for (incident, into) in merged {
            touched.insert(incident)
            touched.insert(into)
        }
        for alert in alerts.values {
            if let incident = alert.incidentID, touched.contains(incident) {
                members[incident, default: []].insert(alert.id)
            }
        }
        let events = Dictionary(grouping: step.events, by: \.alertID)
        var turns: [EpisodeTransition] = []
        for id in touched.sorted() {
            if let turn = advance(id, events) { turns.append(turn) }
        }
        turns.sort { ($0.key, $0.episode.id) < ($1.key, $1.episode.id) }
        return finish(turns)
    }

    /// The order in which alerts are placed: earlier months first, and wider nodes before the nodes
    /// that they enclose.
    private static func comesFirst(_ left: Episode, _ right: Episode) -> Bool {
        if left.startedPeriod != right.startedPeriod {
            return left.startedPeriod < right.startedPeriod
        }
        let (one, two) = (width(left), width(right))
        if one != two { return one < two }
        return (left.key, left.id) < (right.key, right.id)
    }

    /// Enterprises first, because a cell may belong to one of them; missing reports after the other
    /// alerts of enterprises; then nodes, the widest region first.
    private static func width(_ alert: Episode) -> Int {
        switch alert.subject.type {
        case .enterprise: alert.kind == .reporting ? 1 : 0
        case .region:
            16 + (alert.subject.regionCode?.rawValue.reversed().drop { $0 == "0" }.count ?? 0)
        case .cell:
            64 + (alert.subject.regionCode?.rawValue.reversed().drop { $0 == "0" }.count ?? 0)
        case .indicator, .system: 256
        }
    }

    private mutating func place(_ alert: Episode) {
        var alert = alert
        switch placement.place(alert) {
        case .joins(let ids):
            guard let first = ids.first else { return }
            for other in ids.dropFirst() { merge(other, into: first) }
            join(&alert, first)
        case .opens(let subject):
            let id = AlertID(incidentOpenedBy: alert.id)
            opened[id] = subject
            var traits = IncidentTraits(raisedPeriod: alert.startedPeriod)
            if let region = subject.regionCode { traits.regions = [region] }
            if let figures = IncidentFigures([alert], isList: false) {
                var incident = EpisodeTransition(
                    opening: id, about: subject, figures, traits, asOf: clock.asOf,
                    at: clock.at, clocks: nil
                ).episode
                incident.startedPeriod = alert.startedPeriod
                incidents[id] = incident
                placement.add(incident)
            }
            join(&alert, id)
        }
    }

    private mutating func join(_ alert: inout Episode, _ id: AlertID) {
        alert.incidentID = id
        alerts[alert.id] = alert
        placed.insert(alert.id)
        joined[id, default: []].append(alert.id)
        guard var incident = incidents[id] else { return }
        incident.incident?.add(alert)
        incidents[id] = incident
        placement.update(incident)
    }

    /// Moves the alerts of an incident to an older incident that it is one with.
    private mutating func merge(_ id: AlertID, into first: AlertID) {
        guard let other = incidents[id], var incident = incidents[first] else { return }
        for alert in alerts.values where alert.incidentID == id {
            var moved = alert
            moved.incidentID = first
            alerts[alert.id] = moved
            placed.insert(alert.id)
        }
        if let traits = other.incident { incident.incident?.absorb(traits) }
        if other.state != .acknowledged { answered.remove(first) }
        incidents[first] = incident
        placement.update(incident)
        placement.remove(id)
        joined[id] = nil
        if opened.removeValue(forKey: id) == nil { merged.append((id, first)) }
    }

    /// The change of one incident; nil when nothing changed.
    private func advance(
        _ id: AlertID, _ events: [AlertID: [AlertEvent]]
    ) -> EpisodeTransition? {
        guard let incident = incidents[id] else { return nil }
        let traits = incident.incident ?? IncidentTraits(raisedPeriod: incident.startedPeriod)
        if merged.contains(where: { $0.incident == id }) {
            var turn = transition(incident)
            turn.merge()
            return turn
        }
        let own = (members[id] ?? []).sorted().compactMap { alerts[$0] }
        let isList = incident.subject.type == .region && incident.kind == .reporting
        let spoken = own.flatMap { events[$0.id] ?? [] }
        guard let figures = IncidentFigures(own, isList: isList) else {
            guard opened[id] == nil, before[id] != nil else { return nil }
            var turn = transition(incident)
            turn.end(after: spoken)
            return turn
        }
        if let subject = opened[id] {
            let isAdopted =
                !spoken.contains { $0.what == .raised || $0.reason == .becameCredible }
            if isAdopted {
                var turn = EpisodeTransition(
                    adopting: id, about: subject, figures, traits, alerts: own,
                    asOf: clock.asOf, at: clock.at)
                turn.episode.startedPeriod = incident.startedPeriod
                return turn
            }
            var turn = EpisodeTransition(
                opening: id, about: subject, figures, traits, asOf: clock.asOf, at: clock.at,
                clocks: clock.clocks)
            turn.episode.startedPeriod = incident.startedPeriod
            return turn
        }
        var turn = transition(incident)
        let confirmed = spoken.first { $0.what == .confirmed }?.reason
        turn.follow(figures, traits, confirmedBy: confirmed)
        return turn.hasChanged ? turn : nil
    }

    /// A transition from the state before the step.
    private func transition(_ incident: Episode) -> EpisodeTransition {
        var turn = EpisodeTransition(
            before[incident.id] ?? incident, asOf: clock.asOf,
            at: max(clock.at, incident.lastEventAt), clocks: clock.clocks)
        if turn.episode.state == .acknowledged, !answered.contains(incident.id) {
            turn.episode.state =
                turn.episode.certainty == .provisional ? .provisional : .firing
            turn.episode.acknowledgedTier = nil
        }
        return turn
    }

    /// The step with incidents, their events, and the marks of the incidents in all events.
    private func finish(_ turns: [EpisodeTransition]) -> Step {
        var marks: [AlertID: IncidentMark] = [:]
        for turn in turns { marks[turn.episode.id] = IncidentMark(turn.episode) }
        func mark(_ incident: AlertID?) -> IncidentMark? {
            incident.flatMap { id in marks[id] ?? incidents[id].flatMap(IncidentMark.init) }
        }
        var changed = Dictionary(
            step.episodes.map { ($0.id, alerts[$0.id] ?? $0) },
            uniquingKeysWith: { _, last in last })
        for id in placed { changed[id] = alerts[id] }
        let spoken = step.events.map { event in
            var event = event
            event.incident = mark(alerts[event.alertID]?.incidentID)
            return event
        }
        let told = turns.flatMap(\.events).map { event in
            var event = event
            event.incident = mark(event.alertID)
            return event
        }
        let episodes = changed.values.sorted { ($0.key, $0.id) < ($1.key, $1.id) }
        return Step(episodes: episodes + turns.map(\.episode), events: spoken + told)
    }
}
