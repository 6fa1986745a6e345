package import Alerting
package import Detect
package import Labor

/// Detection and the alert life cycle joined: from what was known on a day to what is said about it.
///
/// The daemon, `evaluate` and `backtest` all run this one value, so that what a backtest shows is
/// what the daemon would have done. It is pure: facts, day and open episodes in, words out.
package struct Pipeline: Sendable {
    /// What evaluates the rules.
    package let evaluator: Evaluator
    /// What advances episodes.
    package let machine: EpisodeMachine
    /// What words events.
    package let wording: Wording
    /// What decides who is notified.
    package let dispatch: Dispatch

    /// A pipeline from its parts.
    package init(
        evaluator: Evaluator, machine: EpisodeMachine, wording: Wording, dispatch: Dispatch
    ) {
        self.evaluator = evaluator
        self.machine = machine
        self.wording = wording
        self.dispatch = dispatch
    }

    /// What one turn of the pipeline brings.
    package struct CycleResult: Sendable {
        /// The findings and how watched subjects without one stand; nil where nobody looked.
        package var evaluation: Evaluation?
        /// Episodes that changed, and events.
        package var step: Step
        /// The events with their words.
        package var notices: [AlertNotice]
        /// Who is told and who is not.
        package var orders: [DeliveryOrder]
        /// What was held back and is let go.
        package var releases: [Release]
        /// What waited for its time and is held back.
        package var holds: [Hold]

        /// Whether there is nothing to write down.
        package var isEmpty: Bool { step.episodes.isEmpty && releases.isEmpty && holds.isEmpty }
    }

    /// Looks at facts and moves the open episodes on.
    package func cycle(
        _ facts: Facts, asOf: AsOf, at: Instant, scope: EvaluationScope = .all, memory: Memory
    ) -> CycleResult {
        let evaluation = evaluator.evaluate(
            facts, asOf: asOf, scope: scope, watching: machine.watching(memory.open))
        let step = machine.advance(
            memory.open, besides: memory.ended, with: evaluation, at: at)
        return cycle(step, evaluation, facts: facts, asOf: asOf, at: at, memory: memory)
    }

    /// What time alone brings while the facts stand still: clocks run out, silences end, alerts
    /// that nobody took on are told again, and the watching itself is looked at where its health
    /// is known.
    package func idleCycle(_ facts: Facts, asOf: AsOf, at: Instant, memory: Memory) -> CycleResult {
        let (step, evaluation) = systemStep(facts, asOf: asOf, at: at, memory: memory)
        return cycle(step, evaluation, facts: facts, asOf: asOf, at: at, memory: memory)
    }

    func cycle(
        _ advanced: Step, _ evaluation: Evaluation?, facts: Facts, asOf: AsOf, at: Instant,
        memory: Memory
    ) -> CycleResult {
        var input = RoutingInput(
            at: at, regionContext: RegionContext(facts), before: memory.open,
            standing: memory.open.advanced(by: advanced), silences: memory.silences)
        // Before anything is told again, what nobody answered goes one level up.
        let unheard = machine.waits ? dispatch.unheard(input.standing, in: input) : [:]
        var step = advanced.followed(
            by: machine.tick(input.standing, unheard: unheard, at: at))
        input.standing = memory.open.advanced(by: step)
        let spoken = Set(step.events.map(\.alertID))
        let again = machine.tellAgain(
            dispatch.due(input.standing.filter { !spoken.contains($0.id) }, in: input),
            asOf: asOf.instant, at: at)
        if !again.events.isEmpty {
            step = step.followed(by: again)
            input.standing = memory.open.advanced(by: step)
        }
        let changed = Dictionary(
            step.episodes.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        let notices = step.events.map { event in
            var notice = wording.notice(
                event, regions: facts.regions, industries: facts.industries)
            // Where somebody is waited for, the clock that runs is the one that is told.
            if machine.waits, notice.dueAt != nil {
                notice.dueAt = changed[event.alertID]?.nextClockAt
            }
            return notice
        }
        let orders = dispatch.orders(for: notices, episodes: changed, in: input)
        return CycleResult(
            evaluation: evaluation, step: step, notices: notices, orders: orders,
            releases: dispatch.releases(of: memory.held, besides: orders, in: input),
            holds: dispatch.holds(of: memory.waiting, in: input))
    }
}

extension [Episode] {
    /// The open episodes after a step: changed ones replaced, new ones added, ended ones left out.
    package func advanced(by step: Step) -> [Episode] {
        var byID = Dictionary(map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        for episode in step.episodes { byID[episode.id] = episode.state.isOpen ? episode : nil }
        return byID.values.sorted { $0.key < $1.key }
    }
}
