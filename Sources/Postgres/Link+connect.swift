import CLibPQ

extension Link {
    /// Connects within `connectTimeout`. Throws `connectionFailed`, whose message has host, port
    /// and database and libpq's reason.
    static func connect(
        _ options: ConnectionOptions, wake: Wake, cancellation: Cancellation
    ) throws(PostgresError) -> Link {
        try checkDSN(options)
        let patience = Patience(options.connectTimeout, cancellation)
        var settings = [
            ("fallback_application_name", options.applicationName), ("dbname", options.dsn),
            ("client_encoding", "UTF8"),
        ]
        if let password = options.password { settings.append(("password", password)) }
        let started: OpaquePointer? = unsafe withCStrings(settings.map(\.0)) { keywords in
            unsafe withCStrings(settings.map(\.1)) { values in
                unsafe PQconnectStartParams(keywords, values, 1)
            }
        }
        guard let started = unsafe started else {
            throw PostgresError(.connectionFailed, "libpq could not start: no memory")
        }
        let link = unsafe Link(owning: started, wake: wake)
        try link.handshake(patience)
        guard unsafe PQsetnonblocking(started, 1) == 0 else {
            throw link.refusal(link.lastMessage)
        }
        try link.prepare(options.timeZone, patience)
        return link
    }

    /// Calls PQconnectPoll until the connection is ready, failed, timed out or cancelled.
    private func handshake(_ patience: Patience) throws(PostgresError) {
        guard unsafe PQstatus(raw) != CONNECTION_BAD else { throw refusal(lastMessage) }
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            let writes = state == PGRES_POLLING_WRITING
            switch wait(writable: writes, readable: !writes, patience) {
            case .ready: break
            case .timedOut: throw refusal("no answer within the connection timeout")
            case .cancelled:
                throw PostgresError(.cancelled, "connecting was cancelled with its task")
            }
            state = unsafe PQconnectPoll(raw)
            guard state != PGRES_POLLING_FAILED else { throw refusal(lastMessage) }
        }
    }

    /// Sets time zone, date style and bytea format, so that text values mean the same on every
    /// server.
    private func prepare(_ timeZone: String, _ patience: Patience) throws(PostgresError) {
        let zone = timeZone.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "''")
        let text =
            "SET TimeZone = '\(zone)'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'"
        guard unsafe PQsendQuery(raw, text) == 1 else { throw lost(text) }
        var failed: PostgresError?
        while let result = try nextResult(text, patience) {
            if result.isError { failed = failure(result, text) }
        }
        if let failed { throw failed }
    }

    /// The error for a connection that could not be opened.
    private func refusal(_ reason: String) -> PostgresError {
        let host = unsafe string(PQhost(raw)) ?? ""
        let port = unsafe string(PQport(raw)) ?? ""
        let database = unsafe string(PQdb(raw)) ?? ""
        let place = "host \(host.isEmpty ? "(none)" : host) port \(port) database \(database)"
        return PostgresError(
            .connectionFailed, "cannot connect to PostgreSQL at \(place): \(reason)",
            hint: Link.hint(reason))
    }

    /// The hint for a failed connection. libpq gives no SQLSTATE here, so the reason's text
    /// decides.
    private static func hint(_ reason: String) -> String {
        let hints = [
            ("password authentication failed", "check the user and the password in the DSN"),
            ("no password supplied", "give a password in the DSN or in a password file"),
            ("pg_hba.conf", "let the server's pg_hba.conf admit this user, database and host"),
            ("server does not support SSL", "set ssl = on in the server, or another sslmode"),
            ("certificate", "check sslrootcert, sslmode and the server's certificate"),
            ("too many clients", "raise the server's max_connections, or use fewer sessions"),
            ("starting up", "wait until the server has started"),
            ("does not exist", "create it, or correct the name in the DSN"),
            ("translate host name", "correct the host in the DSN, or look at the name service"),
            ("timeout", "check host, port and firewall"),
        ]
        return hints.first { reason.contains($0.0) }?.1
            ?? "check that the server runs and that host and port in the DSN are right"
    }

    /// Rejects a DSN that libpq cannot parse. The message does not repeat the DSN, which may
    /// contain a password.
    private static func checkDSN(_ options: ConnectionOptions) throws(PostgresError) {
        let texts = [
            options.dsn, options.applicationName, options.password ?? "", options.timeZone,
        ]
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw PostgresError(.usage, "a connection option holds a zero byte")
        }
        var words: UnsafeMutablePointer<CChar>?
        if let parsed = unsafe PQconninfoParse(options.dsn, &words) {
            unsafe PQconninfoFree(parsed)
            return
        }
        let reason = unsafe oneLine(string(words) ?? "")
        unsafe PQfreemem(words)
        let plain = reason.hasPrefix("invalid connection option") ? ": \(reason)" : ""
        throw PostgresError(
            .usage, "the DSN is not a connection string of PostgreSQL\(plain)",
            hint: "write keyword=value pairs, host=… dbname=…, or postgresql://host/database")
    }
}
