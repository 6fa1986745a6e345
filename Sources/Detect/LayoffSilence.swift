import Labor

/// A good reporter falls silent: half of the enterprises that close never report the zero.
///
/// Three missing reports alone are a sign; after a fall of the staff two are, and with wages owed
/// one is, for a flight begins with both (逃而断报). A month counts as missing once its due day has
/// passed, or earlier, once most of those who usually report it have done so: windows close on the
/// 20th in one place and on the 5th of the next month in another.
///
/// It looks at all enterprises whatever the scope, for the others' reports tell when a month is
/// over.
struct LayoffSilence: Detector {
    static let schema = Schema(
        detector: "layoff.silence", kinds: [.layoff],
        parameters: Baseline.Options.parameters + [
            Schema.dueDay,
            .init("closed_share", .number(0.5...1), .number(0.8)),
            .init("closed_least", .whole(2...10_000), .number(20)),
            .init("habit_months", .whole(3...24), .number(12)),
            .init("habit_share", .number(Schema.share), .number(0.8)),
            .init("habit_least", .whole(1...24), .number(5)),
            .init("missed_most", .whole(1...24), .number(6)),
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

    private struct Place: Sendable {
        let ladder: Ladder
        let dueDay: Int
        let closedShare: Double
        let closedLeast: Int
        let habitMonths: Int
        let habitShare: Double
        let habitLeast: Int
        let missedMost: Int
        let fallShare: Double
        let arrears: Double
        let arrearsWindow: Int
        let arrearsAbove: Double
        let arrearsPeriods: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            dueDay = settings.whole("due_day")
            closedShare = settings.number("closed_share")
            closedLeast = settings.whole("closed_least")
            habitMonths = settings.whole("habit_months")
            habitShare = settings.number("habit_share")
            habitLeast = settings.whole("habit_least")
            missedMost = settings.whole("missed_most")
            fallShare = settings.number("fall_share")
            arrears = settings.number("arrears_months")
            arrearsWindow = settings.whole("arrears_window_months")
            arrearsAbove = settings.number("arrears_month_above")
            arrearsPeriods = settings.whole("arrears_periods")
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<Place>
    private let baseOptions: Baseline.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        baseOptions = Baseline.Options(rule.base)
        settings = Regional(rule, Place.init)
    }

    func evaluate(_ scan: Scan, watching: [EpisodeKey]) -> Outcome {
        let panel = scan.facts.panel
        let places = settings.places(of: scan)
        guard let now = scan.now else {
            return Outcome(
                findings: [],
                statuses: Dictionary(uniqueKeysWithValues: watching.map { ($0, .silent) }))
        }
        let isOver = Self.isOver(panel, now, settings.base)
        let due = places.map { place in
            isOver
                ? now
                : min(now, scan.dueMonth(dueDay: place.dueDay).months(since: panel.first))
        }
        let baseline = Baseline(scan, baseOptions)
        var findings: [Finding] = []
        for row in panel.enterprises.indices {
            let index = Int(scan.placeOf[row])
            guard due[index] >= 0, !panel.hasRaw(row, due[index]),
                let finding = finding(row, due[index], places[index], scan, baseline)
            else { continue }
            findings.append(finding)
        }
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            guard let row = scan.anyRow(of: key) else {
                statuses[key] = .notEvaluated
                continue
            }
            let limit = max(due[Int(scan.placeOf[row])], 0)
            let last = (limit...max(limit, now)).last { panel.hasRaw(row, $0) }
            statuses[key] = last.map { .clear(through: panel.period($0)) } ?? .silent
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// Whether most of those who usually report have reported the as-of's own month.
    private static func isOver(_ panel: Panel, _ now: Int, _ place: Place) -> Bool {
        guard now > 0 else { return false }
        var usual = 0
        var both = 0
        for row in panel.enterprises.indices where panel.hasRaw(row, now - 1) {
            usual += 1
            if panel.hasRaw(row, now) { both += 1 }
        }
        return both >= place.closedLeast && Double(both) >= place.closedShare * Double(usual)
    }

    private func finding(_ row: Int, _ due: Int, _ place: Place, _ scan: Scan, _ baseline: Baseline)
        -> Finding?
    {
        let panel = scan.facts.panel
        for later in due + 1..<max(due + 1, panel.months) where panel.hasRaw(row, later) {
            return nil
        }
        var missed = 0
        while missed <= place.missedMost, due - missed >= 0, !panel.hasRaw(row, due - missed) {
            missed += 1
        }
        let last = due - missed
        guard last >= 0, missed <= place.missedMost,
            hasHabit(panel, row, last, place), let staff = panel.rawHeadcount(row, last),
            staff > 0
        else { return nil }
        let fall = self.fall(row, last, baseline)
        let arrears = self.arrears(panel, row, last, place)
        let hasFallen = fall >= place.fallShare
        let owes = arrears >= place.arrears
        let verdict = place.ladder.judge { limits in
            limits.allows("staff_min", Double(staff))
                && (limits.reached("missed", by: Double(missed))
                    || hasFallen && limits.reached("missed_fall", by: Double(missed))
                    || owes && limits.reached("missed_arrears", by: Double(missed)))
        }
        guard let verdict else { return nil }
        let enterprise = panel.enterprises[row]
        var marks = ["last_report": panel.period(last).description]
        let signs = (hasFallen ? ["headcount_fall"] : []) + (owes ? ["wages_owed"] : [])
        if !signs.isEmpty { marks["signs"] = signs.joined(separator: ",") }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        var measures = ["missed": Double(missed)]
        if hasFallen { measures["fall_share"] = fall }
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

    /// Whether the enterprise reported most months up to its last report.
    private func hasHabit(_ panel: Panel, _ row: Int, _ last: Int, _ place: Place) -> Bool {
        var first = max(0, last - place.habitMonths + 1)
        while first < last, !panel.hasRaw(row, first) { first += 1 }
        let reported = (first...last).count { panel.hasRaw(row, $0) }
        return reported >= place.habitLeast
            && Double(reported) >= place.habitShare * Double(last - first + 1) - 1e-9
    }

    /// The fall of the staff up to the last report that neither peers nor season explain.
    private func fall(_ row: Int, _ last: Int, _ baseline: Baseline) -> Double {
        let month = last - baseline.peers.start
        return Baseline.windows.compactMap {
            baseline.residual(row, month, window: $0).map { $0.raw < 0 ? $0.share : 0 }
        }.max() ?? 0
    }

    /// Wages left unpaid over the last months, in months of pay.
    private func arrears(_ panel: Panel, _ row: Int, _ last: Int, _ place: Place) -> Double {
        var due = 0.0
        var paid = 0.0
        var months = 0.0
        var running = 0
        for month in max(0, last - place.arrearsWindow + 1)...last {
            guard let owed = panel.wagesDue(row, month), let given = panel.wagesPaid(row, month)
            else { continue }
            due += Double(owed)
            paid += Double(given)
            months += 1
            let lacks = Double(owed - given) > place.arrearsAbove * Double(owed)
            running = lacks ? running + 1 : 0
        }
        // One late month is made good as a rule; pay that lacks again and again is not.
        guard running >= place.arrearsPeriods else { return 0 }
        return due > 0 ? (due - paid) / (due / months) : 0
    }
}
