import Labor

/// Looks for figures that contradict their own row or their own past although the headcount is sound,
/// and holds back the field at fault alone: a slip in `insured` must not hide a fall of the headcount
/// in the same report.
///
/// Two kinds of contradiction:
/// - of the own row: more persons than there can have been (leavers, idle, unpaid, planned), or a
///   payment in another unit than its due. Only a revision settles those; later months go on without.
/// - of the own past: insured persons, wages or contributions that jump though the staff does not. The
///   next report settles those as it settles a step of the headcount: when it stays near the new
///   figure, the new figure counts.
///
/// A layoff that the headcount bears out is never held back, whatever else the row says.
struct FigureScreen {
    /// Persons of one headcount.
    struct Staff {
        var heads: Int32
        /// Whether it is that of the month directly before.
        var isOfLastMonth: Bool
    }

    /// One report with what is known before it.
    struct Look {
        let row: Int
        let month: Int
        let report: Report
        /// The last headcount that counted; nil for a first report.
        let before: Staff?

        /// The larger of the staff before and after: who was at work at any time of the month, as far
        /// as headcounts tell.
        var staff: Int64 { Int64(max(report.headcount, before?.heads ?? 0)) }

        /// Everybody who can have been on the roll in the month, agency workers left out; nil while
        /// no earlier headcount is known. After a gap up to twice as many, for nobody knows who came
        /// in it.
        var roll: Int64? {
            guard let before else { return nil }
            let joined = Int64(before.heads) + Int64(report.hires ?? 0)
            return max(joined, staff) * (before.isOfLastMonth ? 1 : 2)
        }

        /// The next report; nil while none has come.
        func next(_ panel: Panel) -> Report? {
            var later = month + 1
            while later < panel.months {
                if let report = panel.rawReport(row, later) { return report }
                later += 1
            }
            return nil
        }
    }

    /// One field that is doubted.
    struct Doubt {
        var fields: ReportFields
        /// The column that is named.
        var field: String
        var value: String
        var reason: String
        var expected: String
        var hint: String
        /// Whether it is held back, or only listed because the next report is overdue.
        var isHeld = true

        func rejection(_ panel: Panel, _ look: Look) -> Rejection {
            SeriesScreen.rejection(
                panel, look.row, look.month, field: field, value: value,
                reason: isHeld ? reason : "\(reason)_noted", expected: expected, hint: hint)
        }
    }

    /// Slack of a count beside the staff: rounding and late paperwork, as in the identity.
    static func slack(_ staff: Int64) -> Int64 { Int64(SeriesScreen.identityShare * Double(staff)) }

    private var insured = InsuredScreen()
    private var wages = MoneyScreen(.wages)
    private var contributions = MoneyScreen(.contributions)

    /// Every doubt about the fields of a report whose headcount counts, `flows` left out.
    mutating func doubts(_ panel: Panel, _ look: Look) -> [Doubt] {
        var doubts: [Doubt] = []
        if let leavers = look.report.employerSeparations,
            let doubt = FigureScreen.doubtedDismissals(panel, Int64(leavers), look)
        {
            doubts.append(doubt)
        }
        FigureScreen.addMoreThanStaff(panel, look, to: &doubts)
        if let doubt = insured.doubt(panel, look) { doubts.append(doubt) }
        if let doubt = wages.doubt(panel, look) { doubts.append(doubt) }
        if let doubt = contributions.doubt(panel, look) { doubts.append(doubt) }
        return doubts
    }

    // MARK: Persons

    /// More leavers than there were persons to leave; nil where that is not so.
    static func doubtedFlows(_ panel: Panel, _ look: Look) -> Doubt? {
        guard let leavers = look.report.separations.map(Int64.init), let roll = look.roll,
            leavers > roll + max(slack(roll), Int64(SeriesScreen.identityPersons)),
            !isShown(panel, leavers, look)
        else { return nil }
        return Doubt(
            fields: .flows, field: "separations", value: String(leavers), reason: "more_than_staff",
            expected: "at most \(roll), the staff before with all who joined",
            hint:
                "hires and separations are not used, the rest of the report is; correct them in a "
                + "revision")
    }

    /// Dismissals that the row itself contradicts, and that the headcount does not bear out.
    private static func doubtedDismissals(
        _ panel: Panel, _ leavers: Int64, _ look: Look
    ) -> Doubt? {
        let least = Int64(SeriesScreen.identityPersons)
        guard leavers > 0, !isShown(panel, leavers, look) else { return nil }
        let expected: String
        let reason: String
        if let roll = look.roll, leavers > roll + slack(roll) {
            (reason, expected) = (
                "more_than_staff", "at most \(roll), the staff before with all who joined"
            )
        } else if let all = look.report.separations.map(Int64.init) {
            guard leavers > all + max(slack(look.staff), least) else { return nil }
            (reason, expected) = ("more_than_leavers", "at most \(all), all leavers of the month")
        } else {
            // Who left and was not replaced is missing at the end of the month.
            guard let before = look.before, before.isOfLastMonth, let hires = look.report.hires
            else { return nil }
            let missing = max(0, Int64(before.heads) + Int64(hires) - Int64(look.report.headcount))
            guard leavers > 2 * missing + max(slack(look.staff), least) else { return nil }
            (reason, expected) = (
                "not_in_headcount",
                "about \(missing): \(before.heads) + \(hires) hires − "
                    + "\(look.report.headcount) who are left"
            )
        }
        return Doubt(
            fields: .employerSeparations, field: "employer_separations", value: String(leavers),
            reason: reason, expected: expected,
            hint: "the headcount shows no such layoff; the field is not used until a revision "
                + "corrects it or the headcount follows")
    }

    /// Whether the headcount of the month, or of the next report, shows at least half of so many
    /// leavers.
    private static func isShown(_ panel: Panel, _ leavers: Int64, _ look: Look) -> Bool {
        guard let before = look.before else { return false }
        let start = Int64(before.heads) + Int64(look.report.hires ?? 0)
        let left = min(look.report.headcount, look.next(panel)?.headcount ?? look.report.headcount)
        return 2 * (start - Int64(left)) >= leavers
    }

    /// More idle, unpaid or soon dismissed persons than there are.
    private static func addMoreThanStaff(
        _ panel: Panel, _ look: Look, to doubts: inout [Doubt]
    ) {
        let report = look.report
        let staff = look.staff + Int64(report.dispatched ?? 0)
        let largest = max(report.idle ?? 0, report.plannedLayoffs ?? 0, report.workersUnpaid ?? 0)
        guard Int64(largest) > staff else { return }
        let counts: [(Int32?, ReportFields, String)] = [
            (report.idle, .idle, "idle"),
            (report.plannedLayoffs, .plannedLayoffs, "planned_layoffs"),
            (report.workersUnpaid, .workersUnpaid, "workers_unpaid"),
        ]
        for (count, fields, field) in counts {
            guard let count = count.map(Int64.init), count > staff + slack(staff) else { continue }
            // Who left unpaid still waits for wages.
            let most = fields == .workersUnpaid ? max(staff, lastYear(panel, look)) : staff
            guard count > most + slack(most) else { continue }
            doubts.append(
                Doubt(
                    fields: fields, field: field, value: String(count), reason: "more_than_staff",
                    expected: "at most \(most), the staff"
                        + (fields == .workersUnpaid ? " and who left within a year" : ""),
                    hint: "the field is not used, the rest of the report is; correct it in a "
                        + "revision"))
        }
    }

    /// Everybody who can have worked here within the last year, as far as reports tell.
    private static func lastYear(_ panel: Panel, _ look: Look) -> Int64 {
        var peak = look.roll ?? look.staff
        var left: Int64 = 0
        var agency = Int64(look.report.dispatched ?? 0)
        for month in max(0, look.month - 12)..<look.month {
            guard let report = panel.rawReport(look.row, month), !panel.isHeld(look.row, month)
            else { continue }
            peak = max(peak, Int64(report.headcount))
            agency = max(agency, Int64(report.dispatched ?? 0))
            if !panel.heldFields(look.row, month).contains(.flows) {
                left += Int64(report.separations ?? 0)
            }
        }
        return peak + left + agency
    }
}
