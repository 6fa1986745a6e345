import ArgumentParser
import Settings
import Verbs

struct TestRulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-rules",
        abstract: "Run the tests of the rules: made-up reports in, alert events out.",
        discussion: "Without a file the built-in tests run. Needs no database.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "Test files, or directories of them.", completion: .file(extensions: ["yaml"]))
    var files: [String] = []

    func run() async throws {
        let (components, _) = try options.components(requires: .none)
        let output = Output()
        let summary = try TestRulesVerb(components).run(files) { output.write($0 + "\n") }
        output.flush()
        if summary.failed > 0 { throw ExitCode(1) }
    }
}
