import CLibPQ

extension Session {
    /// Runs `body` in a transaction: COMMIT when it returns, ROLLBACK when it throws.
    ///
    /// Inside another transaction it is a savepoint; then the mode must be the default or the
    /// outer one's, as a savepoint cannot change it. A body that hides an error of the server
    /// does not get its transaction committed: that is an error too. When COMMIT itself throws
    /// `connectionLost` or `timedOut`, it may have taken effect: what is done must bear repeating.
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

    /// Commits. A cancelled task does not begin to, but once begun it is not cut short, since
    /// nobody could tell then what happened.
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

    /// Takes work back; it runs even when the task is cancelled, and if it fails the
    /// connection is given up, for its end rolls back too.
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

    /// Leaves the connection as it was found; false when a transaction had been left open.
    mutating func reset() -> Bool {
        guard !link.isBroken, !link.isIdle else { return true }
        undo("ROLLBACK")
        return false
    }
}
