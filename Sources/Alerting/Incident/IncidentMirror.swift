package import Labor

/// Carries what people do with an incident over to its alerts, so that the record of each alert
/// shows it.
///
/// | the incident | its open alerts |
/// | --- | --- |
/// | has a deadline and a level | have the same |
/// | escalated, reminder (reminder_due) | the alert that leads has the same event |
/// | acknowledged | acknowledged, each at its own tier |
/// | resolved by a person | resolved |
extension IncidentMachine {
    /// The changed alerts after a step of incidents, and their events.
    /// - Parameters:
    ///   - step: the changed incidents with their events; alerts in it are ignored.
    ///   - alerts: the open alerts after the step.
    package func mirror(_ step: Step, on alerts: [Episode], at: Instant) -> Step {
        let incidents = Dictionary(
            step.episodes.filter(\.isIncident).map { ($0.id, $0) },
            uniquingKeysWith: { _, last in last })
        guard !incidents.isEmpty else { return Step() }
        let said = Dictionary(grouping: step.events.filter(\.isOfIncident), by: \.alertID)
        var members: [AlertID: [Episode]] = [:]
        for alert in alerts where alert.state.isOpen {
            if let id = alert.incidentID, incidents[id] != nil {
                members[id, default: []].append(alert)
            }
        }
        var turns: [EpisodeTransition] = []
        for (id, incident) in incidents {
            let own = members[id] ?? []
            let lead = own.filter { $0.rule.rawValue == incident.evidence.marks["lead_rule"] }
                .min { ($0.key, $0.id) < ($1.key, $1.id) }
            for alert in own {
                let asOf = said[id]?.last?.asOf ?? alert.asOf
                var turn = EpisodeTransition(
                    alert, asOf: max(asOf, alert.asOf), at: max(at, alert.lastEventAt), clocks: nil)
                turn.mirror(incident, said[id] ?? [], isLead: alert.id == lead?.id)
                if turn.hasChanged { turns.append(turn) }
            }
        }
        turns.sort { ($0.key, $0.episode.id) < ($1.key, $1.episode.id) }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }
}

extension EpisodeTransition {
    fileprivate mutating func mirror(
        _ incident: Episode, _ events: [AlertEvent], isLead: Bool
    ) {
        let mark = IncidentMark(incident)
        episode.level = max(episode.level, incident.level)
        for event in events {
            let actor = event.actor.map { Actor($0, onBehalfOf: event.onBehalfOf) }
            switch (event.what, event.reason) {
            case (.escalated, _) where isLead, (.reminder, .reminderDue) where isLead:
                say(event.what, event.reason, tier: episode.tier, state: episode.state)
            case (.acknowledged, _) where episode.state != .acknowledged:
                if let actor { acknowledge(by: actor) }
            case (.resolved, .endedByPerson):
                end(.resolved, .endedByPerson, actor: actor)
            default: break
            }
        }
        markEvents(mark)
        episode.nextClockAt = episode.state.isOpen ? incident.nextClockAt : nil
    }
}
