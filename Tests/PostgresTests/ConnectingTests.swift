import Postgres
import Support
import Testing

/// What is said when there is no connection to be had.
struct ConnectingTests {
    @Test func `a refused port is named with host, database and a hint`() async throws {
        let relay = try Relay(.silent)
        relay.stop()
        let error = try await refusal("host=127.0.0.1 port=\(relay.port) dbname=bureau user=u")
        #expect(error.code == .connectionFailed)
        #expect(error.message.contains("host 127.0.0.1 port \(relay.port) database bureau"))
        #expect(error.hint?.contains("server runs") == true)
        #expect(error.isRetryable && error.isConnectionFatal)
    }

    @Test(arguments: [
        "host=/nowhere/at/all dbname=bureau user=u password=Geheim7",
        "postgresql://u:Geheim7@%2Fnowhere%2Fat%2Fall/bureau",
    ])
    func `a missing socket is named and the password is not`(dsn: String) async throws {
        let error = try await refusal(dsn)
        #expect(error.code == .connectionFailed)
        #expect(error.message.contains("host /nowhere/at/all port 5432 database bureau"))
        #expect(!"\(error.debugDescription)".contains("Geheim7"))
    }

    @Test(arguments: [
        "postgresql//u:Geheim7@host/db", "Geheim7", "password='Geheim7", "=Geheim7",
        "postgresql://u:Geheim7@host:port:1/db", "host=a pasword=Geheim7", "postgresql://[Geheim7",
    ])
    func `a DSN that cannot be parsed does not show its password`(dsn: String) async throws {
        let error = try await refusal(dsn)
        #expect(!"\(error.debugDescription)".contains("Geheim7"))
        #expect(error.hint != nil)
    }

    @Test func `an unknown option of the DSN is named`() async throws {
        let error = try await refusal("host=/tmp sslmodus=require")
        #expect(error.code == .usage)
        #expect(error.message.contains("sslmodus"))
        #expect(!error.isRetryable)
    }

    @Test func `an unknown database is named`() async throws {
        let error = try await refusal(TestDatabase.dsn(database: "lw_no_such"))
        #expect(error.code == .connectionFailed)
        #expect(error.message.contains("database \"lw_no_such\" does not exist"))
        #expect(error.hint?.contains("create it") == true)
    }

    @Test func `an unknown user is named`() async throws {
        let error = try await refusal(TestDatabase.maintenanceDSN() + " user=lw_nobody")
        #expect(error.message.contains("role \"lw_nobody\" does not exist"))
    }

    @Test func `a wrong password is said and not shown`() async throws {
        let relay = try Relay(.refusesPassword)
        defer { relay.stop() }
        let dsn = "host=127.0.0.1 port=\(relay.port) dbname=bureau user=bureau sslmode=disable"
        for options in [
            ConnectionOptions(dsn: dsn + " password=Geheim7"),
            ConnectionOptions(dsn: dsn, password: "Geheim7"),
        ] {
            let error = try await refusal(options)
            #expect(error.message.contains("password authentication failed for user \"bureau\""))
            #expect(error.hint?.contains("check the user and the password") == true)
            #expect(!error.debugDescription.contains("Geheim7"))
            #expect(!"\(options)".contains("Geheim7") && !"\(options)".contains("host"))
        }
    }

    @Test func `TLS demanded from a server without it is said`() async throws {
        let relay = try await Relay(.forward(socket: serverSocket()))
        defer { relay.stop() }
        let dsn = try TestDatabase.maintenanceDSN() + " host=127.0.0.1 port=\(relay.port)"
        let error = try await refusal(dsn + " sslmode=require")
        #expect(error.message.contains("server does not support SSL"))
        #expect(error.hint?.contains("ssl = on") == true)
        let plain = try await Connection.open(ConnectionOptions(dsn: dsn + " sslmode=prefer"))
        try await expectWorking(plain)
        await plain.close()
    }

    @Test(.timeLimit(.minutes(20)))
    func `a server that does not answer is given up in time`() async throws {
        let relay = try Relay(.silent)
        defer { relay.stop() }
        let start = ContinuousClock.now
        let error = try await refusal(
            ConnectionOptions(
                dsn: "host=127.0.0.1 port=\(relay.port) user=u", connectTimeout: .milliseconds(300))
        )
        #expect(error.message.contains("no answer within the connection timeout"))
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test(.timeLimit(.minutes(20)))
    func `connecting can be cancelled`() async throws {
        let relay = try Relay(.silent)
        defer { relay.stop() }
        let dsn = "host=127.0.0.1 port=\(relay.port) user=u connect_timeout=600"
        let task = Task {
            try await Connection.open(ConnectionOptions(dsn: dsn, connectTimeout: .seconds(600)))
        }
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `a URI works as well`() async throws {
        let socket = try await serverSocket().split(separator: "/").dropLast()
        let host = socket.map { "%2F\($0)" }.joined()
        let user = try await serverUser()
        let port = try await serverSocket().split(separator: ".").last ?? ""
        let dsn = "postgresql://\(user)@\(host):\(port)/postgres?application_name=mine"
        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
        let name = try await connection.perform { session in
            try session.first("SELECT current_setting('application_name')") { try $0.text(0) }
        }
        #expect(name == "mine")
        await connection.close()
    }

    private func refusal(_ dsn: String) async throws -> PostgresError {
        try await refusal(ConnectionOptions(dsn: dsn, connectTimeout: .seconds(5)))
    }

    private func refusal(_ options: ConnectionOptions) async throws -> PostgresError {
        try #require(
            await #expect(throws: PostgresError.self) { _ = try await Connection.open(options) })
    }
}

/// The unix socket of the test server.
func serverSocket() async throws -> String {
    try await maintenance(
        """
        SELECT split_part(current_setting('unix_socket_directories'), ',', 1)
            || '/.s.PGSQL.' || current_setting('port')
        """)
}

private func serverUser() async throws -> String {
    try await maintenance("SELECT current_user::text")
}

private func maintenance(_ sql: String) async throws -> String {
    try await withMaintenanceConnection { connection in
        let value = try await connection.perform { try $0.first(sql) { try $0.text(0) } }
        return try #require(value)
    }
}
