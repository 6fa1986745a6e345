import Postgres
import Support
import Testing

/// The databases that tests of every target stand on.
struct TestDatabaseTests {
    private static let template = DatabaseTemplate(name: "greeting") { dsn in
        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
        try await connection.perform {
            try $0.script("CREATE TABLE t (a text); INSERT INTO t VALUES ('hello')")
        }
        await connection.close()
    }

    @Test(arguments: 0..<3)
    func `each copy of a template is its own`(number: Int) async throws {
        try await withConnection(template: TestDatabaseTests.template) { connection in
            let texts = try await connection.perform { session in
                try session.execute("INSERT INTO t VALUES ($1)", [.text("\(number)")])
                return try session.query("SELECT a FROM t ORDER BY a DESC") { try $0.text(0) }
            }
            #expect(texts == ["hello", "\(number)"])
        }
    }

    @Test func `a database is dropped after a failure, with whoever is still connected`()
        async throws
    {
        struct Mine: Error {}
        var left: Connection?
        var name = ""
        do {
            try await withDatabase { dsn in
                let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
                left = connection
                name = try await connection.perform { session in
                    try session.first("SELECT current_database()::text") { try $0.text(0) } ?? ""
                }
                throw Mine()
            }
        } catch is Mine {}
        let gone = [Bind.text(name)]
        let count = try await withMaintenanceConnection { connection in
            try await connection.perform { session in
                try session.first("SELECT count(*) FROM pg_database WHERE datname = $1", gone) {
                    try $0.int(0)
                }
            }
        }
        #expect(!name.isEmpty)
        #expect(count == 0)
        let connection = try #require(left)
        await #expect(throws: PostgresError.self) { try await one(connection) }
    }

    @Test func `a test may use two databases at once`() async throws {
        try await withDatabase { outer in
            try await withDatabase { inner in
                #expect(outer != inner)
            }
        }
    }
}
