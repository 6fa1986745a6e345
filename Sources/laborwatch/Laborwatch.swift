import ArgumentParser
import Daemon
import Foundation
import Labor
import Logging
import Settings

/// The command line: parses arguments, calls the verbs and prints their results.
@main
struct Laborwatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "laborwatch",
        abstract: "Sees layoffs, wage arrears and mass unemployment coming, from monthly reports.",
        discussion: """
            Exit codes: 0 done, 1 a check or test failed, 2 wrong use or configuration, \
            3 cannot reach what it needs.
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, EvaluateCommand.self, BacktestCommand.self, CheckCommand.self,
            TestRulesCommand.self, MigrateCommand.self, SourceCommand.self,
            IncidentsCommand.self, AlertsCommand.self, DeliveriesCommand.self,
            ReceiversCommand.self, RoutesCommand.self,
            SilencesCommand.self, LedgerCommand.self, RequestsCommand.self, StatusCommand.self,
            DemoCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(error)
        }
    }

    /// Prints an error and ends the process with its exit code.
    private static func end(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        // ArgumentParser ends the process after help and version; a usage error ends it with 2.
        if error is CleanExit || code == .success { exit(withError: error) }
        if code == .validationFailure || "\(type(of: error))" == "CommandError" {
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        let failure = Failure(error)
        FileHandle.standardError.write(Data("error: \(failure)\n".utf8))
        Foundation.exit(failure.exitCode)
    }
}
