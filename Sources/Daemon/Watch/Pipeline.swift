package import Alerting
package import Detect
package import Labor

/// Detection and the alert life cycle joined: from what was known on a day to what is said about it.
///
/// The daemon, `evaluate` and `backtest` all run this one value, so that what a backtest shows is
/// what the daemon would have done. It is pure: facts, day and open episodes in, words out.
package struct Pipeline: Sendable {
    let evaluator: Evaluator
    let machine: EpisodeMachine
    let wording: Wording
    let dispatch: Dispatch

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
    package struct Turn: Sendable {
        /// The findings and how watched subjects without one stand.
        package var evaluation: Evaluation
        /// Episodes that changed, and events.
        package var step: Step
        /// The events with their words.
        package var notices: [AlertNotice]
        /// Who is told and who is not.
        package var orders: [DeliveryOrder]
    }

    /// Looks at facts and moves the open episodes on.
    package func turn(
        _ facts: Facts, asOf: AsOf, at: Instant, scope: EvaluationScope = .all, open: [Episode]
    ) -> Turn {
        let evaluation = evaluator.evaluate(
            facts, asOf: asOf, scope: scope, watching: machine.watching(open))
        let step = machine.advance(open, with: evaluation, at: at)
        let notices = step.events.map {
            wording.notice($0, regions: facts.regions, industries: facts.industries)
        }
        let changed = Dictionary(
            step.episodes.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        let orders = dispatch.orders(for: notices, episodes: changed, regions: facts.regions)
        return Turn(evaluation: evaluation, step: step, notices: notices, orders: orders)
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
