import CLibPQ

extension Session {
    /// Runs `body` in a transaction: COMMIT when `body` returns, ROLLBACK when it throws.
    ///
    /// Inside another transaction a savepoint is used. The mode must then be the default or the
    /// outer mode, because a savepoint cannot change it. When `body` catches a server error and
    /// returns, the server rolls back instead of committing, and `usage` is thrown. When COMMIT
    /// itself throws `connectionLost` or `timedOut`, the transaction may have been committed: the
    /// caller must be able to repeat it safely.
    @discardableResult
    package mutating func transaction<R>(
        _ mode: TransactionMode = .readWrite(.readCommitted),
        _ body: (inout Session) throws -> R
    ) throws -> R {
        if let outer = transactions.first {
            guard mode == outer || mode == .readWrite(.readCommitted) else {
                throw PostgresError(
                    .usage, "a nested transaction asks for another mode than the outer one",
                    hint: "give the mode to the outermost transaction")
            }
            return try savepoint(mode, body)
        }
        try execute(mode.beginStatement)
        transactions.append(mode)
        defer { transactions.removeLast() }
        let value: R
        do {
            value = try body(&self)
        } catch {
            undo("ROLLBACK")
            throw error
        }
        do {
            try commit()
        } catch {
            undo("ROLLBACK")
            throw error
        }
        return value
    }

    /// Commits. A cancelled task does not start the COMMIT. A started COMMIT is not interrupted,
    /// because its outcome would be unknown.
    private mutating func commit() throws(PostgresError) {
        if cancellation.isCancelled {
            throw PostgresError(.cancelled, "the task was cancelled before COMMIT")
        }
        let tag = try result("COMMIT", [], Patience(statementTimeout, nil)).commandTag
        guard tag == "COMMIT" else {
            throw PostgresError(
                .usage, "a transaction was rolled back instead of committed",
                hint: "let the error that a statement threw leave the transaction's closure")
        }
    }

    private mutating func savepoint<R>(
        _ mode: TransactionMode, _ body: (inout Session) throws -> R
    ) throws -> R {
        let name = "laborwatch_\(transactions.count)"
        try execute("SAVEPOINT \(name)")
        transactions.append(mode)
        defer { transactions.removeLast() }
        do {
            let value = try body(&self)
            try execute("RELEASE SAVEPOINT \(name)")
            return value
        } catch {
            undo("ROLLBACK TO SAVEPOINT \(name)")
            throw error
        }
    }

    /// Rolls back. It runs even when the task is cancelled. When the rollback fails, the connection
    /// is closed, because closing rolls back too.
    mutating func undo(_ sql: String) {
        guard !link.isBroken, !link.isIdle else { return }
        let patience = Patience(Link.cleanupLimit, nil)
        do {
            try unsafe begin(patience, sql) { unsafe PQsendQuery($0, sql) == 1 }
            var isDone = true
            while let result = try link.nextResult(sql, patience) {
                if result.isError { isDone = false }
            }
            if !isDone { link.markBroken() }
        } catch {
            link.markBroken()
        }
    }

    /// Rolls back a transaction that was left open; false when there was one.
    mutating func reset() -> Bool {
        guard !link.isBroken, !link.isIdle else { return true }
        undo("ROLLBACK")
        return false
    }
}
