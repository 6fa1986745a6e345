import Labor

/// Puts reports into a panel and lists those that contradict each other or belong to nobody.
struct PanelFiller {
    /// The panel as filled so far.
    var panel: Panel
    /// What could not be put in.
    var rejections = RejectionList()

    init(panel: Panel) {
        self.panel = panel
    }

    /// Puts a report in; newer revisions take the place of older ones, in whatever order they come.
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
            let known = panel.rawHeadcount(row, month) ?? 0
            rejections.add(
                rejection(
                    report, field: "reported_at", value: "\(known) and \(report.headcount)",
                    reason: "duplicate_revision", expected: "one revision of a month at a time",
                    hint: "two rows came at the same moment with different figures (headcounts "
                        + "shown); the one written last counts"))
        }
        panel.place(report)
    }

    /// Screens every enterprise once all reports are in.
    mutating func screen() {
        for row in panel.enterprises.indices { screen(row: row) }
    }

    /// Screens one enterprise once all of its reports are in.
    mutating func screen(row: Int) {
        rejections.add(SeriesScreen.screen(&panel, row: row))
    }

    private func differs(_ report: Report, _ row: Int, _ month: Int) -> Bool {
        panel.rawHeadcount(row, month) != report.headcount
            || panel.hires(row, month) != report.hires
            || panel.separations(row, month) != report.separations
            || panel.wagesDue(row, month) != report.wagesDue
            || panel.wagesPaid(row, month) != report.wagesPaid
            || panel.insured(row, month) != report.insured
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
