import ArgumentParser
import Daemon
import Verbs

struct ReceiverHealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Show which receivers fail, are disabled or have deliveries waiting.")

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view()
        let listing = try await ReceiverStateVerbs(view.components).health()
        view.print(listing)
    }
}

struct EnableReceiver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Tell a receiver again that had said it is gone.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The receiver's name.")
    var name: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await person.ask(.enable(receiver: name), options)
    }
}
