import CLibPQ

extension Session {
    /// Sends a file's text into `COPY … FROM STDIN (FORMAT csv)` or `text`; gives the number of
    /// rows stored.
    ///
    /// `next` gives the next piece, of any length, and nil at the end. When it throws, nothing is
    /// stored. The server's words about a wrong line come as an error `server` whose context names
    /// the line and the column.
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
}
