import Labor

/// Finds figures of a report that contradict the rest of the report or the enterprise's history,
/// although the headcount is plausible. Only the wrong field is held back: an error in `insured`
/// must not hide a fall of the headcount in the same report.
///
/// There are two kinds of contradiction:
/// - With the same report: more persons than possible (leavers, idle, unpaid, planned layoffs), or
///   a payment in another unit than its due. Only a revision settles it. Later months are not
///   affected.
/// - With the history: insured persons, wages or contributions jump although the headcount does
///   not. The next report settles it: if it is near the new figure, the new figure counts.
///
/// A layoff that the headcount confirms is never held back.
struct FigureScreen {
    /// The headcount before a report.
    struct Staff {
        var heads: Int32
        /// Whether the headcount is that of the month directly before.
        var isOfLastMonth: Bool
    }

    /// One report and the headcount before it.
    struct Look {
        let row: Int
        let month: Int
        let report: Report
        /// The last accepted headcount; nil for the first report.
        let before: Staff?

        /// The larger of the headcounts before and after the month, persons.
        var staff: Int64 { Int64(max(report.headcount, before?.heads ?? 0)) }

        /// The maximum number of persons employed at any time of the month, without agency workers;
        /// nil without an earlier headcount. After missing months the number is doubled, because
        /// the hires of those months are unknown.
        var roll: Int64? {
            guard let before else { return nil }
            let joined = Int64(before.heads) + Int64(report.hires ?? 0)
            return max(joined, staff) * (before.isOfLastMonth ? 1 : 2)
        }

        /// The next report; nil without one.
        func next(_ panel: Panel) -> Report? {
            var later = month + 1
            while later < panel.months {
                if let report = panel.rawReport(row, later) { return report }
                later += 1
            }
            return nil
        }
    }

    /// A field that contradicts other figures.
    struct Doubt {
        var fields: ReportFields
        /// The column that the rejection names.
        var field: String
        var value: String
        var reason: String
        var expected: String
        var hint: String
        /// Whether the field is held back. If not, it is only listed, because the next report is
        /// overdue.
        var isHeld = true

        func rejection(_ panel: Panel, _ look: Look) -> Rejection {
            SeriesScreen.rejection(
                panel, look.row, look.month, field: field, value: value,
                reason: isHeld ? reason : "\(reason)_noted", expected: expected, hint: hint)
        }
    }

    /// The tolerance of a count relative to the staff, persons: rounding and late paperwork.
    static func slack(_ staff: Int64) -> Int64 { Int64(SeriesScreen.identityShare * Double(staff)) }

    private var insured = InsuredScreen()
    private var wages = MoneyScreen(.wages)
    private var contributions = MoneyScreen(.contributions)

    /// The doubts about the fields of a report with an accepted headcount, except those about hires
    /// and separations (`doubtedFlows`).
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

    /// The doubt about more leavers than persons employed; nil without one.
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

    /// The doubt about separations on the employer's initiative that other figures of the report
    /// contradict and the headcount does not confirm; nil without one.
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
            // Leavers who were not replaced are missing from the headcount at the end of the month.
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

    /// Whether the headcount of the month or of the next report shows at least half of the leavers.
    private static func isShown(_ panel: Panel, _ leavers: Int64, _ look: Look) -> Bool {
        guard let before = look.before else { return false }
        let start = Int64(before.heads) + Int64(look.report.hires ?? 0)
        let left = min(look.report.headcount, look.next(panel)?.headcount ?? look.report.headcount)
        return 2 * (start - Int64(left)) >= leavers
    }

    /// Adds doubts about more idle, unpaid or planned-to-leave persons than there are persons.
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
            // A person who left unpaid still counts as unpaid.
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

    /// The maximum number of persons employed here within the last year, including agency workers.
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
