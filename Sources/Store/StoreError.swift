import Postgres

/// Why the store did not do what was asked, in words for the person who must mend it.
package struct StoreError: Error, Hashable, Sendable {
    /// The kind of failure; a caller decides by it, never by the message.
    package enum Code: String, Hashable, Sendable {
        /// The database cannot be reached, or the connection broke on the way.
        case unreachable
        /// A statement took longer than its deadline.
        case timedOut
        /// The schema is not there, or not as this program needs it.
        case missingSchema
        /// The database's schema is newer than this program, or was edited.
        case wrongVersion
        /// The user may not do this.
        case missingPrivilege
        /// Another daemon evaluates now.
        case leaseLost
        /// Somebody else moved the episode on since it was read; read again and do it again.
        case episodeMoved
        /// There is no such thing.
        case notFound
        /// More than one thing fits.
        case ambiguous
        /// What was given cannot be what it should be, such as an id that is none.
        case malformed
        /// What was asked makes no sense, or the database refused a value.
        case refused
        /// A row in the database does not read as what it should be.
        case damaged
        /// The database failed in another way.
        case server
    }

    /// The kind of failure.
    package var code: Code
    /// One sentence: what failed, on which row or value, and what was expected.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// Whether the same call may succeed when it is made again.
    package var isRetryable: Bool

    /// An error from its parts.
    package init(
        _ code: Code, _ message: String, hint: String? = nil, isRetryable: Bool = false
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.isRetryable = isRetryable
    }
}

extension StoreError: CustomStringConvertible {
    /// Message and hint in one line.
    package var description: String {
        hint.map { "\(message); hint: \($0)" } ?? message
    }
}

extension StoreError {
    /// What an error of the database means for somebody who wanted the store to do something.
    init(_ error: PostgresError, doing task: String) {
        let (code, hint) = StoreError.meaning(of: error)
        self.init(
            code, "\(task) failed: \(error.message)", hint: hint ?? error.hint,
            isRetryable: error.isRetryable || code == .episodeMoved)
    }

    private static func meaning(of error: PostgresError) -> (Code, hint: String?) {
        switch error.code {
        case .connectionFailed, .connectionLost: return (.unreachable, nil)
        case .timedOut: return (.timedOut, "see what the database is waiting for")
        case .decoding: return (.damaged, nil)
        case .cancelled, .protocolViolation, .usage: return (.server, nil)
        case .server: break
        }
        switch error.sqlState {
        case "3F000", "42P01", "42703", "42883":
            return (.missingSchema, "run laborwatch migrate on this database")
        case "42501":
            return (.missingPrivilege, "grant the role laborwatch_store to this user, or migrate")
        case "23505" where ["alert_open", "alert_event_sequence"].contains(error.constraint):
            return (.episodeMoved, "read the open episodes again and repeat the cycle")
        case .some(let state) where state.hasPrefix("22") || state.hasPrefix("23"):
            return (.refused, nil)
        default: return (.server, nil)
        }
    }
}
