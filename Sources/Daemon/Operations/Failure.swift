import Deliver
import Detect
import Postgres
import Source
import Store

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

    /// A failure that says what another error means for the person at the terminal.
    package init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ConfigurationError: self.init(exitCode: 2, error.description)
        case let error as RuleError: self.init(exitCode: 2, error.description)
        case let error as SourceError: self.init(exitCode: 3, error.message, hint: error.hint)
        case let error as StoreError:
            self.init(
                exitCode: Failure.exitCode(error.code), error.message, hint: error.hint ?? "")
        case let error as ReceiverError: self.init(exitCode: 2, error.message, hint: error.hint)
        case let error as PostgresError:
            self.init(
                exitCode: Failure.exitCode(error), error.message, hint: error.hint ?? "")
        case let error as Truth.Mistake:
            self.init(exitCode: 2, "the truth file cannot be used: \(error)")
        default: self.init(exitCode: 1, "\(error)")
        }
    }

    private static func exitCode(_ code: StoreError.Code) -> Int32 {
        switch code {
        case .notFound, .ambiguous, .refused: 1
        case .malformed: 2
        case .unreachable, .timedOut, .missingSchema, .wrongVersion, .missingPrivilege, .leaseLost,
            .episodeMoved, .damaged, .server:
            3
        }
    }

    /// A value that the server refuses is the fault of whoever gave it; the rest is out of reach.
    private static func exitCode(_ error: PostgresError) -> Int32 {
        let state = error.sqlState ?? ""
        return error.code == .usage || state.hasPrefix("22") || state.hasPrefix("23") ? 2 : 3
    }

    /// Message and hint as they are printed.
    package var description: String { hint.isEmpty ? message : "\(message)\nhint: \(hint)" }
}
