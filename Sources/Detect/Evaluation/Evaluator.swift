package import Labor

/// Which enterprises an evaluation looks at. Cells, regions, indicators and events are always
/// evaluated whole.
package enum EvaluationScope: Sendable, Hashable {
    /// All enterprises of the panel.
    case all
    /// Those of these ids; ids that the panel does not have are passed over.
    case enterprises(Set<Int64>)
}

/// The rules, ready to look at facts: a pure function from facts and a day to findings.
package struct Evaluator: Sendable {
    /// The rules that are evaluated, by rising name; disabled ones are left out.
    package let rules: [Rule]

    /// An evaluator of checked rules. Two rules of one name are a mistake of the caller.
    package init(rules: [Rule]) {
        self.rules = rules.filter(\.definition.enabled).sorted { $0.id < $1.id }
        precondition(
            Set(self.rules.map(\.id)).count == self.rules.count, "a rule stands twice")
    }

    /// Looks at facts as known on a day; uses the day of the as-of only.
    /// - Parameters:
    ///   - facts: what was known then; later reports and events must not be in it.
    ///   - asOf: the day.
    ///   - scope: the enterprises to look at.
    ///   - watching: the keys of open episodes; each without a finding gets a status.
    package func evaluate(
        _ facts: Facts, asOf: AsOf, scope: EvaluationScope, watching: [EpisodeKey]
    ) -> Evaluation {
        let measures = rules.reduce(into: Set<SharedMeasure>()) {
            $0.formUnion($1.detector.measures)
        }
        let context = EvaluationContext(facts, asOf: asOf, scope: scope, measuring: measures)
        var watched: [RuleID: [EpisodeKey]] = [:]
        for key in watching { watched[key.rule, default: []].append(key) }
        var ordered: [(key: EpisodeKey, finding: Finding)] = []
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching { statuses[key] = .notEvaluated }
        let breaker = Breaker(rules, context, watched)
        // Rules that were just let go look at all enterprises: nobody looked at them meanwhile.
        let wide = context.whole
        for rule in rules where !breaker.held.contains(rule.id) {
            let outcome = rule.detector.evaluate(
                breaker.released.contains(rule.id) ? wide : context,
                watching: watched[rule.id] ?? [])
            ordered += outcome.findings.map { ($0.key, $0) }
            statuses.merge(outcome.statuses) { _, new in new }
        }
        mark(removed: watching, context, &statuses)
        ordered.sort { $0.key < $1.key }
        for (key, _) in ordered { statuses[key] = nil }
        return Evaluation(asOf: asOf, findings: ordered.map(\.finding), statuses: statuses)
    }

    /// Marks the subjects that the source no longer has. What a rule can still say of a region by
    /// other rows goes before.
    private func mark(
        removed watching: [EpisodeKey], _ context: EvaluationContext,
        _ statuses: inout [EpisodeKey: SubjectStatus]
    ) {
        let presence = Presence(context, for: Set(watching.lazy.map(\.subjectType)))
        let sectors = Dictionary(
            rules.map { ($0.id, $0.detector.sectors) }, uniquingKeysWith: { first, _ in first })
        for key in watching {
            switch statuses[key] {
            case .clear, .passed: if key.subjectType != .enterprise { continue }
            case .silent, .notEvaluated, .removed, nil: break
            }
            if let removal = presence.missing(key, sectors: sectors[key.rule] ?? [:]) {
                statuses[key] = .removed(removal)
            }
        }
    }
}
