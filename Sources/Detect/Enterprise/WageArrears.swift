import Labor

/// Detects unpaid wages above the enterprise's own habit, in months of wages due.
///
/// For an enterprise that always pays one month late, this month is the habit and not an arrear. A
/// month counts as soon as it is reported, because its payroll is then closed. With days of grace
/// it counts when these days after the end of the month have passed; the region's own number
/// replaces the rule's.
struct WageArrears: SubjectDetector {
    static let schema = Schema(
        detector: "wage.arrears", kinds: [.wageArrears],
        parameters: [
            .init("grace_days", .whole(0...90), .number(0)),
            .init("once_months", .number(0.1...12), .number(1)),
            .init("twice_months", .number(0.1...12), .number(0.45)),
            .init("twice", .flag, .flag(true)),
            .init("rising_months", .number(0.05...12), .number(0.25)),
            .init("rising", .flag, .flag(false)),
            .init("habit_window_months", .whole(3...24), .number(12)),
            .init("habit_lag_months", .whole(1...6), .number(2)),
            .init("habit_min_months", .whole(1...12), .number(3)),
            .init("habit_max_months", .number(0...12), .number(1)),
            .init("arrears_month_above", .number(0.05...2), .number(0.25)),
            .init("crime_workers", .whole(1...1_000), .number(10)),
            .init("crime_amount_yuan", .number(Schema.counts), .number(100_000)),
            .init("crime_months", .whole(0...24), .number(3)),
            .init("crime_worker_amount_yuan", .number(Schema.counts), .number(20_000)),
            .init("fall_share", .number(Schema.share), .number(0.1)),
            .init("fall_months", .whole(1...12), .number(3)),
            .init("steps_up_max", .whole(0...3), .number(1)),
            Schema.dueDay, Schema.ageMax,
        ],
        limits: [
            .init("months", 0.05...24), .init("age", 1...24, whole: true),
            .init("worker_months", Schema.counts, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let settings: Settings
        let ladder: Ladder
        let habit: Balance.Habit
        let monthsFloor: Double
        let graceDays: Int
        let once: Double
        let twice: Double?
        let rising: Double?
        let arrearsAbove: Double
        let dueDay: Int
        let ageMax: Int

        init(_ settings: Settings) {
            self.settings = settings
            ladder = settings.ladder
            habit = Balance.Habit(
                window: settings.whole("habit_window_months"),
                lag: settings.whole("habit_lag_months"),
                least: settings.whole("habit_min_months"),
                most: settings.number("habit_max_months"))
            arrearsAbove = settings.number("arrears_month_above")
            monthsFloor = min(arrearsAbove, ladder.floor("months"))
            graceDays = settings.whole("grace_days")
            once = settings.number("once_months")
            twice = settings.flag("twice") ? settings.number("twice_months") : nil
            rising = settings.flag("rising") ? settings.number("rising_months") : nil
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
        }
    }

    /// The measures of one enterprise.
    private struct Measure {
        /// The first month of the balance of wages (`Balance`), as an index of the panel.
        var first: Int
        /// The last month of the balance of wages, as an index of the panel.
        var month: Int
        var now: Balance.Excess
        /// The number of successive reported months in arrears, up to the last one.
        var age: Int
        /// The reason for an alarm: `once`, `twice` or `rising`; nil without an alarm.
        var alarm: String?
        /// The number of unpaid workers; the headcount when it was not reported.
        var workers: Int
        var workersBasis: String
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
    }

    var measures: Set<SharedMeasure> { [.shortPay] }

    func findings(in context: EvaluationContext) -> [Finding] {
        let regionalSettings = settings.regionalSettings(of: context)
        let limits = zip(regionalSettings, context.paths).map {
            context.lastPayroll($1, graceDays: $0.graceDays)
        }
        var findings: [Finding] = []
        var balance = Balance()
        context.forEachRow { row in
            let index = Int(context.regionIndex[row])
            let regional = regionalSettings[index]
            guard let limit = limits[index],
                context.shared.hasShortPay(context, row, through: limit),
                balance.loadWages(context.facts.panel, row, through: limit),
                let last = balance.months.last, context.isRecent(last, ageMax: regional.ageMax),
                balance.mayExceed
            else { return }
            let judged = EnterpriseMonth(row: row, month: last, regional: regional)
            guard let measure = measure(&balance, of: judged, context.facts.panel),
                let finding = finding(measure, of: judged, context)
            else { return }
            findings.append(finding)
        }
        return findings
    }

    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.row(of: key) else { return .notEvaluated }
        let regional = settings.at(context.path(row))
        guard let limit = context.lastPayroll(context.path(row), graceDays: regional.graceDays)
        else {
            return .silent
        }
        var balance = Balance()
        guard balance.loadWages(context.facts.panel, row, through: limit),
            let last = balance.months.last
        else { return .silent }
        // While the days of grace of a due month run, only the month before it can be known.
        let due = context.facts.panel.period(limit)
        if due < context.dueMonth(dueDay: regional.dueDay), last == limit {
            return .clear(through: due)
        }
        return context.status(row, through: last, dueDay: regional.dueDay)
    }

    /// Computes the measures; nil when the arrears are below every limit.
    private func measure(
        _ balance: inout Balance, of judged: EnterpriseMonth<RegionalSettings>, _ panel: Panel
    ) -> Measure? {
        let (row, month, regional) = (judged.row, judged.month, judged.regional)
        let last = balance.months.count - 1
        guard let now = balance.excess(at: last, regional.habit), now.months >= regional.monthsFloor
        else { return nil }
        var before: [Double] = []
        for back in [1, 2] where last - back >= 0 {
            if let excess = balance.excess(at: last - back, regional.habit) {
                before.append(excess.months)
            }
        }
        let age = age(&balance, regional)
        let unpaid = panel.workersUnpaid(row, month).flatMap { $0 > 0 ? Int($0) : nil }
        return Measure(
            first: balance.months[0], month: month, now: now, age: age,
            alarm: alarm(now, before, regional),
            workers: unpaid ?? Int(panel.headcount(row, month) ?? 0),
            workersBasis: unpaid == nil ? "headcount" : "workers_unpaid")
    }

    /// The reason for an alarm; nil for none. Without a habit only a large balance counts, because
    /// the first months of an enterprise that always pays late look like rising arrears.
    private func alarm(_ now: Balance.Excess, _ before: [Double], _ regional: RegionalSettings)
        -> String?
    {
        if now.months >= regional.once - 1e-9 { return "once" }
        guard now.hasHabit, let previous = before.first else { return nil }
        if let twice = regional.twice, now.months >= twice - 1e-9, previous >= twice - 1e-9 {
            return "twice"
        }
        guard let rising = regional.rising, before.count == 2, now.months >= rising - 1e-9,
            now.months > previous, previous > before[1]
        else { return nil }
        return "rising"
    }

    /// The number of successive months in arrears above `arrears_month_above`, up to the last one.
    private func age(_ balance: inout Balance, _ regional: RegionalSettings) -> Int {
        var age = 0
        for index in balance.months.indices.reversed() {
            guard let excess = balance.excess(at: index, regional.habit),
                excess.months >= regional.arrearsAbove
            else { break }
            age += 1
        }
        return age
    }

    /// The finding of an enterprise; nil below every tier.
    private func finding(
        _ measure: Measure, of judged: EnterpriseMonth<RegionalSettings>,
        _ context: EvaluationContext
    ) -> Finding? {
        let (row, regional) = (judged.row, judged.regional)
        let now = measure.now
        let workerMonths = now.months * Double(measure.workers)
        guard
            var verdict = regional.ladder.judge(
                mayRaise: measure.alarm != nil,
                { limits in
                    let byMonths = limits.reached("months", by: now.months)
                    let byAge =
                        limits.reached("age", by: Double(measure.age))
                        && now.months >= regional.arrearsAbove
                    return (byMonths || byAge) && limits.allows("worker_months", workerMonths)
                })
        else { return nil }
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        let reasons = reasons(measure, of: judged, context)
        let steps = min(reasons.count, regional.settings.whole("steps_up_max"))
        for _ in 0..<steps {
            verdict.raises = verdict.raises?.next
            verdict.holds = verdict.holds?.next
        }
        var marks = [
            "workers": measure.workersBasis, "habit": now.hasHabit ? "own" : "none_yet",
        ]
        if let alarm = measure.alarm { marks["alarm"] = alarm }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if !reasons.isEmpty { marks["raised_by"] = reasons.joined(separator: ",") }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        var measures = [
            "months": now.months, "age": Double(measure.age), "worker_months": workerMonths,
            "steps_up": Double(steps),
        ]
        // The text does not mention a habit that rounds to 0.
        if now.habit >= 0.05 * now.unit { measures["habit_months"] = now.habit / now.unit }
        let rows = Rows.reports(
            panel, row, max(measure.first, measure.month - 13)...measure.month,
            [.headcount, .wagesDue, .wagesPaid, .workersUnpaid])
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(measure.month), raises: verdict.raises, holds: verdict.holds,
            certainty: .observed, persons: measure.workers,
            share: share(measure, panel, row), amount: Int64(now.amount.rounded()),
            evidence: Evidence(
                value: now.months, expected: now.habit / now.unit, scale: now.unit / 100,
                threshold: verdict.threshold,
                measures: measures, marks: marks, rows: Rows.limited(rows)))
    }

    /// The unpaid workers as a share of the staff, 0…1; nil when one of the two numbers is unknown.
    private func share(_ measure: Measure, _ panel: Panel, _ row: Int) -> Double? {
        guard let staff = panel.headcount(row, measure.month), staff > 0 else { return nil }
        return min(1, Double(measure.workers) / Double(staff))
    }

    /// The reasons that raise the tier, in a fixed order.
    private func reasons(
        _ measure: Measure, of judged: EnterpriseMonth<RegionalSettings>,
        _ context: EvaluationContext
    ) -> [String] {
        let row = judged.row
        let settings = judged.regional.settings
        let yuan = measure.now.amount / 100
        var reasons: [String] = []
        let many =
            Double(measure.workers) >= settings.number("crime_workers")
            && yuan >= settings.number("crime_amount_yuan")
        let perWorker = measure.workers > 0 ? yuan / Double(measure.workers) : 0
        let large = perWorker >= settings.number("crime_worker_amount_yuan")
        // The law requires this age only for the claim of a single worker. Here it is required for
        // both criteria. Otherwise one late payroll of thirty workers would be as severe as arrears
        // of several months.
        let isOld = measure.age >= settings.whole("crime_months")
        if isOld, many || large { reasons.append("crime_line") }
        if hasFallen(measure.month, settings, row, context) {
            reasons.append("headcount_fall")
        }
        if context.facts.panel.enterprises[row].governmentProject {
            reasons.append("government_project")
        }
        return reasons
    }

    /// Whether the headcount fell by `fall_share` within `fall_months`, without transfers.
    private func hasFallen(
        _ month: Int, _ settings: Settings, _ row: Int, _ context: EvaluationContext
    ) -> Bool {
        let panel = context.facts.panel
        let start = month - settings.whole("fall_months")
        guard start >= 0, let before = panel.headcount(row, start),
            let after = panel.headcount(row, month), before > 0
        else { return false }
        let lost = Double(before - after) - context.moves.out(row, start + 1...month)
        return lost >= settings.number("fall_share") * Double(before)
    }
}
