import Labor

/// Detects hidden unemployment (隐性失业): employed persons who have had no work for months. The
/// headcount does not show it, and it usually precedes a fall of the headcount.
///
/// A tier requires a share of the staff and a number of persons, in several successive months. If
/// the industry or the season explains the idle staff, such as the winter stop of construction on
/// the plateau, the finding has the lowest tier.
///
/// The detector evaluates all enterprises independent of the scope, because peers depend on the
/// reports of others.
struct IdleHidden: Detector {
    static let schema = Schema(
        detector: "idle.hidden", kinds: [.layoff],
        parameters: IdleStaff.Options.parameters + [Schema.dueDay, Schema.ageMax],
        limits: [
            .init("share", Schema.share),
            .init("persons", Schema.counts, whole: true, role: .restriction),
            .init("months", 1...24, whole: true, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let shareFloor: Double
        let dueDay: Int
        let ageMax: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            shareFloor = ladder.floor("share")
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
        }
    }

    /// The maximum number of months of a run.
    private static let monthsMax = 24

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let options: IdleStaff.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        options = IdleStaff.Options(rule.base)
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let regionalSettings = settings.regionalSettings(of: context)
        let idle = IdleStaff(context, options)
        var findings: [Finding] = []
        context.forEveryRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let month = context.latestReport(row, ageMax: regional.ageMax),
                let measure = idle.measure(row, month),
                measure.share >= regional.shareFloor - 1e-9,
                let finding = finding(
                    measure, of: EnterpriseMonth(row: row, month: month, regional: regional), idle,
                    context)
            else { return }
            findings.append(finding)
        }
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            guard let row = context.anyRow(of: key) else {
                statuses[key] = .notEvaluated
                continue
            }
            let regional = regionalSettings[Int(context.regionIndex[row])]
            let month = context.latestReport(row, ageMax: regional.ageMax)
            statuses[key] = context.status(row, through: month, dueDay: regional.dueDay)
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// The idle staff of successive months that end with `month`, the latest first. A month without
    /// idle staff or without a figure ends the run.
    private func run(_ row: Int, _ month: Int, _ idle: IdleStaff) -> [IdleStaff.Measure] {
        var run: [IdleStaff.Measure] = []
        for at in stride(from: month, to: max(-1, month - Self.monthsMax), by: -1) {
            guard let measure = idle.measure(row, at), measure.share > 0 else { break }
            run.append(measure)
        }
        return run
    }

    /// The finding of a month; nil below every tier.
    private func finding(
        _ measure: IdleStaff.Measure, of judged: EnterpriseMonth<RegionalSettings>,
        _ idle: IdleStaff,
        _ context: EvaluationContext
    ) -> Finding? {
        let (row, month, regional) = (judged.row, judged.month, judged.regional)
        let run = run(row, month, idle)
        func length(_ limits: [String: Double]) -> Int {
            run.prefix {
                limits.reached("share", by: $0.share) && limits.allows("persons", $0.persons)
            }.count
        }
        let judged = regional.ladder.judge { limits in
            let months = length(limits)
            return months > 0 && limits.allows("months", Double(months))
        }
        guard var verdict = judged else { return nil }
        let reason = idle.explanation(row, month, measure.share)
        // The operating state `reduced` without a number is weak evidence, so the finding has the
        // lowest tier.
        if reason != nil || measure.basis == .reduced { verdict = verdict.capped(regional.ladder) }
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        let months = length(verdict.threshold.limits)
        var marks = ["basis": measure.basis.rawValue]
        marks["explained_by"] = reason
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(month), raises: verdict.raises, holds: verdict.holds,
            certainty: .observed, persons: Int(measure.persons.rounded()), share: measure.share,
            evidence: Evidence(
                value: measure.persons,
                previous: run.count > 1 ? run[1].persons : nil,
                threshold: verdict.threshold, measures: ["months": Double(months)], marks: marks,
                rows: Rows.limited(
                    Rows.reports(
                        panel, row, max(0, month - max(2, months))...month,
                        [.headcount, .idle, .operatingState]))))
    }
}
