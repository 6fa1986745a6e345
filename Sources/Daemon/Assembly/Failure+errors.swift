import Deliver
import Detect
import Postgres
package import Settings
import Source
import Store

extension Failure {
    /// A failure from any error, with the exit code and hint for the command line.
    package init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as any FailureConvertible: self = error.failure
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

    /// The exit code: 2 for a value that the server rejects, because the user gave it; otherwise 3.
    private static func exitCode(_ error: PostgresError) -> Int32 {
        let state = error.sqlState ?? ""
        return error.code == .usage || state.hasPrefix("22") || state.hasPrefix("23") ? 2 : 3
    }
}
