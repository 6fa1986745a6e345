import ArgumentParser
import Daemon
import Foundation
import Labor
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
        try await person.ask(.acknowledge(alert: id), options)
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
        try await person.ask(.resolve(alert: id), options)
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
    var verdict: Judgement

    @Option(help: "Why, in your own words; replaces an earlier note.")
    var note: String?

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await person.ask(.judge(alert: id, verdict, note: note), options)
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
        try await person.ask(.assign(alert: id, to: assignee), options)
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
        try await person.ask(.note(alert: id, text), options)
    }
}

/// The person in whose name an officer acts. The database provides the officer's own account.
struct PersonOptions: ParsableArguments {
    @Option(help: "In whose name, when not your own; your account is recorded in any case.")
    var by: String?

    /// Requests a step and prints the result.
    func ask(_ step: PersonStep, _ options: ConfigOptions) async throws {
        try await ask(step, options.components().components)
    }

    /// Requests a step and prints the result.
    func ask(_ step: PersonStep, _ components: Components) async throws {
        let reply = try await StepAsker(components).ask(step, by: by)
        for warning in reply.warnings {
            FileHandle.standardError.write(Data((ForeignText.printable(warning) + "\n").utf8))
        }
        print(ForeignText.printable(reply.sentence))
    }
}

extension Judgement: ExpressibleByArgument {}
