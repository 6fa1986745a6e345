import Alerting
import Foundation
import Labor
import Source

extension Configuration {
    /// The database that a command needs.
    package enum Requirement: Sendable, Hashable {
        /// The source database: `source.dsn`.
        case source
        /// The store's database: `store.dsn`, or `source.dsn` when that is missing.
        case store
        /// No database.
        case none
    }

    /// The file name in messages about environment variables.
    static let environmentName = "environment"

    /// Reads a file and the environment.
    /// - Parameters:
    ///   - path: the file; nil to use only the environment and the defaults.
    ///   - environment: the process's environment variables.
    ///   - requires: the database that the command needs.
    /// - Throws: `ConfigurationError` with all problems, including that of an unreadable file.
    package static func load(
        path: String?, environment: [String: String], requires: Requirement = .source
    ) throws(ConfigurationError) -> Configuration {
        guard let path else {
            return try parse(
                text: "", file: environmentName, environment: environment, requires: requires,
                checkingFiles: true)
        }
        switch TextFile.read(path) {
        case .success(let text):
            return try parse(
                text: text, file: path, environment: environment, requires: requires,
                checkingFiles: true)
        case .failure(let problem):
            throw ConfigurationError(problems: [problem.problem])
        }
    }

    /// Reads a text in the same way as `load` reads a file.
    /// - Parameters:
    ///   - text: the YAML; an empty text means all defaults.
    ///   - file: the file's name in messages; relative paths in the text start at its directory.
    ///   - environment: the process's environment variables.
    ///   - requires: the database that the command needs.
    ///   - checkingFiles: whether the files and directories that the text names must exist.
    /// - Throws: `ConfigurationError` with all problems. Without an error, warnings and deferred
    ///   problems are in the configuration.
    package static func parse(
        text: String, file: String, environment: [String: String], requires: Requirement = .source,
        checkingFiles: Bool = false
    ) throws(ConfigurationError) -> Configuration {
        var problems: [ConfigurationProblem] = []
        guard let root = YAMLNode.read(text, file: file, problems: &problems), problems.isEmpty
        else { throw ConfigurationError(problems: problems) }
        var reader = SettingsReader(root: root, environment: environment)
        let places = Places(file: file, environment: environment, checking: checkingFiles)
        var configuration = read(&reader, places)
        configuration.check(requires, file: file, in: &reader)
        reader.reportUnknown()
        let found = reader.values.problems.inOrder()
        guard !found.contains(where: { $0.severity == .error }) else {
            throw ConfigurationError(problems: found)
        }
        configuration.warnings = found.filter { $0.severity == .warning }
        configuration.deferred = found.filter { $0.severity == .deferred }
        return configuration
    }

    /// Every key that a file may have, in the order in which they are read.
    package static var keys: [ConfigurationKey] {
        var problems: [ConfigurationProblem] = []
        guard let root = YAMLNode.read("", file: "", problems: &problems) else { return [] }
        var reader = SettingsReader(root: root, environment: [:])
        _ = read(&reader, Places(file: "", environment: [:], checking: false))
        return reader.keys
    }

    private static func read(_ reader: inout SettingsReader, _ places: Places) -> Configuration {
        let source = readSource(&reader)
        let store = Store(
            dsn: readDSN("store.dsn", fallback: "source.dsn", &reader) ?? source.dsn,
            lease: reader.duration("store.lease", .seconds(30), in: .seconds(5) ... .seconds(600)),
            statementTimeout: reader.duration(
                "store.statement_timeout", .seconds(30), in: .seconds(1) ... .seconds(3_600)))
        let timezone = readTimezone(&reader)
        let language = reader.choice("language", Language.chinese)
        let stateDirectory = readStateDirectory(&reader, places)
        let rules = readRules(&reader, places)
        let defaults = ReceiverDefaults(language: language, stateDirectory: stateDirectory)
        let receivers = readReceivers(&reader, places, defaults)
        return Configuration(
            source: source, store: store, timezone: timezone, language: language,
            stateDirectory: stateDirectory, rules: rules,
            routingFile: readFile("routing.file", "the built-in routing", &reader, places),
            measuresFile: readFile(
                "response.measures", "the built-in code table", &reader, places),
            silenceMax: reader.duration(
                "silences.max_duration", .days(30), in: .seconds(3_600) ... .days(366)),
            receivers: receivers,
            deliverySchedule: readSchedule(&reader), responseClocks: readClocks(&reader),
            log: Log(
                level: reader.choice("log.level", .info),
                format: reader.choice("log.format", .text)),
            retention: Retention(
                deliveries: reader.duration(
                    "retention.deliveries", .days(400), in: .days(1) ... .days(36_500)),
                cycles: reader.duration(
                    "retention.cycles", .days(90), in: .days(1) ... .days(36_500))),
            linksBase: readLinksBase(&reader), warnings: [])
    }

    private static func readSource(_ reader: inout SettingsReader) -> Source {
        Source(
            dsn: readDSN("source.dsn", fallback: "null", &reader),
            interval: reader.duration(
                "source.interval", .seconds(60), in: .seconds(1) ... .days(1)),
            notify: reader.flag("source.notify", true),
            windowMonths: reader.whole("source.window_months", 61, in: 14...120),
            overlap: reader.duration("source.overlap", .seconds(3_600), in: .zero ... .days(31)),
            statementTimeout: reader.duration(
                "source.statement_timeout", .seconds(60), in: .seconds(1) ... .seconds(3_600)),
            maps: readMaps(&reader))
    }

    /// Reports a missing database with a hint about the key. Otherwise the command would only
    /// report a failed connection.
    private func check(
        _ requires: Requirement, file: String, in reader: inout SettingsReader
    ) {
        let missing: (path: String, what: String)
        switch requires {
        case .source where source.dsn == nil: missing = ("source.dsn", "the bureau's figures")
        case .store where store.dsn == nil: missing = ("store.dsn", "the alerts")
        default: return
        }
        // A value that is given but wrong has been reported already.
        guard !reader.isGiven(missing.path) else { return }
        let variable = SettingsReader.variable(missing.path)
        reader.values.report([
            ConfigurationProblem(
                file: file, path: missing.path,
                message: "there is no database for \(missing.what)",
                hint: "write 'source: {dsn: \"host=/run/postgresql dbname=bureau\"}' or set "
                    + variable)
        ])
    }
}

extension Duration {
    /// Whole days of 24 hours.
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
