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

    /// Whether days or moments are converted, for which the bureau's time zone must be known.
    var hasLocalTimes: Bool {
        if let type = types["reported_at"], type != "timestamp with time zone" { return true }
        return table.columns.contains { column in
            guard column.type == "date" || column.type == "timestamp with time zone" else {
                return false
            }
            if case .converted = finding(column) { return true }
            return false
        }
    }

    /// The select list that gives the contract's columns in order, each of the contract's type.
    func selectList(alias: String) -> String {
        table.columns.map { expression($0, alias: alias) }.joined(separator: ", ")
    }

    /// The expression that gives a column of the contract in the contract's type, for conditions
    /// as much as for the select list. A column as contracted is named bare, so that indexes serve.
    func expression(_ name: String, alias: String) -> String {
        guard let column = table.columns.first(where: { $0.name == name }) else {
            // Regions, industries and enterprises may say when they were learnt, which nobody reads
            // but the watermark.
            return "\(alias).\"\(name)\"::timestamp with time zone"
        }
        return expression(column, alias: alias)
    }

    /// A wider whole number is cut to what an `integer` holds, so that an absurd value reaches the
    /// row check instead of failing the whole query. NULL stays NULL, as `least` would not have it.
    private func expression(_ column: SourceTable.Column, alias: String) -> String {
        let name = "\(alias).\"\(column.name)\""
        switch finding(column) {
        case .asContracted: return name
        case .missing: return "NULL::\(column.type)"
        case .converted(let type) where column.type == "integer":
            let number = TableShape.numbers.contains(type) ? name : "\(name)::numeric"
            return """
                (CASE WHEN \(number) > 2147483647 THEN 2147483647 \
                WHEN \(number) < -2147483647 THEN -2147483647 ELSE \(number) END)::integer
                """
        case .converted: return "\(name)::\(column.type)"
        }
    }

    private static let numbers: Set<String> = [
        "smallint", "bigint", "numeric", "real", "double precision",
    ]

    /// A type without its modifiers: `numeric(16,2)` and `numeric` read alike. `character` is not
    /// `text`, for its padding must go.
    private static func base(_ type: String) -> String {
        let bare = type.split(separator: "(", maxSplits: 1).first.map(String.init) ?? type
        return bare == "character varying" ? "text" : bare
    }
}
