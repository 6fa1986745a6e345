import Labor

/// Finds a jump of the insured persons of one enterprise that the headcount does not share.
///
/// A fall of the insured persons is a sign of distress (`social.arrears`). The new number is
/// therefore held back only if the fall is as large as a lost digit and no other figure of the
/// report confirms the fall.
struct InsuredScreen {
    /// The minimum size of a jump, persons.
    static let personsMin: Int64 = 20
    /// The multiple of the staff from which insured persons are implausible. Enterprises also
    /// insure agency workers and staff of branches, but hardly more than this.
    static let staffFactor: Int64 = 2
    /// The factor by which contributions or the headcount must fall to confirm a fall of the
    /// insured persons.
    static let borneOutFactor: Int64 = 4

    /// The last report whose insured persons were accepted; nil before the first one.
    private var last: Report?

    /// The doubt about the insured persons of a report; nil without one.
    mutating func doubt(_ panel: Panel, _ look: FigureScreen.Look) -> FigureScreen.Doubt? {
        guard let count = look.report.insured.map(Int64.init) else { return nil }
        let doubt = contradiction(panel, count, look)
        if doubt?.isHeld != true { last = look.report }
        return doubt
    }

    /// The doubt about the number of insured persons; nil when the number is plausible, or when the
    /// next report is nearer to the new number than to the old one.
    private func contradiction(
        _ panel: Panel, _ count: Int64, _ look: FigureScreen.Look
    ) -> FigureScreen.Doubt? {
        let before = last?.insured.map(Int64.init)
        let reference: Int64
        if isTooMany(count, before, look) {
            reference = before ?? look.staff
        } else if let before, isTooFew(count, before, look) {
            reference = before
        } else {
            return nil
        }
        if let next = look.next(panel)?.insured.map(Int64.init),
            abs(next - count) < abs(next - reference)
        {
            return nil
        }
        let isHeld =
            count > reference
            || !SeriesScreen.isOverdue(panel, look.row, after: look.month)
        return FigureScreen.Doubt(
            fields: .insured, field: "insured", value: String(count), reason: "insured_step",
            expected: "a figure near \(reference), "
                + (before == nil ? "the staff" : "the last one that counted"),
            hint: isHeld
                ? "a digit may have slipped; the field is not used until the next report or a "
                    + "revision settles it"
                : "no report followed, so the fall counts; ask the enterprise", isHeld: isHeld)
    }

    /// Whether there are many more insured persons than staff, and many more than before.
    private func isTooMany(_ count: Int64, _ before: Int64?, _ look: FigureScreen.Look) -> Bool {
        let staff = look.staff + Int64(look.report.dispatched ?? 0)
        let factor =
            before == nil ? Int64(SeriesScreen.stepFactor) : InsuredScreen.staffFactor
        return count - staff >= InsuredScreen.personsMin && count >= factor * staff
            && before.map { count >= InsuredScreen.staffFactor * $0 } ?? true
    }

    /// Whether the insured persons fell to an eighth or less without a similar fall of the
    /// headcount or the contributions. A count of 0 is plausible: the employer stopped insuring.
    private func isTooFew(_ count: Int64, _ before: Int64, _ look: FigureScreen.Look) -> Bool {
        guard count > 0, before - count >= InsuredScreen.personsMin,
            count * Int64(SeriesScreen.stepFactor) <= before, let last
        else { return false }
        let factor = InsuredScreen.borneOutFactor
        if Int64(look.report.headcount) * factor <= Int64(last.headcount) { return false }
        let amounts = [
            (last.contributionsDue, look.report.contributionsDue),
            (last.contributionsPaid, look.report.contributionsPaid),
        ]
        return !amounts.contains { before, now in
            guard let before, let now, before > 0 else { return false }
            return now <= before / factor
        }
    }
}
