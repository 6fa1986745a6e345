import ArgumentParser
import Daemon
import Verbs

struct RequestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "See which steps people asked for, and what became of them.",
        subcommands: [ListRequests.self])
}

struct ListRequests: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the steps that people asked for, the newest first.")

    @OptionGroup var options: ViewOptions

    @Option(help: "pending, done or refused.")
    var state: String?

    @Option(help: "At most so many.")
    var limit = 100

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        let view = try options.view()
        view.print(try await RequestVerbs(view.components).list(state: state, limit: limit))
    }
}
