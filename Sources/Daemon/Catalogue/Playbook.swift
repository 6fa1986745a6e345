import Alerting
import Labor
import Store

/// What is to be done about one kind of alert: steps by tier, who is responsible, the law that they
/// rest on, and clocks where the kind has its own.
struct Playbook: Sendable {
    var kind: AlertKind
    var responsible: [Language: String]
    var basis: [[Language: String]]
    var steps: [Tier: [Language: [String]]]
    /// Whole hours.
    var clocks: [Tier: Int]
    /// Whole hours.
    var escalation: [Tier: Int]
    /// Whole days until somebody first looks at the enterprise.
    var firstVisit: [Tier: Int]

    /// Reads the playbooks of a file; what is wrong is on the reader's list.
    static func read(_ root: YAMLNode, _ reader: inout YAMLReader) -> [Playbook] {
        let entries = reader.map(root, keys: AlertKind.allCases.map(\.rawValue)) ?? []
        return entries.compactMap { entry in
            AlertKind(rawValue: entry.key).flatMap { read($0, entry.value, &reader) }
        }
    }

    private static func read(
        _ kind: AlertKind, _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> Playbook? {
        let needed = ["responsible", "basis", "steps"]
        guard
            reader.map(
                node, keys: needed + ["clocks", "escalation", "first_visit"], required: needed)
                != nil,
            let responsible = node["responsible"], let steps = node["steps"],
            let basis = node["basis"]
        else { return nil }
        return Playbook(
            kind: kind, responsible: words(responsible, &reader),
            basis: (reader.list(basis, of: "laws") ?? []).map { words($0, &reader) },
            steps: readSteps(steps, &reader),
            clocks: node["clocks"].map { hours($0, &reader) } ?? [:],
            escalation: node["escalation"].map { hours($0, &reader) } ?? [:],
            firstVisit: node["first_visit"].map { days($0, &reader) } ?? [:])
    }

    /// A text in every language.
    private static func words(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [Language: String] {
        let names = Language.allCases.map(\.rawValue)
        var words: [Language: String] = [:]
        for entry in reader.map(node, keys: names, required: names) ?? [] {
            guard let language = Language(rawValue: entry.key) else { continue }
            words[language] = reader.line(entry.value)
        }
        return words
    }

    /// Every tier has its steps in every language: an alert without any would help nobody.
    private static func readSteps(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [Tier: [Language: [String]]] {
        let tiers = Tier.allCases.map(\.rawValue)
        let names = Language.allCases.map(\.rawValue)
        var steps: [Tier: [Language: [String]]] = [:]
        for entry in reader.map(node, keys: tiers, required: tiers) ?? [] {
            guard let tier = Tier(rawValue: entry.key) else { continue }
            for list in reader.map(entry.value, keys: names, required: names) ?? [] {
                guard let language = Language(rawValue: list.key) else { continue }
                let items = reader.list(list.value, of: "steps") ?? []
                if items.isEmpty, case .list = list.value.content {
                    reader.report(list.value, "expected at least one step, found none")
                }
                steps[tier, default: [:]][language] = items.compactMap { reader.line($0) }
            }
        }
        return steps
    }

    private static func hours(_ node: YAMLNode, _ reader: inout YAMLReader) -> [Tier: Int] {
        counts(node, of: "hours", each: 3_600, in: 1...365 * 24, like: "2h or 1d", &reader)
    }

    private static func days(_ node: YAMLNode, _ reader: inout YAMLReader) -> [Tier: Int] {
        counts(node, of: "days", each: 86_400, in: 1...92, like: "1d or 5d", &reader)
    }

    /// Durations by tier that must be whole units of so many seconds.
    private static func counts(
        _ node: YAMLNode, of unit: String, each seconds: Int, in range: ClosedRange<Int>,
        like example: String, _ reader: inout YAMLReader
    ) -> [Tier: Int] {
        let bounds: ClosedRange<Duration> =
            .seconds(range.lowerBound * seconds) ... .seconds(range.upperBound * seconds)
        var counts: [Tier: Int] = [:]
        for entry in reader.map(node, keys: Tier.allCases.map(\.rawValue)) ?? [] {
            guard let tier = Tier(rawValue: entry.key),
                let time = reader.duration(entry.value, in: bounds)
            else { continue }
            let found = Int(time.components.seconds)
            if found % seconds != 0 {
                reader.report(
                    entry.value, "expected whole \(unit), found \(entry.value.words)",
                    hint: "write \(example)")
            }
            counts[tier] = found / seconds
        }
        return counts
    }

    /// The tree by which a phrasebook of a language takes the playbook in.
    func texts(_ language: Language) -> JSONValue {
        var tiers: [String: JSONValue] = [:]
        for (tier, words) in steps {
            tiers[tier.rawValue] = .array((words[language] ?? []).map { .string($0) })
        }
        var members: [String: JSONValue] = ["steps": .object(tiers)]
        if let unit = responsible[language] { members["responsible"] = .string(unit) }
        return .object(members)
    }
}

extension [Playbook] {
    /// The clocks of a configuration with those of the kinds that have their own.
    func clocks(_ common: ResponseClocks) -> ResponseClocks {
        var clocks = common
        for playbook in self {
            if !playbook.clocks.isEmpty { clocks.ownHours[playbook.kind] = playbook.clocks }
            if !playbook.escalation.isEmpty {
                clocks.escalationHours[playbook.kind] = playbook.escalation
            }
        }
        return clocks
    }

    /// When somebody first looks at the enterprise, by kind and tier.
    var visits: FirstVisits {
        FirstVisits(
            days: Dictionary(uniqueKeysWithValues: map { ($0.kind, $0.firstVisit) }))
    }
}
