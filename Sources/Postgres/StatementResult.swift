import CLibPQ

/// Owns one PGresult.
@safe
struct StatementResult: ~Copyable {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) {
        unsafe self.raw = unsafe raw
    }

    deinit {
        unsafe PQclear(raw)
    }

    var status: ExecStatusType { unsafe PQresultStatus(raw) }
    var rowCount: Int { unsafe Int(PQntuples(raw)) }

    /// The number of rows in the command tag; 0 for commands without one.
    var affectedRows: Int {
        unsafe Int(string(PQcmdTuples(raw)) ?? "") ?? 0
    }

    /// The command tag, such as `COMMIT`.
    var commandTag: String { unsafe string(PQcmdStatus(raw)) ?? "" }

    var isError: Bool {
        switch status {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR: true
        default: false
        }
    }

    /// Row `index`. The caller ensures that the index is valid.
    func row(_ index: Int) -> Row {
        unsafe Row(result: raw, index: Int32(index))
    }

    /// The server's error message and fields as a `PostgresError`.
    func error(_ code: PostgresError.Code, _ statement: String) -> PostgresError {
        let message = unsafe field("M") ?? oneLine(string(PQresultErrorMessage(raw)) ?? "")
        return PostgresError(
            code, message.isEmpty ? "the server sent an error without words" : message,
            hint: field("H"), sqlState: field("C"), detail: field("D"), context: field("W"),
            constraint: field("n"), statement: statement)
    }

    /// One PG_DIAG_… field of the result, by its character code; nil when absent.
    private func field(_ name: Unicode.Scalar) -> String? {
        unsafe string(PQresultErrorField(raw, Int32(name.value)))
    }
}

/// A libpq text as one line: line breaks and tabs become spaces.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: { $0 == "\n" || $0 == "\t" }).joined(separator: " ")
}
