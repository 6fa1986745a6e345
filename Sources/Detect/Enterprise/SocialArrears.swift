import Labor

/// Detects unpaid social insurance, in months of contributions due, and a fall of the share of
/// insured staff.
///
/// If an enterprise declares nothing, its due is imputed at 110 % of the month before (社会保险法 62),
/// so the due grows although the enterprise may be failing. Such a month counts with the last
/// declared due and does not enter the unit. In a month with a legal deferral, by report or by
/// event, nothing is owed yet.
struct SocialArrears: SubjectDetector {
    static let schema = Schema(
        detector: "social.arrears", kinds: [.socialInsurance],
        parameters: [
            .init("imputed_factor", .number(1.001...2), .number(1.1)),
            .init("imputed_tolerance", .number(0...0.1), .number(0.001)),
            .init("habit_window_months", .whole(3...24), .number(12)),
            .init("habit_lag_months", .whole(1...6), .number(2)),
            .init("habit_min_months", .whole(1...12), .number(3)),
            .init("habit_max_months", .number(0...12), .number(1)),
            .init("insured_window_months", .whole(3...24), .number(12)),
            .init("insured_staff_min", .whole(1...1_000), .number(10)),
            .init("deferral_months", .whole(1...24), .number(6)),
            Schema.dueDay, Schema.ageMax,
        ],
        limits: [
            .init("months", 0.05...24), .init("uninsured_share", Schema.share),
            .init("uninsured_min", Schema.counts, whole: true, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let habit: Balance.Habit
        let factor: Double
        let tolerance: Double
        let insuredWindow: Int
        let insuredStaffMin: Int32
        let deferralMonths: Int
        let monthsFloor: Double
        let shareFloor: Double
        let dueDay: Int
        let ageMax: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            habit = Balance.Habit(
                window: settings.whole("habit_window_months"),
                lag: settings.whole("habit_lag_months"),
                least: settings.whole("habit_min_months"),
                most: settings.number("habit_max_months"))
            factor = settings.number("imputed_factor")
            tolerance = settings.number("imputed_tolerance")
            insuredWindow = settings.whole("insured_window_months")
            insuredStaffMin = Int32(settings.whole("insured_staff_min"))
            deferralMonths = settings.whole("deferral_months")
            monthsFloor = ladder.floor("months")
            shareFloor = ladder.floor("uninsured_share")
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
        }
    }

    /// The measures of one enterprise in its latest month.
    private struct Measure {
        var month: Int
        var excess: Balance.Excess?
        /// The number of successive imputed months up to the latest one.
        var imputed: Int
        /// The number of deferred months.
        var deferred: Int
        /// The usual insured share of the staff, 0…1: the median of the months before; nil without
        /// such months.
        var usualShare: Double?
        /// The insured share of the staff in the month, 0…1; nil when it was not reported.
        var share: Double?
        /// The number of persons by which the insured staff is below the usual share.
        var uninsured: Double

        /// The difference between the usual insured share and the share of the month, at least 0; 0
        /// when one of them is unknown.
        var shareFall: Double { max(0, (usualShare ?? 0) - (share ?? usualShare ?? 0)) }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
    }

    func findings(in context: EvaluationContext) -> [Finding] {
        let regionalSettings = settings.regionalSettings(of: context)
        var findings: [Finding] = []
        var balance = Balance()
        context.forEachRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let month = Self.latest(row, regional, context),
                !Self.isPassedOver(row, month, regional, context),
                let finding = finding(
                    of: EnterpriseMonth(row: row, month: month, regional: regional), &balance,
                    context)
            else { return }
            findings.append(finding)
        }
        return findings
    }

    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.row(of: key) else { return .notEvaluated }
        let regional = settings.at(context.path(row))
        return context.status(
            row, through: Self.latest(row, regional, context), dueDay: regional.dueDay)
    }

    /// The latest month with a figure of social insurance; nil when it is too old.
    private static func latest(
        _ row: Int, _ regional: RegionalSettings, _ context: EvaluationContext
    ) -> Int? {
        guard var month = context.latestReport(row, ageMax: regional.ageMax) else { return nil }
        let panel = context.facts.panel
        while month >= 0, context.isRecent(month, ageMax: regional.ageMax) {
            let told = panel.contributionsDue(row, month) != nil
            if told || panel.insured(row, month) != nil { return month }
            month -= 1
        }
        return nil
    }

    /// Whether no finding is possible, because every month paid what was due and all staff are
    /// insured. This quick test excludes most enterprises.
    private static func isPassedOver(
        _ row: Int, _ last: Int, _ regional: RegionalSettings, _ context: EvaluationContext
    ) -> Bool {
        guard min(regional.monthsFloor, regional.shareFloor) > 1e-6,
            insuredShare(context.facts.panel, row, last, regional) ?? 1 >= 1
        else { return false }
        let panel = context.facts.panel
        for month in 0...last {
            if let due = panel.contributionsDue(row, month),
                let paid = panel.contributionsPaid(row, month), paid < due
            {
                return false
            }
        }
        return true
    }

    /// Computes the measures of a month.
    private func measure(
        of judged: EnterpriseMonth<RegionalSettings>, _ balance: inout Balance,
        _ context: EvaluationContext
    ) -> Measure {
        let (row, month, regional) = (judged.row, judged.month, judged.regional)
        let panel = context.facts.panel
        var measure = Measure(
            month: month, excess: nil, imputed: 0, deferred: 0, usualShare: nil, share: nil,
            uninsured: 0)
        load(judged, into: &balance, context, &measure)
        if balance.months.last == month, balance.mayExceed {
            measure.excess = balance.excess(at: balance.months.count - 1, regional.habit)
        }
        guard let share = Self.insuredShare(panel, row, month, regional) else { return measure }
        measure.share = share
        var shares: [Double] = []
        for at in max(0, month - regional.insuredWindow)..<month {
            if let share = Self.insuredShare(panel, row, at, regional) { shares.append(share) }
        }
        guard shares.count >= regional.habit.least else { return measure }
        shares.sort()
        measure.usualShare = quantile(shares, 0.5)
        measure.uninsured = measure.shareFall * Double(panel.headcount(row, month) ?? 0)
        return measure
    }

    /// Loads the months of an enterprise into the balance. A deferred month adds no debt, but its
    /// payments count.
    private func load(
        _ judged: EnterpriseMonth<RegionalSettings>, into balance: inout Balance,
        _ context: EvaluationContext,
        _ measure: inout Measure
    ) {
        let (row, last, regional) = (judged.row, judged.month, judged.regional)
        let panel = context.facts.panel
        balance.clear()
        var before: Double?
        var declared: Double?
        for month in 0...last {
            guard let due = panel.contributionsDue(row, month),
                let paid = panel.contributionsPaid(row, month)
            else { continue }
            var owed = Double(due)
            let grown = before.map { owed / $0 } ?? 0
            let isImputed = paid == 0 && abs(grown - regional.factor) <= regional.tolerance
            before = owed > 0 ? owed : nil
            if isImputed, let declared {
                owed = declared
                measure.imputed += 1
            } else {
                declared = owed
                measure.imputed = 0
            }
            if context.isDeferred(row, month, deferralMonths: regional.deferralMonths) {
                measure.deferred += 1
                // The due is limited to the amount paid: no debt arises, and no credit either,
                // unless more than the due was paid.
                balance.add(month: month, due: min(owed, Double(paid)), paid: Double(paid))
            } else {
                balance.add(month: month, due: owed, paid: Double(paid))
            }
        }
    }

    /// Insured persons / headcount, at most 1; nil without the figures or for a small staff.
    private static func insuredShare(
        _ panel: Panel, _ row: Int, _ month: Int, _ regional: RegionalSettings
    ) -> Double? {
        guard let insured = panel.insured(row, month), let staff = panel.headcount(row, month),
            staff >= regional.insuredStaffMin
        else { return nil }
        return min(1, Double(insured) / Double(staff))
    }

    /// The finding of a month; nil below every tier.
    private func finding(
        of judged: EnterpriseMonth<RegionalSettings>, _ balance: inout Balance,
        _ context: EvaluationContext
    ) -> Finding? {
        let (row, regional) = (judged.row, judged.regional)
        let measure = measure(of: judged, &balance, context)
        let months = measure.excess?.months ?? 0
        guard
            months >= regional.monthsFloor - 1e-9
                || measure.shareFall >= regional.shareFloor - 1e-9,
            let verdict = regional.ladder.judge({ limits in
                limits.reached("months", by: months)
                    || limits.reached("uninsured_share", by: measure.shareFall)
                        && limits.allows("uninsured_min", measure.uninsured)
            })
        else { return nil }
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        var marks = ["habit": measure.excess?.hasHabit == false ? "none_yet" : "own"]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if measure.imputed > 0 { marks["due"] = "imputed" }
        if measure.deferred > 0 { marks["deferral"] = "months_put_off" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        let limits = verdict.threshold.limits
        let byMonths = limits.reached("months", by: months)
        marks["sign"] = byMonths ? "contributions" : "insured_heads"
        var measures = ["months": months]
        if measure.imputed > 0 { measures["imputed_months"] = Double(measure.imputed) }
        measures["insured_share"] = measure.share
        measures["usual_insured_share"] = measure.usualShare
        if measure.uninsured >= 0.5 { measures["uninsured"] = measure.uninsured.rounded() }
        let persons =
            byMonths
            ? panel.headcount(row, measure.month).map(Int.init)
            : Int(measure.uninsured.rounded())
        let rows = Rows.reports(
            panel, row, max(0, measure.month - 13)...measure.month,
            [.headcount, .insured, .contributionsDue, .contributionsPaid])
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(measure.month), raises: verdict.raises, holds: verdict.holds,
            certainty: .observed, persons: persons, share: byMonths ? nil : measure.shareFall,
            amount: byMonths ? measure.excess.map { Int64($0.amount.rounded()) } : nil,
            evidence: Evidence(
                value: byMonths ? months : measure.share,
                expected: byMonths
                    ? measure.excess.map { $0.habit / $0.unit } : measure.usualShare,
                threshold: verdict.threshold, measures: measures, marks: marks,
                rows: Rows.limited(rows)))
    }
}
