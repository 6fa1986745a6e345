/// What a source has of one table of the contract, column by column.
package struct TableShape: Hashable, Sendable {
    /// How one column was found.
    package enum Finding: Hashable, Sendable {
        /// With the contract's type.
        case asContracted
        /// With another type; each value is converted, and one that cannot be is quarantined.
        case converted(from: String)
        /// Not at all; it counts as not reported.
        case missing
    }

    /// The table.
    package let table: SourceTable
    /// What stands for it.
    package let relation: String
    /// The types found, by column name, as `format_type` writes them.
    package let types: [String: String]

    /// A shape from the columns found.
    init(table: SourceTable, relation: String, types: [String: String]) {
        self.table = table
        self.relation = relation
        self.types = types
    }

    /// How a column of the contract was found.
    package func finding(_ column: SourceTable.Column) -> Finding {
        guard let type = types[column.name] else { return .missing }
        return TableShape.base(type) == column.type ? .asContracted : .converted(from: type)
    }

    /// Required columns that are not there.
    package var missing: [String] {
        table.columns.filter { $0.required && types[$0.name] == nil }.map(\.name)
    }

    /// Whether changes can be followed by transaction, not only by time.
    package var hasWatermark: Bool { types[SourceTable.watermarkColumn] == "xid8" }

    /// The select list that gives the contract's columns in order: of the contract's type, or as
    /// text where `isText` says so.
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

    /// Which of the contract's columns, in order, come as text and are converted here, since a cast
    /// on the server could fail and with it the whole read.
    var isText: [Bool] {
        table.columns.map { column in
            guard case .converted(let type) = finding(column) else { return false }
            return TableShape.safeCast("", from: type, to: column.type) == nil
        }
    }

    /// The expression that gives a column in the contract's type, for conditions. It never fails: a
    /// value that it cannot convert is NULL, as is one that is NULL. A column as contracted is
    /// named bare, so that indexes serve.
    func condition(_ name: String, alias: String) -> String {
        let bare = "\(alias).\"\(name)\""
        let column = table.columns.first { $0.name == name }
        // Regions, industries and enterprises may say when they were learnt, which nobody reads but
        // the watermark.
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

    /// A cast that gives NULL where the server's own would fail.
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
            // In silent mode a path gives nothing where a text is no date. A standard path does not
            // know the zone; the cast that follows takes the session's.
            let text = "replace(\(name)::text, '/', '-')"
            return """
                (CASE WHEN length(\(name)::text) < 40 THEN (jsonb_path_query_first(\
                to_jsonb(\(text)), '$.datetime()', '{}', true) #>> '{}')::\(wanted) END)
                """
        }
    }

    /// A type without its modifiers: `numeric(16,2)` and `numeric` read alike. `character` is not
    /// `text`, for its padding must go.
    private static func base(_ type: String) -> String {
        let bare = type.split(separator: "(", maxSplits: 1).first.map(String.init) ?? type
        return bare == "character varying" ? "text" : bare
    }
}
