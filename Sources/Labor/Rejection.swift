/// One value of the source that could not be used, with what a person needs to mend it.
///
/// A rejected row or held-back value never stops a cycle: it is counted and listed in
/// `laborwatch.quarantine`.
package struct Rejection: Hashable, Sendable {
    /// The table or view, `labor.report`.
    package var table: String
    /// The row, as its key reads: `enterprise_id=7 period=2026-10`.
    package var row: String
    /// The enterprise, where there is one.
    package var enterpriseID: Int64?
    /// The month, where there is one.
    package var period: Period?
    /// The field at fault.
    package var field: String
    /// The value as found.
    package var value: String
    /// Why it is not used, a stable word: `negative`, `unknown_region`, `spike` …
    package var reason: String
    /// What was expected.
    package var expected: String
    /// What to do about it.
    package var hint: String
    /// When the bureau learnt the row.
    package var reportedAt: Instant?

    /// A rejection from its parts.
    package init(
        table: String, row: String, enterpriseID: Int64? = nil, period: Period? = nil,
        field: String, value: String, reason: String, expected: String, hint: String,
        reportedAt: Instant? = nil
    ) {
        self.table = table
        self.row = row
        self.enterpriseID = enterpriseID
        self.period = period
        self.field = field
        self.value = value
        self.reason = reason
        self.expected = expected
        self.hint = hint
        self.reportedAt = reportedAt
    }
}
