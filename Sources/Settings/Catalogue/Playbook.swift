package import Alerting
package import Labor

/// The playbook of one kind of alert: steps per tier, the responsible unit, the legal basis, and
/// the kind's own clocks, if any.
package struct Playbook: Sendable {
    /// The kind of alert.
    package var kind: AlertKind
    /// The responsible unit.
    package var responsible: [Language: String]
    /// The laws and regulations on which the steps are based, in order; each in both languages.
    package var basis: [[Language: String]]
    /// The steps by tier and language, in the order in which they are taken.
    package var steps: [Tier: [Language: [String]]]
    /// The time to an answer at level 0, by tier.
    package var clocks: [Tier: Duration]
    /// The time to an answer at each level above, by tier.
    var escalation: [Tier: Duration]
    /// The number of whole days until the first visit to the enterprise, by tier.
    package var firstVisit: [Tier: Int]

    /// The shortest and longest allowed clock. A shorter clock would expire between two polls.
    package static let waits: ClosedRange<Duration> = .seconds(60) ... .days(365)

    /// Reads the playbooks of a file; problems are added to the reader.
    package static func read(_ root: YAMLNode, _ reader: inout YAMLReader) -> [Playbook] {
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
            clocks: node["clocks"].map { readWaits($0, &reader) } ?? [:],
            escalation: node["escalation"].map { readWaits($0, &reader) } ?? [:],
            firstVisit: node["first_visit"].map { readDays($0, &reader) } ?? [:])
    }

    /// A text in each language; both languages are required.
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

    /// The steps of each tier in each language. All are required, because an alert without steps is
    /// of no use.
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

    private static func readWaits(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [Tier: Duration] {
        times(node, &reader) { entry, reader in reader.duration(entry, in: waits) }
    }

    private static func readDays(_ node: YAMLNode, _ reader: inout YAMLReader) -> [Tier: Int] {
        times(node, &reader) { entry, reader in
            guard let time = reader.duration(entry, in: .days(1) ... .days(92)) else { return nil }
            let (days, rest) = time.components.seconds.quotientAndRemainder(dividingBy: 86_400)
            if rest != 0 {
                reader.report(
                    entry, "expected whole days, found \(entry.words)", hint: "write 1d or 5d")
            }
            return Int(days)
        }
    }

    private static func times<Time>(
        _ node: YAMLNode, _ reader: inout YAMLReader,
        _ read: (YAMLNode, inout YAMLReader) -> Time?
    ) -> [Tier: Time] {
        var times: [Tier: Time] = [:]
        for entry in reader.map(node, keys: Tier.allCases.map(\.rawValue)) ?? [] {
            guard let tier = Tier(rawValue: entry.key) else { continue }
            times[tier] = read(entry.value, &reader)
        }
        return times
    }

    /// The playbook's texts in a language, in the form that `Phrasebook` reads.
    package func texts(_ language: Language) -> JSONValue {
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
    /// The common clocks of the configuration, with the clocks of those kinds that have their own.
    package func clocks(_ common: ResponseClocks) -> ResponseClocks {
        var clocks = common
        for playbook in self {
            if !playbook.clocks.isEmpty { clocks.ownWaits[playbook.kind] = playbook.clocks }
            if !playbook.escalation.isEmpty {
                clocks.escalationWaits[playbook.kind] = playbook.escalation
            }
        }
        return clocks
    }

    /// The days until the first visit to the enterprise, by kind and tier.
    package var visits: FirstVisits {
        FirstVisits(
            days: Dictionary(uniqueKeysWithValues: map { ($0.kind, $0.firstVisit) }))
    }
}
