/// One statement of a file in `sql/queries`, ready to be sent to PostgreSQL.
package struct Query: Hashable, Sendable {
    /// The name in the line `-- name: …` of the block, in snake case.
    package let name: String
    /// The file of the block, for example `ledger.sql`.
    package let file: String
    /// The number of the line `-- name: …` in the file, from 1.
    package let line: Int
    /// The statement. Its first line is `-- name: …`, which errors quote; its psql variables are
    /// replaced by `$1`, `$2`, …
    package let text: String
    /// The names of the parameters: the first belongs to `$1`.
    package let parameters: [String]
    /// The psql variables that stand for an identifier, `:"name"`. PostgreSQL takes no parameter
    /// there, so `naming(_:)` has to write the identifiers into the text.
    package let identifiers: [String]
    /// The whole block as the file has it, with its comment and its `\set` lines. psql runs it.
    package let source: String

    /// The query with identifiers written into its text, quoted.
    /// - Parameter names: the identifier for each variable in `identifiers`.
    package func naming(_ names: [String: String]) -> Query {
        var text = text
        for (variable, name) in names {
            let quoted = name.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"")
            text = text.replacing(":\"\(variable)\"", with: "\"\(quoted)\"")
        }
        return Query(
            name: self.name, file: file, line: line, text: text, parameters: parameters,
            identifiers: identifiers.filter { names[$0] == nil }, source: source)
    }

    /// Puts values in the order of the parameters.
    ///
    /// - Throws: `QueryError` when a parameter has no value, when a value has no parameter, or when
    ///   an identifier is not written into the text yet.
    package func ordered<Value>(_ values: [String: Value]) throws(QueryError) -> [Value] {
        if let open = identifiers.first {
            throw error("the identifier \"\(open)\" has no name; call naming(_:) first")
        }
        var ordered: [Value] = []
        ordered.reserveCapacity(parameters.count)
        for parameter in parameters {
            guard let value = values[parameter] else {
                throw error("the parameter '\(parameter)' has no value")
            }
            ordered.append(value)
        }
        guard values.count == parameters.count else {
            let unknown = values.keys.filter { !parameters.contains($0) }.sorted()
            throw error("the query has no parameter '\(unknown.joined(separator: "', '"))'")
        }
        return ordered
    }

    private func error(_ message: String) -> QueryError {
        QueryError(file: file, line: line, message: "\(name): \(message)")
    }
}

/// A mistake in a file of queries, or in a call of a query.
package struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, for example `ledger.sql`.
    package var file: String
    /// The line of the mistake, from 1; for a wrong call the first line of the block.
    package var line: Int
    /// What is wrong, and what is expected.
    package var message: String

    /// A mistake from its parts.
    package init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// File, line and message on one line.
    package var description: String { "sql/queries/\(file):\(line): \(message)" }
}
