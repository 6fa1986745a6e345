/// The columns that the source has for one table of the contract.
package struct TableShape: Hashable, Sendable {
    /// The result for one column of the contract.
    package enum Finding: Hashable, Sendable {
        /// The column has the type of the contract.
        case asContracted
        /// The column has another type. Its values are converted; a value that cannot be converted
        /// is quarantined.
        case converted(from: String)
        /// The column does not exist. Its values count as not reported.
        case missing
    }

    /// The table of the contract.
    package let table: SourceTable
    /// The name of the relation that is read.
    package let relation: String
    /// The types of the existing columns by name, as `format_type` gives them.
    package let types: [String: String]

    /// A shape from the existing columns.
    init(table: SourceTable, relation: String, types: [String: String]) {
        self.table = table
        self.relation = relation
        self.types = types
    }

    /// The result for a column of the contract.
    package func finding(_ column: SourceTable.Column) -> Finding {
        guard let type = types[column.name] else { return .missing }
        return TableShape.base(type) == column.type ? .asContracted : .converted(from: type)
    }

    /// The names of required columns that do not exist.
    package var missing: [String] {
        table.columns.filter { $0.required && types[$0.name] == nil }.map(\.name)
    }

    /// Whether changes can be found by transaction number instead of time.
    package var hasWatermark: Bool { types[SourceTable.watermarkColumn] == "xid8" }

    /// The select list with the columns of the contract in order. A column has the type of the
    /// contract, or is text where `isText` is true.
    func selectList(alias: String) -> String {
        table.columns.map { column in
            let name = "\(alias).\"\(column.name)\""
            switch finding(column) {
            case .asContracted: return name
            case .missing: return "NULL::\(column.type)"
            case .converted(let type):
                return TableShape.safeCast(name, from: type, to: column.type) ?? "\(name)::text"
            }
        }.joined(separator: ", ")
    }

    /// For each column of the contract, whether it is read as text and converted in this program. A
    /// cast on the server could fail and stop the whole read.
    var isText: [Bool] {
        table.columns.map { column in
            guard case .converted(let type) = finding(column) else { return false }
            return TableShape.safeCast("", from: type, to: column.type) == nil
        }
    }

    /// The expression of a column in the type of the contract, for conditions. It never fails: NULL
    /// and values that cannot be converted give NULL. A column with the contract's type has no
    /// cast, so that an index can be used.
    func condition(_ name: String, alias: String) -> String {
        let bare = "\(alias).\"\(name)\""
        let column = table.columns.first { $0.name == name }
        // Regions, industries and enterprises may have a `reported_at`, which only the search for
        // changes uses.
        let wanted = column?.type ?? "timestamp with time zone"
        guard let type = types[name].map(TableShape.base) else { return "NULL::\(wanted)" }
        if type == wanted { return bare }
        return TableShape.safeCast(bare, from: type, to: wanted)
            ?? TableShape.guardedCast(bare, from: type, to: wanted)
    }

    /// A cast that succeeds for every value of the type; nil when there is none.
    private static func safeCast(_ name: String, from type: String, to wanted: String) -> String? {
        switch (TableShape.base(type), wanted) {
        case (_, "text"), ("smallint", "integer"),
            ("smallint", "bigint"), ("integer", "bigint"),
            ("smallint", "numeric"), ("integer", "numeric"), ("bigint", "numeric"),
            ("real", "numeric"), ("double precision", "numeric"), ("money", "numeric"),
            ("smallint", "double precision"), ("integer", "double precision"),
            ("bigint", "double precision"), ("real", "double precision"),
            ("timestamp without time zone", "date"):
            "\(name)::\(wanted)"
        case ("smallint", "boolean"), ("integer", "boolean"), ("bigint", "boolean"):
            "(\(name) <> 0)"
        default: nil
        }
    }

    /// A cast that gives NULL for a value that cannot be converted.
    private static func guardedCast(_ name: String, from type: String, to wanted: String) -> String
    {
        switch (type, wanted) {
        case ("timestamp without time zone", _), ("timestamp with time zone", _), ("date", _):
            return """
                (CASE WHEN \(name) >= DATE '1900-01-01' AND \(name) < DATE '2200-01-01' \
                THEN \(name)::\(wanted) END)
                """
        case ("numeric", "bigint"), ("real", "bigint"), ("double precision", "bigint"):
            return """
                (CASE WHEN \(name) > -9.2e18 AND \(name) < 9.2e18 THEN \(name)::bigint END)
                """
        case (_, "bigint"):
            return """
                (CASE WHEN \(name)::text ~ '^\\s*[+-]?\\d{1,18}\\s*$' THEN \(name)::text::bigint END)
                """
        default:
            // In silent mode a JSON path gives no result for a text that is not a date. The path
            // does not know the time zone; the cast that follows uses that of the session.
            let text = "replace(\(name)::text, '/', '-')"
            return """
                (CASE WHEN length(\(name)::text) < 40 THEN (jsonb_path_query_first(\
                to_jsonb(\(text)), '$.datetime()', '{}', true) #>> '{}')::\(wanted) END)
                """
        }
    }

    /// A type without its modifiers, so that `numeric(16,2)` equals `numeric`. `character` does not
    /// become `text`, because its padding must be removed.
    private static func base(_ type: String) -> String {
        let bare = type.split(separator: "(", maxSplits: 1).first.map(String.init) ?? type
        return bare == "character varying" ? "text" : bare
    }
}
