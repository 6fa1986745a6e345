/// Why the source cannot be read, with what to do about it.
package struct SourceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds.
    package enum Code: String, Hashable, Sendable {
        /// A table or view is not there.
        case missingRelation
        /// A required column is not there.
        case missingColumn
        /// The role may not read.
        case missingPrivilege
        /// A view or query does not run, or a value in it cannot be converted.
        case unsuitableRelation
    }

    /// The kind.
    package var code: Code
    /// What is wrong.
    package var message: String
    /// What to do.
    package var hint: String

    /// An error from its parts.
    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Message and hint.
    package var description: String { "\(message) (\(hint))" }
}
