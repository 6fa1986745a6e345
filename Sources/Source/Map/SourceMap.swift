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
            SourceMap.parts(name).map { SourceMap.quoted($0) }.joined(separator: ".")
        // A query may end with a comment or a semicolon.
        case .query(let text)?: "(\n\(SourceMap.bare(text))\n)"
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

    /// The parts of a dotted name. A dot between double quotes belongs to the part, two double
    /// quotes there are one.
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

    /// Every part is quoted, so that whatever a name holds it stays a name.
    private static func quoted(_ part: String) -> String {
        "\""
            + part.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    private static func bare(_ query: String) -> Substring {
        var text = query[...]
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        return text
    }
}
