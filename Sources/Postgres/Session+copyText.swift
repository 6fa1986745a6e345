import CLibPQ

extension Session {
    /// Sends a file's text to `COPY … FROM STDIN (FORMAT csv)` or `text` and returns the number of
    /// rows stored.
    ///
    /// `next` returns the next piece, of any length, and nil at the end. When `next` throws,
    /// nothing is stored. The server reports a wrong line as an error with code `server`; the
    /// error's context names the line and the column.
    package mutating func copyText(
        _ sql: String, deadline: Duration? = nil, _ next: () throws -> [UInt8]?
    ) throws -> Int {
        let patience = patience(deadline)
        try send(sql, [], patience)
        try awaitCopy(sql, PGRES_COPY_IN, patience)
        do {
            while let piece = try next() {
                try link.put(piece, sql, self.patience(deadline))
            }
        } catch {
            if !link.isBroken, !link.isQuiet { link.abandon() }
            throw error
        }
        return try endCopy(sql, self.patience(deadline))
    }

    /// Ends a COPY to the server and returns the number of rows stored.
    private mutating func endCopy(
        _ sql: String, _ patience: Patience
    ) throws(PostgresError) -> Int {
        guard unsafe PQputCopyEnd(link.raw, nil) == 1 else { throw link.lost(sql) }
        guard let result = try link.nextResult(sql, patience) else { throw link.lost(sql) }
        try? finish(sql, patience)
        guard !result.isError else { throw link.failure(result, sql) }
        return result.affectedRows
    }
}
