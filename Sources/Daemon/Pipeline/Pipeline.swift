package import Alerting
package import Detect
package import Labor

/// Evaluation and alert life cycle in one value: from the facts as known on a day to the
/// notifications.
///
/// The daemon, `evaluate` and `backtest` run the same pipeline, so a backtest shows what the daemon
/// would have done. The pipeline is pure: facts, as-of and open episodes go in; notices and orders
/// come out.
package struct Pipeline: Sendable {
    /// Evaluates the rules.
    package let evaluator: Evaluator
    /// Advances the response to incidents: deadlines, acknowledgements, ends by a person.
    package let machine: EpisodeMachine
    /// Advances alerts.
    package let alerts: EpisodeMachine
    /// Places alerts in incidents, and advances incidents.
    package let incidents: IncidentMachine
    /// Writes the texts of events.
    package let wording: Wording
    /// Decides who is notified.
    package let dispatch: Dispatch

    /// Creates a pipeline. Each argument sets the property of the same name; `alerts` and
    /// `incidents` follow from the machine.
    package init(
        evaluator: Evaluator, machine: EpisodeMachine, wording: Wording, dispatch: Dispatch
    ) {
        self.evaluator = evaluator
        self.machine = machine
        alerts = machine.ofAlerts
        incidents = machine.incidents
        self.wording = wording
        self.dispatch = dispatch
    }

    /// The result of one cycle of the pipeline.
    package struct CycleResult: Sendable {
        /// The findings, and the status of watched subjects without one; nil when nothing was
        /// evaluated.
        package var evaluation: Evaluation?
        /// The changed episodes, and the events.
        package var step: Step
        /// The events with their texts.
        package var notices: [AlertNotice]
        /// For each event and receiver, whether the receiver is notified or the notification is
        /// suppressed.
        package var orders: [DeliveryOrder]
        /// Suppressed notifications that are released now.
        package var releases: [Release]
        /// Pending deliveries that are suppressed now.
        package var holds: [Hold]

        /// Whether there is nothing to write.
        package var isEmpty: Bool { step.episodes.isEmpty && releases.isEmpty && holds.isEmpty }
    }

    /// Evaluates the facts and advances the open episodes.
    package func cycle(
        _ facts: Facts, asOf: AsOf, at: Instant, scope: EvaluationScope = .all, memory: Memory
    ) -> CycleResult {
        let evaluation = evaluator.evaluate(
            facts, asOf: asOf, scope: scope, watching: machine.watching(memory.open))
        let step = alerts.advance(
            memory.open, besides: memory.ended, with: evaluation, at: at)
        return cycle(step, evaluation, facts: facts, asOf: asOf, at: at, memory: memory)
    }

    /// The effects of time without new data: response clocks expire, silences end, alerts that
    /// nobody acknowledged are repeated. When the health of the service is known, the rules about
    /// it are evaluated too.
    package func idleCycle(_ facts: Facts, asOf: AsOf, at: Instant, memory: Memory) -> CycleResult {
        let (step, evaluation) = systemStep(facts, asOf: asOf, at: at, memory: memory)
        return cycle(step, evaluation, facts: facts, asOf: asOf, at: at, memory: memory)
    }

    func cycle(
        _ advanced: Step, _ evaluation: Evaluation?, facts: Facts, asOf: AsOf, at: Instant,
        memory: Memory
    ) -> CycleResult {
        let regionContext = RegionContext(facts)
        var step = incidents.advance(
            memory.open.filter(\.isIncident), alerts: memory.open.filter { !$0.isIncident },
            with: advanced, in: regionContext, asOf: asOf.instant, at: at)
        var input = RoutingInput(
            at: at, regionContext: regionContext, before: memory.open,
            standing: memory.open.advanced(by: step), silences: memory.silences)
        // Escalation comes before repetition: an incident that was not acknowledged in time is
        // first escalated by one level.
        var answerable: [Episode] { input.standing.filter(\.isIncident) }
        func follow(_ later: Step) {
            if later == Step() { return }
            step = step.followed(by: later)
            input.standing = memory.open.advanced(by: step)
        }
        if evaluation != nil {
            let spoken = Set(step.events.map(\.alertID))
            follow(
                incidents.remind(
                    answerable.filter { !spoken.contains($0.id) }, asOf: asOf.instant, at: at))
        }
        let unheard = machine.waits ? dispatch.unheard(answerable, in: input) : [:]
        follow(machine.tick(answerable, unheard: unheard, at: at))
        follow(
            incidents.mirror(step, on: input.standing.filter { !$0.isIncident }, at: at))
        let spoken = Set(step.events.map(\.alertID))
        follow(
            machine.tellAgain(
                dispatch.due(answerable.filter { !spoken.contains($0.id) }, in: input),
                asOf: asOf.instant, at: at))
        let changed = Dictionary(
            step.episodes.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        let notices = step.events.map { event in
            var notice = wording.notice(
                event, of: changed[event.alertID], regions: facts.regions,
                industries: facts.industries)
            // When the daemon waits for an answer, the notice states the response clock that runs
            // now.
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
    /// The open episodes after a step: changed ones are replaced, new ones added, ended ones
    /// removed; ordered by key.
    package func advanced(by step: Step) -> [Episode] {
        var byID = Dictionary(map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        for episode in step.episodes { byID[episode.id] = episode.state.isOpen ? episode : nil }
        return byID.values.sorted { $0.key < $1.key }
    }
}
