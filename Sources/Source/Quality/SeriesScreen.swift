package import Labor

/// Looks at an enterprise's months beside each other and holds back what cannot be right.
///
/// A held value is neither evaluated nor counted as missing. It is let go when a later report bears
/// it out, or when a revision replaces it. A fall is let go too when the next report is overdue: an
/// enterprise that collapses and then falls silent is what the bureau must not miss. And a fall is
/// never held back for its flows alone: whoever dismisses must not buy a month with wrong ones.
///
/// A doubtful headcount holds the whole report back, because everything else is measured by it. Where
/// the headcount is sound, `FigureScreen` holds the other fields back one by one.
package enum SeriesScreen {
    /// A step of ×8 or more, or to an eighth or less, is a slip of a digit more often than a fact
    /// (domain: typing errors of ×10; ordinary months move by a few percent).
    package static let stepFactor = 8.0
    /// Steps of fewer persons than this are left alone: 3 → 30 is a small firm that grew.
    package static let stepPersons: Int32 = 100
    /// A broken identity of up to this share of staff is rounding and late paperwork.
    package static let identityShare = 0.05
    /// And so is one of up to so many persons.
    package static let identityPersons: Int32 = 10
    /// Whoever breaks the identity in so many of the six months before counts differently, which
    /// is a habit and no mistake: it is listed, but not held back.
    package static let habitMonths = 2

    /// What is known of the series before a month.
    private struct Track {
        /// The last report, right or wrong.
        var last: (month: Int, heads: Int32)
        /// The last headcount that counted, and its month.
        var trusted: Int32
        var trustedMonth: Int
        /// The last headcount that counted and that its flows did not contradict.
        var sound: Int32
        /// Hires less separations since `sound`; nil once a month did not report them.
        var flow: Int64?
        /// Months in which the identity did not hold.
        var broken: [Int] = []
    }

    /// Screens one enterprise. Sets and lifts holds in the panel.
    /// - Returns: what is held back or worth a look, in the order of months.
    package static func screen(_ panel: inout Panel, row: Int) -> [Rejection] {
        var rejections: [Rejection] = []
        var track: Track?
        var figures = FigureScreen()
        for month in 0..<panel.months {
            guard let report = panel.rawReport(row, month) else { continue }
            let before = track.map {
                FigureScreen.Staff(heads: $0.trusted, isOfLastMonth: $0.trustedMonth == month - 1)
            }
            let look = FigureScreen.Look(row: row, month: month, report: report, before: before)
            // Leavers that no staff can have had say nothing of the headcount.
            let doubtedFlows = FigureScreen.doubtedFlows(panel, look)
            let heads = screenHeads(
                panel, row, month, &track, flowsCount: doubtedFlows == nil)
            rejections += heads.found
            var doubts: [FigureScreen.Doubt] = []
            if !heads.held {
                doubts = figures.doubts(panel, look)
                if let doubtedFlows { doubts.insert(doubtedFlows, at: 0) }
            }
            panel.hold(row: row, month: month, heads.held)
            panel.hold(
                row: row, month: month,
                fields: doubts.reduce(into: []) { if $1.isHeld { $0.formUnion($1.fields) } })
            for doubt in doubts { rejections.append(doubt.rejection(panel, look)) }
        }
        return rejections
    }

    /// Screens the headcount of one month beside those before and after it.
    /// - Parameter flowsCount: whether hires and separations may be held against the headcount.
    /// - Returns: whether the report is held back, and what is listed of it.
    private static func screenHeads(
        _ panel: Panel, _ row: Int, _ month: Int, _ track: inout Track?, flowsCount: Bool
    ) -> (held: Bool, found: [Rejection]) {
        guard let heads = panel.rawHeadcount(row, month) else { return (false, []) }
        guard var known = track else {
            track = Track(
                last: (month, heads), trusted: heads, trustedMonth: month, sound: heads, flow: 0)
            return (false, [])
        }
        let flow = flowsCount ? panel.rawFlow(row, month) : nil
        let own = flow.map { Int64($0.hires) - Int64($0.separations) }
        let gapless = month == known.last.month + 1
        known.flow = gapless ? known.flow.flatMap { sum in own.map { sum + $0 } } : nil
        var (held, doubted) = (false, false)
        var found: [Rejection] = []
        let falls = heads < known.trusted
        if isStep(from: known.trusted, to: heads),
            !isBorneOut(panel, row, month, from: known, to: heads)
        {
            held = !(falls && isOverdue(panel, row, after: month))
            found.append(step(panel, row, month, from: known.trusted, to: heads, held: held))
        } else if gapless, let own, isBroken(known, own: own, heads: heads) {
            let habit = known.broken.filter { $0 >= month - 6 }.count >= habitMonths
            doubted = !habit && !continues(panel, row, month, heads: heads)
            held = doubted && !falls
            known.broken.append(month)
            found.append(identity(panel, row, month, from: known.last.heads, own: own, held: held))
        }
        known.last = (month, heads)
        if !held { (known.trusted, known.trustedMonth) = (heads, month) }
        if !held, !doubted {
            known.sound = heads
            known.flow = 0
        }
        track = known
        return (held, found)
    }

    /// Whether neither the last report nor the last sound one leads to this headcount.
    private static func isBroken(_ known: Track, own: Int64, heads: Int32) -> Bool {
        let tolerance = tolerance(of: known.trusted)
        if abs(Int64(known.last.heads) + own - Int64(heads)) <= tolerance { return false }
        if let flow = known.flow, abs(Int64(known.sound) + flow - Int64(heads)) <= tolerance {
            return false
        }
        return true
    }

    /// Whether the next month goes on from this headcount, so that it was the level that changed
    /// (a merger, a count taken anew) and not a slip.
    private static func continues(
        _ panel: Panel, _ row: Int, _ month: Int, heads: Int32
    ) -> Bool {
        guard month + 1 < panel.months, let next = panel.rawHeadcount(row, month + 1),
            let flow = panel.rawFlow(row, month + 1)
        else { return false }
        let expected = Int64(heads) + Int64(flow.hires) - Int64(flow.separations)
        return abs(expected - Int64(next)) <= tolerance(of: heads)
    }

    private static func tolerance(of heads: Int32) -> Int64 {
        max(Int64(identityPersons), Int64(identityShare * Double(heads)))
    }

    private static func isStep(from previous: Int32, to heads: Int32) -> Bool {
        let low = Double(min(previous, heads))
        let high = Double(max(previous, heads))
        guard Int64(high) - Int64(low) >= Int64(stepPersons) else { return false }
        // A fall to nothing is what a closure looks like: it is never held back.
        if heads == 0 { return false }
        return high >= stepFactor * max(low, 1)
    }

    /// Whether no report followed a month although the next one's deadline, early in the month
    /// after it, has passed by the panel's last month.
    static func isOverdue(_ panel: Panel, _ row: Int, after month: Int) -> Bool {
        month + 2 < panel.months
            && !((month + 1)..<panel.months).contains { panel.hasRaw(row, $0) }
    }

    /// Whether the next report, the leavers or flows of the month or the wage bill say that the step
    /// is real.
    private static func isBorneOut(
        _ panel: Panel, _ row: Int, _ month: Int, from known: Track, to heads: Int32
    ) -> Bool {
        let previous = known.trusted
        for later in (month + 1)..<max(panel.months, month + 1) {
            guard let next = panel.rawHeadcount(row, later) else { continue }
            return abs(Double(next) - Double(heads)) < abs(Double(next) - Double(previous))
        }
        // Nobody declares by a slip that half of such a fall was dismissed.
        if heads < previous, let leavers = panel.rawEmployerSeparations(row, month),
            2 * Int64(leavers) >= Int64(previous) - Int64(heads)
        {
            return true
        }
        if let flow = panel.rawFlow(row, month) {
            let expected = Int64(previous) + Int64(flow.hires) - Int64(flow.separations)
            return abs(expected - Int64(heads)) <= max(10, Int64(heads) / 10)
        }
        // A slip of a digit changes the headcount and leaves the wage bill; a collapse changes both.
        guard let before = panel.rawWagesDue(row, known.last.month), before > 0,
            known.last.heads == previous, let now = panel.rawWagesDue(row, month), now > 0
        else { return false }
        let perHead = (Double(now) / Double(heads)) / (Double(before) / Double(max(previous, 1)))
        return (0.5...2).contains(perHead)
    }

    private static func step(
        _ panel: Panel, _ row: Int, _ month: Int, from previous: Int32, to heads: Int32, held: Bool
    ) -> Rejection {
        rejection(
            panel, row, month, field: "headcount", value: String(heads),
            reason: held ? "step" : "step_noted",
            expected: "a figure near \(previous), the last one that counted",
            hint: held
                ? "a digit may have slipped; the next report or a revision settles it"
                : "no report followed, so the fall counts; ask the enterprise")
    }

    private static func identity(
        _ panel: Panel, _ row: Int, _ month: Int, from previous: Int32, own: Int64, held: Bool
    ) -> Rejection {
        let flow = panel.rawFlow(row, month) ?? (0, 0)
        let heads = panel.rawHeadcount(row, month) ?? 0
        let sum = Int64(previous) + own
        let gap = Int64(heads) - sum
        return rejection(
            panel, row, month, field: "headcount", value: String(heads),
            reason: held ? "identity" : "identity_noted",
            expected:
                "\(previous) + \(flow.hires) hires − \(flow.separations) separations = \(sum)",
            hint: held
                ? "off by \(gap): correct headcount, hires or separations in a revision"
                : "off by \(gap), but it is a fall, its level holds or the enterprise always counts "
                    + "like this: the headcount is used; ask for the leavers")
    }

    static func rejection(
        _ panel: Panel, _ row: Int, _ month: Int, field: String, value: String, reason: String,
        expected: String, hint: String
    ) -> Rejection {
        let enterprise = panel.enterprises[row].id
        let period = panel.period(month)
        return Rejection(
            table: "labor.report", row: "enterprise_id=\(enterprise) period=\(period)",
            enterpriseID: enterprise, period: period, field: field, value: value, reason: reason,
            expected: expected, hint: hint, reportedAt: panel.reportedAt(row, month))
    }
}
