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

    /// The number in the command tag, zero for commands without one.
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

    /// Lends row `index`; the caller counts.
    func row(_ index: Int) -> Row {
        unsafe Row(result: raw, index: Int32(index))
    }

    /// The server's words as an error.
    func error(_ code: PostgresError.Code, _ statement: String) -> PostgresError {
        let message = unsafe field("M") ?? oneLine(string(PQresultErrorMessage(raw)) ?? "")
        return PostgresError(
            code, message.isEmpty ? "the server sent an error without words" : message,
            hint: field("H"), sqlState: field("C"), detail: field("D"), context: field("W"),
            constraint: field("n"), statement: statement)
    }

    /// One of the PG_DIAG_… fields, which are characters.
    private func field(_ name: Unicode.Scalar) -> String? {
        unsafe string(PQresultErrorField(raw, Int32(name.value)))
    }
}

/// Libpq's text, which has line breaks and tabs, as one line.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: { $0 == "\n" || $0 == "\t" }).joined(separator: " ")
}
