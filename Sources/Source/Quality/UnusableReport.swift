package import Labor

/// A report that came and cannot be used: none of its figures counts, but the enterprise is not
/// late with it.
package struct UnusableReport: Hashable, Sendable {
    /// The enterprise that reported.
    package var enterpriseID: Int64
    /// The months that it may be about: its own; where that cannot be right, the month in which the
    /// bureau learnt it and the one before. Empty where neither is known; then the as-of's month
    /// and the one before.
    package var periods: [Period]
    /// When the bureau learnt it; nil where that cannot be right.
    package var reportedAt: Instant?

    /// A report from what could be read of it.
    /// - Parameter period: its month; nil where it cannot be right.
    init(enterpriseID: Int64, period: Period?, reportedAt: Instant?, zone: Zone) {
        self.enterpriseID = enterpriseID
        self.reportedAt = reportedAt
        let learnt = reportedAt.map { zone.day($0).period }
        periods = period.map { [$0] } ?? learnt.map { [$0.adding(-1), $0] } ?? []
    }
}
