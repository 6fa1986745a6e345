/// The operating state of an enterprise, as the enterprise reports it.
package enum OperatingState: String, CaseIterable, Hashable, Sendable {
    /// Normal operation.
    case normal
    /// Reduced operation.
    case reduced
    /// Operation is suspended.
    case suspended
    /// The enterprise is closed.
    case closed

    /// A small code for the panel's columns, 1 to 4. The panel uses 0 for "not reported".
    package var code: UInt8 {
        switch self {
        case .normal: 1
        case .reduced: 2
        case .suspended: 3
        case .closed: 4
        }
    }

    /// The state of a small code; nil for 0 or an unknown code.
    package init?(code: UInt8) {
        guard let state = OperatingState.allCases.first(where: { $0.code == code }) else {
            return nil
        }
        self = state
    }
}

/// One revision of one enterprise's report for one month: a row of `labor.report`.
///
/// Counts of persons are whole numbers. Money is in fen (1/100 yuan). nil means that the field was
/// not reported.
package struct Report: Hashable, Sendable {
    /// The primary key of the enterprise.
    package var enterpriseID: Int64
    /// The month that the report is about.
    package var period: Period
    /// Staff at the end of the month.
    package var headcount: Int32
    /// Persons who joined in the month.
    package var hires: Int32?
    /// Persons who left in the month, for any reason.
    package var separations: Int32?
    /// Persons who left in the month on the employer's initiative; they are a part of
    /// `separations`.
    package var employerSeparations: Int32?
    /// Persons whom the enterprise announces that it will lay off.
    package var plannedLayoffs: Int32?
    /// Agency workers who work here but are on another employer's payroll.
    package var dispatched: Int32?
    /// Staff on the payroll who have no work (隐性失业).
    package var idle: Int32?
    /// Wages due for the month, fen.
    package var wagesDue: Int64?
    /// Wages paid in the month, fen.
    package var wagesPaid: Int64?
    /// The number of workers with unpaid wages.
    package var workersUnpaid: Int32?
    /// Persons with social insurance through the enterprise.
    package var insured: Int32?
    /// Social insurance contributions due, fen. When nothing was declared, the source imputes 110 %
    /// of the month before.
    package var contributionsDue: Int64?
    /// Social insurance contributions paid, fen.
    package var contributionsPaid: Int64?
    /// Whether a legal deferral of contributions applies.
    package var contributionsDeferred: Bool
    /// The operating state that the enterprise reported.
    package var operatingState: OperatingState?
    /// When the bureau learnt of this revision.
    package var reportedAt: Instant
    /// The order among revisions with the same `reportedAt`; it grows with every row written.
    package var revision: Int64

    /// Creates a report. Each argument sets the property of the same name; an argument that is not
    /// given means "not reported".
    package init(
        enterpriseID: Int64, period: Period, headcount: Int32, hires: Int32? = nil,
        separations: Int32? = nil, employerSeparations: Int32? = nil,
        plannedLayoffs: Int32? = nil, dispatched: Int32? = nil, idle: Int32? = nil,
        wagesDue: Int64? = nil, wagesPaid: Int64? = nil, workersUnpaid: Int32? = nil,
        insured: Int32? = nil,
        contributionsDue: Int64? = nil, contributionsPaid: Int64? = nil,
        contributionsDeferred: Bool = false, operatingState: OperatingState? = nil,
        reportedAt: Instant, revision: Int64 = 0
    ) {
        self.enterpriseID = enterpriseID
        self.period = period
        self.headcount = headcount
        self.hires = hires
        self.separations = separations
        self.employerSeparations = employerSeparations
        self.plannedLayoffs = plannedLayoffs
        self.dispatched = dispatched
        self.idle = idle
        self.wagesDue = wagesDue
        self.wagesPaid = wagesPaid
        self.workersUnpaid = workersUnpaid
        self.insured = insured
        self.contributionsDue = contributionsDue
        self.contributionsPaid = contributionsPaid
        self.contributionsDeferred = contributionsDeferred
        self.operatingState = operatingState
        self.reportedAt = reportedAt
        self.revision = revision
    }
}
