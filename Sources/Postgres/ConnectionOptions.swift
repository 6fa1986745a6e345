/// Where and how to connect.
package struct ConnectionOptions: Sendable {
    /// A libpq connection string, keyword/value or URI; TLS settings come from it.
    package var dsn: String
    /// The most that connecting may take, over all hosts of the DSN, name look-up not counted.
    package var connectTimeout: Duration
    /// The deadline of each statement that is given none of its own.
    package var statementTimeout: Duration
    /// The name in pg_stat_activity unless the DSN or the environment sets one.
    package var applicationName: String
    /// A password that replaces the DSN's, for one that was read from a file.
    package var password: String?

    /// Options from a DSN and, where the defaults do not suit, the rest.
    package init(
        dsn: String, connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration = .seconds(60), applicationName: String = "laborwatch",
        password: String? = nil
    ) {
        self.dsn = dsn
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.applicationName = applicationName
        self.password = password
    }
}

extension ConnectionOptions: CustomStringConvertible, CustomDebugStringConvertible {
    /// Bland on purpose: a DSN may hold a password.
    package var description: String { "ConnectionOptions(\(applicationName))" }

    /// The same as `description`.
    package var debugDescription: String { description }
}
