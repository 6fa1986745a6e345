import Labor

/// Raises alerts about the health of the service itself. Each rule watches one aspect, named by
/// `watch`.
///
/// A tier applies when at least one of its thresholds is reached and all its restrictions hold.
/// Without health readings, as in a backtest, there are no findings and no statuses.
struct SystemHealth: Detector {
    static let schema = Schema(
        detector: "system.health", kinds: [.system],
        parameters: Schema.everywhere([
            .init("watch", .choice(HealthReading.Watch.allCases.map(\.rawValue))),
            .init("announce_hours", .whole(1...168), .number(24)),
            .init("holiday_days", .whole(0...15), .number(8)),
            .init("spring_festival", .dates, .table([:])),
            .init("tibetan_new_year", .dates, .table([:])),
        ]),
        limits: [
            .init("minutes", 0...100_000, whole: true),
            .init("days", 0...3_650, whole: true),
            .init("share", Schema.share),
            .init("new_share", Schema.share),
            .init("dead", Schema.counts, whole: true),
            .init("gone", 0...1, whole: true),
            .init("seconds", 0...100_000, whole: true),
            .init("jump_seconds", 0...100_000, whole: true),
            .init("changes", Schema.counts, whole: true),
            .init("held", Schema.counts, whole: true),
            .init("failures", Schema.counts, whole: true, role: .restriction),
            .init("values", Schema.counts, whole: true, role: .restriction),
        ], clearFactor: 1)

    private static let thresholds = schema.limits.filter { $0.role == .threshold }.map(\.name)
    private static let restrictions = schema.limits.filter { $0.role == .restriction }.map(\.name)

    private let rule: CheckedRule
    private let watch: HealthReading.Watch
    private let expectation: HealthReading.Expectation

    init(_ rule: CheckedRule) {
        self.rule = rule
        // The schema allows only these values, so the default is never used.
        watch = HealthReading.Watch(rawValue: rule.base.text("watch")) ?? .evaluation
        expectation = HealthReading.Expectation(
            announceHours: rule.base.whole("announce_hours"), holidays: Holidays(rule.base))
    }

    /// The findings of the watched aspect, and the statuses of open alerts: `silent`, which keeps
    /// an alert open, for an unsettled reading; otherwise clear.
    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        guard let health = context.facts.health else { return Outcome(findings: [], statuses: [:]) }
        let period = context.asOf.day.period
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching { statuses[key] = .clear(through: period) }
        var findings: [Finding] = []
        for sighting in HealthReading.all(of: watch, in: health, at: context.asOf, expectation) {
            if let finding = finding(sighting, period) {
                findings.append(finding)
            } else if sighting.isUnsettled {
                let key = EpisodeKey(
                    rule: rule.id, subjectType: .system, subjectID: sighting.subject.id)
                statuses[key] = .silent
            }
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// The finding of a reading; nil below every tier.
    private func finding(_ sighting: HealthReading, _ period: Period) -> Finding? {
        let measures = sighting.measures
        let verdict = rule.base.ladder.judge { limits in
            SystemHealth.restrictions.allSatisfy { limits.allows($0, measures[$0] ?? 0) }
                && SystemHealth.thresholds.contains { name in
                    measures[name].map { limits.reached(name, by: $0) } ?? false
                }
        }
        guard let verdict else { return nil }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: sighting.subject, period: period,
            raises: verdict.raises, holds: verdict.holds, certainty: .observed,
            evidence: Evidence(
                value: sighting.value, threshold: verdict.threshold, measures: measures,
                marks: sighting.marks))
    }
}
