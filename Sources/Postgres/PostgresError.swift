/// What went wrong between us and PostgreSQL, in words for the person who must mend it.
///
/// `description` holds neither statement text nor values, so that it can be logged;
/// `debugDescription` shows the statement too. A password is in neither.
package struct PostgresError: Error, Sendable, Hashable {
    /// The kind of failure; a caller decides by it, never by the message.
    package enum Code: String, Sendable, Hashable {
        /// No connection could be made: address, login, TLS, or the server is not up.
        case connectionFailed
        /// A connection that worked is gone; whether a running COMMIT took effect is unknown.
        case connectionLost
        /// A deadline passed; the statement was cancelled on the server.
        case timedOut
        /// The task was cancelled; the statement was cancelled on the server.
        case cancelled
        /// The server refused the statement; `sqlState` says why.
        case server
        /// A value is not what the reader asked for: NULL, wrong type, NaN, out of range.
        case decoding
        /// The bytes on the wire are not what the protocol allows.
        case protocolViolation
        /// Our own mistake: a wrong DSN, a wrong number of rows, a nested mode.
        case usage
    }

    /// The kind of failure.
    package var code: Code
    /// The five characters of SQLSTATE when the server sent them.
    package var sqlState: String?
    /// One sentence: what failed, with which row, column or address.
    package var message: String
    /// The server's DETAIL, which may hold values of rows.
    package var detail: String?
    /// What to do about it.
    package var hint: String?
    /// Where the server was when it failed, for COPY with the line; may hold values of rows.
    package var context: String?
    /// The violated constraint's name when the server names one.
    package var constraint: String?
    /// The statement's text; shown by `debugDescription` only.
    package var statement: String?

    /// An error from its parts.
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

    /// Whether the connection on which it happened is of no more use.
    package var isConnectionFatal: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .protocolViolation: true
        case .server: sqlState.map { $0.hasPrefix("08") || $0.hasPrefix("57P0") } ?? false
        case .timedOut, .cancelled, .decoding, .usage: false
        }
    }

    /// Whether the same transaction may succeed when it is done again, from its start.
    ///
    /// True for lost and refused connections, serialization failures, deadlocks, shutdown and
    /// want of resources. A wrong password counts too: the operator may mend it meanwhile.
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

    /// The name in the statement's first line `-- name: …`, if it has one.
    package var statementName: String? {
        let mark = "-- name:"
        guard let first = statement?.split(separator: "\n").first, first.hasPrefix(mark) else {
            return nil
        }
        return first.dropFirst(mark.count).split(separator: " ").first.map(String.init)
    }

    /// The same error with the statement that met it, unless it has one already.
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

    /// Everything, the server's DETAIL and the statement's text included.
    package var debugDescription: String {
        var text = "\(code.rawValue): \(description)"
        if let detail { text += "\ndetail: \(detail)" }
        if let statement { text += "\nstatement: \(statement)" }
        return text
    }
}
