import Postgres

extension TableShape {
    /// Reads the columns of a relation or query from the server, without reading a row.
    /// - Throws: `SourceError` when the relation, a required column or the privilege is missing.
    static func inspect(
        _ table: SourceTable, _ map: SourceMap, _ session: inout Session
    ) throws -> TableShape {
        let shape = try look(table, map, &session)
        guard shape.missing.isEmpty else {
            let wanted = table.columns.filter { shape.missing.contains($0.name) }
                .map { "\($0.name) \($0.type)" }.joined(separator: ", ")
            throw SourceError(
                .missingColumn,
                "\(shape.relation) has no column \(shape.missing.joined(separator: ", "))",
                hint: "let the view or query give \(wanted); `laborwatch source check --contract` "
                    + "says what each is for")
        }
        return shape
    }

    /// Reads the columns in the same way, but accepts missing columns.
    /// - Throws: `SourceError` when the relation or the privilege is missing.
    static func look(
        _ table: SourceTable, _ map: SourceMap, _ session: inout Session
    ) throws -> TableShape {
        let relation = map.name(table)
        // The outer join gives one row of NULLs, which has the column names and types.
        let from = """
            FROM (SELECT 1) AS one LEFT JOIN LATERAL
            (SELECT * FROM \(map.from(table)) AS s LIMIT 0) AS r ON true
            """
        do {
            // A nested transaction is a savepoint. After a refusal the session can still ask for
            // the reason.
            let names = try session.transaction { session in
                try session.first("SELECT r.* \(from)") { row in
                    (0..<row.columnCount).compactMap { row.columnName($0) }
                } ?? []
            }
            let list = names.map { name in
                let quoted = name.split(separator: "\"", omittingEmptySubsequences: false)
                return "pg_typeof(r.\"\(quoted.joined(separator: "\"\""))\")::text"
            }
            let types =
                try session.first("SELECT \(list.joined(separator: ", ")) \(from)") { row in
                    try names.indices.map { try row.text($0) }
                } ?? []
            return TableShape(
                table: table, relation: relation,
                types: Dictionary(zip(names, types), uniquingKeysWith: { first, _ in first }))
        } catch let error as PostgresError {
            guard error.sqlState == SourceError.insufficientPrivilege else {
                throw SourceError.explaining(error, relation: relation)
            }
            throw SourceError.lackOfPrivilege(error, table, map, &session)
        }
    }
}

extension SourceError {
    /// The source error for a server error, with a hint for the administrator; the server error
    /// itself if it has another cause.
    static func explaining(_ error: PostgresError, relation: String) -> any Error {
        switch error.sqlState {
        case "42P01", "3F000":
            SourceError(
                .missingRelation, "\(relation) is not there: \(error.message)",
                hint: "run `laborwatch migrate`, or name the bureau's own view in source.maps")
        case insufficientPrivilege:
            SourceError(
                .missingPrivilege, "\(relation) may not be read: \(error.message)",
                hint: "grant the role of source.dsn the right that the message names; "
                    + "`laborwatch source check` says which GRANT helps")
        case "0A000", "42601", "42702", "42703", "42846", "42883":
            SourceError(
                .unsuitableRelation, "\(relation) cannot be read: \(error.message)",
                hint:
                    "mend the query or view; `laborwatch source check --contract` lists the columns "
                    + "wanted")
        case let state? where state.hasPrefix("22"):
            SourceError(
                .unsuitableRelation,
                "\(relation) holds a value that is not of the contract's type: \(error.message)",
                hint: "let the view or query give NULL for what cannot be converted")
        default: error
        }
    }
}
