package import Labor

/// Compares the months of an enterprise and holds back implausible headcounts.
///
/// A report that is held back is neither evaluated nor missing. It is released when a later report
/// confirms it or a revision replaces it. A fall is also released when the next report is overdue,
/// because an enterprise that collapses and then stops reporting must not be missed. A fall is
/// never held back only because of its hires and separations; otherwise an employer could delay an
/// alert by false figures.
///
/// An implausible headcount holds back the whole report, because all other figures are measured by
/// the headcount. If the headcount is plausible, `FigureScreen` holds back other fields one by one.
package enum SeriesScreen {
    /// The factor of a rise or fall that is more often a wrong digit than a fact. Source: the
    /// domain notes (typing errors of ×10; ordinary months change by a few percent).
    package static let stepFactor = 8.0
    /// The minimum size of such a step, persons. A change from 3 to 30 is a small enterprise that
    /// grew.
    package static let stepPersons: Int32 = 100
    /// The tolerance of the identity headcount before + hires − separations = headcount, as a share
    /// of the staff. It allows for rounding and late paperwork.
    package static let identityShare = 0.05
    /// The minimum of that tolerance, persons.
    package static let identityPersons: Int32 = 10
    /// The number of months, of the six before, in which the identity failed, from which a failure
    /// is a habit of the enterprise. A habit is listed, but not held back.
    package static let habitMonths = 2

    /// The state of the series before a month.
    private struct Track {
        /// The last report, accepted or not.
        var last: (month: Int, heads: Int32)
        /// The last accepted headcount.
        var trusted: Int32
        /// The month of `trusted`, as an index of the panel.
        var trustedMonth: Int
        /// The last accepted headcount for which the identity held.
        var sound: Int32
        /// Hires minus separations since `sound`; nil when a month did not report them.
        var flow: Int64?
        /// The months in which the identity failed.
        var broken: [Int] = []
    }

    /// Screens one enterprise, and sets or removes the holds in the panel.
    /// - Returns: the values that are held back or only listed, in the order of months.
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
            // Implausible separations are no evidence against the headcount.
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

    /// Screens the headcount of one month against the months before and after it.
    /// - Parameter flowsCount: whether hires and separations may contradict the headcount.
    /// - Returns: whether the report is held back, and its rejections.
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

    /// Whether the identity fails from the last report and also from the last sound one.
    private static func isBroken(_ known: Track, own: Int64, heads: Int32) -> Bool {
        let tolerance = tolerance(of: known.trusted)
        if abs(Int64(known.last.heads) + own - Int64(heads)) <= tolerance { return false }
        if let flow = known.flow, abs(Int64(known.sound) + flow - Int64(heads)) <= tolerance {
            return false
        }
        return true
    }

    /// Whether the identity holds from this month to the next. The level has then changed for a
    /// real reason, such as a merger or a recount.
    private static func continues(
        _ panel: Panel, _ row: Int, _ month: Int, heads: Int32
    ) -> Bool {
        guard month + 1 < panel.months, let next = panel.rawHeadcount(row, month + 1),
            let flow = panel.rawFlow(row, month + 1)
        else { return false }
        let expected = Int64(heads) + Int64(flow.hires) - Int64(flow.separations)
        return abs(expected - Int64(next)) <= tolerance(of: heads)
    }

    /// The tolerance of the identity, persons.
    private static func tolerance(of heads: Int32) -> Int64 {
        max(Int64(identityPersons), Int64(identityShare * Double(heads)))
    }

    /// Whether the change between two headcounts is a step (`stepFactor`, `stepPersons`).
    private static func isStep(from previous: Int32, to heads: Int32) -> Bool {
        let low = Double(min(previous, heads))
        let high = Double(max(previous, heads))
        guard Int64(high) - Int64(low) >= Int64(stepPersons) else { return false }
        // A headcount of 0 may be a closure and is never held back.
        if heads == 0 { return false }
        return high >= stepFactor * max(low, 1)
    }

    /// Whether no report followed a month, although the deadline of the next one (early in the
    /// month after it) has passed.
    static func isOverdue(_ panel: Panel, _ row: Int, after month: Int) -> Bool {
        month + 2 < panel.months
            && !((month + 1)..<panel.months).contains { panel.hasRaw(row, $0) }
    }

    /// Whether the next report, the separations, the hires and separations, or the wages due
    /// confirm a step.
    private static func isBorneOut(
        _ panel: Panel, _ row: Int, _ month: Int, from known: Track, to heads: Int32
    ) -> Bool {
        let previous = known.trusted
        for later in (month + 1)..<max(panel.months, month + 1) {
            guard let next = panel.rawHeadcount(row, later) else { continue }
            return abs(Double(next) - Double(heads)) < abs(Double(next) - Double(previous))
        }
        // Separations on the employer's initiative of half of the fall or more confirm it.
        if heads < previous, let leavers = panel.rawEmployerSeparations(row, month),
            2 * Int64(leavers) >= Int64(previous) - Int64(heads)
        {
            return true
        }
        if let flow = panel.rawFlow(row, month) {
            let expected = Int64(previous) + Int64(flow.hires) - Int64(flow.separations)
            return abs(expected - Int64(heads)) <= max(10, Int64(heads) / 10)
        }
        // A wrong digit changes the headcount but not the wages due. A real collapse changes both.
        guard let before = panel.rawWagesDue(row, known.last.month), before > 0,
            known.last.heads == previous, let now = panel.rawWagesDue(row, month), now > 0
        else { return false }
        let perHead = (Double(now) / Double(heads)) / (Double(before) / Double(max(previous, 1)))
        return (0.5...2).contains(perHead)
    }

    /// The rejection for a step.
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

    /// The rejection for a failed identity.
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

    /// A rejection of a field of a report.
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
