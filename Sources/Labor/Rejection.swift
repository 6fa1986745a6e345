/// A value of the source that could not be used, with the information that a person needs to
/// correct it.
///
/// A rejected row or a value on hold never stops a cycle. It is counted and listed in
/// `laborwatch.quarantine`.
package struct Rejection: Hashable, Sendable {
    /// The table or view, for example `labor.report`.
    package var table: String
    /// The row's key as text: `enterprise_id=7 period=2026-10`.
    package var row: String
    /// The ID of the enterprise; nil when the row names none.
    package var enterpriseID: Int64?
    /// The month that the row is about; nil when the row has none.
    package var period: Period?
    /// The name of the wrong field.
    package var field: String
    /// The value as found.
    package var value: String
    /// Why the value is not used, as a stable code: `negative`, `unknown_region`, `spike` …
    package var reason: String
    /// The values that would have been accepted, in words.
    package var expected: String
    /// What the reader should do to correct the value.
    package var hint: String
    /// When the bureau learnt of the row; nil when the row does not state it.
    package var reportedAt: Instant?
    /// The bureau's own table or view, by the source map; nil until it is looked up.
    package var relation: String?
    /// The name of the enterprise; nil until it is looked up, and when it is not known.
    package var enterpriseName: String?

    /// Creates a rejection. Each argument sets the property of the same name. Row and value are
    /// quoted (see `PlainText.quoted`), so that any text of a source can be stored and shown.
    package init(
        table: String, row: String, enterpriseID: Int64? = nil, period: Period? = nil,
        field: String, value: String, reason: String, expected: String, hint: String,
        reportedAt: Instant? = nil
    ) {
        self.table = table
        self.row = PlainText.quoted(row)
        self.enterpriseID = enterpriseID
        self.period = period
        self.field = field
        self.value = value.isEmpty ? "''" : PlainText.quoted(value)
        self.reason = reason
        self.expected = expected
        self.hint = hint
        self.reportedAt = reportedAt
    }
}

/// The number of values of one table that cannot be used for one reason, whether they are listed or
/// not.
package struct RejectionTotal: Hashable, Sendable {
    /// The table or view, `labor.report`.
    package var table: String
    /// The reason, a stable word.
    package var reason: String
    /// The number of these values.
    package var count: Int

    /// Creates a total. Each argument sets the property of the same name.
    package init(table: String, reason: String, count: Int) {
        self.table = table
        self.reason = reason
        self.count = count
    }
}
