import CLibPQ

extension Session {
    /// Streams the rows of `COPY (SELECT …) TO STDOUT (FORMAT binary)` and returns their number.
    ///
    /// Memory use is limited to one row: each row is decoded in libpq's buffer, then freed. COPY
    /// takes no binds. Instead, `settings` are set with set_config for the surrounding transaction;
    /// without one, a transaction is opened for this COPY. When `row` throws, the COPY is
    /// cancelled, the error is passed on, and the connection stays usable.
    ///
    /// - Parameter deadline: the limit of the whole COPY. Without it, `statementTimeout` limits the
    ///   wait for each next row, so a long COPY may run as long as rows arrive.
    @discardableResult
    package mutating func copyOut(
        _ sql: String, settings: [(name: String, value: String)] = [], deadline: Duration? = nil,
        row: (borrowing CopyRow) throws -> Void
    ) throws -> Int {
        guard settings.isEmpty || !transactions.isEmpty else {
            return try transaction(.readOnly(.readCommitted)) { session in
                try session.copyOut(sql, settings: settings, deadline: deadline, row: row)
            }
        }
        for setting in settings {
            let call = "SELECT set_config($1, $2, true)"
            try execute(call, [.text(setting.name), .text(setting.value)])
        }
        let patience = patience(deadline)
        try send(sql, [], patience)
        try awaitCopy(sql, PGRES_COPY_OUT, patience)
        var parser = CopyParser()
        try receive(sql, &parser, deadline, row)
        try finish(sql, self.patience(deadline))
        return parser.rowCount
    }

    /// Reads rows until the COPY ends. When it throws, the COPY has been cancelled or the
    /// connection is lost.
    private mutating func receive(
        _ sql: String, _ parser: inout CopyParser, _ deadline: Duration?,
        _ row: (borrowing CopyRow) throws -> Void
    ) throws {
        var patience = patience(deadline)
        var messages = 0
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let length = unsafe Int(PQgetCopyData(link.raw, &buffer, 1))
            if length < 0 { return }
            if length == 0 {
                if deadline == nil { patience = self.patience(nil) }
                try link.proceed(link.wait(writable: false, patience), sql)
                try link.consume(sql)
                continue
            }
            defer { unsafe PQfreemem(buffer) }
            do {
                try unsafe parser.parse(UnsafeRawBufferPointer(start: buffer, count: length), row)
            } catch {
                link.abandon()
                throw (error as? PostgresError).map { $0.of(sql) } ?? error
            }
            // While rows arrive without a pause, nothing waits. The limits are therefore also
            // checked every 1,024 messages.
            messages &+= 1
            guard messages & 1_023 == 0 else { continue }
            if patience.isCancelled { try link.proceed(.cancelled, sql) }
            if deadline != nil, patience.isOver { try link.proceed(.timedOut, sql) }
        }
    }

    /// Reads the server's first answer to a COPY. Throws `usage` when the statement is not a COPY
    /// in this direction.
    mutating func awaitCopy(
        _ sql: String, _ wanted: ExecStatusType, _ patience: Patience
    ) throws(PostgresError) {
        guard let result = try link.nextResult(sql, patience) else { throw link.lost(sql) }
        if result.status == wanted { return }
        if result.isError {
            try? finish(sql, patience)
            throw link.failure(result, sql)
        }
        link.abandon()
        throw PostgresError(
            .usage, "a statement given to copyOut or copyText is no COPY in that direction",
            hint: "write COPY … TO STDOUT or COPY … FROM STDIN", statement: sql)
    }
}
