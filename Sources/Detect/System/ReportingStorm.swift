import Labor

/// Most of those who use to report are missing at once: the feed is at fault, not they.
///
/// While it stands, the rules that it `holds` say nothing of single enterprises. It is looked for
/// where the health of the watching is known: a backtest of past days shows every single silence.
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

    /// The rules that it keeps from speaking, by name.
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
        // A look at no enterprise says nothing of how many are missing.
        guard context.facts.health != nil, !panel.enterprises.isEmpty,
            (1..<panel.months).contains(due)
        else { return Outcome(findings: [], statuses: [:]) }
        let period = panel.period(due)
        let finding = finding(count(panel, due), period)
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching { statuses[key] = .clear(through: period) }
        return Outcome(findings: finding.map { [$0] } ?? [], statuses: statuses)
    }

    /// How many use to report, and how many of them have no report of the due month or later.
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
