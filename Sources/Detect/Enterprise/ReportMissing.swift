import Labor

/// Detects usual reporters whose report is missing after the deadline. A missing report may itself
/// be a sign of distress.
///
/// A report that is held back or unusable has arrived and is not missing.
struct ReportMissing: SubjectDetector {
    static let schema = Schema(
        detector: "report.missing", kinds: [.reporting],
        parameters: [
            Schema.dueDay,
            .init("due_day_of", .table(1...31, names: (1...12).map(String.init)), .table([:])),
            .init("grace_days", .whole(0...60), .number(0)),
            .init("habit_months", .whole(3...24), .number(6)),
            .init("habit_share", .number(Schema.share), .number(0.8)),
            .init("habit_min", .whole(1...24), .number(3)),
            .init("missed_max", .whole(1...24), .number(12)),
        ],
        limits: [
            .init("missed", 1...24, whole: true),
            .init("missed_key", 1...24, whole: true),
            .init("staff_min", Schema.counts, whole: true, role: .restriction),
        ], clearFactor: 1)

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        /// The due day in the following month, for each calendar month (index 0 is January) of the
        /// report.
        let dueDays: [Int]
        let graceDays: Int
        let habitMonths: Int
        let habitShare: Double
        let habitMin: Int
        let missedMax: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            let usual = settings.whole("due_day")
            let own = settings.table("due_day_of")
            dueDays = (1...12).map { own[String($0)].map { Int($0) } ?? usual }
            graceDays = settings.whole("grace_days")
            habitMonths = settings.whole("habit_months")
            habitShare = settings.number("habit_share")
            habitMin = settings.whole("habit_min")
            missedMax = settings.whole("missed_max")
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
    }

    func findings(in context: EvaluationContext) -> [Finding] {
        let regionalSettings = settings.regionalSettings(of: context)
        let deadlines = regionalSettings.map { lastDue($0, context) }
        var findings: [Finding] = []
        context.forEachRow { row in
            let index = Int(context.regionIndex[row])
            guard let due = deadlines[index],
                let missed = missed(regionalSettings[index], row, due, context.facts.panel),
                missed > 0,
                let finding = finding(
                    missed,
                    of: EnterpriseMonth(row: row, month: due, regional: regionalSettings[index]),
                    context)
            else { return }
            findings.append(finding)
        }
        return findings
    }

    /// The status of a watched enterprise: clear if the last due month or a later one was reported;
    /// otherwise silent, also for a gap longer than `missed_max`.
    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.row(of: key) else { return .notEvaluated }
        guard let due = lastDue(settings.at(context.path(row)), context) else { return .silent }
        let panel = context.facts.panel
        let last = (due..<panel.months).last { panel.hasArrived(row, $0) }
        return last.map { .clear(through: panel.period($0)) } ?? .silent
    }

    /// The last month of the panel whose deadline has passed; nil for none.
    private func lastDue(_ regional: RegionalSettings, _ context: EvaluationContext) -> Int? {
        guard var month = context.now else { return nil }
        let panel = context.facts.panel
        while month >= 0 {
            let period = panel.period(month)
            let next = period.adding(1)
            let days = min(regional.dueDays[period.month - 1], next.lastDay.civil.day)
            let deadline = next.firstDay.adding(days: days - 1 + regional.graceDays)
            if context.asOf.day > deadline { return month }
            month -= 1
        }
        return nil
    }

    /// The number of successive missing months that end with the last due one; nil when the
    /// enterprise is no usual reporter or the gap is longer than `missed_max`. The months before
    /// the gap show whether it is a usual reporter.
    private func missed(_ regional: RegionalSettings, _ row: Int, _ due: Int, _ panel: Panel)
        -> Int?
    {
        guard !panel.hasArrived(row, due) else { return 0 }
        // If a later month was reported, the gap is past and the enterprise reports again.
        for later in due + 1..<max(due + 1, panel.months) where panel.hasArrived(row, later) {
            return 0
        }
        var missed = 0
        while missed <= regional.missedMax, due - missed >= 0, !panel.hasArrived(row, due - missed)
        {
            missed += 1
        }
        let last = due - missed
        guard last >= 0, missed <= regional.missedMax else { return nil }
        var first = max(0, last - regional.habitMonths + 1)
        while first < last, !panel.hasArrived(row, first) { first += 1 }
        let reported = (first...last).count { panel.hasArrived(row, $0) }
        guard reported >= regional.habitMin,
            Double(reported) >= regional.habitShare * Double(last - first + 1) - 1e-9
        else { return nil }
        return missed
    }

    /// The finding of a gap; nil below every tier.
    private func finding(
        _ missed: Int, of judged: EnterpriseMonth<RegionalSettings>, _ context: EvaluationContext
    ) -> Finding? {
        let (row, due, regional) = (judged.row, judged.month, judged.regional)
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        let last = due - missed
        let staff = panel.latestRaw(row, upTo: last).flatMap { panel.rawHeadcount(row, $0) }
        let verdict = regional.ladder.judge { limits in
            let byAll =
                limits.reached("missed", by: Double(missed))
                && limits.allows("staff_min", Double(staff ?? 0))
            let byKey =
                enterprise.keyMonitored && limits.reached("missed_key", by: Double(missed))
            return byAll || byKey
        }
        guard let verdict else { return nil }
        var marks = ["last_report": panel.period(last).description]
        if enterprise.keyMonitored { marks["key_monitored"] = "key" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(due), raises: verdict.raises, holds: verdict.holds,
            certainty: .observed, persons: staff.map(Int.init),
            evidence: Evidence(
                value: Double(missed), threshold: verdict.threshold,
                measures: ["missed": Double(missed)], marks: marks,
                rows: Rows.reports(panel, row, max(0, last - 5)...last, [.headcount])))
    }
}
