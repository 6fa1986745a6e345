import Alerting
import Detect
import Labor

/// One rule as written in its file, before its detector has validated it.
struct RuleFile {
    var root: YAMLNode
    var definition: RuleDefinition
    var policy: EpisodePolicy
    var descriptions: [Language: String]
    /// Whether the file had no problem so far.
    var isSound: Bool

    static let keys = [
        "rule", "detector", "kind", "enabled", "description", "parameters", "tiers", "regions",
        "policy",
    ]

    /// Reads a file. Returns nil, with a problem reported, when required keys or the rule's name
    /// are missing.
    static func read(_ root: YAMLNode, _ reader: inout YAMLReader) -> RuleFile? {
        let before = reader.problems.count
        let required = ["rule", "detector", "kind", "description", "tiers"]
        guard reader.map(root, keys: keys, required: required) != nil else { return nil }
        guard let name = root["rule"], let id = readName(name, &reader) else { return nil }
        let detector = root["detector"].flatMap { reader.line($0, expected: "a detector's name") }
        let kind = root["kind"].flatMap { reader.choice($0, of: AlertKind.self) }
        let enabled = root["enabled"].flatMap { reader.flag($0) } ?? true
        let descriptions = root["description"].map { readDescription($0, &reader) } ?? [:]
        let parameters = root["parameters"].map { readParameters($0, &reader) } ?? [:]
        let tiers = root["tiers"].map { readTiers($0, &reader) } ?? [:]
        let regions = root["regions"].map { readRegions($0, &reader) } ?? [:]
        let policy = root["policy"].map { readPolicy($0, &reader) } ?? .standard
        return RuleFile(
            root: root,
            definition: RuleDefinition(
                id: id, detector: detector ?? "", kind: kind ?? .system, enabled: enabled,
                parameters: parameters, tiers: tiers, regions: regions),
            policy: policy, descriptions: descriptions,
            isSound: reader.problems.count == before)
    }

    private static func readName(_ node: YAMLNode, _ reader: inout YAMLReader) -> RuleID? {
        guard let name = reader.text(node, expected: "a rule's name") else { return nil }
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        guard (1...63).contains(name.count), name.allSatisfy(letters.contains) else {
            reader.report(
                node, "expected a name of a-z, 0-9, '.', '_' and '-', found \(node.words)",
                hint: "write 'rule: layoff.statutory'")
            return nil
        }
        return RuleID(name)
    }

    private static func readDescription(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [Language: String] {
        let languages = Language.allCases.map(\.rawValue)
        guard reader.map(node, keys: languages, required: languages) != nil else { return [:] }
        var texts: [Language: String] = [:]
        for language in Language.allCases {
            texts[language] = node[language.rawValue].flatMap { reader.text($0) }
        }
        return texts
    }

    private static func readParameters(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for entry in reader.map(node, keys: nil) ?? [] where !entry.value.isNull {
            var value = entry.value
            if let inner = entry.value["value"] {
                _ = reader.map(entry.value, keys: ["value", "source"])
                _ = entry.value["source"].flatMap { reader.text($0, expected: "a source") }
                value = inner
            }
            values[entry.key] = ParameterValue.read(value, &reader)
        }
        return values
    }

    private static func readTiers(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [Tier: TierDefinition] {
        var tiers: [Tier: TierDefinition] = [:]
        for entry in reader.map(node, keys: Tier.allCases.map(\.rawValue)) ?? [] {
            guard let tier = Tier(rawValue: entry.key), !entry.value.isNull else { continue }
            tiers[tier] = readTier(entry.value, &reader)
        }
        return tiers
    }

    private static func readTier(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> TierDefinition {
        var tier = TierDefinition(limits: [:])
        for entry in reader.map(node, keys: nil) ?? [] where !entry.value.isNull {
            switch entry.key {
            case "source": tier.source = reader.line(entry.value, expected: "a source") ?? ""
            case "clear":
                for limit in reader.map(entry.value, keys: nil) ?? [] {
                    tier.clear[limit.key] = reader.number(limit.value)
                }
            default: tier.limits[entry.key] = reader.number(entry.value)
            }
        }
        if node.isMap, node["source"] == nil {
            reader.report(
                node, "the limits have no source",
                hint: "add 'source: …': the law, plan or figures that the numbers come from")
        }
        return tier
    }

    private static func readRegions(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [RegionCode: RegionOverride] {
        var regions: [RegionCode: RegionOverride] = [:]
        for entry in reader.map(node, keys: nil) ?? [] where !entry.value.isNull {
            guard reader.map(entry.value, keys: ["parameters", "tiers"]) != nil else { continue }
            regions[RegionCode(entry.key)] = RegionOverride(
                parameters: entry.value["parameters"].map { readParameters($0, &reader) } ?? [:],
                tiers: entry.value["tiers"].map { readTiers($0, &reader) } ?? [:])
        }
        return regions
    }

    private static func readPolicy(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> EpisodePolicy {
        var policy = EpisodePolicy.standard
        guard reader.map(node, keys: ["clear_after", "reminder", "provisional"]) != nil else {
            return policy
        }
        // The detector decides whether a rule's findings are provisional. The key in the file is
        // only informative.
        _ = node["provisional"].flatMap { reader.flag($0) }
        if let clear = node["clear_after"] {
            policy.clearAfter = readClearAfter(clear, &reader) ?? policy.clearAfter
        }
        guard let reminder = node["reminder"] else { return policy }
        policy.reminderDays = [:]
        for entry in reader.map(reminder, keys: Tier.allCases.map(\.rawValue)) ?? [] {
            guard let tier = Tier(rawValue: entry.key), !entry.value.isNull,
                let wait = reader.duration(entry.value, in: .days(1) ... .days(365))
            else { continue }
            let (days, rest) = wait.components.seconds.quotientAndRemainder(dividingBy: 86_400)
            if rest != 0 {
                reader.report(
                    entry.value, "expected whole days, found \(entry.value.words)",
                    hint: "write 7d")
            }
            policy.reminderDays[tier] = Int(days)
        }
        return policy
    }

    private static func readClearAfter(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> EpisodePolicy.ClearAfter? {
        guard reader.map(node, keys: ["periods", "days"]) != nil else { return nil }
        switch (node["periods"], node["days"]) {
        case (let periods?, nil): return reader.whole(periods, in: 1...60).map { .periods($0) }
        case (nil, let days?): return reader.whole(days, in: 0...3_650).map { .days($0) }
        default:
            reader.report(
                node, "expected either 'periods' or 'days'",
                hint: "write {periods: 2} for reported months or {days: 30} for events")
            return nil
        }
    }
}

extension ParameterValue {
    /// Reads a scalar, a list of scalars or a flat table; nil for a null value. The detector
    /// decides which form a parameter needs.
    static func read(_ node: YAMLNode, _ reader: inout YAMLReader) -> ParameterValue? {
        switch node.content {
        case .null: return nil
        case .scalar(let text, _):
            if let number = node.number { return .number(number) }
            return node.flag.map { .flag($0) } ?? .text(text)
        case .list(let items):
            let numbers = items.compactMap(\.number)
            if !items.isEmpty, numbers.count == items.count { return .numbers(numbers) }
            return .texts(items.compactMap { reader.text($0) })
        case .map(let entries):
            let numbers = entries.compactMap { entry in
                entry.value.number.map { (entry.key, $0) }
            }
            if numbers.count == entries.count {
                return .table(Dictionary(numbers) { _, last in last })
            }
            let texts = entries.compactMap { entry in
                reader.text(entry.value).map { (entry.key, $0) }
            }
            return .textTable(Dictionary(texts) { _, last in last })
        }
    }
}
