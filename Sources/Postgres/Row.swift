import CLibPQ

/// One row of a query's result. It is valid only during the decoding closure; columns count from 0.
///
/// The row points into libpq's memory. It cannot be copied, so it cannot outlive the result.
@safe
package struct Row: ~Copyable, FieldReader {
    private let result: OpaquePointer
    private let index: Int32

    init(result: OpaquePointer, index: Int32) {
        unsafe self.result = unsafe result
        self.index = index
    }

    /// The number of columns.
    package var columnCount: Int { unsafe Int(PQnfields(result)) }

    /// A column's name; nil when there is no such column.
    package func columnName(_ column: Int) -> String? {
        guard column >= 0, column < columnCount else { return nil }
        return unsafe string(PQfname(result, Int32(column)))
    }

    /// Whether a field is NULL. A column that does not exist counts as NULL.
    package func isNull(_ column: Int) -> Bool {
        guard column >= 0, column < columnCount else { return true }
        return unsafe PQgetisnull(result, index, Int32(column)) == 1
    }

    /// A field's bytes, after its type was checked; nil for NULL. The bytes are valid only during
    /// the decoding closure.
    package func bytes(
        _ column: Int, _ kind: FieldKind
    ) throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard column >= 0, column < columnCount else {
            throw PostgresError(
                .usage, "column \(column) was asked for, but the statement has \(columnCount)")
        }
        let oid = unsafe PQftype(result, Int32(column))
        guard kind.accepts(oid) else {
            throw PostgresError(
                .decoding,
                "\(place(column)) has the type OID \(oid), asked for as \(kind.rawValue)",
                hint: "cast the column in the statement")
        }
        if isNull(column) { return nil }
        let start = unsafe PQgetvalue(result, index, Int32(column))
        let length = unsafe Int(PQgetlength(result, index, Int32(column)))
        return unsafe UnsafeRawBufferPointer(start: start, count: length)
    }

    /// The row's number, the column's number and its name, for messages.
    package func place(_ column: Int) -> String {
        "row \(index + 1), column \(column) (\(columnName(column) ?? "none"))"
    }
}
