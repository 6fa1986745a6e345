import ArgumentParser
import Daemon

struct ReceiverHealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Show which receivers fail, are disabled or have deliveries waiting.")

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view()
        let listing = try await ReceiverStateVerbs(view.workshop).health()
        view.print(listing)
    }
}

struct EnableReceiver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Tell a receiver again that had said it is gone.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The receiver's name.")
    var name: String

    func run() async throws {
        let (workshop, _) = try options.workshop()
        try await ReceiverStateVerbs(workshop).enable(name)
        print("\(name) is enabled")
    }
}
