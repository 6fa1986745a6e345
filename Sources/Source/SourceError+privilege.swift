import Postgres

extension SourceError {
    /// The SQLSTATE of a statement that a role may not run.
    static let insufficientPrivilege = "42501"

    /// The error for a relation that the role may not read, with the GRANT that is missing.
    ///
    /// - Parameters:
    ///   - error: the server's refusal (SQLSTATE 42501).
    ///   - session: the connection. Its transaction must still be usable after the refusal.
    static func lackOfPrivilege(
        _ error: PostgresError, _ table: SourceTable, _ map: SourceMap, _ session: inout Session
    ) -> SourceError {
        let relation = map.name(table)
        guard
            let role = try? session.first(
                "SELECT current_user::text, quote_ident(current_user)",
                [], { (name: try $0.text(0), quoted: try $0.text(1)) })
        else {
            return SourceError(
                .missingPrivilege, "\(relation) may not be read: \(error.message)",
                hint: "grant the role of source.dsn the right that the message names")
        }
        func failure(_ hint: String) -> SourceError {
            SourceError(
                .missingPrivilege,
                "\(relation) may not be read by the role \(role.name): \(error.message)", hint: hint
            )
        }
        switch map.relations[table] {
        case nil:
            let hasRole = try? session.first(
                "SELECT to_regrole('laborwatch_source') IS NOT NULL", [], { try $0.bool(0) })
            return failure(
                hasRole == true
                    ? "let an administrator run: GRANT laborwatch_source TO \(role.quoted);"
                    : "run `laborwatch migrate` as a user with CREATEROLE, which makes the role "
                        + "laborwatch_source, then: GRANT laborwatch_source TO \(role.quoted);")
        case .query?:
            return failure(
                "grant the role \(role.quoted) SELECT on what the query reads, such as GRANT SELECT "
                    + "ON \(refused(error) ?? "the table that the message names") TO "
                    + "\(role.quoted);")
        case .named?:
            let grants = missingGrants(map.from(table), role.name, &session)
            guard grants.isEmpty else {
                return failure(
                    "let the owner or an administrator run: \(grants.joined(separator: " "))")
            }
            return failure(
                "grant the role \(role.quoted), or the owner of the view, the right that the "
                    + "message names")
        }
    }

    /// The name of the object in the server message `permission denied for table staff`; nil for
    /// any other message.
    private static func refused(_ error: PostgresError) -> String? {
        let mark = "permission denied for "
        guard error.message.hasPrefix(mark) else { return nil }
        let words = error.message.dropFirst(mark.count).split(separator: " ")
        guard let kind = words.first, words.count > 1,
            ["table", "view", "foreign", "materialized"].contains(kind)
        else { return nil }
        return words.last.map(String.init)
    }

    /// The GRANT statements that are missing for reading a relation: those for the relation itself,
    /// and those for the owners of views below it. A view reads with the rights of its owner unless
    /// it is a `security_invoker`.
    private static func missingGrants(
        _ relation: String, _ role: String, _ session: inout Session
    ) -> [String] {
        let found = try? session.transaction { session in
            try session.query(missingGrantsSQL, [.text(relation), .text(role)]) { row in
                try row.text(0)
            }
        }
        return found ?? []
    }
}

/// Finds the relation in the catalogue by the parts of its name. The role may lack USAGE on the
/// schema, and then cannot resolve the name.
private let missingGrantsSQL = """
    WITH RECURSIVE wanted AS (
        SELECT parse_ident($1) AS parts
    ), first AS (
        SELECT c.oid
          FROM wanted w
          JOIN pg_class c ON c.relname = w.parts[array_upper(w.parts, 1)]
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE CASE WHEN array_length(w.parts, 1) > 1
                    THEN n.nspname = w.parts[array_upper(w.parts, 1) - 1]
                    ELSE n.nspname = ANY (current_schemas(false)) END
    ), used (oid, reader, is_direct, depth) AS (
        SELECT oid, $2::text COLLATE "C", true, 0 FROM first
        UNION
        SELECT d.refobjid,
               CASE WHEN coalesce(v.reloptions, '{}') && ARRAY['security_invoker=true',
                                                               'security_invoker=on',
                                                               'security_invoker=1']
                    THEN u.reader ELSE pg_get_userbyid(v.relowner)::text COLLATE "C" END,
               false, u.depth + 1
          FROM used u
          JOIN pg_class v ON v.oid = u.oid AND v.relkind = 'v'
          JOIN pg_rewrite r ON r.ev_class = v.oid
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                          AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
         WHERE u.depth < 20
    ), lacking AS (
        SELECT DISTINCT u.depth, u.reader, c.oid, c.relname, n.nspname,
               u.is_direct AND NOT has_schema_privilege(u.reader::name, n.oid, 'USAGE') AS needs_schema,
               NOT has_table_privilege(u.reader::name, c.oid, 'SELECT') AS needs_select
          FROM used u
          JOIN pg_class c ON c.oid = u.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          JOIN pg_namespace n ON n.oid = c.relnamespace
    )
    SELECT statement
      FROM lacking
     CROSS JOIN LATERAL (VALUES
        (1, needs_schema, format('GRANT USAGE ON SCHEMA %I TO %I;', nspname, reader)),
        (2, needs_select, format('GRANT SELECT ON %I.%I TO %I;', nspname, relname, reader))
     ) AS g (place, is_needed, statement)
     WHERE is_needed
     GROUP BY statement
     ORDER BY min(depth), min(place), statement
    """
