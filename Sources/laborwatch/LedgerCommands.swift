import ArgumentParser
import Daemon
import Foundation
import Labor
import Settings
import Verbs

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Keep the ledger of enterprises in difficulty (困难企业帮扶台账).",
        discussion: "An orange or red alert of an enterprise opens a case by itself.",
        subcommands: [
            ListLedger.self, ShowCase.self, OpenCase.self, NoteMeasure.self, CheckPlan.self,
            FollowUp.self, CloseCase.self, ExportLedger.self, LedgerCodeTable.self,
        ])
}

/// Options that select cases.
struct CaseOptions: ParsableArguments {
    @Flag(help: "Closed cases, too.")
    var all = false

    @Flag(help: "Only those that somebody should have looked at.")
    var overdue = false

    func validate() throws {
        if all, overdue { throw ValidationError("--all and --overdue exclude each other") }
    }

    var choice: LedgerVerbs.Choice { all ? .all : overdue ? .overdue : .open }
}

struct ListLedger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the cases that run, the latest first.")

    @OptionGroup var options: ViewOptions
    @OptionGroup var cases: CaseOptions

    func run() async throws {
        let view = try options.view()
        let listing = try await LedgerVerbs(view.components).list(
            cases.choice, at: SystemClock.now(), language: view.language)
        view.print(listing)
    }
}

struct ShowCase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a case, the check list of its layoff plan and what was noted.")

    @OptionGroup var options: ViewOptions

    @Argument(help: "The case's number.")
    var id: Int64

    func run() async throws {
        let view = try options.view()
        let text = try await LedgerVerbs(view.components).show(
            id, format: view.format, language: view.language)
        print(text, terminator: "")
    }
}

struct OpenCase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a case by hand; the one that runs is kept.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "The enterprise's id.")
    var enterprise: String

    @Option(help: "Its name; needed where no alert tells it.")
    var name: String?

    @Option(help: "Why.")
    var note: String?

    @Option(help: "Until when somebody has to look, YYYY-MM-DD; without it as the playbook says.")
    var due: Day?

    func run() async throws {
        try await person.ask(
            .openCase(enterprise: enterprise, name: name, note: note, due: due), options)
    }
}

struct NoteMeasure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Note what was done; laborwatch ledger codes lists it.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "The case's number.")
    var id: Int64

    @Argument(help: "A measure by code or name, such as rotation or 轮岗轮休.")
    var code: String

    @Option(help: "For how many persons.")
    var persons: Int?

    @Option(help: "In your own words.")
    var note: String?

    func run() async throws {
        try await person.ask(
            .addMeasure(case: id, code: code, persons: persons, note: note), options)
    }
}

struct CheckPlan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Answer an item of the check list of a layoff plan.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "The case's number.")
    var id: Int64

    @Argument(help: "names, time, steps, compensation, thirty_days …")
    var item: String

    @Argument(help: "yes, no or not_applicable.")
    var answer: String

    @Option(help: "In your own words.")
    var note: String?

    func run() async throws {
        try await person.ask(
            .answerCheck(case: id, item: item, answer: answer, note: note), options)
    }
}

struct FollowUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow-up", abstract: "Note that somebody looked, and when to look again.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "The case's number.")
    var id: Int64

    @Argument(help: "What was found.")
    var note: String

    @Option(help: "Until when somebody looks again, YYYY-MM-DD; without it nobody has to.")
    var due: Day?

    func run() async throws {
        try await person.ask(.followUp(case: id, note: note, due: due), options)
    }
}

struct CloseCase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a case.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "The case's number.")
    var id: Int64

    @Argument(help: "recovered, closed_down, mistaken …, by code or name; laborwatch ledger codes.")
    var reason: String

    @Option(help: "In your own words.")
    var note: String?

    func run() async throws {
        try await person.ask(.closeCase(id, reason: reason, note: note), options)
    }
}

struct ExportLedger: AsyncParsableCommand {
    /// The file formats.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case csv, xlsx
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the ledger into a file for a spreadsheet.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var cases: CaseOptions

    @Option(help: "csv: the cases; xlsx: cases, entries and codes.")
    var format: Form = .xlsx

    @Option(help: "zh-CN or en; without it the configured language.")
    var lang: Language?

    @Option(help: "The file to write; without it standard output.")
    var output: String?

    func run() async throws {
        let (components, _) = try options.components()
        let bytes = try await LedgerVerbs(components).export(
            cases.choice, asWorkbook: format == .xlsx, at: SystemClock.now(),
            language: lang ?? components.configuration.language)
        guard let output else {
            FileHandle.standardOutput.write(Data(bytes))
            return
        }
        do {
            try Data(bytes).write(to: URL(filePath: output), options: .atomic)
        } catch {
            throw Failure(
                exitCode: 3, "\(output) cannot be written: \(error.localizedDescription)",
                hint: "check the directory and its permissions")
        }
    }
}

struct LedgerCodeTable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "List measures, check list and reasons for closing.")

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view(requires: .none)
        view.print(LedgerVerbs(view.components).codeTable(view.language))
    }
}
