import LaborSQL
package import Postgres

/// The database roles that `laborwatch migrate` creates; docs/roles.md says who needs which.
package enum StoreRole: String, CaseIterable, Hashable, Sendable {
    /// Reads the views of the schema laborwatch.
    case analyst = "laborwatch_analyst"
    /// Reads the views, and may submit requests.
    case officer = "laborwatch_officer"
    /// The daemon's role: evaluates, delivers and applies requests.
    case store = "laborwatch_store"
}

extension StoreRole {
    /// Explains a statement that failed for lack of a privilege: which role lacked it, and which
    /// GRANT helps.
    ///
    /// - Parameters:
    ///   - error: the server's error.
    ///   - task: what was attempted, as the beginning of a sentence.
    ///   - session: the connection of the failed statement, without an open transaction.
    package func explain(
        _ error: PostgresError, doing task: String, _ session: inout Session
    ) -> StoreError {
        let found = try? session.first(.explainRole, ["role": .text(rawValue)]) { row in
            (
                name: try row.text(0), quoted: try row.text(1), isThere: try row.bool(2),
                isHeld: try row.bool(3)
            )
        }
        guard let found else {
            return StoreError(
                .missingPrivilege, "\(task) failed: \(error.message)",
                hint: "GRANT \(rawValue) to the role that logs in")
        }
        let hint =
            if !found.isThere {
                "run `laborwatch migrate` as a user with CREATEROLE, which makes the role "
                    + "\(rawValue), then: GRANT \(rawValue) TO \(found.quoted);"
            } else if found.isHeld {
                "the role \(found.name) has \(rawValue) already: run `laborwatch migrate` as the "
                    + "owner of the schema, which grants its rights again"
            } else {
                "let an administrator run: GRANT \(rawValue) TO \(found.quoted);"
            }
        return StoreError(
            .missingPrivilege, "\(task) failed for the role \(found.name): \(error.message)",
            hint: hint)
    }
}
