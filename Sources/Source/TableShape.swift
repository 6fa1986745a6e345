/// What a source has of one table of the contract, column by column.
package struct TableShape: Hashable, Sendable {
    /// How one column was found.
    package enum Finding: Hashable, Sendable {
        /// With the contract's type.
        case asContracted
        /// With another type, which is converted.
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

    /// The select list that gives the contract's columns in order, each of the contract's type.
    ///
    /// A wider whole number is cut to what an `integer` holds, so that an absurd value reaches the
    /// row check instead of failing the whole query.
    func selectList(alias: String) -> String {
        table.columns.map { column in
            let name = "\(alias).\"\(column.name)\""
            switch finding(column) {
            case .asContracted: return name
            case .missing: return "NULL::\(column.type)"
            case .converted where column.type == "integer":
                return "greatest(least(\(name), 2147483647), -2147483647)::integer"
            case .converted: return "\(name)::\(column.type)"
            }
        }.joined(separator: ", ")
    }

    /// A type without its modifiers: `numeric(16,2)` and `numeric` read alike.
    private static func base(_ type: String) -> String {
        let bare = type.split(separator: "(", maxSplits: 1).first.map(String.init) ?? type
        return bare == "timestamp" || bare == "character varying" || bare == "character"
            ? (bare == "timestamp" && type.hasSuffix("with time zone")
                ? "timestamp with time zone" : bare == "timestamp" ? type : "text") : bare
    }
}
