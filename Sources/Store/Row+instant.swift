import Labor
import Postgres

extension Row {
    /// The moment in a column of type `timestamptz`.
    /// - Throws: `PostgresError` when the value is NULL or the column has another type.
    borrowing func instant(_ column: Int) throws -> Instant {
        Instant(microseconds: try timestamp(column))
    }

    /// The moment in a column of type `timestamptz`; nil for NULL.
    /// - Throws: `PostgresError` when the column has another type.
    borrowing func instantOrNil(_ column: Int) throws -> Instant? {
        try timestampOrNil(column).map(Instant.init(microseconds:))
    }
}
