import Labor

/// Who has fallen silent: no report for a month that is over, from one that used to report.
///
/// A month counts as missing once its due day has passed, or earlier, once most of those who
/// usually report it have done so. It needs every row of the panel, whatever the scope, for the
/// others' reports tell when a month is over.
struct ReportGap {
    struct Options: Sendable {
        let dueDay: Int
        /// A month is over once so many, and such a share, of the usual reporters have reported it.
        let closedShare: Double
        let closedMin: Int
        /// Who reported such a share of so many months, so many at least, used to report.
        let habitMonths: Int
        let habitShare: Double
        let habitMin: Int
        /// A longer silence is a matter of the register and is no longer looked at.
        let missedMax: Int

        static let parameters: [Schema.Parameter] = [
            Schema.dueDay,
            .init("closed_share", .number(0.5...1), .number(0.8)),
            .init("closed_min", .whole(2...10_000), .number(20)),
            .init("habit_months", .whole(3...24), .number(12)),
            .init("habit_share", .number(Schema.share), .number(0.8)),
            .init("habit_min", .whole(1...24), .number(5)),
            .init("missed_max", .whole(1...24), .number(6)),
        ]

        init(_ settings: Settings) {
            dueDay = settings.whole("due_day")
            closedShare = settings.number("closed_share")
            closedMin = settings.whole("closed_min")
            habitMonths = settings.whole("habit_months")
            habitShare = settings.number("habit_share")
            habitMin = settings.whole("habit_min")
            missedMax = settings.whole("missed_max")
        }
    }

    /// A silence: the first month index that is due, and the months of it that are missing.
    struct Gap {
        /// The latest month that is over.
        var due: Int
        /// How many months up to it are missing in a row.
        var missed: Int
        /// The month of the last report.
        var last: Int { due - missed }
    }

    private let panel: Panel
    private let regionIndex: [Int32]
    private let regionalSettings: [Options]
    private let now: Int
    /// The latest month that is over, by place; below 0 for none.
    private let due: [Int]

    /// Nil while the panel has not begun.
    /// - Parameter base: what says when most have reported: one month is over for all places.
    init?(_ context: EvaluationContext, base: Options, regionalSettings: [Options]) {
        guard let now = context.now else { return nil }
        panel = context.facts.panel
        regionIndex = context.regionIndex
        self.regionalSettings = regionalSettings
        self.now = now
        let first = panel.first
        let isOver = Self.isOver(panel, now, base)
        due = regionalSettings.map { regional in
            isOver ? now : min(now, context.dueMonth(dueDay: regional.dueDay).months(since: first))
        }
    }

    /// The silence of an enterprise; nil when it reported, or never used to.
    func gap(_ row: Int) -> Gap? {
        let regional = regionalSettings[Int(regionIndex[row])]
        let due = due[Int(regionIndex[row])]
        guard due >= 0, !panel.hasRaw(row, due) else { return nil }
        for later in due + 1..<max(due + 1, panel.months) where panel.hasRaw(row, later) {
            return nil
        }
        var missed = 0
        while missed <= regional.missedMax, due - missed >= 0, !panel.hasRaw(row, due - missed) {
            missed += 1
        }
        let gap = Gap(due: due, missed: missed)
        guard gap.last >= 0, missed <= regional.missedMax, hasHabit(row, gap.last, regional) else {
            return nil
        }
        return gap
    }

    /// How an enterprise without a finding stands: clear through its last report of a month that
    /// was due, silent without one.
    func status(_ row: Int) -> SubjectStatus {
        let limit = max(due[Int(regionIndex[row])], 0)
        let last = (limit...max(limit, now)).last { panel.hasRaw(row, $0) }
        return last.map { .clear(through: panel.period($0)) } ?? .silent
    }

    /// Whether most of those who usually report have reported the as-of's own month.
    private static func isOver(_ panel: Panel, _ now: Int, _ options: Options) -> Bool {
        guard now > 0 else { return false }
        var usual = 0
        var both = 0
        for row in panel.enterprises.indices where panel.hasRaw(row, now - 1) {
            usual += 1
            if panel.hasRaw(row, now) { both += 1 }
        }
        return both >= options.closedMin && Double(both) >= options.closedShare * Double(usual)
    }

    /// Whether the enterprise reported most months up to its last report.
    private func hasHabit(_ row: Int, _ last: Int, _ regional: Options) -> Bool {
        var first = max(0, last - regional.habitMonths + 1)
        while first < last, !panel.hasRaw(row, first) { first += 1 }
        let reported = (first...last).count { panel.hasRaw(row, $0) }
        return reported >= regional.habitMin
            && Double(reported) >= regional.habitShare * Double(last - first + 1) - 1e-9
    }
}
