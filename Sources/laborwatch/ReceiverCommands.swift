import ArgumentParser
import Labor
import Settings
import Verbs

struct ReceiversCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receivers", abstract: "See who is told, and try whether they hear.",
        subcommands: [
            ListReceivers.self, TestReceiver.self, ReceiverHealthCommand.self, EnableReceiver.self,
        ])
}

struct ListReceivers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the receivers that are configured.")

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view(requires: .none)
        view.print(ReceiverVerbs(view.components, logger: view.logger).list())
    }
}

struct TestReceiver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a message marked TEST to one receiver and print its answer.")

    @OptionGroup var options: ConfigOptions

    @Option(help: "The tier to try: blue, yellow, orange or red, which may call people.")
    var tier = Tier.blue

    @Argument(help: "The receiver's name.")
    var name: String

    func run() async throws {
        let (components, logger) = try options.components(requires: .none)
        let verbs = ReceiverVerbs(components, logger: logger)
        for line in try await verbs.test(name, tier: tier) { print(line) }
    }
}
