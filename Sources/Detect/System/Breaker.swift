import Labor

/// The rules that findings of breaker detectors suspend, and the rules that were just released.
struct Breaker {
    /// The suspended rules.
    private(set) var held: Set<RuleID> = []
    /// The rules that were suspended before and are not now.
    private(set) var released: Set<RuleID> = []

    init(_ rules: [Rule], _ context: EvaluationContext, _ watched: [RuleID: [EpisodeKey]]) {
        for rule in rules {
            guard let breaker = rule.detector as? any BreakerDetector else { continue }
            let open = watched[rule.id] ?? []
            let outcome = breaker.evaluate(context, watching: open)
            if outcome.findings.contains(where: { $0.raises != nil || open.contains($0.key) }) {
                held.formUnion(breaker.holds)
            } else if outcome.statuses.values.contains(where: { $0 != .notEvaluated }) {
                released.formUnion(breaker.holds)
            }
        }
        released.subtract(held)
    }
}
