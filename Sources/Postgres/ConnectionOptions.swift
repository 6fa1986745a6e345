/// The address of a PostgreSQL server and the settings of a connection.
package struct ConnectionOptions: Sendable {
    /// A libpq connection string, keyword/value or URI. It also has the TLS settings.
    package var dsn: String
    /// The maximum time for connecting, over all hosts of the DSN. Host name look-up does not
    /// count.
    package var connectTimeout: Duration
    /// The deadline of a statement for which the caller gives none.
    package var statementTimeout: Duration
    /// The name in pg_stat_activity, unless the DSN or the environment sets one.
    package var applicationName: String
    /// A password that replaces the DSN's, for example one that was read from a file; nil for none.
    package var password: String?

    /// The time zone of the session. The server reads a time without an offset in this zone, in
    /// COPY as well as in casts.
    package var timeZone: String

    /// Options from a DSN; the other values have defaults.
    package init(
        dsn: String, connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration = .seconds(60), applicationName: String = "laborwatch",
        password: String? = nil, timeZone: String = "UTC"
    ) {
        self.dsn = dsn
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.applicationName = applicationName
        self.password = password
        self.timeZone = timeZone
    }
}

extension ConnectionOptions: CustomStringConvertible, CustomDebugStringConvertible {
    /// Shows the application name only, because a DSN may contain a password.
    package var description: String { "ConnectionOptions(\(applicationName))" }

    /// The same as `description`.
    package var debugDescription: String { description }
}
