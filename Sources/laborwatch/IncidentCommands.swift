import ArgumentParser
import Daemon
import Foundation
import Labor
import Settings
import Verbs

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "Show what happened, with the alerts that saw it, and answer it.",
        discussion: """
            An incident is one thing that happened. Its alerts are the record of which rule saw it. \
            People are told of incidents and answer incidents.
            """,
        subcommands: [
            ListIncidents.self, OverdueIncidents.self, ShowIncident.self, ExplainIncident.self,
            AcknowledgeIncidents.self, AssignIncident.self, NoteIncident.self,
            ResolveIncidents.self, JudgeIncident.self,
        ])

    /// The help of the argument ID.
    static let idHelp: ArgumentHelp = """
        The id of the incident or of one of its alerts, or at least its first eight characters.
        """
}

struct ListIncidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List incidents, the highest tier first, then the latest.")

    @OptionGroup var options: ViewOptions
    @OptionGroup var list: ListOptions

    @Flag(
        help: """
            Only incidents that are on record only: nobody is told of them, and they are to be \
            verified. Without it they are left out.
            """)
    var record = false

    func run() async throws {
        let view = try options.view()
        let listing = try await IncidentVerbs(view.components).list(
            list.selection, isRecordOnly: record, language: view.language)
        view.print(listing)
    }
}

struct OverdueIncidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overdue",
        abstract: """
            List incidents that nobody answered in time, or that should be lifted by now, the \
            highest tier first, then the oldest.
            """)

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view()
        let listing = try await IncidentVerbs(view.components).overdue(
            at: SystemClock.now(), language: view.language)
        view.print(listing)
    }
}

struct ShowIncident: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the events and the alerts of one incident.")

    @OptionGroup var options: ViewOptions

    @Argument(help: IncidentsCommand.idHelp)
    var id: String

    func run() async throws {
        let view = try options.view()
        print(
            try await IncidentVerbs(view.components).show(
                id, format: view.format, language: view.language), terminator: "")
    }
}

struct ExplainIncident: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why each alert of an incident fired, and tell what became of the incident.",
        discussion: """
            Each alert in short, as laborwatch alerts explain says it in full; then the events, \
            receivers, deliveries and the verdict of the incident. Exit code 1 when a figure of an \
            alert differs from what was stored, 3 when the source cannot be read.
            """)

    @OptionGroup var options: ViewOptions

    @Flag(inversion: .prefixedNo, help: "Evaluate the rules again and compare.")
    var recompute = true

    @Option(help: "At most so many alerts.")
    var limit = 20

    @Argument(help: IncidentsCommand.idHelp)
    var id: String

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        let view = try options.view()
        let output = Output()
        let answer = try await IncidentVerbs(view.components).explain(
            .init(
                id, recomputes: recompute, format: view.format, language: view.language,
                isColoured: output.isTerminal), limit: limit)
        output.write(answer.text)
        output.flush()
        if let failure = answer.failure { throw failure }
    }
}

/// The incidents of a step about several: by their ids, or by a filter.
struct TargetOptions: ParsableArguments {
    @Argument(
        help: "The ids of incidents or of their alerts, or at least their first eight characters.")
    var id: [String] = []

    @OptionGroup var filter: FilterOptions

    @Flag(help: "Do it. Without it a filter only lists the incidents that it matches.")
    var yes = false

    func validate() throws {
        if id.isEmpty, filter.isEmpty {
            throw ValidationError(
                "give the ids of incidents, or a filter: --region, --kind, --tier, --rule")
        }
        if !id.isEmpty, !filter.isEmpty {
            throw ValidationError("give ids or a filter, not both")
        }
    }

    /// The ids of the incidents; empty after a preview.
    func ids(_ view: View, for step: IncidentVerbs.Step) async throws -> [String] {
        guard id.isEmpty else { return id }
        let choice = try await IncidentVerbs(view.components).choose(
            filter.selection, for: step, language: view.language)
        if yes, !choice.ids.isEmpty { return choice.ids }
        view.print(choice.preview)
        if !choice.ids.isEmpty, view.format == .text {
            print(
                view.language == .chinese
                    ? "以上\(choice.ids.count)件尚未办理；加 --yes 办理"
                    : "\(choice.ids.count) incidents, nothing is done yet: add --yes to do it")
        }
        return []
    }
}

struct AcknowledgeIncidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Take incidents on at their present tier: no more reminders until they rise.",
        discussion: "Several at one time are one step, and people get one message about them.")

    @OptionGroup var options: ViewOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var person: PersonOptions

    func run() async throws {
        let view = try options.view()
        let ids = try await targets.ids(view, for: .acknowledge)
        guard let first = ids.first else { return }
        try await person.ask(
            .acknowledge(alert: first, also: Array(ids.dropFirst())), view.components)
    }
}

struct ResolveIncidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "End incidents with all their alerts by a person's word.",
        discussion: """
            A cause that still stands raises new alerts at the next evaluation. Several at one time \
            are one step, and people get one message about them.
            """)

    @OptionGroup var options: ViewOptions
    @OptionGroup var targets: TargetOptions
    @OptionGroup var person: PersonOptions

    func run() async throws {
        let view = try options.view()
        let ids = try await targets.ids(view, for: .resolve)
        guard let first = ids.first else { return }
        try await person.ask(
            .resolve(alert: first, also: Array(ids.dropFirst())), view.components)
    }
}

struct AssignIncident: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Give an incident to a person or unit.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: IncidentsCommand.idHelp)
    var id: String

    @Argument(help: "The person or unit.")
    var assignee: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components()
        let id = try await IncidentVerbs(components).incident(of: id)
        try await person.ask(.assign(alert: id, to: assignee), components)
    }
}

struct NoteIncident: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Write something beside an incident.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: IncidentsCommand.idHelp)
    var id: String

    @Argument(help: "What is worth knowing.")
    var text: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components()
        let id = try await IncidentVerbs(components).incident(of: id)
        try await person.ask(.note(alert: id, text), components)
    }
}

struct JudgeIncident: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Note what an incident turned out to be; it counts for every rule that took part."
    )

    @OptionGroup var options: ConfigOptions

    @Argument(help: IncidentsCommand.idHelp)
    var id: String

    @Argument(help: "confirmed, false_alarm, transfer, seasonal; none takes a verdict back.")
    var verdict: Judgement

    @Option(help: "Why, in your own words; replaces an earlier note.")
    var note: String?

    @OptionGroup var person: PersonOptions

    func run() async throws {
        let (components, _) = try options.components()
        let id = try await IncidentVerbs(components).incident(of: id)
        try await person.ask(.judge(alert: id, verdict, note: note), components)
    }
}
