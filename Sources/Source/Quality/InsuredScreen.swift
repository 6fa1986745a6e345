import Labor

/// Looks at the insured persons of one enterprise, month after month, for a jump that the staff does
/// not share.
///
/// Staff that falls out of insurance is a sign of its own (`social.arrears`), so that a fall is held
/// back only when it is as large as a slipped digit and nothing else of the report bears it out.
struct InsuredScreen {
    /// Jumps of fewer persons are left alone.
    static let personsMin: Int64 = 20
    /// Enterprises insure agency workers and staff of their branches too, but hardly so many times
    /// their own staff.
    static let staffFactor: Int64 = 2
    /// Contributions that shrink by this factor bear a fall out.
    static let borneOutFactor: Int64 = 4

    /// The last report whose insured persons count.
    private var last: Report?

    /// A doubt about the insured persons of a report; nil where there is none.
    mutating func doubt(_ panel: Panel, _ look: FigureScreen.Look) -> FigureScreen.Doubt? {
        guard let count = look.report.insured.map(Int64.init) else { return nil }
        let doubt = contradiction(panel, count, look)
        if doubt?.isHeld != true { last = look.report }
        return doubt
    }

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

    /// Many more than all staff, and many more than before.
    private func isTooMany(_ count: Int64, _ before: Int64?, _ look: FigureScreen.Look) -> Bool {
        let staff = look.staff + Int64(look.report.dispatched ?? 0)
        let factor =
            before == nil ? Int64(SeriesScreen.stepFactor) : InsuredScreen.staffFactor
        return count - staff >= InsuredScreen.personsMin && count >= factor * staff
            && before.map { count >= InsuredScreen.staffFactor * $0 } ?? true
    }

    /// An eighth or less of those before, though the staff did not fall like that. None at all is
    /// what an employer looks like who stops insuring.
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
