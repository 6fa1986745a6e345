import CLibPQ

/// The right to use a connection during one `perform` closure.
///
/// A session cannot be copied, so it cannot outlive the closure. All calls block the connection's
/// own thread. One statement runs at a time.
///
/// Unchecked `Sendable`: a session has one owner at a time, and every method is mutating.
package struct Session: ~Copyable, @unchecked Sendable {
    let link: Link
    let cancellation: Cancellation
    let statementTimeout: Duration
    /// The modes of the open transactions, outermost first; the inner ones are savepoints.
    var transactions: [TransactionMode] = []

    init(link: Link, cancellation: Cancellation, statementTimeout: Duration) {
        self.link = link
        self.cancellation = cancellation
        self.statementTimeout = statementTimeout
    }

    /// Runs one statement and returns the number of rows that it inserted, changed, deleted or
    /// selected.
    ///
    /// - Parameter deadline: the time limit from now; nil for the options' `statementTimeout`.
    @discardableResult
    package mutating func execute(
        _ sql: String, _ binds: [Bind] = [], deadline: Duration? = nil
    ) throws -> Int {
        try result(sql, binds, patience(deadline)).affectedRows
    }

    /// Runs one statement and decodes each row. All rows are in memory at once; for very many rows
    /// use `copyOut`.
    ///
    /// Errors of `decode` are passed on; a `PostgresError` gets the statement's text.
    package mutating func query<T>(
        _ sql: String, _ binds: [Bind] = [], deadline: Duration? = nil,
        _ decode: (borrowing Row) throws -> T
    ) throws -> [T] {
        let result = try result(sql, binds, patience(deadline))
        var values: [T] = []
        values.reserveCapacity(result.rowCount)
        for index in 0..<result.rowCount {
            do {
                try values.append(decode(result.row(index)))
            } catch let error as PostgresError {
                throw error.of(sql)
            }
        }
        return values
    }

    /// Runs one statement that gives at most one row; nil when there is none. More than one row
    /// throws `usage`.
    package mutating func first<T>(
        _ sql: String, _ binds: [Bind] = [], deadline: Duration? = nil,
        _ decode: (borrowing Row) throws -> T
    ) throws -> T? {
        let result = try result(sql, binds, patience(deadline))
        guard result.rowCount > 0 else { return nil }
        guard result.rowCount == 1 else {
            throw PostgresError(
                .usage, "a statement gave \(result.rowCount) rows where at most 1 was expected",
                hint: "select by a key, or use query", statement: sql)
        }
        do {
            return try decode(result.row(0))
        } catch let error as PostgresError {
            throw error.of(sql)
        }
    }

    /// Runs several statements in one text, without binds, for example a migration.
    ///
    /// Unless the text has its own BEGIN, all statements form one transaction. The first error ends
    /// the script and is thrown.
    package mutating func script(_ sql: String, deadline: Duration? = nil) throws {
        try checkText(sql, sql)
        let patience = patience(deadline)
        try unsafe begin(patience, sql) { unsafe PQsendQuery($0, sql) == 1 }
        var failure: PostgresError?
        while let result = try link.nextResult(sql, patience) {
            switch result.status {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                link.abandon()
                throw copyRefusal(sql)
            default:
                if result.isError, failure == nil { failure = link.failure(result, sql) }
            }
        }
        if let failure { throw failure }
    }

    /// Runs one statement to its end and returns its only result. Throws `usage` for an empty
    /// statement and for COPY.
    mutating func result(
        _ sql: String, _ binds: [Bind], _ patience: Patience
    ) throws(PostgresError) -> StatementResult {
        try send(sql, binds, patience)
        guard let result = try link.nextResult(sql, patience) else { throw link.lost(sql) }
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            try finish(sql, patience)
            return result
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            link.abandon()
            throw copyRefusal(sql)
        case PGRES_EMPTY_QUERY:
            try finish(sql, patience)
            throw PostgresError(.usage, "a statement is empty", statement: sql)
        default:
            try? finish(sql, patience)
            throw link.failure(result, sql)
        }
    }

    /// Starts one statement with its binds. The rows of the result come in binary format.
    mutating func send(
        _ sql: String, _ binds: [Bind], _ patience: Patience
    ) throws(PostgresError) {
        try checkText(sql, sql)
        var types: [Oid] = []
        var values: [String?] = []
        for (index, bind) in binds.enumerated() {
            let value = bind.wireText
            if let value, value.utf8.contains(0) {
                throw PostgresError(
                    .usage, "bind $\(index + 1) holds a zero byte, which PostgreSQL cannot store",
                    hint: "remove it, or bind bytes", statement: sql)
            }
            types.append(bind.typeOID)
            values.append(value)
        }
        try unsafe begin(patience, sql) { connection in
            unsafe withCStrings(values) { pointers in
                unsafe PQsendQueryParams(
                    connection, sql, Int32(types.count), types, pointers, nil, nil, 1) == 1
            }
        }
    }

    /// Checks that the task is not cancelled and the connection is not broken, then starts a
    /// statement.
    mutating func begin(
        _ patience: Patience, _ sql: String, _ start: (OpaquePointer) -> Bool
    ) throws(PostgresError) {
        if patience.isCancelled {
            throw PostgresError(.cancelled, "the task was cancelled", statement: sql)
        }
        if link.isBroken { throw link.lost(sql) }
        guard unsafe start(link.raw) else {
            if link.isBroken { throw link.lost(sql) }
            throw PostgresError(
                .usage, "libpq refused a statement: \(link.lastMessage)", statement: sql)
        }
    }

    /// Reads the remaining results of a statement, where only an error can follow. Throws that
    /// error.
    mutating func finish(_ sql: String, _ patience: Patience) throws(PostgresError) {
        var failure: PostgresError?
        while let extra = try link.nextResult(sql, patience) {
            if extra.isError, failure == nil { failure = link.failure(extra, sql) }
        }
        if let failure { throw failure }
    }

    func patience(_ deadline: Duration?) -> Patience {
        Patience(deadline ?? statementTimeout, cancellation)
    }

    private func checkText(_ text: String, _ sql: String) throws(PostgresError) {
        guard !text.utf8.contains(0) else {
            throw PostgresError(.usage, "a statement holds a zero byte", statement: sql)
        }
    }

    private func copyRefusal(_ sql: String) -> PostgresError {
        PostgresError(
            .usage, "COPY needs a reader or a writer", hint: "use copyOut or copyText",
            statement: sql)
    }
}
