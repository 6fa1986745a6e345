import ArgumentParser
import Daemon

struct AcknowledgeAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Take an alert on at its present tier: no more reminders until it rises.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @Option(help: "Who takes it on.")
    var by: String

    func run() async throws {
        let (workshop, _) = try options.workshop(requires: .source)
        let alert = try await PersonVerbs(workshop).perform(
            .acknowledge, on: id, by: by, at: SystemClock.now())
        print("\(alert) acknowledged by \(by)")
    }
}

struct ResolveAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "End an alert by a person's word.",
        discussion: "A cause that still stands raises a new alert at the next evaluation.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @Option(help: "Who ends it.")
    var by: String

    func run() async throws {
        let (workshop, _) = try options.workshop(requires: .source)
        let alert = try await PersonVerbs(workshop).perform(
            .resolve, on: id, by: by, at: SystemClock.now())
        print("\(alert) resolved by \(by)")
    }
}

struct JudgeAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Note what an alert turned out to be; status --quality counts it.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @Argument(help: "confirmed, false_alarm, transfer, seasonal; none takes a verdict back.")
    var verdict: PersonVerbs.Judgement

    @Option(help: "Why, in your own words; replaces an earlier note.")
    var note: String?

    func run() async throws {
        let (workshop, _) = try options.workshop()
        let alert = try await PersonVerbs(workshop).judge(id, as: verdict, note: note)
        print("\(alert) verdict \(verdict.rawValue)")
    }
}

extension PersonVerbs.Judgement: ExpressibleByArgument {}
