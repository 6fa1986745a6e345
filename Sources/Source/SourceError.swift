/// The reason why the source or a file cannot be read, with the correction.
package struct SourceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of errors.
    package enum Code: String, Hashable, Sendable {
        /// A table or view does not exist.
        case missingRelation
        /// A required column does not exist.
        case missingColumn
        /// The role lacks a privilege.
        case missingPrivilege
        /// A view or query fails, or a value in it cannot be converted.
        case unsuitableRelation
    }

    /// The kind of error.
    package var code: Code
    /// The problem, in one sentence.
    package var message: String
    /// The correction, for the administrator.
    package var hint: String

    /// Creates an error. Each argument sets the property of the same name.
    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message, followed by the hint in parentheses.
    package var description: String { "\(message) (\(hint))" }
}
