import Labor

/// Which rules are kept from speaking by the findings of others, and which were just let go.
struct Breaker {
    private(set) var held: Set<RuleID> = []
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
