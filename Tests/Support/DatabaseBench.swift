package import Postgres

/// A test fixture with a connection to a database of its own.
package protocol DatabaseBench {
    /// The connection that prepares and inspects the database.
    var sql: Connection { get }
}

extension DatabaseBench {
    /// Runs the statements of a script.
    package func run(_ script: String) async throws {
        try await sql.perform { try $0.script(script) }
    }

    /// The whole number that a statement selects; 0 for no row and for NULL.
    package func number(_ statement: String) async throws -> Int {
        try await sql.perform { session in
            Int(try session.first(statement) { try $0.intOrNil(0) }.flatMap { $0 } ?? 0)
        }
    }

    /// The text that a statement selects; nil for no row and for NULL.
    package func text(_ statement: String) async throws -> String? {
        try await sql.perform { session in
            try session.first(statement) { try $0.textOrNil(0) }.flatMap { $0 }
        }
    }

    /// The text of every row in the only column of a statement.
    package func texts(_ statement: String) async throws -> [String] {
        try await sql.perform { session in try session.query(statement) { try $0.text(0) } }
    }
}
