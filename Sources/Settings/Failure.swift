import Labor

/// Why a command failed: one sentence, a hint, and the exit code.
package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The exit code: 1 for a failed check, 2 for wrong usage or configuration, 3 when a needed
    /// service cannot be reached.
    package var exitCode: Int32
    /// The error in one sentence.
    package var message: String
    /// What the reader should do to correct it; empty when no advice is known.
    package var hint: String

    /// Creates a failure. Each argument sets the property of the same name.
    package init(exitCode: Int32, _ message: String, hint: String = "") {
        self.exitCode = exitCode
        self.message = message
        self.hint = hint
    }

    /// The message and the hint as they are printed. A value that the message quotes cannot control
    /// the terminal.
    package var description: String {
        (hint.isEmpty ? message : "\(message)\nhint: \(hint)")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { ForeignText.printable(String($0)) }.joined(separator: "\n")
    }
}

/// An error that can be converted to a `Failure` for the command line.
package protocol FailureConvertible: Error {
    /// The exit code, message and hint of the error.
    var failure: Failure { get }
}
