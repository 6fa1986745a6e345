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
                let patience = self.patience(deadline)
                while true {
                    let state = unsafe piece.withUnsafeBytes { bytes in
                        unsafe PQputCopyData(
                            link.raw, bytes.assumingMemoryBound(to: CChar.self).baseAddress,
                            Int32(bytes.count))
                    }
                    if state < 0 { throw link.lost(sql) }
                    if state > 0 { break }
                    try link.proceed(link.wait(writable: true, patience), sql)
                    try link.consume(sql)
                }
                try link.flush(sql, patience)
                if patience.isCancelled { try link.proceed(.cancelled, sql) }
            }
        } catch {
            if !link.isBroken, !link.isQuiet { link.abandon() }
            throw error
        }
        let last = self.patience(deadline)
        guard unsafe PQputCopyEnd(link.raw, nil) == 1 else { throw link.lost(sql) }
        guard let result = try link.nextResult(sql, last) else { throw link.lost(sql) }
        try? finish(sql, last)
        guard !result.isError else { throw link.failure(result, sql) }
        return result.affectedRows
    }
}
