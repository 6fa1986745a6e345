import ArgumentParser
import Daemon

struct ReceiverHealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Show which receivers fail, are disabled or have deliveries waiting.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let (workshop, _) = try options.workshop()
        let listing = try await ReceiverStateVerbs(workshop).health()
        print(
            listing.printed(format.format, language: format.language(workshop)), terminator: "")
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
