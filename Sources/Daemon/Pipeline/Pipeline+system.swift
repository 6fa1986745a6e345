import Alerting
import Detect
import Labor

extension Pipeline {
    /// Evaluates the rules about the monitoring service, when no other rule is evaluated.
    ///
    /// Measured values such as minutes change all the time during a fault. An episode is therefore
    /// written only when it has an event or when its recovery begins or is interrupted.
    func systemStep(
        _ facts: Facts, asOf: AsOf, at: Instant, memory: Memory
    ) -> (step: Step, evaluation: Evaluation?) {
        guard facts.health != nil else { return (Step(), nil) }
        let open = memory.ofSystem.open
        // These rules use no enterprise data, so the panel is left out to save time.
        var facts = facts
        facts.panel = Panel(first: facts.panel.first, months: 1, enterprises: [])
        facts.events = []
        facts.indicators = []
        let evaluation = Evaluator(
            rules: evaluator.rules.filter { $0.definition.kind == .system }
        ).evaluate(facts, asOf: asOf, scope: .all, watching: machine.watching(open))
        var step = alerts.advance(open, besides: memory.ended, with: evaluation, at: at)
        let spoken = Set(step.events.map(\.alertID))
        let quiet = Dictionary(
            open.map { ($0.id, $0.quietSince) }, uniquingKeysWith: { first, _ in first })
        step.episodes.removeAll { episode in
            !spoken.contains(episode.id) && quiet[episode.id] == .some(episode.quietSince)
        }
        return (step, evaluation)
    }
}

extension Pipeline {
    /// Evaluates the rules about an outage of the store. Only the outage is known; all other health
    /// values are unknown at this moment.
    func outageCycle(
        _ outage: StoreOutage, asOf: AsOf, at: Instant, memory: Memory
    ) -> CycleResult {
        var health = Health()
        health.outage = outage
        let facts = Facts(of: health, in: asOf.day.period)
        let evaluation = Evaluator(
            rules: evaluator.rules.filter { $0.definition.kind == .system }
        ).evaluate(facts, asOf: asOf, scope: .all, watching: [])
        let step = alerts.advance(memory.open, with: evaluation, at: at)
        var result = cycle(step, evaluation, facts: facts, asOf: asOf, at: at, memory: memory)
        // The notices keep the due time of their wording, because quiet hours do not delay a notice
        // about an outage. The notice is sent at once, also during quiet hours, with its own due
        // time.
        let episodes = Dictionary(
            result.step.episodes.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        result.notices = result.step.events.map {
            wording.notice(
                $0, of: episodes[$0.alertID], regions: facts.regions, industries: facts.industries)
        }
        return result
    }
}

extension Facts {
    /// Facts that contain only the health of the monitoring service.
    init(of health: Health, in period: Period) {
        self.init(
            panel: Panel(first: period, months: 1, enterprises: []), regions: RegionTree([]),
            industries: IndustryTree([]), health: health)
    }
}

extension Memory {
    /// The memory limited to alerts about the monitoring service.
    var ofSystem: Memory {
        var memory = self
        memory.open = open.filter { $0.kind == .system }
        let ids = Set(memory.open.map(\.id))
        memory.held = held.filter { ids.contains($0.alertID) }
        memory.waiting = waiting.filter { ids.contains($0.alertID) }
        return memory
    }
}
