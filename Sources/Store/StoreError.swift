import Postgres

/// A failure of the store, with a message and a hint for the person who has to correct it.
package struct StoreError: Error, Hashable, Sendable {
    /// The kind of failure. Callers decide by this code, never by the message.
    package enum Code: String, Hashable, Sendable {
        /// The database cannot be reached, or the connection was lost.
        case unreachable
        /// A statement exceeded its deadline.
        case timedOut
        /// The schema is missing, or older than this program needs.
        case missingSchema
        /// The schema is newer than this program knows, or its applied migrations differ from this
        /// program's.
        case wrongVersion
        /// The database user lacks a privilege.
        case missingPrivilege
        /// Another daemon has the lease now.
        case leaseLost
        /// Another writer changed the episode after it was read; read it again and repeat the
        /// change.
        case episodeMoved
        /// The requested object does not exist.
        case notFound
        /// Several objects match where exactly one is expected.
        case ambiguous
        /// The given value has the wrong form, for example an ID that is not a UUID.
        case malformed
        /// The request is not allowed in the present state, or the database rejected a value.
        case refused
        /// A stored row cannot be decoded.
        case damaged
        /// Any other failure of the database.
        case server
    }

    /// The kind of failure.
    package var code: Code
    /// One sentence: what failed, on which row or value, and what was expected.
    package var message: String
    /// How to correct the failure; nil when no correction is known.
    package var hint: String?
    /// Whether repeating the same call may succeed.
    package var isRetryable: Bool

    /// Creates an error. Each argument sets the property of the same name.
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
    /// Message and hint on one line.
    package var description: String {
        hint.map { "\(message); hint: \($0)" } ?? message
    }
}

extension StoreError {
    /// Converts a database error to a store error for a task, with the matching code and hint.
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
