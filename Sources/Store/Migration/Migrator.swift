package import LaborSQL
package import Postgres

/// How a database's schema compares with the schema that this program knows.
package enum SchemaState: Hashable, Sendable {
    /// The versions are equal.
    case current
    /// The database has this version and lacks later migrations.
    case older(Int)
    /// The database has a version that this program does not know.
    case newer(found: Int, known: Int)
    /// The schema does not exist, or no migration created it.
    case missing
    /// The schema exists, but the role may not read its version.
    case hidden
}

/// The result of a migration.
package struct MigrationReport: Hashable, Sendable {
    /// The name of the schema.
    package var set: String
    /// The migrations that this run applied, by name; empty when the schema was current.
    package var applied: [String]
    /// The version after the run.
    package var version: Int
    /// Roles that do not exist, because the user may not create roles.
    package var missingRoles: [String]
}

/// Migrates one schema of a database to the version that this program knows.
///
/// Migrations may be repeated and may run concurrently: an advisory lock serializes them. Each
/// migration is one transaction together with its row in `schema_version`, so that the next run
/// completes an interrupted one.
package struct Migrator: Sendable {
    /// The time limit for one migration, and for the wait for another process's migration.
    package static let deadline: Duration = .seconds(600)

    private let set: MigrationSet

    /// A migrator for one set of migrations.
    package init(_ set: MigrationSet) {
        self.set = set
    }

    /// Applies the missing migrations, then creates the roles and applies all grants again.
    ///
    /// Throws `wrongVersion`, and changes nothing, when the database is newer than this program or
    /// an applied migration differs from this program's.
    package func migrate(_ connection: Connection) async throws -> MigrationReport {
        do {
            return try await connection.perform { session in
                var applied: [String] = []
                var next: String?
                repeat {
                    next = try session.transaction { try applyNext(&$0) }
                    if let next { applied.append(next) }
                } while next != nil
                let missing = try session.transaction { try grant(&$0) }
                return MigrationReport(
                    set: set.name, applied: applied, version: set.version, missingRoles: missing)
            }
        } catch let error as PostgresError {
            throw explain(error)
        }
    }

    /// The state of the schema, read without changing it. Throws `wrongVersion` when an applied
    /// migration differs from this program's migration with the same number.
    /// - Parameter role: the role that has the privilege to read the version, for the hint of an
    ///   error.
    package func check(
        _ connection: Connection, needs role: StoreRole? = nil
    ) async throws -> SchemaState {
        do {
            return try await connection.perform { session in
                guard try mayReadVersions(&session) else { return .hidden }
                guard let found = try versions(&session) else { return .missing }
                return try state(found)
            }
        } catch let error as PostgresError {
            let task = "reading the version of schema \(set.name)"
            guard let role, error.sqlState == PostgresStore.insufficientPrivilege else {
                throw StoreError(error, doing: task)
            }
            throw try await connection.perform { session in
                role.explain(error, doing: task, &session)
            }
        }
    }

    private func tooNew(_ found: Int, _ known: Int) -> StoreError {
        StoreError(
            .wrongVersion,
            "schema \(set.name) has version \(found), this program knows up to \(known)",
            hint: "install the newer laborwatch")
    }

    private struct Applied {
        var number: Int
        var name: String
        var checksum: String
    }

    /// Whether the role may read `schema_version`; true when the table does not exist.
    private func mayReadVersions(_ session: inout Session) throws -> Bool {
        try session.first(
            .mayReadTable, ["table": .text("\(set.name).schema_version")]
        ) { try $0.bool(0) } ?? true
    }

    /// The rows of `schema_version`; nil when the table does not exist.
    private func versions(_ session: inout Session) throws -> [Applied]? {
        let exists = try session.first(
            .tableExists, ["table": .text("\(set.name).schema_version")]
        ) { try $0.bool(0) }
        guard exists == true else { return nil }
        return try session.query(.selectMigrations, naming: ["schema": set.name]) { row in
            Applied(
                number: Int(try row.int(0)), name: try row.text(1), checksum: try row.text(2))
        }
    }

    private func state(_ found: [Applied]) throws -> SchemaState {
        let last = found.last?.number ?? 0
        if last > set.version { return .newer(found: last, known: set.version) }
        for row in found {
            guard let known = set.migrations.first(where: { $0.number == row.number }) else {
                continue
            }
            guard known.checksum == row.checksum, known.name == row.name else {
                throw StoreError(
                    .wrongVersion,
                    """
                    migration \(row.name) of schema \(set.name) was applied with checksum \
                    \(row.checksum), this program has \(known.name) with \(known.checksum)
                    """,
                    hint: "use the program that migrated this database, or a new database")
            }
        }
        return last == set.version ? .current : .older(last)
    }

    /// Applies the first missing migration and returns its name; nil when none is missing. The
    /// advisory lock is taken first and kept until the end of the transaction.
    private func applyNext(_ session: inout Session) throws -> String? {
        try lock(&session)
        try prepare(&session)
        let found = try versions(&session) ?? []
        switch try state(found) {
        case .current: return nil
        case .newer(let found, let known): throw tooNew(found, known)
        case .older, .missing, .hidden: break
        }
        let done = found.last?.number ?? 0
        guard let next = set.migrations.first(where: { $0.number > done }) else { return nil }
        try session.script(next.sql, deadline: Migrator.deadline)
        try session.execute(
            .insertMigration,
            [
                "number": .int(Int64(next.number)), "migration": .text(next.name),
                "checksum": .text(next.checksum),
            ], naming: ["schema": set.name])
        return next.name
    }

    private func lock(_ session: inout Session) throws {
        try session.execute(.lockMigrations, deadline: Migrator.deadline)
    }

    /// Creates the schema and its table `schema_version` if they do not exist.
    private func prepare(_ session: inout Session) throws {
        let exists = try session.first(.schemaExists, ["schema": .text(set.name)]) {
            try $0.bool(0)
        }
        if exists != true {
            try session.script(
                """
                CREATE SCHEMA \(set.name);
                COMMENT ON SCHEMA \(set.name) IS '\(set.purpose)';
                """)
        }
        guard try versions(&session) == nil else { return }
        try session.script(
            """
            CREATE TABLE \(set.name).schema_version (
                number     integer PRIMARY KEY,
                migration  text NOT NULL,
                checksum   text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            COMMENT ON TABLE \(set.name).schema_version IS 'Migrations that were applied.';
            COMMENT ON COLUMN \(set.name).schema_version.number IS 'Place in the set.';
            COMMENT ON COLUMN \(set.name).schema_version.migration IS 'The file''s name.';
            COMMENT ON COLUMN \(set.name).schema_version.checksum IS 'Digest of its statements.';
            COMMENT ON COLUMN \(set.name).schema_version.applied_at IS 'When it was applied.';
            """)
    }

    /// Runs the grants, and returns the roles that do not exist.
    private func grant(_ session: inout Session) throws -> [String] {
        try lock(&session)
        try session.script(set.grants, deadline: Migrator.deadline)
        return try session.query(
            .selectMissingRoles, ["roles": .textArray(set.roles)]
        ) { try $0.text(0) }
    }

    private func explain(_ error: PostgresError) -> StoreError {
        var explained = StoreError(error, doing: "migrating schema \(set.name)")
        switch error.sqlState {
        case "42501":
            explained.hint =
                "migrate as the owner of the schema, or as a user with CREATE on the database"
        case "42P07":
            explained.hint =
                "schema \(set.name) holds tables that no migration made: use another database, or "
                + "a source map for the bureau's own tables"
        default: break
        }
        return explained
    }
}
