import LaborSQL
import Postgres

/// Named statements of `sql/queries`. Each parameter is given by its name; a missing or unknown
/// name throws `usage` before anything is sent.
extension Session {
    /// Runs a statement and returns the number of rows that it inserted, changed, deleted or
    /// selected.
    ///
    /// - Parameters:
    ///   - values: the value of each parameter, by name.
    ///   - names: the identifier for each variable that stands for one, by name of the variable.
    ///   - deadline: the time limit from now; nil for the `statementTimeout` of the options.
    @discardableResult
    mutating func execute(
        _ name: QueryName, _ values: [String: Bind] = [:], naming names: [String: String] = [:],
        deadline: Duration? = nil
    ) throws -> Int {
        let (text, binds) = try prepared(name, values, names)
        return try execute(text, binds, deadline: deadline)
    }

    /// Runs a statement and decodes each row.
    mutating func query<T>(
        _ name: QueryName, _ values: [String: Bind] = [:], naming names: [String: String] = [:],
        _ decode: (borrowing Row) throws -> T
    ) throws -> [T] {
        let (text, binds) = try prepared(name, values, names)
        return try query(text, binds, decode)
    }

    /// Runs a statement that gives at most one row; nil when there is none.
    mutating func first<T>(
        _ name: QueryName, _ values: [String: Bind] = [:],
        _ decode: (borrowing Row) throws -> T
    ) throws -> T? {
        let (text, binds) = try prepared(name, values, [:])
        return try first(text, binds, decode)
    }
}

/// The text of a statement, and its values in the order of its parameters.
private func prepared(
    _ name: QueryName, _ values: [String: Bind], _ names: [String: String]
) throws(PostgresError) -> (text: String, binds: [Bind]) {
    let query = names.isEmpty ? name.query : name.query.naming(names)
    do {
        return (query.text, try query.ordered(values))
    } catch {
        throw PostgresError(
            .usage, error.description, hint: "the call and the file belong to one program",
            statement: query.text)
    }
}
