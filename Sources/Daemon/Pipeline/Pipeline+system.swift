import Alerting
import Detect
import Labor

extension Pipeline {
    /// What the rules about the watching itself say while nothing else is looked at.
    ///
    /// Figures grow by the minute while something ails: only what is said of it is worth a write,
    /// and that something began to be well again.
    func systemStep(
        _ facts: Facts, asOf: AsOf, at: Instant, memory: Memory
    ) -> (step: Step, evaluation: Evaluation?) {
        guard facts.health != nil else { return (Step(), nil) }
        let open = memory.ofSystem.open
        // No enterprise is looked at, so none need be gone through.
        var facts = facts
        facts.panel = Panel(first: facts.panel.first, months: 1, enterprises: [])
        facts.events = []
        facts.indicators = []
        let evaluation = Evaluator(
            rules: evaluator.rules.filter { $0.definition.kind == .system }
        ).evaluate(facts, asOf: asOf, scope: .all, watching: machine.watching(open))
        var step = machine.advance(open, besides: memory.ended, with: evaluation, at: at)
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
    /// What the rules say of an outage of the store, which is looked at alone: of everything else
    /// nothing is known at that moment.
    func outageCycle(
        _ outage: StoreOutage, asOf: AsOf, at: Instant, memory: Memory
    ) -> CycleResult {
        var health = Health()
        health.outage = outage
        let facts = Facts(of: health, in: asOf.day.period)
        let evaluation = Evaluator(
            rules: evaluator.rules.filter { $0.definition.kind == .system }
        ).evaluate(facts, asOf: asOf, scope: .all, watching: [])
        let step = machine.advance(memory.open, with: evaluation, at: at)
        var result = cycle(step, evaluation, facts: facts, asOf: asOf, at: at, memory: memory)
        // It is told at once, whatever quiet hours put off, and so is its clock.
        result.notices = result.step.events.map {
            wording.notice($0, regions: facts.regions, industries: facts.industries)
        }
        return result
    }
}

extension Facts {
    /// Nothing but how the watching itself fares.
    init(of health: Health, in period: Period) {
        self.init(
            panel: Panel(first: period, months: 1, enterprises: []), regions: RegionTree([]),
            industries: IndustryTree([]), health: health)
    }
}

extension Memory {
    /// What is remembered of the watching itself.
    var ofSystem: Memory {
        var memory = self
        memory.open = open.filter { $0.kind == .system }
        let ids = Set(memory.open.map(\.id))
        memory.held = held.filter { ids.contains($0.alertID) }
        memory.waiting = waiting.filter { ids.contains($0.alertID) }
        return memory
    }
}
