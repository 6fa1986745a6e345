import LaborSQL
import Postgres
import Store
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct MigratorTests {
    @Test func `an empty database is missing both schemas, and current after migrating`()
        async throws
    {
        try await withConnection { connection in
            for set in [Migrations.labor, Migrations.laborwatch] {
                let migrator = Migrator(set)
                #expect(try await migrator.check(connection) == .missing)
                let report = try await migrator.migrate(connection)
                #expect(report.applied == set.migrations.map(\.name))
                #expect(report.version == set.version)
                #expect(report.missingRoles.isEmpty)
                #expect(try await migrator.check(connection) == .current)
            }
        }
    }

    @Test func `migrating again applies nothing`() async throws {
        try await withConnection(template: migrated) { connection in
            for set in [Migrations.labor, Migrations.laborwatch] {
                let report = try await Migrator(set).migrate(connection)
                #expect(report.applied.isEmpty)
            }
        }
    }

    @Test func `of many migrators at once each migration is applied by one`() async throws {
        try await withDatabase { dsn in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
                        let report = try await Migrator(Migrations.laborwatch).migrate(connection)
                        await connection.close()
                        return report.applied
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == Migrations.laborwatch.migrations.map(\.name))
        }
    }

    @Test func `databases of one cluster may be migrated at once`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await withConnection { connection in
                        for set in [Migrations.labor, Migrations.laborwatch] {
                            let report = try await Migrator(set).migrate(connection)
                            #expect(report.missingRoles.isEmpty)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a database that is newer than the program is refused and left as it is`()
        async throws
    {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                _ = try session.execute(
                    """
                    INSERT INTO laborwatch.schema_version (number, migration, checksum)
                    VALUES (99, 'm0099_future', 'x')
                    """)
            }
            let migrator = Migrator(Migrations.laborwatch)
            let known = Migrations.laborwatch.version
            #expect(try await migrator.check(connection) == .newer(found: 99, known: known))
            let error = await #expect(throws: StoreError.self) {
                _ = try await migrator.migrate(connection)
            }
            #expect(error?.code == .wrongVersion)
            #expect(error?.message.contains("99") == true)
            #expect(error?.hint?.isEmpty == false)
        }
    }

    @Test func `a migration that was edited after it was applied is refused`() async throws {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                _ = try session.execute("UPDATE labor.schema_version SET checksum = 'other'")
            }
            let migrator = Migrator(Migrations.labor)
            let onCheck = await #expect(throws: StoreError.self) {
                _ = try await migrator.check(connection)
            }
            let onMigrate = await #expect(throws: StoreError.self) {
                _ = try await migrator.migrate(connection)
            }
            #expect(onCheck?.code == .wrongVersion)
            #expect(onMigrate?.code == .wrongVersion)
        }
    }

    @Test func `a database between two versions gets only what it lacks`() async throws {
        let all = Migrations.laborwatch
        let first = MigrationSet(
            name: all.name, purpose: all.purpose, migrations: Array(all.migrations.prefix(1)),
            roles: [], grants: "SELECT 1")
        try await withConnection { connection in
            _ = try await Migrator(first).migrate(connection)
            #expect(try await Migrator(all).check(connection) == .older(1))
            let report = try await Migrator(all).migrate(connection)
            #expect(report.applied == all.migrations.dropFirst().map(\.name))
            #expect(try await Migrator(all).check(connection) == .current)
        }
    }

    @Test func `a migration that fails leaves nothing behind`() async throws {
        let broken = MigrationSet(
            name: "labor", purpose: "A test.",
            migrations: [
                Migration(
                    set: "labor", number: 1, name: "m0001",
                    sql: "CREATE TABLE labor.kept (); SELECT 1 / 0")
            ], roles: [], grants: "SELECT 1")
        try await withConnection { connection in
            await #expect(throws: StoreError.self) {
                _ = try await Migrator(broken).migrate(connection)
            }
            let schemas = try await connection.perform { session in
                try session.query("SELECT 1 FROM pg_namespace WHERE nspname = 'labor'") { _ in 1 }
            }
            #expect(schemas.isEmpty)
            #expect(try await Migrator(Migrations.labor).check(connection) == .missing)
        }
    }

    @Test func `tables that no migration made are not taken over`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script("CREATE SCHEMA labor; CREATE TABLE labor.report (id int)")
            }
            let error = await #expect(throws: StoreError.self) {
                _ = try await Migrator(Migrations.labor).migrate(connection)
            }
            #expect(error?.hint?.contains("source map") == true)
        }
    }

    @Test func `who may not create roles migrates without them and hears which are missing`()
        async throws
    {
        let role = TestDatabase.uniqueName("lw_owner")
        let set = Migrations.labor
        let missing = TestDatabase.uniqueName("lw_reader")
        let renamed = MigrationSet(
            name: set.name, purpose: set.purpose, migrations: set.migrations, roles: [missing],
            grants: set.grants.split(separator: "laborwatch_source").joined(separator: missing))
        try await withConnection { connection in
            try await connection.perform { session in
                try session.script("CREATE ROLE \(role); GRANT ALL ON SCHEMA public TO \(role)")
                let name = try session.first("SELECT current_database()::text") { try $0.text(0) }
                try session.script(
                    "GRANT CREATE ON DATABASE \(name ?? "") TO \(role); SET ROLE \(role)")
            }
            let report = try await Migrator(renamed).migrate(connection)
            #expect(report.missingRoles == [missing])
            #expect(report.applied == ["m0001_labor", "m0002_labor_changes"])
            try await connection.perform { session in
                try session.script("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)")
            }
        }
    }
}
