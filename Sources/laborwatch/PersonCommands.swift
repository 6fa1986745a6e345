import ArgumentParser
import Daemon
import Settings
import Verbs

struct AcknowledgeAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Take an alert on at its present tier: no more reminders until it rises.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components(requires: .source)
        let done = try await PersonVerbs(components).perform(
            .acknowledge, on: id, by: person.by, at: SystemClock.now())
        print("\(done.alert) acknowledged by \(done.actor)")
    }
}

struct ResolveAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "End an alert by a person's word.",
        discussion: "A cause that still stands raises a new alert at the next evaluation.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components(requires: .source)
        let done = try await PersonVerbs(components).perform(
            .resolve, on: id, by: person.by, at: SystemClock.now())
        print("\(done.alert) resolved by \(done.actor)")
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

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components()
        let done = try await PersonVerbs(components).judge(
            id, as: verdict, note: note, by: person.by, at: SystemClock.now())
        print("\(done.alert) verdict \(verdict.rawValue) by \(done.actor)")
    }
}

struct AssignAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Give an alert to a person or unit.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @Argument(help: "The person or unit.")
    var assignee: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components()
        let done = try await PersonVerbs(components).assign(
            id, to: assignee, by: person.by, at: SystemClock.now())
        print("\(done.alert) assigned to \(assignee) by \(done.actor)")
    }
}

struct NoteAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Write something beside an alert.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    @Argument(help: "What is worth knowing.")
    var text: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components()
        let done = try await PersonVerbs(components).note(
            id, text, by: person.by, at: SystemClock.now())
        print("\(done.alert) noted by \(done.actor)")
    }
}

/// The person in whose name an officer acts. The operating system provides the officer's own
/// account.
struct PersonOptions: ParsableArguments {
    @Option(help: "In whose name, when not your own; your account is recorded in any case.")
    var by: String?
}

extension PersonVerbs.Judgement: ExpressibleByArgument {}
