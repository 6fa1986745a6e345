import Labor

/// Finds enterprises that stopped reporting: no report for a month that is over, although the
/// enterprise usually reported.
///
/// A month is over once its due day has passed, or earlier, once most of the usual reporters have
/// reported it. The decision uses the reports of all enterprises, so it needs every row of the
/// panel, independent of the scope. A report that is held back or unusable has arrived and is not
/// missing.
struct ReportGap {
    struct Options: Sendable {
        /// The due day of a report, in the following month.
        let dueDay: Int
        /// A month is over before its due day when this share of the usual reporters, and at least
        /// this number of them, have reported it.
        let closedShare: Double
        let closedMin: Int
        /// An enterprise is a usual reporter if, in this number of months up to its last report,
        /// it reported at least this share of the months and at least this number of them.
        let habitMonths: Int
        let habitShare: Double
        let habitMin: Int
        /// The maximum number of missing months. A longer gap is a matter of the register and is
        /// not reported.
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

    /// A gap in the reports of one enterprise, as month indices of the panel.
    struct Gap {
        /// The latest month that is over.
        var due: Int
        /// The number of consecutive missing months that end with `due`.
        var missed: Int
        /// The month of the last report.
        var last: Int { due - missed }
    }

    private let panel: Panel
    private let regionIndex: [Int32]
    private let regionalSettings: [Options]
    /// The month of the as-of, as an index of the panel.
    private let now: Int
    /// The latest month that is over, by region index; below 0 for none.
    private let due: [Int]

    /// Prepares the search for gaps; nil while the panel has no month.
    /// - Parameters:
    ///   - base: the settings that decide when most enterprises have reported. This is one decision
    ///     for all regions.
    ///   - regionalSettings: the settings by region index.
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

    /// The gap of an enterprise; nil when it reported the latest due month or a later one, when it
    /// is no usual reporter, or when the gap is longer than `missedMax`.
    func gap(_ row: Int) -> Gap? {
        let regional = regionalSettings[Int(regionIndex[row])]
        let due = due[Int(regionIndex[row])]
        guard due >= 0, !panel.hasArrived(row, due) else { return nil }
        for later in due + 1..<max(due + 1, panel.months) where panel.hasArrived(row, later) {
            return nil
        }
        var missed = 0
        while missed <= regional.missedMax, due - missed >= 0, !panel.hasArrived(row, due - missed)
        {
            missed += 1
        }
        let gap = Gap(due: due, missed: missed)
        guard gap.last >= 0, missed <= regional.missedMax, hasHabit(row, gap.last, regional) else {
            return nil
        }
        return gap
    }

    /// The status of an enterprise without a finding: clear through its latest report of the last
    /// due month or a later one; silent without such a report.
    func status(_ row: Int) -> SubjectStatus {
        let limit = max(due[Int(regionIndex[row])], 0)
        let last = (limit...max(limit, now)).last { panel.hasArrived(row, $0) }
        return last.map { .clear(through: panel.period($0)) } ?? .silent
    }

    /// Whether most of the enterprises that reported the month before have reported the month of
    /// the as-of.
    private static func isOver(_ panel: Panel, _ now: Int, _ options: Options) -> Bool {
        guard now > 0 else { return false }
        var usual = 0
        var both = 0
        for row in panel.enterprises.indices where panel.hasArrived(row, now - 1) {
            usual += 1
            if panel.hasArrived(row, now) { both += 1 }
        }
        return both >= options.closedMin && Double(both) >= options.closedShare * Double(usual)
    }

    /// Whether the enterprise is a usual reporter, by the months up to its last report.
    private func hasHabit(_ row: Int, _ last: Int, _ regional: Options) -> Bool {
        var first = max(0, last - regional.habitMonths + 1)
        while first < last, !panel.hasArrived(row, first) { first += 1 }
        let reported = (first...last).count { panel.hasArrived(row, $0) }
        return reported >= regional.habitMin
            && Double(reported) >= regional.habitShare * Double(last - first + 1) - 1e-9
    }
}
