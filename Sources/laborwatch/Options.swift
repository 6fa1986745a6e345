import ArgumentParser
import Daemon
import Foundation
import Labor
import Logging
import Settings
import Verbs

/// The option for the configuration file, shared by all commands.
struct ConfigOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            The configuration file; without it $LABORWATCH_CONFIG, else \
            /etc/laborwatch/laborwatch.yaml where that is.
            """)
    var config: String?

    /// The configuration file; nil when no file exists, so that all settings come from the
    /// environment.
    var path: String? {
        if let config { return config }
        if let named = ProcessInfo.processInfo.environment["LABORWATCH_CONFIG"] { return named }
        let standard = "/etc/laborwatch/laborwatch.yaml"
        return FileManager.default.fileExists(atPath: standard) ? standard : nil
    }

    /// The components with configuration, rules and texts, and a logger with the configured level
    /// and format.
    func components(
        requires: Configuration.Requirement = .store
    ) throws -> (components: Components, logger: Logger) {
        let environment = ProcessInfo.processInfo.environment
        let components = try Components(path: path, environment: environment, requires: requires)
        let log = components.configuration.log
        let handler = LineLog(
            level: Logger.Level(rawValue: log.level.rawValue) ?? .info,
            format: log.format == .json ? .json : .text,
            isJournal: environment["JOURNAL_STREAM"] != nil, clock: SystemClock.now)
        return (components, Logger(label: "laborwatch") { _ in handler })
    }
}

/// The options of every command that shows data: configuration, format and language.
struct ViewOptions: ParsableArguments {
    @OptionGroup var config: ConfigOptions

    @Option(name: .long, help: "text, json, jsonl or csv.")
    var format: Listing.Format = .text

    @Option(name: .long, help: "zh-CN or en; without it the configured language.")
    var lang: Language?

    /// The components, with the format and language for output.
    func view(requires: Configuration.Requirement = .store) throws -> View {
        let (components, logger) = try config.components(requires: requires)
        return View(
            components: components, logger: logger, format: format,
            language: language(components))
    }

    /// The output language.
    func language(_ components: Components) -> Language {
        lang ?? components.configuration.language
    }
}

/// The components, with the format and language for output.
struct View {
    let components: Components
    let logger: Logger
    let format: Listing.Format
    let language: Language

    /// Prints several tables, in colour on a terminal.
    func print(_ listings: [Listing]) throws {
        let output = Output()
        output.write(
            try Listing.printed(
                listings, format, language: language, isColoured: output.isTerminal))
        output.flush()
    }

    /// Prints a table, in colour on a terminal.
    func print(_ listing: Listing) {
        let output = Output()
        output.write(
            listing.printed(format, language: language, isColoured: output.isTerminal))
        output.flush()
        // A program that reads the rows must know that rows are missing.
        if listing.leavesOut, format != .text, let remark = listing.remark[language] {
            FileHandle.standardError.write(Data((remark + "\n").utf8))
        }
    }
}

/// A number of days in the form `5d`, 0 to 366.
struct DayCount: ExpressibleByArgument {
    let days: Int

    init?(argument: String) {
        guard argument.hasSuffix("d"), let days = Int(argument.dropLast()), (0...366).contains(days)
        else { return nil }
        self.days = days
    }
}

extension Listing.Format: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}
extension Replay.Step: ExpressibleByArgument {}
extension StatusVerb.QualityTable: ExpressibleByArgument {}

extension Period: ExpressibleByArgument {
    /// A month in the form `YYYY-MM`.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension Day: ExpressibleByArgument {
    /// A day in the form `YYYY-MM-DD`.
    public init?(argument: String) {
        self.init(argument)
    }
}
