import CLibPQ

extension Session {
    /// Sends rows to `COPY … FROM STDIN (FORMAT binary)` and returns the number of rows stored.
    ///
    /// Rows are sent in chunks of 64 kB. When `write` throws, nothing is stored and the error is
    /// passed on. The server reports a wrong value only at the end, as an error with code `server`.
    ///
    /// - Parameter deadline: the limit of the whole COPY. Without it, `statementTimeout` limits the
    ///   sending of each chunk and the wait for the server's final answer.
    @discardableResult
    package mutating func copyIn(
        _ sql: String, deadline: Duration? = nil, _ write: (inout CopyWriter) throws -> Void
    ) throws -> Int {
        let patience = patience(deadline)
        try send(sql, [], patience)
        try awaitCopy(sql, PGRES_COPY_IN, patience)
        var writer = CopyWriter(
            link: link, sql: sql, deadline: deadline, statementTimeout: statementTimeout,
            cancellation: cancellation)
        do {
            try write(&writer)
            try writer.finish()
        } catch {
            if !link.isBroken, !link.isQuiet { link.abandon() }
            throw error
        }
        let last = deadline == nil ? self.patience(nil) : patience
        return try endCopy(sql, last)
    }

    /// Ends a COPY to the server and returns the number of rows stored.
    mutating func endCopy(_ sql: String, _ patience: Patience) throws(PostgresError) -> Int {
        guard unsafe PQputCopyEnd(link.raw, nil) == 1 else { throw link.lost(sql) }
        guard let result = try link.nextResult(sql, patience) else { throw link.lost(sql) }
        try? finish(sql, patience)
        guard !result.isError else { throw link.failure(result, sql) }
        return result.affectedRows
    }
}
