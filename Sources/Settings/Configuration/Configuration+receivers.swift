import Alerting
import Labor

/// The default values of a receiver's settings.
struct ReceiverDefaults {
    var language: Language
    var stateDirectory: String

    var directory: String { stateDirectory + "/alerts" }
}

extension Configuration {
    private static let commonKeys = [
        ReceiverKey("name"), ReceiverKey("type"), ReceiverKey("tiers", "[]"),
        ReceiverKey("kinds", "[]"), ReceiverKey("regions", "[]"),
        ReceiverKey("language", "language"), ReceiverKey("groups", "true for chat and mail"),
        ReceiverKey("granularity", "all for file, incident where groups is true, else alert"),
        ReceiverKey("fallback", "null"),
    ]
    private static let commonNames = commonKeys.map(\.name)

    /// Every key of any receiver type, once. When the types have different defaults, all of them
    /// are listed.
    private static var receiverKeys: [ConfigurationKey] {
        let all = commonKeys + ReceiverType.allCases.flatMap { $0.reading.keys }
        var fallbacks: [String: [String]] = [:]
        for key in all where !fallbacks[key.name, default: []].contains(key.fallback) {
            fallbacks[key.name, default: []].append(key.fallback)
        }
        return all.compactMap { key in
            fallbacks.removeValue(forKey: key.name).map {
                ConfigurationKey(
                    path: "receivers[].\(key.name)", fallback: $0.joined(separator: " or "),
                    variable: nil)
            }
        }
    }

    static func readRules(_ reader: inout SettingsReader, _ places: Places) -> Rules {
        var rules = Rules.builtIn
        if let node = reader.find("rules.directory", fallback: "null") {
            rules.directory = places.directory(node, &reader.values)
        }
        let enabled = reader.items("rules.enabled", fallback: "null", of: "rule names")
        rules.enabled = enabled?.compactMap { reader.values.line($0, expected: "a rule's name") }
            .map { RuleID($0) }
        let disabled = reader.items("rules.disabled", fallback: "[]", of: "rule names") ?? []
        rules.disabled =
            disabled
            .compactMap { reader.values.line($0, expected: "a rule's name") }.map { RuleID($0) }
        if let node = reader.find("texts.directory", fallback: "null") {
            rules.textsDirectory = places.directory(node, &reader.values)
        }
        if let node = reader.find("response.playbooks", fallback: "null") {
            rules.playbooksFile = reader.values.line(node, expected: "a file")
                .map(places.resolve)
        }
        return rules
    }

    static func readReceivers(
        _ reader: inout SettingsReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> [Receiver] {
        let node = reader.findInFile("receivers", fallback: "a file receiver")
        reader.record(receiverKeys)
        guard let node else {
            return [
                Receiver(
                    filter: ReceiverFilter(
                        name: "file", isRecord: true, granularity: .all),
                    language: defaults.language,
                    way: .file(directory: defaults.directory, retentionDays: 400, perTier: false))
            ]
        }
        guard let items = reader.values.list(node, of: "receivers") else { return [] }
        if items.isEmpty {
            reader.values.report(
                node, "there is no receiver in the list",
                hint: "leave 'receivers' out to write alerts to \(defaults.directory)")
        }
        var names: Set<String> = []
        let receivers = items.compactMap { (item) -> Receiver? in
            let receiver = readReceiver(item, &reader.values, places, defaults)
            if let receiver, !names.insert(receiver.name).inserted {
                reader.values.report(
                    item["name"] ?? item, "the name '\(receiver.name)' stands twice",
                    hint: "a receiver's name is the key of its deliveries: give each its own")
            }
            return receiver
        }
        checkFallbacks(items, receivers, &reader.values)
        return receivers
    }

    private static func readReceiver(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places,
        _ defaults: ReceiverDefaults
    ) -> Receiver? {
        guard item.isMap else {
            _ = values.map(item, keys: commonNames)
            return nil
        }
        let type = item["type"].flatMap { values.choice($0, of: ReceiverType.self) }
        checkKeys(item, type, &values)
        let name = item["name"].flatMap { readName($0, &values) }
        let tiers = choices(item["tiers"], of: Tier.self, "tiers", &values)
        let kinds = choices(item["kinds"], of: AlertKind.self, "kinds", &values)
        let regions = item["regions"].flatMap { values.list($0, of: "region codes") } ?? []
        let codes = regions.compactMap { values.line($0, expected: "a region code") }
        let language = item["language"].flatMap { values.choice($0, of: Language.self) }
        guard let type, let way = type.reading.read(item, &values, places, defaults), let name
        else { return nil }
        let groups = item["groups"].flatMap { values.flag($0) }
        let granularity = item["granularity"].flatMap {
            values.choice($0, of: Granularity.self)
        }
        var receiver = Receiver(
            filter: ReceiverFilter(
                name: name, tiers: Set(tiers), kinds: Set(kinds),
                regions: Set(codes.map { RegionCode($0) }), groups: groups ?? way.groups,
                isRecord: way.isRecord,
                granularity: granularity ?? (way.isRecord ? .all : nil)),
            language: language ?? defaults.language, way: way)
        receiver.readReach(item, &values, places)
        return receiver
    }

    private static func checkKeys(
        _ item: YAMLNode, _ type: ReceiverType?, _ values: inout YAMLReader
    ) {
        guard let entries = values.map(item, keys: nil) else { return }
        let all = commonNames + ReceiverType.allCases.flatMap { $0.keys }
        let known = type.map { commonNames + $0.keys } ?? all
        for entry in entries where !known.contains(entry.key) {
            var hint: String?
            if ["secret", "secret_env", "token", "password"].contains(entry.key) {
                hint = "a secret is never in this file: name a file of mode 0600 with secret_file"
            } else if let type, all.contains(entry.key) {
                hint = "a \(type.rawValue) receiver has " + known.joined(separator: ", ")
            }
            values.unknown(entry, among: known, hint: hint)
        }
        for key in ["name", "type"] where item[key] == nil {
            let hint = key == "type" ? "add 'type: file' or 'type: webhook'" : "add 'name: bureau'"
            values.report(item, "a receiver needs the key '\(key)'", hint: hint)
        }
    }

    private static func readName(_ node: YAMLNode, _ values: inout YAMLReader) -> String? {
        guard let name = values.text(node, expected: "a name") else { return nil }
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_-")
        guard (1...63).contains(name.count), name.allSatisfy(letters.contains) else {
            values.report(
                node, "expected a name of a-z, 0-9, _ and -, found \(node.words)",
                hint: "a receiver's name stands in the database and in file names")
            return nil
        }
        return name
    }

    private static func choices<Choice: RawRepresentable & CaseIterable>(
        _ node: YAMLNode?, of type: Choice.Type, _ what: String, _ values: inout YAMLReader
    ) -> [Choice] where Choice.RawValue == String {
        guard let node, let items = values.list(node, of: what) else { return [] }
        return items.compactMap { values.choice($0, of: type) }
    }
}

extension Configuration.Receiver.Way {
    /// Whether a receiver of this type groups events into messages by default: true for chat and
    /// mail, which people read; false for types that programs read.
    package var groups: Bool {
        switch self {
        case .chat, .mail: true
        default: false
        }
    }

    /// Whether the receiver keeps a record with one line per event, so that no person is alerted.
    package var isRecord: Bool {
        if case .file = self { return true }
        return false
    }
}
