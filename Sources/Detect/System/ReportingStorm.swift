import Labor

/// Detects that most of the usual reporters are missing at the same time. The cause is then the
/// data feed, not the enterprises.
///
/// While the finding lasts, the rules in `holds` are suspended. The detector runs only with health
/// readings. A backtest has none, so it shows every missing enterprise.
struct ReportingStorm: BreakerDetector {
    static let schema = Schema(
        detector: "system.reporting_storm", kinds: [.system],
        parameters: Schema.everywhere([
            Schema.dueDay,
            .init("habit_months", .whole(3...24), .number(12)),
            .init("habit_min", .whole(1...24), .number(3)),
            .init("holds", .texts, .texts([])),
        ]),
        limits: [
            .init("missing_share", Schema.share),
            .init("usual", Schema.counts, whole: true, role: .restriction),
        ])

    /// The IDs of the rules that are suspended.
    let holds: [RuleID]
    private let rule: CheckedRule
    private let dueDay: Int
    private let habitMonths: Int
    private let habitMin: Int

    init(_ rule: CheckedRule) {
        self.rule = rule
        holds = rule.base.texts("holds").map { RuleID($0) }
        dueDay = rule.base.whole("due_day")
        habitMonths = rule.base.whole("habit_months")
        habitMin = rule.base.whole("habit_min")
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let panel = context.facts.panel
        let due = context.dueMonth(dueDay: dueDay).months(since: panel.first)
        // Without enterprises the share of missing ones is not known.
        guard context.facts.health != nil, !panel.enterprises.isEmpty,
            (1..<panel.months).contains(due)
        else { return Outcome(findings: [], statuses: [:]) }
        let period = panel.period(due)
        let finding = finding(count(panel, due), period)
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching { statuses[key] = .clear(through: period) }
        return Outcome(findings: finding.map { [$0] } ?? [], statuses: statuses)
    }

    /// The number of usual reporters, and how many of them have no report of the due month or
    /// later. A usual reporter reported at least `habitMin` of the `habitMonths` months before.
    private func count(_ panel: Panel, _ due: Int) -> (usual: Int, missing: Int) {
        var usual = 0
        var missing = 0
        for row in panel.enterprises.indices {
            let months = (max(0, due - habitMonths)..<due).count { panel.hasArrived(row, $0) }
            guard months >= habitMin else { continue }
            usual += 1
            if !(due..<panel.months).contains(where: { panel.hasArrived(row, $0) }) { missing += 1 }
        }
        return (usual, missing)
    }

    /// The finding of a share of missing reporters; nil below every tier.
    private func finding(_ count: (usual: Int, missing: Int), _ period: Period) -> Finding? {
        guard count.usual > 0 else { return nil }
        let share = Double(count.missing) / Double(count.usual)
        let verdict = rule.base.ladder.judge { limits in
            limits.reached("missing_share", by: share)
                && limits.allows("usual", Double(count.usual))
        }
        guard let verdict else { return nil }
        return Finding(
            rule: rule.id, kind: rule.kind,
            subject: Subject(type: .system, id: "laborwatch", name: "laborwatch"), period: period,
            raises: verdict.raises, holds: verdict.holds, certainty: .observed,
            evidence: Evidence(
                value: Double(count.missing), threshold: verdict.threshold,
                measures: [
                    "missing": Double(count.missing), "usual": Double(count.usual),
                    "missing_share": share,
                ]))
    }
}
