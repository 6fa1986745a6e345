import Alerting
import Daemon
import Detect
import Labor
import Settings
import Source

/// Reads test files and collects the mistakes of all files.
struct RuleTestReader {
    var reader = YAMLReader()
    private(set) var tests: [RuleTest] = []

    private let zone: Zone
    private let windowMonths: Int
    private let rules: [RuleID]
    private let evaluated: Set<RuleID>

    private static let keys = [
        "name", "regions", "enterprises", "series", "reported", "events", "indicators", "health",
        "rules", "evaluate", "expect",
    ]

    init(_ components: Components) {
        zone = components.zone
        windowMonths = components.configuration.source.windowMonths
        rules = components.catalogue.definitions.map(\.id)
        evaluated = components.catalogue.evaluated
    }

    /// Reads the tests of one file.
    mutating func read(_ source: CatalogueFile) {
        var problems: [ConfigurationProblem] = []
        let root = YAMLNode.read(source.text, file: source.name, problems: &problems)
        reader.report(problems)
        guard problems.isEmpty, let root,
            reader.map(root, keys: ["tests"], required: ["tests"]) != nil,
            let list = root["tests"].flatMap({ reader.list($0, of: "tests") })
        else { return }
        if list.isEmpty {
            reader.report(root, "there is no test in the file", hint: "add '- name: …' to tests")
        }
        for node in list { readTest(node) }
    }

    private mutating func readTest(_ node: YAMLNode) {
        let before = reader.problems.count
        let required = ["name", "evaluate", "expect"]
        guard reader.map(node, keys: RuleTestReader.keys, required: required) != nil else {
            return
        }
        let name = node["name"].flatMap { reader.line($0, expected: "a name") } ?? ""
        var bureau = RuleTestBureau(zone: zone)
        bureau.read(node, &reader)
        let replay = node["evaluate"].flatMap { readReplay($0) }
        let health = node["health"].map { RuleTestHealth.read($0, &reader) }
        let named = node["rules"].map { readRules($0) }
        let expected = node["expect"].map { readExpected($0, replay) } ?? []
        guard reader.problems.count == before, let replay else { return }
        let judged = Set(expected.compactMap { $0.values["rule"].map { RuleID($0) } })
        // A test that expects nothing and names no rule evaluates all rules.
        let chosen = named.map(Set.init) ?? (judged.isEmpty ? evaluated : judged)
        tests.append(
            RuleTest(
                name: name, file: node.file, line: node.line,
                tape: bureau.tape(windowMonths: windowMonths), replay: replay,
                health: health, rules: chosen.union(judged), expected: expected))
    }

    private mutating func readReplay(_ node: YAMLNode) -> Replay? {
        guard reader.map(node, keys: ["from", "to", "every"], required: ["from", "to"]) != nil
        else { return nil }
        let every = node["every"].flatMap { reader.choice($0, of: Replay.Step.self) } ?? .month
        guard let first = node["from"].flatMap({ reader.period($0) }),
            let last = node["to"].flatMap({ reader.period($0) })
        else { return nil }
        guard (0..<SeriesNotation.monthsMax).contains(last.months(since: first)) else {
            reader.report(
                node, "the months from \(first) to \(last) cannot be evaluated",
                hint: "give the earlier month first, and \(SeriesNotation.monthsMax) at most")
            return nil
        }
        return Replay(from: first, through: last, every: every)
    }

    private mutating func readRules(_ node: YAMLNode) -> [RuleID] {
        (reader.list(node, of: "rules") ?? []).compactMap { readRule($0) }
    }

    private mutating func readRule(_ node: YAMLNode) -> RuleID? {
        guard let text = reader.line(node, expected: "a rule's name") else { return nil }
        let id = RuleID(text)
        guard rules.contains(id) else {
            reader.report(
                node, "there is no rule '\(id)'",
                hint: NearestName.hint(text, among: rules.map(\.rawValue)))
            return nil
        }
        return id
    }

    private mutating func readExpected(_ node: YAMLNode, _ replay: Replay?) -> [EventLine] {
        var lines: [EventLine] = []
        for item in reader.list(node, of: "events") ?? [] {
            let entries = reader.map(
                item, keys: EventLine.keys, required: EventLine.required)
            var values: [String: String] = [:]
            for entry in entries ?? [] where !entry.value.isNull {
                values[entry.key] = readValue(entry, replay)
            }
            lines.append(EventLine(values))
        }
        return lines
    }

    /// The value of a key of an expected event, as the text that the event itself would have; nil,
    /// with a problem reported, for an invalid value.
    private mutating func readValue(_ entry: YAMLNode.Entry, _ replay: Replay?) -> String? {
        let node = entry.value
        switch entry.key {
        case "as_of":
            guard let day = reader.day(node) else { return nil }
            if let replay, !replay.days.contains(day) {
                reader.report(
                    node, "\(day) is not evaluated",
                    hint: "write the last day of a month of 'evaluate', or set its 'every'")
            }
            return day.description
        case "rule": return readRule(node)?.rawValue
        case "subject": return readSubject(node)
        case "what": return reader.choice(node, of: AlertWhat.self)?.rawValue
        case "tier": return reader.choice(node, of: Tier.self)?.rawValue
        case "state": return reader.choice(node, of: AlertState.self)?.rawValue
        case "reason": return reader.choice(node, of: Reason.self)?.rawValue
        case "period": return reader.period(node)?.description
        case "persons": return reader.whole(node, in: 0...Int(Int32.max)).map { String($0) }
        default: return reader.line(node, expected: "a title")
        }
    }

    private mutating func readSubject(_ node: YAMLNode) -> String? {
        guard let text = reader.line(node, expected: "a subject") else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1)
        let types = SubjectType.allCases.map(\.rawValue)
        guard parts.count == 2, types.contains(String(parts[0])) else {
            reader.report(
                node, "expected a type and an id, found '\(text)'",
                hint: "write \"enterprise:1\"; types are " + types.joined(separator: ", "))
            return nil
        }
        return text
    }
}

extension YAMLReader {
    /// Reads a month, `2025-01`; otherwise nil, with a problem reported.
    mutating func period(_ node: YAMLNode) -> Period? {
        if case .scalar(let text, _) = node.content, let period = Period(text) { return period }
        report(node, "expected a month, found \(node.words)", hint: "write YYYY-MM")
        return nil
    }

    /// Reads a day, `2025-01-31`; otherwise nil, with a problem reported.
    mutating func day(_ node: YAMLNode) -> Day? {
        if case .scalar(let text, _) = node.content, let day = Day(text) { return day }
        report(node, "expected a day, found \(node.words)", hint: "write YYYY-MM-DD")
        return nil
    }
}
