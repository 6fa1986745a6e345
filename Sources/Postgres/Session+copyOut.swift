import CLibPQ

extension Session {
    /// Streams `COPY (SELECT …) TO STDOUT (FORMAT binary)`; gives the number of rows.
    ///
    /// Memory is bounded by one row: each is decoded in libpq's buffer, then freed. COPY takes
    /// no binds; `settings` are put in place, bound, with set_config for the surrounding
    /// transaction, or for one made for this COPY. When `row` throws, the COPY is cancelled,
    /// its error comes through, and the connection works on.
    ///
    /// - Parameter deadline: for the whole COPY; without it `statementTimeout` bounds the wait
    ///   for each next row, so that a long COPY may go on as long as rows come.
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

    /// Takes rows until the COPY ends; whatever it throws, the COPY is over.
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
            // While rows never run dry nothing waits, so limits are looked at here too.
            messages &+= 1
            guard messages & 1_023 == 0 else { continue }
            if patience.isCancelled { try link.proceed(.cancelled, sql) }
            if deadline != nil, patience.isOver { try link.proceed(.timedOut, sql) }
        }
    }

    /// Reads the answer that opens a COPY in the wanted direction.
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
            .usage, "a statement given to copyOut or copyIn is no COPY in that direction",
            hint: "write COPY … TO STDOUT or COPY … FROM STDIN", statement: sql)
    }
}
