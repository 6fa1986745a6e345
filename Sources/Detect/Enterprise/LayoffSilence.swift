import Labor

/// Detects a usual reporter that stops reporting. Half of the enterprises that close never report a
/// headcount of 0.
///
/// The number of missing reports that a tier requires depends on other signs. After an unexplained
/// fall of the headcount (`missed_fall`) or with wages owed (`missed_arrears`) fewer missing
/// reports suffice, because both often precede a flight (逃而断报). `ReportGap` decides when a month is
/// missing, because the reporting period ends on the 20th in one region and on the 5th of the next
/// month in another.
///
/// The detector evaluates all enterprises independent of the scope, because the reports of others
/// show when a month is over.
struct LayoffSilence: Detector {
    static let schema = Schema(
        detector: "layoff.silence", kinds: [.layoff],
        parameters: Schema.everywhere(
            Baseline.Options.parameters + StaffFalls.Options.parameters)
            + ReportGap.Options.parameters
            + [
                .init("fall_share", .number(Schema.share), .number(0.1)),
                .init("arrears_months", .number(0.05...12), .number(0.5)),
                .init("arrears_window_months", .whole(1...12), .number(3)),
                .init("arrears_month_above", .number(0.01...1), .number(0.1)),
                .init("arrears_periods", .whole(1...12), .number(2)),
            ],
        limits: [
            .init("missed", 1...24, whole: true),
            .init("missed_fall", 1...24, whole: true),
            .init("missed_arrears", 1...24, whole: true),
            .init("staff_min", Schema.counts, whole: true, role: .restriction),
        ], clearFactor: 1)

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let silence: ReportGap.Options
        let fallShare: Double
        let arrears: Double
        let arrearsWindow: Int
        let arrearsAbove: Double
        let arrearsPeriods: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            silence = ReportGap.Options(settings)
            fallShare = settings.number("fall_share")
            arrears = settings.number("arrears_months")
            arrearsWindow = settings.whole("arrears_window_months")
            arrearsAbove = settings.number("arrears_month_above")
            arrearsPeriods = settings.whole("arrears_periods")
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let baseOptions: Baseline.Options
    private let fallOptions: StaffFalls.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        baseOptions = Baseline.Options(rule.base)
        fallOptions = StaffFalls.Options(rule.base)
        settings = Regional(rule, RegionalSettings.init)
    }

    var measures: Set<SharedMeasure> { [.peers(baseOptions.peers), .falls(fallOptions)] }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let panel = context.facts.panel
        let regionalSettings = settings.regionalSettings(of: context)
        let silence = ReportGap(
            context, base: settings.base.silence, regionalSettings: regionalSettings.map(\.silence))
        guard let silence else {
            return Outcome(
                findings: [],
                statuses: Dictionary(uniqueKeysWithValues: watching.map { ($0, .silent) }))
        }
        let baseline = Baseline(context, baseOptions)
        let falls = context.shared.falls(context, fallOptions)
        var findings: [Finding] = []
        for row in panel.enterprises.indices {
            guard let gap = silence.gap(row),
                let finding = finding(
                    gap,
                    of: EnterpriseMonth(
                        row: row, month: gap.last,
                        regional: regionalSettings[Int(context.regionIndex[row])]),
                    context, baseline, falls)
            else { continue }
            findings.append(finding)
        }
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            statuses[key] = context.anyRow(of: key).map(silence.status) ?? .notEvaluated
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// The finding of a gap; nil below every tier. A first silence is often a late report. It counts
    /// after a credible fall, after an event that states a closure, or once the next due report is
    /// missing as well.
    private func finding(
        _ gap: ReportGap.Gap, of judged: EnterpriseMonth<RegionalSettings>,
        _ context: EvaluationContext,
        _ baseline: Baseline, _ falls: StaffFalls
    ) -> Finding? {
        let panel = context.facts.panel
        let (row, regional) = (judged.row, judged.regional)
        let (due, missed) = (gap.due, gap.missed)
        // The last report that arrived may be unusable, so the raw values are used.
        guard let last = panel.latestRaw(row, upTo: gap.last),
            let staff = panel.rawHeadcount(row, last), staff > 0
        else { return nil }
        let start = baseline.peers.start
        let lost = last < start ? nil : baseline.unexplainedFall(row, last - start, context.moves)
        let fall = lost?.share ?? 0
        let arrears = self.arrears(panel, row, last, regional)
        let hasFallen = fall >= regional.fallShare
        let owes = arrears >= regional.arrears
        func judge(_ missed: Int) -> Ladder.Verdict? {
            regional.ladder.judge { limits in
                limits.allows("staff_min", Double(staff))
                    && (limits.reached("missed", by: Double(missed))
                        || hasFallen && limits.reached("missed_fall", by: Double(missed))
                        || owes && limits.reached("missed_arrears", by: Double(missed)))
            }
        }
        guard var verdict = judge(missed) else { return nil }
        let credible = hasFallen ? falls.credible(row, last)?.credibility : nil
        let credibility =
            Credibility.isStated(row, last...max(last, due), context)
            ? .declared : credible ?? (judge(missed - 1) == nil ? .recordOnly : .borneOut)
        if credibility == .recordOnly { verdict = verdict.capped(regional.ladder) }
        let enterprise = panel.enterprises[row]
        var marks = [
            "last_report": panel.period(last).description,
            Credibility.mark: credibility.rawValue,
        ]
        let signs = (hasFallen ? ["headcount_fall"] : []) + (owes ? ["wages_owed"] : [])
        if !signs.isEmpty { marks["signs"] = signs.joined(separator: ",") }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        var measures = ["missed": Double(missed)]
        if hasFallen {
            measures["fall_share"] = fall
            marks["compared"] = lost?.compared
        }
        if owes { measures["arrears_months"] = arrears }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(due), raises: verdict.raises, holds: verdict.holds,
            certainty: .provisional, persons: Int(staff),
            evidence: Evidence(
                value: Double(missed), previous: Double(staff), threshold: verdict.threshold,
                measures: measures, marks: marks,
                rows: Rows.reports(
                    panel, row, max(0, last - 5)...last, [.headcount, .wagesDue, .wagesPaid])))
    }

    /// The wages unpaid over the last `arrears_window_months`, in months of wages due. 0 unless the
    /// last `arrears_periods` months were all short of pay.
    private func arrears(_ panel: Panel, _ row: Int, _ last: Int, _ regional: RegionalSettings)
        -> Double
    {
        var due = 0.0
        var paid = 0.0
        var months = 0.0
        var running = 0
        for month in max(0, last - regional.arrearsWindow + 1)...last {
            guard let owed = panel.wagesDue(row, month), let given = panel.wagesPaid(row, month)
            else { continue }
            due += Double(owed)
            paid += Double(given)
            months += 1
            let lacks = Double(owed - given) > regional.arrearsAbove * Double(owed)
            running = lacks ? running + 1 : 0
        }
        // One late payment is usually made good. Repeated short pay is not.
        guard running >= regional.arrearsPeriods else { return 0 }
        return due > 0 ? (due - paid) / (due / months) : 0
    }
}
