import ArgumentParser
import Daemon
import Labor
import Settings
import Verbs

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check configuration, rules and texts.")

    @OptionGroup var options: ConfigOptions

    @Flag(help: "Also ask the databases: do they answer, are the schemas and rights there?")
    var connect = false

    func run() async throws {
        let (components, _) = try options.components(requires: connect ? .store : .none)
        let verb = CheckVerb(components)
        for line in try verb.summary(at: SystemClock.now()) { print(line) }
        if connect { for line in try await verb.databases() { print(line) } }
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Create or update the schemas labor and laborwatch; safe to run again.")

    @OptionGroup var options: ConfigOptions

    @Flag(help: "Only the schema laborwatch: the bureau's own tables are mapped.")
    var storeOnly = false

    func run() async throws {
        let (components, _) = try options.components(requires: storeOnly ? .store : .source)
        for sentence in try await MigrateVerb(components).run(storeOnly: storeOnly) {
            print(sentence)
        }
    }
}

struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Look at the bureau's tables, or load a file into them.",
        subcommands: [CheckSource.self, ImportSource.self])

    struct CheckSource: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Show, column by column, what the source has.",
            discussion: """
                Exit code 1 when a column that is needed is missing; its row says what it is for.

                --contract prints what a source has to have, and asks no database. With --table and \
                --format csv it prints the header of a file that source import takes.
                """)

        @OptionGroup var options: ViewOptions

        @Flag(help: "Print the contract: column, type, unit, whether it is needed, what it is for.")
        var contract = false

        @Option(help: "With --contract: region, industry, enterprise, report, event or indicator.")
        var table: String?

        func validate() throws {
            if table != nil, !contract { throw ValidationError("--table needs --contract") }
        }

        func run() async throws {
            let view = try options.view(requires: contract ? .none : .source)
            guard contract else {
                let (listing, failure) = try await SourceVerbs(view.components).check(
                    at: SystemClock.now(),
                    view.format == .text ? view.language : .english)
                view.print(listing)
                if let failure { throw failure }
                return
            }
            if let table, view.format == .csv {
                return print(try SourceVerbs.template(table), terminator: "")
            }
            view.print(try SourceVerbs.contract(table, view.language))
        }
    }

    struct ImportSource: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Load a CSV file with a header into a table of the schema labor.",
            discussion: """
                All of the file is stored, or none of it; a wrong line is named. A time without an \
                offset is one of the bureau's clock.
                """)

        @OptionGroup var options: ConfigOptions

        @Option(help: "region, industry, enterprise, report, event or indicator.")
        var table: String

        @Argument(help: "The file, UTF-8.", completion: .file(extensions: ["csv"]))
        var file: String

        func run() async throws {
            let (components, _) = try options.components(requires: .source)
            let rows = try await SourceVerbs(components).load(file, into: table)
            print("\(rows) rows loaded into labor.\(table)")
        }
    }
}
