/// An error in the use of PostgreSQL, worded for the person who must fix it.
///
/// `description` contains neither statement text nor values, so it is safe to log.
/// `debugDescription` shows the statement too. Neither contains a password.
package struct PostgresError: Error, Sendable, Hashable {
    /// The kind of failure. Callers decide by the code, never by the message.
    package enum Code: String, Sendable, Hashable {
        /// The connection could not be opened: address, login, TLS, or the server is not running.
        case connectionFailed
        /// An open connection was lost. Whether a running COMMIT took effect is unknown.
        case connectionLost
        /// The deadline passed. The statement was cancelled on the server.
        case timedOut
        /// The task was cancelled. The statement was cancelled on the server.
        case cancelled
        /// The server rejected the statement; `sqlState` has the reason.
        case server
        /// A value does not match the request: NULL, wrong type, NaN, out of range.
        case decoding
        /// The received bytes do not follow the protocol.
        case protocolViolation
        /// A mistake of the calling code or of the configuration: a wrong DSN, a wrong number of
        /// rows, a nested transaction mode.
        case usage
    }

    /// The kind of failure.
    package var code: Code
    /// The five characters of SQLSTATE; nil when the server sent none.
    package var sqlState: String?
    /// One sentence: what failed, in which row or column or at which address.
    package var message: String
    /// The server's DETAIL; nil when the server sent none. It may contain values of rows, so it is
    /// not logged.
    package var detail: String?
    /// What the reader should do to remove the error; nil when no advice is known.
    package var hint: String?
    /// The server's CONTEXT, which for COPY names the line; nil when the server sent none. It may
    /// contain values of rows, so it is not logged.
    package var context: String?
    /// The name of the violated constraint; nil when the server names none.
    package var constraint: String?
    /// The statement's text; nil for an error outside of a statement. Only `debugDescription` shows
    /// it.
    package var statement: String?

    /// Creates an error. Each argument sets the property of the same name.
    package init(
        _ code: Code, _ message: String, hint: String? = nil, sqlState: String? = nil,
        detail: String? = nil, context: String? = nil, constraint: String? = nil,
        statement: String? = nil
    ) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.context = context
        self.hint = hint
        self.constraint = constraint
        self.statement = statement
    }

    /// Whether the connection on which the error happened can no longer be used.
    package var isConnectionFatal: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .protocolViolation: true
        case .server: sqlState.map { $0.hasPrefix("08") || $0.hasPrefix("57P0") } ?? false
        case .timedOut, .cancelled, .decoding, .usage: false
        }
    }

    /// Whether the same transaction may succeed when it is repeated from its start.
    ///
    /// True for connections that were lost or could not be opened, serialization failures,
    /// deadlocks, lock time-outs, server shutdown and lack of resources. A wrong password counts
    /// too, because an operator may correct it meanwhile.
    package var isRetryable: Bool {
        switch code {
        case .connectionFailed, .connectionLost: true
        case .server:
            sqlState.map {
                ["40001", "40P01", "55P03"].contains($0)
                    || $0.hasPrefix("57P0") || $0.hasPrefix("08") || $0.hasPrefix("53")
            } ?? false
        case .timedOut, .cancelled, .decoding, .protocolViolation, .usage: false
        }
    }

    /// The name in the statement's first line `-- name: …`; nil when the line has none.
    package var statementName: String? {
        let mark = "-- name:"
        guard let first = statement?.split(separator: "\n").first, first.hasPrefix(mark) else {
            return nil
        }
        return first.dropFirst(mark.count).split(separator: " ").first.map(String.init)
    }

    /// The same error with the statement that caused it; a statement that is already set stays.
    func of(_ statement: String) -> PostgresError {
        guard self.statement == nil else { return self }
        var copy = self
        copy.statement = statement
        return copy
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// One line for a log: message, SQLSTATE, statement name and hint, but no statement text.
    package var description: String {
        var text = message
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let statementName { text += " in \(statementName)" }
        if let hint { text += "; hint: \(hint)" }
        return text
    }

    /// All parts, including the server's DETAIL and the statement's text.
    package var debugDescription: String {
        var text = "\(code.rawValue): \(description)"
        if let detail { text += "\ndetail: \(detail)" }
        if let statement { text += "\nstatement: \(statement)" }
        return text
    }
}
