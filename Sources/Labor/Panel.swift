/// The known reports of all enterprises over a window of months, stored in columns.
///
/// Shape: enterprises (dense index, in the order given) × months. For each place the newest
/// revision that was stored is kept; "newest" is by `reportedAt`, then by revision number. A place
/// is one enterprise and one month. The report of a place may be on hold (see `hold`), as a whole
/// or in some fields: its values stay in the panel, but detectors do not see them.
package struct Panel: Sendable {
    /// The first month of the window.
    package let first: Period
    /// How many months the window has.
    package let months: Int
    /// The enterprises, by dense index.
    package private(set) var enterprises: [Enterprise]

    private let rows: RowIndex
    private var headcounts = Column<Int32>()
    private var hireCounts = Column<Int32>()
    private var separationCounts = Column<Int32>()
    private var employerSeparationCounts = Column<Int32>()
    private var wagesDueFen = Column<Int64>()
    private var wagesPaidFen = Column<Int64>()
    private var unpaidCounts = Column<Int32>()
    private var insuredCounts = Column<Int32>()
    private var idleCounts = Column<Int32>()
    private var dispatchedCounts = Column<Int32>()
    private var plannedLayoffCounts = Column<Int32>()
    private var contributionsDueFen = Column<Int64>()
    private var contributionsPaidFen = Column<Int64>()
    private var reportedMicros = Column<Int64>()
    private var revisions = Column<Int64>()
    /// Bits: 0–2 operating state, 3 contributions deferred, 4 report held back, 5 some fields held
    /// back, 6 a report arrived that cannot be used.
    private var marks: [UInt8]
    /// The fields that are held back, by place. Only places with the mark "some fields held back"
    /// have an entry.
    private var fieldsHeld: [Int: ReportFields] = [:]

    private static let stateMask: UInt8 = 0b0000_0111
    private static let deferredBit: UInt8 = 0b0000_1000
    private static let heldBit: UInt8 = 0b0001_0000
    private static let fieldsHeldBit: UInt8 = 0b0010_0000
    private static let unusableBit: UInt8 = 0b0100_0000

    /// An empty panel. Two enterprises with the same id fail a precondition.
    package init(first: Period, months: Int, enterprises: [Enterprise]) {
        precondition(months > 0, "a panel has at least one month")
        self.first = first
        self.months = months
        self.enterprises = enterprises
        rows = RowIndex(enterprises.map(\.id))
        precondition(rows.count == enterprises.count, "an enterprise stands twice in the panel")
        marks = [UInt8](repeating: 0, count: enterprises.count * months)
    }

    /// The last month of the window.
    package var last: Period { first.adding(months - 1) }

    /// The dense index of an enterprise; nil when it is not in the panel.
    package func row(of enterpriseID: Int64) -> Int? {
        rows[enterpriseID]
    }

    /// The index of a month within the window; nil outside.
    package func month(of period: Period) -> Int? {
        let month = period.months(since: first)
        return month >= 0 && month < months ? month : nil
    }

    /// The period of a month index.
    package func period(_ month: Int) -> Period { first.adding(month) }

    /// Stores a report unless the panel has a newer one for that enterprise and month. A report of
    /// an unknown enterprise or of a month outside the window is ignored.
    /// - Returns: whether the report was stored.
    @discardableResult
    package mutating func place(_ report: Report) -> Bool {
        guard let row = rows[report.enterpriseID], let month = month(of: report.period) else {
            return false
        }
        return place(report, row: row, month: month)
    }

    /// Stores a report as `place(_:)` does, for a caller that already knows the enterprise's index
    /// and the month's index.
    /// - Returns: whether the report was stored.
    @discardableResult
    package mutating func place(_ report: Report, row: Int, month: Int) -> Bool {
        let at = row * months + month
        let count = marks.count
        let micros = report.reportedAt.microseconds
        if let known = reportedMicros[at],
            (known, revisions[at] ?? 0) > (micros, report.revision)
        {
            return false
        }
        headcounts.set(report.headcount, at: at, of: count)
        hireCounts.set(report.hires, at: at, of: count)
        separationCounts.set(report.separations, at: at, of: count)
        employerSeparationCounts.set(report.employerSeparations, at: at, of: count)
        wagesDueFen.set(report.wagesDue, at: at, of: count)
        wagesPaidFen.set(report.wagesPaid, at: at, of: count)
        unpaidCounts.set(report.workersUnpaid, at: at, of: count)
        insuredCounts.set(report.insured, at: at, of: count)
        idleCounts.set(report.idle, at: at, of: count)
        dispatchedCounts.set(report.dispatched, at: at, of: count)
        plannedLayoffCounts.set(report.plannedLayoffs, at: at, of: count)
        contributionsDueFen.set(report.contributionsDue, at: at, of: count)
        contributionsPaidFen.set(report.contributionsPaid, at: at, of: count)
        reportedMicros.set(micros, at: at, of: count)
        revisions.set(report.revision, at: at, of: count)
        marks[at] =
            marks[at] & Panel.unusableBit
            | (report.operatingState?.code ?? 0)
            | (report.contributionsDeferred ? Panel.deferredBit : 0)
        return true
    }

    /// Replaces the properties of an enterprise; its reports stay.
    package mutating func replace(_ enterprise: Enterprise) {
        guard let row = row(of: enterprise.id) else { return }
        enterprises[row] = enterprise
    }

    /// A digest of the reports of an enterprise: every figure, when it was reported, and what is on
    /// hold or cannot be used. The numbers of the revisions, which only order them, do not count.
    /// Digests are comparable within one process.
    package func digest(row: Int) -> Int {
        var hasher = Hasher()
        for month in 0..<months {
            let at = row * months + month
            hasher.combine(marks[at])
            hasher.combine(fieldsHeld[at]?.rawValue)
            hasher.combine(reportedMicros[at])
            guard reportedMicros[at] != nil else { continue }
            for counts in [
                headcounts, hireCounts, separationCounts, employerSeparationCounts, unpaidCounts,
                insuredCounts, idleCounts, dispatchedCounts, plannedLayoffCounts,
            ] {
                hasher.combine(counts[at])
            }
            for amounts in [
                wagesDueFen, wagesPaidFen, contributionsDueFen, contributionsPaidFen,
            ] {
                hasher.combine(amounts[at])
            }
        }
        return hasher.finalize()
    }

    /// Removes all reports of an enterprise, before its reports are read and placed again.
    package mutating func clear(row: Int) {
        for month in 0..<months {
            let at = row * months + month
            reportedMicros.set(nil, at: at, of: marks.count)
            if marks[at] & Panel.fieldsHeldBit != 0 { fieldsHeld[at] = nil }
            marks[at] = 0
        }
    }

    /// Puts the report of a month on hold, which hides it from the detectors, or releases it.
    package mutating func hold(row: Int, month: Int, _ held: Bool) {
        let at = row * months + month
        marks[at] = held ? marks[at] | Panel.heldBit : marks[at] & ~Panel.heldBit
    }

    /// Holds some fields of a place back from the detectors, and gives its other fields free.
    package mutating func hold(row: Int, month: Int, fields: ReportFields) {
        let at = row * months + month
        if fields.isEmpty {
            guard marks[at] & Panel.fieldsHeldBit != 0 else { return }
            marks[at] &= ~Panel.fieldsHeldBit
            fieldsHeld[at] = nil
        } else {
            marks[at] |= Panel.fieldsHeldBit
            fieldsHeld[at] = fields
        }
    }

    /// The fields of a place that are on hold while the rest of its report is used.
    package func heldFields(_ row: Int, _ month: Int) -> ReportFields {
        let at = row * months + month
        return marks[at] & Panel.fieldsHeldBit == 0 ? [] : fieldsHeld[at] ?? []
    }

    /// Records that a report for a place arrived but cannot be used and is in quarantine. None of
    /// its figures is used, but the enterprise did report.
    package mutating func noteUnusable(row: Int, month: Int) {
        marks[row * months + month] |= Panel.unusableBit
    }

    /// Whether reports for a place arrived but none of them can be used.
    package func isUnusable(_ row: Int, _ month: Int) -> Bool {
        marks[row * months + month] & Panel.unusableBit != 0 && !hasRaw(row, month)
    }

    /// Whether any report for a place arrived: one that is used, one that is on hold, or one that
    /// cannot be used.
    package func hasArrived(_ row: Int, _ month: Int) -> Bool {
        hasRaw(row, month) || marks[row * months + month] & Panel.unusableBit != 0
    }

    /// The index of the last month, not after `limit`, with a report that can be used, on hold or
    /// not; nil when there is none.
    package func latestRaw(_ row: Int, upTo limit: Int) -> Int? {
        (0...max(0, min(limit, months - 1))).last { hasRaw(row, $0) }
    }

    /// Whether a place has a report that can be used, on hold or not.
    package func hasRaw(_ row: Int, _ month: Int) -> Bool {
        reportedMicros[row * months + month] != nil
    }

    /// Whether the report of a month is on hold.
    package func isHeld(_ row: Int, _ month: Int) -> Bool {
        marks[row * months + month] & Panel.heldBit != 0
    }

    /// Whether there is a report for a month that is not on hold.
    package func hasReport(_ row: Int, _ month: Int) -> Bool {
        hasRaw(row, month) && !isHeld(row, month)
    }

    /// The headcount as reported, also when the report is on hold; nil without a report.
    package func rawHeadcount(_ row: Int, _ month: Int) -> Int32? {
        let at = row * months + month
        return reportedMicros[at] == nil ? nil : headcounts[at]
    }

    /// Staff at the end of a month. This accessor and the following ones return nil when the value
    /// was not reported, or when the field or the whole report is on hold.
    package func headcount(_ row: Int, _ month: Int) -> Int32? { seen(headcounts, row, month, []) }
    /// Persons who joined in a month; nil as for `headcount`.
    package func hires(_ row: Int, _ month: Int) -> Int32? { seen(hireCounts, row, month, .flows) }
    /// Persons who left in a month, for any reason; nil as for `headcount`.
    package func separations(_ row: Int, _ month: Int) -> Int32? {
        seen(separationCounts, row, month, .flows)
    }
    /// Persons who left in a month on the employer's initiative; nil as for `headcount`.
    package func employerSeparations(_ row: Int, _ month: Int) -> Int32? {
        seen(employerSeparationCounts, row, month, .employerSeparations)
    }
    /// Wages due for a month, fen; nil as for `headcount`.
    package func wagesDue(_ row: Int, _ month: Int) -> Int64? {
        seen(wagesDueFen, row, month, .wages)
    }
    /// Wages paid in a month, fen; nil as for `headcount`.
    package func wagesPaid(_ row: Int, _ month: Int) -> Int64? {
        seen(wagesPaidFen, row, month, .wages)
    }
    /// Workers with unpaid wages; nil as for `headcount`.
    package func workersUnpaid(_ row: Int, _ month: Int) -> Int32? {
        seen(unpaidCounts, row, month, .workersUnpaid)
    }
    /// Persons with social insurance through the enterprise; nil as for `headcount`.
    package func insured(_ row: Int, _ month: Int) -> Int32? {
        seen(insuredCounts, row, month, .insured)
    }
    /// Staff on the payroll who have no work (隐性失业): an early sign that headcounts do not show. Nil
    /// as for `headcount`.
    package func idle(_ row: Int, _ month: Int) -> Int32? { seen(idleCounts, row, month, .idle) }
    /// Agency workers who work here but are on another employer's payroll; nil as for `headcount`.
    package func dispatched(_ row: Int, _ month: Int) -> Int32? {
        seen(dispatchedCounts, row, month, [])
    }
    /// Persons whom the enterprise announces that it will lay off; nil as for `headcount`.
    package func plannedLayoffs(_ row: Int, _ month: Int) -> Int32? {
        seen(plannedLayoffCounts, row, month, .plannedLayoffs)
    }
    /// Social insurance contributions due, fen; nil as for `headcount`.
    package func contributionsDue(_ row: Int, _ month: Int) -> Int64? {
        seen(contributionsDueFen, row, month, .contributions)
    }
    /// Social insurance contributions paid, fen; nil as for `headcount`.
    package func contributionsPaid(_ row: Int, _ month: Int) -> Int64? {
        seen(contributionsPaidFen, row, month, .contributions)
    }

    /// Whether a legal deferral of contributions applies.
    package func contributionsDeferred(_ row: Int, _ month: Int) -> Bool {
        hasReport(row, month) && marks[row * months + month] & Panel.deferredBit != 0
    }

    /// The operating state that the enterprise reported; nil when it reported none or the report is
    /// on hold.
    package func operatingState(_ row: Int, _ month: Int) -> OperatingState? {
        guard hasReport(row, month) else { return nil }
        return OperatingState(code: marks[row * months + month] & Panel.stateMask)
    }

    /// When the bureau learnt of the report, on hold or not; nil without a report.
    package func reportedAt(_ row: Int, _ month: Int) -> Instant? {
        reportedMicros[row * months + month].map { Instant(microseconds: $0) }
    }

    /// When the newest of all reports became known, on hold or not; nil without any report.
    package var newestReportedAt: Instant? {
        marks.indices.lazy.compactMap { reportedMicros[$0] }.max()
            .map { Instant(microseconds: $0) }
    }

    /// The index of the last month, not after `limit`, with a report that is not on hold; nil when
    /// there is none.
    package func latestReport(_ row: Int, upTo limit: Int) -> Int? {
        var month = min(limit, months - 1)
        while month >= 0 {
            if hasReport(row, month) { return month }
            month -= 1
        }
        return nil
    }

    /// Wages due as reported, fen, also when the report is on hold; nil when not reported.
    package func rawWagesDue(_ row: Int, _ month: Int) -> Int64? {
        let at = row * months + month
        return reportedMicros[at] == nil ? nil : wagesDueFen[at]
    }

    /// Persons who left on the employer's initiative as reported, also when the report is on hold;
    /// nil when not reported.
    package func rawEmployerSeparations(_ row: Int, _ month: Int) -> Int32? {
        let at = row * months + month
        return reportedMicros[at] == nil ? nil : employerSeparationCounts[at]
    }

    /// Persons who joined and persons who left, as reported, also when the report is on hold; nil
    /// when one of the two numbers is missing. Data screening uses them.
    package func rawFlow(_ row: Int, _ month: Int) -> (hires: Int32, separations: Int32)? {
        let at = row * months + month
        guard reportedMicros[at] != nil, let hires = hireCounts[at],
            let separations = separationCounts[at]
        else { return nil }
        return (hires, separations)
    }

    /// The report of a place as it was stored, on hold or not; nil when there is none.
    package func rawReport(_ row: Int, _ month: Int) -> Report? {
        let at = row * months + month
        guard let micros = reportedMicros[at], let headcount = headcounts[at] else { return nil }
        return Report(
            enterpriseID: enterprises[row].id, period: period(month), headcount: headcount,
            hires: hireCounts[at], separations: separationCounts[at],
            employerSeparations: employerSeparationCounts[at],
            plannedLayoffs: plannedLayoffCounts[at], dispatched: dispatchedCounts[at],
            idle: idleCounts[at], wagesDue: wagesDueFen[at], wagesPaid: wagesPaidFen[at],
            workersUnpaid: unpaidCounts[at], insured: insuredCounts[at],
            contributionsDue: contributionsDueFen[at], contributionsPaid: contributionsPaidFen[at],
            contributionsDeferred: marks[at] & Panel.deferredBit != 0,
            operatingState: OperatingState(code: marks[at] & Panel.stateMask),
            reportedAt: Instant(microseconds: micros), revision: revisions[at] ?? 0)
    }

    /// The value of a field; nil when it was not reported, or when the field or the whole report is
    /// on hold.
    ///
    /// The column is tested first: many columns are empty, and then the other two tests are saved.
    @inline(__always)
    private func seen<Element>(
        _ column: Column<Element>, _ row: Int, _ month: Int, _ field: ReportFields
    ) -> Element? {
        let at = row * months + month
        guard let value = column[at], marks[at] & Panel.heldBit == 0, reportedMicros[at] != nil
        else { return nil }
        if marks[at] & Panel.fieldsHeldBit != 0, isHeldAlone(field, at) { return nil }
        return value
    }

    private func isHeldAlone(_ field: ReportFields, _ at: Int) -> Bool {
        !(fieldsHeld[at] ?? []).isDisjoint(with: field)
    }
}
