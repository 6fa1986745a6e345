/// Dates and moments as PostgreSQL writes and reads them, whatever their year.
///
/// The texts of RFC 3339 and ISO 8601 have no year 0 or before that the server reads; these have.
package enum ServerText {
    /// The text of a date: `2026-10-31`, `0001-12-31 BC`.
    /// - Parameter days: days since 1970-01-01.
    package static func date(days: Int32) -> String {
        Bind.date(days).wireText ?? ""
    }

    /// The text of a timestamptz in UTC: `2026-10-31 15:59:59.999999+00`.
    /// - Parameter micros: microseconds since 1970-01-01T00:00:00Z.
    package static func timestamp(micros: Int64) -> String {
        Bind.timestamp(micros).wireText ?? ""
    }
}
