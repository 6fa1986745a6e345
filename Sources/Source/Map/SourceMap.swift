/// The relation that is read for each table of the contract: the contract table itself, or a view
/// or query of the bureau.
package struct SourceMap: Hashable, Sendable {
    /// A relation of the bureau that replaces a contract table.
    package enum Relation: Hashable, Sendable {
        /// The name of a table or view, such as `bureau.monthly_report`. Its parts are quoted in
        /// SQL.
        case named(String)
        /// A query whose columns have the names of the contract.
        case query(String)
    }

    /// The replacements. A table without one is read from the schema `labor`.
    package var relations: [SourceTable: Relation]

    /// A map from its replacements.
    package init(relations: [SourceTable: Relation] = [:]) {
        self.relations = relations
    }

    /// The SQL for the FROM clause.
    func from(_ table: SourceTable) -> String {
        switch relations[table] {
        case nil: table.standardRelation
        case .named(let name)?:
            SourceMap.parts(name).map { SourceMap.quoted($0) }.joined(separator: ".")
        // A query may end with a comment or a semicolon.
        case .query(let text)?: "(\n\(SourceMap.bare(text))\n)"
        }
    }

    /// The name of the relation in messages.
    package func name(_ table: SourceTable) -> String {
        switch relations[table] {
        case nil: table.standardRelation
        case .named(let name)?: name
        case .query?: "the query for \(table.rawValue)"
        }
    }

    /// The parts of a dotted name. A dot inside double quotes belongs to the part. Two successive
    /// double quotes inside quotes mean one.
    private static func parts(_ name: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var previous: Character?
        for character in name {
            if character == "\"" {
                if !isQuoted, previous == "\"" { parts[parts.count - 1].append("\"") }
                isQuoted.toggle()
            } else if character == ".", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
            previous = character
        }
        return parts
    }

    /// Quotes a part, so that no name can be read as other SQL.
    private static func quoted(_ part: String) -> String {
        "\""
            + part.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// The query without trailing white space and semicolons.
    private static func bare(_ query: String) -> Substring {
        var text = query[...]
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        return text
    }
}
