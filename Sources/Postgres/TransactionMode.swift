/// The isolation level of a transaction, and whether it may write.
package enum TransactionMode: Sendable, Hashable {
    /// The isolation level: which changes of concurrent transactions are visible.
    package enum Isolation: String, Sendable, Hashable {
        /// Each statement sees what was committed before the statement started.
        case readCommitted = "READ COMMITTED"
        /// All statements see the same snapshot.
        case repeatableRead = "REPEATABLE READ"
        /// All statements see the same snapshot. A conflict is an error (40001), and the
        /// transaction is to be retried.
        case serializable = "SERIALIZABLE"
    }

    /// The transaction may write.
    case readWrite(Isolation)
    /// The transaction may not write; the server rejects writes.
    case readOnly(Isolation)

    var beginStatement: String {
        switch self {
        case .readWrite(let isolation): "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ WRITE"
        case .readOnly(let isolation): "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ ONLY"
        }
    }
}
