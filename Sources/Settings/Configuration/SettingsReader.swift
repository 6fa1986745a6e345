import Labor

/// Reads settings by their path: from the environment first, then from the file, then the default.
struct SettingsReader {
    var values = YAMLReader()
    private(set) var keys: [ConfigurationKey] = []

    private let root: YAMLNode
    private let environment: [String: String]

    init(root: YAMLNode, environment: [String: String]) {
        self.root = root
        self.environment = environment
    }

    /// The environment variable of a path, for example `LABORWATCH_SOURCE_DSN`.
    static func variable(_ path: String) -> String {
        "LABORWATCH_" + path.uppercased().split(separator: ".").joined(separator: "_")
    }

    /// The value of a path from the environment or the file; nil when neither has it. An empty
    /// variable counts as missing.
    mutating func find(_ path: String, fallback: String) -> YAMLNode? {
        let variable = SettingsReader.variable(path)
        keys.append(ConfigurationKey(path: path, fallback: fallback, variable: variable))
        if let text = environment[variable], !text.isEmpty {
            return YAMLNode(file: "environment", path: variable, text: text)
        }
        return inFile(path)
    }

    /// The value of a path that only the file can set; nil when the file does not set it.
    mutating func findInFile(_ path: String, fallback: String) -> YAMLNode? {
        keys.append(ConfigurationKey(path: path, fallback: fallback, variable: nil))
        return inFile(path)
    }

    /// Adds a problem at the place where the path's value was given.
    mutating func report(_ path: String, _ message: String, hint: String) {
        let variable = SettingsReader.variable(path)
        let text = environment[variable] ?? ""
        guard text.isEmpty, let node = inFile(path) else {
            return values.report(
                YAMLNode(file: "environment", path: variable, text: text), message, hint: hint)
        }
        values.report(node, message, hint: hint)
    }

    /// Whether a path has a value, right or wrong.
    func isGiven(_ path: String) -> Bool {
        let text = environment[SettingsReader.variable(path)] ?? ""
        return !text.isEmpty || inFile(path) != nil
    }

    /// Records keys of list items, for the list of all keys.
    mutating func record(_ more: [ConfigurationKey]) {
        keys += more
    }

    private func inFile(_ path: String) -> YAMLNode? {
        var node: YAMLNode? = root
        for part in path.split(separator: ".") { node = node?[String(part)] }
        return node
    }

    mutating func duration(
        _ path: String, _ fallback: Duration, in range: ClosedRange<Duration>
    ) -> Duration {
        find(path, fallback: fallback.shortText).flatMap { values.duration($0, in: range) }
            ?? fallback
    }

    mutating func whole(_ path: String, _ fallback: Int, in range: ClosedRange<Int>) -> Int {
        find(path, fallback: "\(fallback)").flatMap { values.whole($0, in: range) } ?? fallback
    }

    mutating func flag(_ path: String, _ fallback: Bool) -> Bool {
        find(path, fallback: "\(fallback)").flatMap { values.flag($0) } ?? fallback
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ path: String, _ fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        find(path, fallback: fallback.rawValue).flatMap { values.choice($0, of: Choice.self) }
            ?? fallback
    }

    /// A text on one line; nil when it is not given.
    mutating func line(_ path: String, fallback: String = "null", expected: String) -> String? {
        find(path, fallback: fallback).flatMap { values.line($0, expected: expected) }
    }

    /// The items of a list of scalars; nil when it is not given. In an environment variable, commas
    /// separate the items.
    mutating func items(_ path: String, fallback: String, of what: String) -> [YAMLNode]? {
        guard let node = find(path, fallback: fallback) else { return nil }
        guard node.line == 0, case .scalar(let text, _) = node.content else {
            return values.list(node, of: what)
        }
        return text.split(separator: ",").map { part in
            let trimmed = part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
            return YAMLNode(
                file: node.file, path: node.path, text: String(trimmed.reversed()))
        }
    }

    /// Reports the keys of the file and the `LABORWATCH_…` variables that no setting has read. It
    /// must be called last.
    mutating func reportUnknown() {
        report(unknownIn: root, prefix: "")
        let known = Set(keys.compactMap(\.variable)).union(SettingsReader.foreign)
        for name in environment.keys.sorted()
        where name.hasPrefix("LABORWATCH_") && !known.contains(name) {
            values.report([
                ConfigurationProblem(
                    severity: .warning, file: "environment", path: name,
                    message: "no setting has this variable; it is ignored",
                    hint: NearestName.near(name, among: known.sorted())
                        .map { "did you mean '\($0)'?" } ?? "unset it")
            ])
        }
    }

    /// Variables with the prefix `LABORWATCH_` that are not settings: for tests, scripts and the
    /// command line.
    static let foreign: Set<String> = [
        "LABORWATCH_TEST_DSN", "LABORWATCH_CONFIG", "LABORWATCH_BUILD",
    ]

    private mutating func report(unknownIn node: YAMLNode, prefix: String) {
        let inner = keys.map(\.path).filter { $0.hasPrefix(prefix) }
            .map { $0.dropFirst(prefix.count).prefix { $0 != "." && $0 != "[" } }
        let known = Set(inner.map(String.init)).sorted()
        guard let entries = values.map(node, keys: known) else { return }
        for entry in entries where known.contains(entry.key) && !entry.value.isNull {
            let path = prefix + entry.key
            guard !keys.contains(where: { $0.path == path }) else { continue }
            report(unknownIn: entry.value, prefix: path + ".")
        }
    }
}
