import Foundation
package import Postgres

/// Databases of the test cluster that `LABORWATCH_TEST_DSN` names.
package enum TestDatabase {
    /// The keyword/value DSN of a maintenance database in which the test user is superuser.
    ///
    /// Throws a hint how to run the tests if the variable is missing.
    package static func maintenanceDSN() throws -> String {
        let variable = "LABORWATCH_TEST_DSN"
        guard let dsn = ProcessInfo.processInfo.environment[variable], !dsn.isEmpty else {
            throw PostgresError(
                .usage, "\(variable) is not set, so there is no database to test with",
                hint: "run scripts/test")
        }
        return dsn
    }

    /// The same DSN with another database; libpq uses the later of two equal keywords.
    package static func dsn(database: String) throws -> String {
        try maintenanceDSN() + " dbname=\(database)"
    }

    /// A name that no other test and no other process uses.
    package static func uniqueName(_ stem: String) -> String {
        "\(stem)_\(getpid())_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    }

    /// Runs statements in the maintenance database, even if the task is cancelled.
    static func administer(_ statements: [String]) async throws {
        let options = ConnectionOptions(dsn: try maintenanceDSN())
        // An unstructured task, so that a test that timed out still drops its database.
        try await Task {
            let connection = try await Connection.open(options)
            for statement in statements {
                try await connection.perform { _ = try $0.execute(statement) }
            }
            await connection.close()
        }.value
    }
}

/// A database that is prepared once per process and copied for each test.
package struct DatabaseTemplate: Sendable {
    let name: String
    let prepare: @Sendable (_ dsn: String) async throws -> Void

    /// A template with a name. `prepare` must close its connections before it returns.
    package init(
        name: String, prepare: @escaping @Sendable (_ dsn: String) async throws -> Void
    ) {
        self.name = name
        self.prepare = prepare
    }
}

/// Creates a database for the duration of the closure, then drops it and ends its connections.
///
/// - Parameter template: the content of the new database; empty without a template.
package func withDatabase<R>(
    template: DatabaseTemplate? = nil, _ body: (_ dsn: String) async throws -> R
) async throws -> R {
    try await Gate.shared.pass {
        try await lendDatabase(template, body)
    }
}

private func lendDatabase<R>(
    _ template: DatabaseTemplate?, _ body: (_ dsn: String) async throws -> R
) async throws -> R {
    let name = TestDatabase.uniqueName("lw_test")
    var source = "template0"
    if let template { source = try await Templates.shared.database(template) }
    try await TestDatabase.administer(["CREATE DATABASE \(name) TEMPLATE \(source)"])
    let outcome: Result<R, any Error>
    do {
        outcome = .success(try await body(TestDatabase.dsn(database: name)))
    } catch {
        outcome = .failure(error)
    }
    try await TestDatabase.administer(["DROP DATABASE IF EXISTS \(name) WITH (FORCE)"])
    return try outcome.get()
}

/// Creates a database as `withDatabase` does, connects to it, and closes the connection at the end.
package func withConnection<R>(
    template: DatabaseTemplate? = nil, _ body: (Connection) async throws -> R
) async throws -> R {
    try await withConnectedDatabase(template: template) { _, connection in
        try await body(connection)
    }
}

/// Creates a database and connects to it as `withConnection` does, for tests that open further
/// connections.
package func withConnectedDatabase<R>(
    template: DatabaseTemplate? = nil,
    _ body: (_ dsn: String, _ connection: Connection) async throws -> R
) async throws -> R {
    try await withDatabase(template: template) { dsn in
        try await lendConnection(dsn) { try await body(dsn, $0) }
    }
}

/// Connects to the maintenance database, for tests that create nothing there.
package func withMaintenanceConnection<R>(
    _ body: (Connection) async throws -> R
) async throws -> R {
    try await Gate.shared.pass {
        try await lendConnection(TestDatabase.maintenanceDSN(), body)
    }
}

/// Checks a condition now and after every notification on a channel, until it holds. The time limit
/// of the test bounds the wait.
package func waitForNotifications(
    on channel: String, dsn: String, until holds: () async throws -> Bool
) async throws {
    try await lendConnection(dsn) { connection in
        try await connection.perform { try $0.listen(channel) }
        while try await !holds() {
            try await connection.perform { session in
                _ = try session.waitForNotification(deadline: .seconds(600))
            }
        }
    }
}

private func lendConnection<R>(
    _ dsn: String, _ body: (Connection) async throws -> R
) async throws -> R {
    let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
    let outcome: Result<R, any Error>
    do {
        outcome = .success(try await body(connection))
    } catch {
        outcome = .failure(error)
    }
    await connection.close()
    return try outcome.get()
}

/// Prepares each template once; tests that need it meanwhile wait.
private actor Templates {
    static let shared = Templates()

    private static let prefix = "lw_template"
    private var made: [String: Task<String, any Error>] = [:]

    func database(_ template: DatabaseTemplate) async throws -> String {
        if let task = made[template.name] { return try await task.value }
        let isFirst = made.isEmpty
        let task = Task {
            if isFirst { try await Templates.dropAbandoned() }
            let name = TestDatabase.uniqueName("\(Templates.prefix)_\(template.name)")
            try await TestDatabase.administer(["CREATE DATABASE \(name) TEMPLATE template0"])
            try await template.prepare(TestDatabase.dsn(database: name))
            return name
        }
        made[template.name] = task
        return try await task.value
    }

    /// A process cannot drop its templates when it ends. The next process drops them.
    private static func dropAbandoned() async throws {
        let options = ConnectionOptions(dsn: try TestDatabase.maintenanceDSN())
        let connection = try await Connection.open(options)
        let pattern = "\(prefix)\\_%"
        let names = try await connection.perform { session in
            try session.query(
                "SELECT datname FROM pg_database WHERE datname LIKE $1", [.text(pattern)]
            ) {
                try $0.text(0)
            }
        }
        await connection.close()
        let abandoned = names.filter { name in
            let parts = name.split(separator: "_")
            guard parts.count >= 4, let process = Int32(parts[parts.count - 2]) else {
                return false
            }
            return kill(process, 0) != 0 && errno == ESRCH
        }
        try await TestDatabase.administer(
            abandoned.map { "DROP DATABASE IF EXISTS \($0) WITH (FORCE)" })
    }
}
