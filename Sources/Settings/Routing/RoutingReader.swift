import Alerting
import Labor

/// Builds a routing from the built-in file and the bureau's own, and collects all problems.
struct RoutingReader {
    let context: RoutingFile.Context
    var values = YAMLReader()
    var routing = Routing(calendar: .china)
    /// The nodes of routes, units and inhibitions, for checks that need the whole file.
    var places = RoutingPlaces()

    static let keys = [
        "route", "inhibit", "intervals", "calendar", "units", "responsible", "storm_limit",
    ]
    /// The predefined roles; a hint about a misspelt role lists them too.
    static let roles = [
        "hrss", "inspection", "social_insurance", "construction", "finance", "federation",
        "public_security", "court", "state_assets", "industry",
    ]

    init(_ context: RoutingFile.Context) {
        self.context = context
    }

    /// Reads a file. Its sections replace those of files that were read earlier.
    mutating func read(_ text: String, file: String) {
        var problems: [ConfigurationProblem] = []
        let root = YAMLNode.read(text, file: file, problems: &problems)
        values.report(problems)
        guard problems.isEmpty, let root, values.map(root, keys: RoutingReader.keys) != nil else {
            return
        }
        if let node = root["intervals"] { readIntervals(node) }
        if let node = root["calendar"] { readCalendar(node) }
        if let node = root["units"] { readUnits(node) }
        if let node = root["responsible"] { readResponsible(node) }
        if let node = root["route"] { readRoot(node) }
        if let node = root["inhibit"] { readInhibitions(node) }
        if let node = root["storm_limit"] {
            routing.stormLimit = values.whole(node, in: 1...10_000) ?? routing.stormLimit
        }
    }

    // MARK: - Units

    private mutating func readUnits(_ node: YAMLNode) {
        routing.units = []
        places.units = []
        for item in values.list(node, of: "units") ?? [] {
            let keys = ["region", "role", "name", "officers", "receivers"]
            let needed = ["region", "role", "name", "receivers"]
            guard values.map(item, keys: keys, required: needed) != nil,
                let region = item["region"].flatMap({
                    values.line($0, expected: "a region code")
                }),
                let role = item["role"].flatMap({ word($0, "a role such as inspection") }),
                let names = item["name"].flatMap({ readNames($0) }),
                let receivers = item["receivers"].flatMap({ readReceivers($0, every: false) })
            else { continue }
            let officers = item["officers"].map { readOfficers($0) } ?? []
            let unit = ResponsibleUnit(
                region: RegionCode(region), role: role, name: names.0, nameEnglish: names.1,
                officers: officers, receivers: receivers)
            let twin = routing.units.contains {
                $0.region == unit.region && $0.role == unit.role && $0.name == unit.name
            }
            if twin {
                values.report(
                    item, "the unit '\(unit.name)' stands twice for region \(region)",
                    hint: "keep one entry with all of its receivers")
            }
            routing.units.append(unit)
            places.units.append(item)
        }
    }

    private mutating func readNames(_ node: YAMLNode) -> (String, String?)? {
        guard node.isMap else {
            return values.line(node, expected: "a name").map { ($0, nil) }
        }
        let languages = Language.allCases.map(\.rawValue)
        guard values.map(node, keys: languages, required: [Language.chinese.rawValue]) != nil,
            let chinese = node[Language.chinese.rawValue].flatMap({ values.line($0) })
        else { return nil }
        return (chinese, node[Language.english.rawValue].flatMap { values.line($0) })
    }

    private mutating func readOfficers(_ node: YAMLNode) -> [LiaisonOfficer] {
        (values.list(node, of: "officers") ?? []).compactMap { item in
            guard let entries = values.map(item, keys: nil) else { return nil }
            for entry in entries where !["name", "phone"].contains(entry.key) {
                values.unknown(
                    entry, among: ["name", "phone"],
                    hint: "an officer has a name and a duty phone; the Personal Information "
                        + "Protection Law (PIPL 34) allows no more than the duty needs")
            }
            guard let name = item["name"] else {
                values.report(
                    item, "an officer needs the key 'name'",
                    hint: "a post will do: {name: 值班室, phone: \"0891-…\"}")
                return nil
            }
            return values.line(name, expected: "a name").map { text in
                LiaisonOfficer(
                    name: text,
                    dutyPhone: item["phone"].flatMap { values.line($0, expected: "a number") })
            }
        }
    }

    private mutating func readResponsible(_ node: YAMLNode) {
        for entry in values.map(node, keys: AlertKind.allCases.map(\.rawValue)) ?? [] {
            guard let kind = AlertKind(rawValue: entry.key), !entry.value.isNull else { continue }
            routing.responsible[kind] = (values.list(entry.value, of: "roles") ?? [])
                .compactMap { item in
                    guard let role = word(item, "a role such as inspection") else { return nil }
                    let known = RoutingReader.roles + routing.units.map(\.role)
                    guard known.contains(role) else {
                        values.report(
                            item, "no unit has the role '\(role)'",
                            hint: NearestName.hint(role, among: known))
                        return nil
                    }
                    return role
                }
        }
    }

    // MARK: - Inhibitions

    private mutating func readInhibitions(_ node: YAMLNode) {
        routing.inhibitions = []
        for item in values.list(node, of: "inhibitions") ?? [] {
            let keys = ["source", "target", "equal"]
            guard values.map(item, keys: keys, required: keys) != nil,
                let source = item["source"].flatMap({ readMatcher($0) }),
                let target = item["target"].flatMap({ readMatcher($0) }),
                let ties = item["equal"].flatMap({ readTies($0) })
            else { continue }
            for (key, matcher) in [("source", source), ("target", target)] where matcher.isEmpty {
                values.report(
                    item[key] ?? item, "an inhibition whose \(key) is every alert",
                    hint: "say which alerts: \(key): {kind: mass_unemployment, tier: red}")
            }
            if source == target, !source.isEmpty {
                values.report(
                    item, "source and target are the same alerts, which never hold back each other",
                    hint: "let the source be the greater: a higher tier, or a region for subject")
            }
            routing.inhibitions.append(
                Inhibition(source: source, target: target, equal: ties))
        }
    }

    private mutating func readTies(_ node: YAMLNode) -> [Inhibition.Tie]? {
        guard let items = values.list(node, of: "what both have in common") else { return nil }
        if items.isEmpty {
            values.report(
                node, "the two alerts need have nothing in common",
                hint: "one alert would silence the whole bureau: write equal: [county]")
            return nil
        }
        return items.compactMap { values.choice($0, of: Inhibition.Tie.self) }
    }

    // MARK: - Words

    /// A word of at most 63 characters a–z, 0–9, `_` and `-`; otherwise nil, with a problem
    /// reported.
    mutating func word(_ node: YAMLNode, _ expected: String) -> String? {
        guard let text = values.line(node, expected: expected) else { return nil }
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_-")
        guard text.count <= 63, text.allSatisfy(letters.contains) else {
            values.report(
                node, "expected \(expected) of a-z, 0-9, _ and -, found \(node.words)",
                hint: "it stands in the keys of groups and in explanations")
            return nil
        }
        return text
    }

    /// The items of a list; a single value counts as a list of one.
    mutating func items(_ node: YAMLNode, of what: String) -> [YAMLNode] {
        if case .scalar = node.content { return [node] }
        guard let items = values.list(node, of: what) else { return [] }
        if items.isEmpty {
            values.report(
                node, "the list of \(what) is empty, which matches nothing",
                hint: "leave the key out to match all")
        }
        return items
    }

    /// The names of receivers; otherwise nil, with a problem reported. With `every`, `*` is allowed
    /// and means all receivers.
    mutating func readReceivers(_ node: YAMLNode, every: Bool) -> [String]? {
        guard let items = values.list(node, of: "receivers") else { return nil }
        var names: [String] = []
        for item in items {
            guard let name = values.line(item, expected: "a receiver's name") else { continue }
            if every, name == RouteSettings.everyReceiver {
                names.append(name)
                continue
            }
            guard context.receivers.contains(name) else {
                values.report(
                    item, "there is no receiver '\(name)'",
                    hint: NearestName.hint(name, among: context.receivers))
                continue
            }
            if names.contains(name) {
                values.report(
                    item, "the receiver '\(name)' stands twice", hint: "keep one of them")
            }
            names.append(name)
        }
        if items.isEmpty, !every {
            values.report(
                node, "nobody is reached", hint: "name the receivers that reach the unit")
        }
        return names
    }
}

/// The nodes of the parts of a routing file.
struct RoutingPlaces {
    /// The node of each route, by the route's name.
    var routes: [String: YAMLNode] = [:]
    var units: [YAMLNode] = []
}
