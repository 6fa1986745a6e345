package import Labor

/// A report that arrived but cannot be used. None of its figures counts, but the enterprise is not
/// late.
package struct UnusableReport: Hashable, Sendable {
    /// The enterprise that reported.
    package var enterpriseID: Int64
    /// The months that the report may be about. This is its own month. If that is invalid, it is
    /// the month in which the bureau received the report and the month before. If that is unknown,
    /// too, the list is empty, and the month of the as-of and the month before count.
    package var periods: [Period]
    /// The time at which the bureau received the report; nil when it is invalid.
    package var reportedAt: Instant?

    /// A report from its readable values.
    /// - Parameter period: the month of the report; nil when it is invalid.
    init(enterpriseID: Int64, period: Period?, reportedAt: Instant?, zone: Zone) {
        self.enterpriseID = enterpriseID
        self.reportedAt = reportedAt
        let learnt = reportedAt.map { zone.day($0).period }
        periods = period.map { [$0] } ?? learnt.map { [$0.adding(-1), $0] } ?? []
    }
}
