import Foundation
import Labor

/// The signs that an enterprise may close or that its owner may abscond (逃匿). They are measured
/// once, for `wage.absconding` and `closure.risk`.
///
/// The measures need every row of the panel, independent of the scope, because peers, season and
/// the end of a month depend on the reports of others.
struct RiskSigns {
    struct Options: Sendable {
        let silence: ReportGap.Options
        let habit: Balance.Habit
        let graceDays: Int
        let deferralMonths: Int
        /// The number of days for which a dispute or a complaint counts.
        let disputeDays: Int
        /// The number of days for which a closure, a suspension or an absconded owner counts.
        let closureDays: Int
        /// The maximum number of days between an event and its report for the event to count from
        /// the report.
        let lateDaysMax: Int

        static let parameters: [Schema.Parameter] =
            ReportGap.Options.parameters + [
                .init("grace_days", .whole(0...90), .number(0)),
                .init("arrears_habit_window_months", .whole(3...24), .number(12)),
                .init("arrears_habit_lag_months", .whole(1...6), .number(2)),
                .init("arrears_habit_min_months", .whole(1...12), .number(3)),
                .init("arrears_habit_max_months", .number(0...12), .number(1)),
                .init("deferral_months", .whole(1...24), .number(6)),
                .init("dispute_days", .whole(1...1_000), .number(90)),
                .init("closure_days", .whole(1...1_000), .number(90)),
                .init("late_days_max", .whole(0...1_000), .number(90)),
            ]

        init(_ settings: Settings) {
            silence = ReportGap.Options(settings)
            habit = Balance.Habit(
                window: settings.whole("arrears_habit_window_months"),
                lag: settings.whole("arrears_habit_lag_months"),
                least: settings.whole("arrears_habit_min_months"),
                most: settings.number("arrears_habit_max_months"))
            graceDays = settings.whole("grace_days")
            deferralMonths = settings.whole("deferral_months")
            disputeDays = settings.whole("dispute_days")
            closureDays = settings.whole("closure_days")
            lateDaysMax = settings.whole("late_days_max")
        }
    }

    let context: EvaluationContext
    let silence: ReportGap
    let idle: IdleStaff
    private let baseline: Baseline
    private let regionalSettings: [Options]
    /// For each region, the last month whose wages count, as an index of the panel.
    private let payrolls: [Int?]

    /// Prepares the measures; nil while the panel has no month.
    init?(
        _ context: EvaluationContext, base: Options, regionalSettings: [Options],
        baseline: Baseline.Options,
        idle: IdleStaff.Options
    ) {
        let silence = ReportGap(
            context, base: base.silence, regionalSettings: regionalSettings.map(\.silence))
        guard let silence else { return nil }
        self.context = context
        self.silence = silence
        self.regionalSettings = regionalSettings
        self.idle = IdleStaff(context, idle)
        self.baseline = Baseline(context, baseline)
        payrolls = zip(regionalSettings, context.paths).map {
            context.lastPayroll($1, graceDays: $0.graceDays)
        }
    }

    /// The latest month with a report that counts; nil when it is too old.
    func latest(_ row: Int) -> Int? {
        guard let now = context.now, let last = context.facts.panel.latestReport(row, upTo: now),
            context.isRecent(last, ageMax: regional(row).silence.missedMax + 1)
        else { return nil }
        return last
    }

    /// The wages owed above the habit at the last reported payroll, computed as in `wage.arrears`;
    /// nil when none are owed.
    func arrears(_ row: Int, _ balance: inout Balance) -> Balance.Excess? {
        let panel = context.facts.panel
        guard let limit = payrolls[Int(context.regionIndex[row])],
            context.shared.hasShortPay(context, row, through: limit),
            balance.loadWages(panel, row, through: limit), let last = balance.months.last,
            context.isRecent(last, ageMax: regional(row).silence.missedMax + 1), balance.mayExceed,
            let excess = balance.excess(at: balance.months.count - 1, regional(row).habit),
            excess.months > 0
        else { return nil }
        return excess
    }

    /// The number of successive months up to the latest report in which contributions were due and
    /// none was paid. The amounts due are not used: if an enterprise declares nothing, its due is
    /// imputed at 110 % of the month before and does not show its real size. A deferred month ends
    /// the count.
    func unpaidContributions(_ row: Int, _ latest: Int) -> Int {
        let panel = context.facts.panel
        var count = 0
        for month in stride(from: latest, through: 0, by: -1) {
            guard panel.contributionsPaid(row, month) == 0,
                let due = panel.contributionsDue(row, month), due > 0,
                !context.isDeferred(row, month, deferralMonths: regional(row).deferralMonths)
            else { break }
            count += 1
        }
        return count
    }

    /// The share of staff lost over at most three months that neither peers nor season explain.
    func fall(_ row: Int, _ latest: Int) -> Baseline.Fall {
        let month = min(latest - baseline.peers.start, baseline.peers.opened)
        return month < 0 ? Baseline.Fall() : baseline.unexplainedFall(row, month, context.moves)
    }

    /// Whether the enterprise is closed: by an event, by its operating state, or by a headcount
    /// that fell to 0. If most of its staff moved to another employer, a headcount of 0 does not
    /// count as a closure.
    func isClosed(_ row: Int, _ latest: Int?) -> Bool {
        if hasEvent(row, [.closure]) { return true }
        guard let latest else { return false }
        let panel = context.facts.panel
        if panel.operatingState(row, latest) == .closed { return true }
        guard panel.headcount(row, latest) == 0,
            let last = (0..<latest).last(where: { panel.headcount(row, $0) ?? 0 > 0 }),
            let staff = panel.headcount(row, last)
        else { return false }
        return context.moves.out(row, last + 1...latest) < Self.movedPart * Double(staff)
    }

    /// The recorded fact with the greatest weight; nil when there is none. A closure has no time
    /// limit, but is ignored when a later month has staff. An absconded owner and a suspension are
    /// used for `closureDays` days.
    func record(_ row: Int) -> RiskRecord? {
        let latest = latest(row)
        if isClosed(row, latest) || isOver(row, latest) { return .closure }
        if !flights(row).isEmpty { return .ownerAbsconded }
        return hasEvent(row, [.suspension]) ? .suspension : nil
    }

    /// Whether an event of closure was recorded and the latest report does not contradict the
    /// closure. A report contradicts the closure if it is of a later month and has staff.
    /// - Parameter latest: the month of the latest report, as `latest(_:)` gives it; nil when no
    ///   report counts.
    private func isOver(_ row: Int, _ latest: Int?) -> Bool {
        let closures = context.eventsOf[row]?.filter { $0.kind == .closure } ?? []
        guard let last = closures.map(\.occurredOn.period).max() else { return false }
        guard let latest else { return true }
        let panel = context.facts.panel
        return panel.period(latest) <= last || panel.headcount(row, latest) ?? 0 == 0
    }

    /// The share of idle staff, 0…1; 0 when the industry or the season explains it; 1 after an
    /// event of suspension.
    func idleShare(_ row: Int, _ latest: Int?) -> Double {
        if hasEvent(row, [.suspension]) { return 1 }
        guard let latest, let measure = idle.measure(row, latest), measure.share > 0,
            idle.explanation(row, latest, measure.share) == nil
        else { return 0 }
        return measure.share
    }

    /// The labour disputes and wage complaints of at most `disputeDays` days ago. Whether a dispute
    /// was settled is not recorded, so the age alone decides.
    func disputes(_ row: Int) -> [Event] {
        events(row, [.laborDispute, .wageComplaint], days: regional(row).disputeDays)
    }

    /// The events of kind `owner_absconded` of at most `closureDays` days ago.
    func flights(_ row: Int) -> [Event] {
        events(row, [.ownerAbsconded], days: regional(row).closureDays)
    }

    /// The status of a watched enterprise without a finding. The status is `silent` while a due
    /// report is missing, because a missing report does not show that the risk is gone.
    func status(_ row: Int) -> SubjectStatus {
        context.status(row, through: latest(row), dueDay: regional(row).silence.dueDay)
    }

    /// If at least this share of the staff moved to another employer, a headcount of 0 is not a
    /// closure. The value equals `transfer_share` of the layoff rules.
    private static let movedPart = 0.8

    private func hasEvent(_ row: Int, _ kinds: [EventKind]) -> Bool {
        !events(row, kinds, days: regional(row).closureDays).isEmpty
    }

    private func events(_ row: Int, _ kinds: [EventKind], days: Int) -> [Event] {
        guard let events = context.eventsOf[row] else { return [] }
        return events.filter { event in
            guard kinds.contains(event.kind) else { return false }
            let start = event.activeFrom(lateDaysMax: regional(row).lateDaysMax)
            return context.asOf.day.days(since: start) <= days
        }
    }

    private func regional(_ row: Int) -> Options { regionalSettings[Int(context.regionIndex[row])] }
}
