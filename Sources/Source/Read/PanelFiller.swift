import Labor

/// Fills a panel with reports, and lists reports that contradict each other or belong to no known
/// enterprise.
struct PanelFiller {
    /// The panel with the reports so far.
    var panel: Panel
    /// The rejections so far.
    var rejections = RejectionList()
    /// Contradicting revisions with the same `reported_at`, by row × months + month.
    private var contradictions: [Int: Contradiction] = [:]

    private struct Contradiction {
        var report: Report
        var headcounts: Set<Int32>
    }

    init(panel: Panel) {
        self.panel = panel
    }

    /// Adds a report. A newer revision replaces an older one, in any order of calls.
    mutating func place(_ report: Report) {
        guard let row = panel.row(of: report.enterpriseID) else {
            rejections.add(
                rejection(
                    report, field: "enterprise_id", value: String(report.enterpriseID),
                    reason: "unknown_enterprise", expected: "an enterprise of labor.enterprise",
                    hint: "add the enterprise, or correct the id"))
            return
        }
        guard let month = panel.month(of: report.period) else { return }
        if panel.reportedAt(row, month) == report.reportedAt, differs(report, row, month) {
            note(report, row, month)
        }
        panel.place(report, row: row, month: month)
    }

    /// Marks a month as reported by an unusable report, so that the enterprise is not late.
    mutating func note(_ unusable: UnusableReport) {
        guard let row = panel.row(of: unusable.enterpriseID) else { return }
        let months =
            unusable.periods.isEmpty
            ? [panel.months - 2, panel.months - 1]
            : unusable.periods.compactMap { panel.month(of: $0) }
        for month in months where month >= 0 { panel.noteUnusable(row: row, month: month) }
    }

    /// Stores a contradiction. It is listed only after all reports are added, because a newer
    /// revision settles it. The listing therefore does not depend on the order of the rows.
    private mutating func note(_ report: Report, _ row: Int, _ month: Int) {
        let place = row * panel.months + month
        var known = contradictions[place] ?? Contradiction(report: report, headcounts: [])
        if known.report.reportedAt != report.reportedAt {
            known = Contradiction(report: report, headcounts: [])
        }
        known.headcounts.insert(report.headcount)
        if let headcount = panel.rawHeadcount(row, month) { known.headcounts.insert(headcount) }
        contradictions[place] = known
    }

    /// Screens every enterprise. Call it after all reports are added.
    mutating func screen() {
        for row in panel.enterprises.indices { screen(row: row) }
    }

    /// Screens one enterprise. Call it after all its reports are added.
    mutating func screen(row: Int) {
        rejections.add(SeriesScreen.screen(&panel, row: row))
        guard !contradictions.isEmpty else { return }
        for month in 0..<panel.months {
            guard let found = contradictions[row * panel.months + month],
                panel.reportedAt(row, month) == found.report.reportedAt
            else { continue }
            let headcounts = found.headcounts.sorted().map { String($0) }
            rejections.add(
                rejection(
                    found.report, field: "reported_at",
                    value: "headcount \(headcounts.joined(separator: " and "))",
                    reason: "duplicate_revision", expected: "one revision of a month at a time",
                    hint: "rows came at the same moment with different figures; the one written "
                        + "last counts"))
        }
    }

    /// Whether a report differs from the report of the same month in the panel.
    private func differs(_ report: Report, _ row: Int, _ month: Int) -> Bool {
        panel.rawHeadcount(row, month) != report.headcount
            || panel.hires(row, month) != report.hires
            || panel.separations(row, month) != report.separations
            || panel.wagesDue(row, month) != report.wagesDue
            || panel.wagesPaid(row, month) != report.wagesPaid
            || panel.insured(row, month) != report.insured
            || panel.employerSeparations(row, month) != report.employerSeparations
            || panel.workersUnpaid(row, month) != report.workersUnpaid
            || panel.plannedLayoffs(row, month) != report.plannedLayoffs
            || panel.dispatched(row, month) != report.dispatched
            || panel.idle(row, month) != report.idle
            || panel.contributionsDue(row, month) != report.contributionsDue
            || panel.contributionsPaid(row, month) != report.contributionsPaid
            || panel.contributionsDeferred(row, month) != report.contributionsDeferred
            || panel.operatingState(row, month) != report.operatingState
    }

    private func rejection(
        _ report: Report, field: String, value: String, reason: String, expected: String,
        hint: String
    ) -> Rejection {
        Rejection(
            table: "labor.report",
            row: "enterprise_id=\(report.enterpriseID) period=\(report.period)",
            enterpriseID: report.enterpriseID, period: report.period, field: field, value: value,
            reason: reason, expected: expected, hint: hint, reportedAt: report.reportedAt)
    }
}
