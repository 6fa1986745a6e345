package import Labor

/// The enterprises that an evaluation covers. Cells, regions, indicators and events are always
/// evaluated completely.
package enum EvaluationScope: Sendable, Hashable {
    /// All enterprises of the panel.
    case all
    /// The enterprises with these IDs. IDs that are not in the panel are ignored.
    case enterprises(Set<Int64>)
}

/// The rules of an evaluation: a pure function from facts and a day to findings.
package struct Evaluator: Sendable {
    /// The enabled rules in rising order of their IDs.
    package let rules: [Rule]

    /// An evaluator of checked rules. Two rules with the same ID are a programming error.
    package init(rules: [Rule]) {
        self.rules = rules.filter(\.definition.enabled).sorted { $0.id < $1.id }
        precondition(
            Set(self.rules.map(\.id)).count == self.rules.count, "a rule stands twice")
    }

    /// Evaluates facts as known on a day. Only the day of the as-of is used, except by rules about
    /// the service itself.
    /// - Parameters:
    ///   - facts: the facts known at the as-of. They must not contain later reports or events.
    ///   - asOf: the moment of the evaluation.
    ///   - scope: the enterprises to evaluate.
    ///   - watching: the keys of open episodes. Each key without a finding gets a status.
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
        // Rules that were just released evaluate all enterprises, because no cycle evaluated any of
        // them while the rules were suspended.
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

    /// Gives the status `removed` to subjects that the source no longer contains. A `clear` or
    /// `passed` status of a region, cell or indicator remains, because the rule derived it from
    /// other rows.
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
