import Daemon
import Deliver
import Detect
import Labor
import Postgres
import Settings
import Source
import Store
import Testing
import Verbs

/// What an error means for who called the program: 1 a check failed, 2 wrong use, 3 out of reach.
struct FailureTests {
    private static let errors: [(any Error, Int32)] = [
        (Failure(exitCode: 1, "no"), 1),
        (ConfigurationError(problems: [.init(file: "a", message: "no")]), 2),
        (RuleError(rule: "layoff.statutory", path: "tiers", message: "no"), 2),
        (SourceError(.missingPrivilege, "no", hint: "grant"), 3),
        (StoreError(.notFound, "no"), 1), (StoreError(.ambiguous, "no"), 1),
        (StoreError(.refused, "no"), 1), (StoreError(.unreachable, "no"), 3),
        (StoreError(.missingSchema, "no"), 3), (StoreError(.wrongVersion, "no"), 3),
        (StoreError(.leaseLost, "no"), 3),
        (PostgresError(.connectionFailed, "no"), 3),
        (PostgresError(.server, "no", sqlState: "42501"), 3),
        (PostgresError(.server, "no", sqlState: "22P02"), 2),
        (PostgresError(.server, "no", sqlState: "23505"), 2),
        (PostgresError(.usage, "no"), 2),
        (CancellationError(), 1),
    ]

    @Test func `every error has the exit code of the contract`() {
        for (error, code) in FailureTests.errors {
            #expect(Failure(error).exitCode == code, "\(error)")
        }
    }

    @Test func `message and hint are kept, the hint on a line of its own`() {
        let failure = Failure(StoreError(.missingSchema, "it is not there", hint: "make it"))
        #expect(failure.description == "it is not there\nhint: make it")
        #expect(Failure(exitCode: 2, "so it is").description == "so it is")
    }

    @Test func `a wrong truth file is wrong use, and its line is named`() {
        do {
            _ = try Truth(csv: "subject_type,subject_id,kind,onset,end,is_event\nfirm,1,layoff,,,0")
            Issue.record("it was read")
        } catch {
            let failure = Failure(error)
            #expect(failure.exitCode == 2)
            #expect(failure.message.contains("line 2: unknown subject_type 'firm'"))
        }
    }

    @Test func `a failure stays what it is`() {
        let failure = Failure(exitCode: 3, "gone", hint: "look")
        #expect(Failure(failure) == failure)
    }
}
