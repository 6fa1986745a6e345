/// Why a command ends without success: one sentence, a hint, and the exit code of the contract.
package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1 a check failed, 2 wrong use or configuration, 3 cannot reach what it needs.
    package var exitCode: Int32
    /// What is wrong.
    package var message: String
    /// What to do; may be empty.
    package var hint: String

    /// A failure from its parts.
    package init(exitCode: Int32, _ message: String, hint: String = "") {
        self.exitCode = exitCode
        self.message = message
        self.hint = hint
    }

    /// Message and hint as they are printed.
    package var description: String { hint.isEmpty ? message : "\(message)\nhint: \(hint)" }
}

/// An error that knows what it means for the person at the terminal.
package protocol FailureConvertible: Error {
    /// The exit code, sentence and hint of the error.
    var failure: Failure { get }
}
