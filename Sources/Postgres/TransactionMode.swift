/// How a transaction sees others and whether it may write.
package enum TransactionMode: Sendable, Hashable {
    /// What a transaction sees of others that commit meanwhile.
    package enum Isolation: String, Sendable, Hashable {
        /// Each statement sees what is committed when it starts.
        case readCommitted = "READ COMMITTED"
        /// All statements see one snapshot.
        case repeatableRead = "REPEATABLE READ"
        /// One snapshot, and a conflict is an error (40001) to be retried.
        case serializable = "SERIALIZABLE"
    }

    /// May write.
    case readWrite(Isolation)
    /// May not write; the server refuses.
    case readOnly(Isolation)

    var beginStatement: String {
        switch self {
        case .readWrite(let isolation): "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ WRITE"
        case .readOnly(let isolation): "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ ONLY"
        }
    }
}
