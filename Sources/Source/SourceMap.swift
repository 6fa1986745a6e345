/// What stands for each table of the contract: the contract's own, or the bureau's view or query.
package struct SourceMap: Hashable, Sendable {
    /// One stand-in.
    package enum Relation: Hashable, Sendable {
        /// A table or view by name, `bureau.monthly_report`; the parts are quoted as needed.
        case named(String)
        /// A query whose columns carry the contract's names.
        case query(String)
    }

    /// The stand-ins; a table without one is the contract's own.
    package var relations: [SourceTable: Relation]

    /// A map from its stand-ins.
    package init(relations: [SourceTable: Relation] = [:]) {
        self.relations = relations
    }

    /// The text that goes after FROM.
    func from(_ table: SourceTable) -> String {
        switch relations[table] {
        case nil: table.standardRelation
        case .named(let name)?:
            name.split(separator: ".").map { SourceMap.quoted(String($0)) }.joined(separator: ".")
        case .query(let text)?: "(\(text))"
        }
    }

    /// What a message calls the relation.
    package func name(_ table: SourceTable) -> String {
        switch relations[table] {
        case nil: table.standardRelation
        case .named(let name)?: name
        case .query?: "the query for \(table.rawValue)"
        }
    }

    private static func quoted(_ part: String) -> String {
        if part.hasPrefix("\"") { return part }
        return "\"" + part.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
