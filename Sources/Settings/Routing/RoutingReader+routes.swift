import Alerting
import Labor

extension RoutingReader {
    private static let settingKeys = [
        "receivers", "units", "levels", "group_by", "group_wait", "group_interval",
        "repeat_interval", "repeat_tiers", "mute_intervals", "active_intervals",
    ]
    private static let matcherKeys = [
        "tier", "kind", "rule", "region", "industry", "size_class", "key_monitored",
        "government_project", "subject", "certainty",
    ]

    mutating func readRoot(_ node: YAMLNode) {
        places.routes = [:]
        guard values.map(node, keys: nil) != nil else { return }
        for key in ["match", "continue", "name"] where node[key] != nil {
            values.report(
                node[key] ?? node, "the outermost route has no '\(key)': it is for every alert",
                hint: "put the route into the list 'routes:' of the outermost one")
        }
        var route = readRoute(node, name: "root", depth: 0, isRoot: true)
        if node["receivers"] == nil {
            values.report(
                node, "the outermost route needs the key 'receivers'",
                hint: "add 'receivers: [\"*\"]': what no other route takes must be told, too")
        } else if route.settings.receivers?.isEmpty == true {
            values.report(
                node["receivers"] ?? node, "the outermost route tells nobody",
                hint: "write 'receivers: [\"*\"]'; what must be told is never told to nobody")
        }
        route.name = "root"
        routing.root = route
    }

    private mutating func readRoute(
        _ node: YAMLNode, name: String, depth: Int, isRoot: Bool = false
    ) -> Route {
        let keys = (isRoot ? [] : ["name", "match", "continue"]) + RoutingReader.settingKeys
        let ignored = isRoot ? ["name", "match", "continue"] : []
        if let entries = values.map(node, keys: nil) {
            let known = keys + ["routes"]
            for entry in entries where !known.contains(entry.key) && !ignored.contains(entry.key) {
                let hint =
                    RoutingReader.matcherKeys.contains(entry.key)
                    ? "conditions stand under 'match:', as in match: {\(entry.key): …}" : nil
                values.unknown(entry, among: known, hint: hint)
            }
        }
        var route = Route(name: name)
        if let own = node["name"] {
            route.name = word(own, "a route's name") ?? name
        }
        if places.routes[route.name] != nil {
            values.report(
                node["name"] ?? node, "the route '\(route.name)' stands twice",
                hint: "a route's name stands in the keys of groups: give each its own")
        }
        places.routes[route.name] = node
        if !isRoot, let match = node["match"] { route.matcher = readMatcher(match) ?? .init() }
        if !isRoot {
            route.continues = node["continue"].flatMap { values.flag($0) } ?? false
        }
        route.settings = readSettings(node)
        guard let children = node["routes"] else { return route }
        guard depth < Route.depthMax else {
            values.report(
                children, "routes lie more than \(Route.depthMax) deep in routes",
                hint: "join the conditions of several levels in one 'match:'")
            return route
        }
        for (index, child) in (values.list(children, of: "routes") ?? []).enumerated() {
            let name = isRoot ? "routes[\(index)]" : "\(route.name).routes[\(index)]"
            route.routes.append(readRoute(child, name: name, depth: depth + 1))
        }
        return route
    }

    // MARK: - Settings

    private mutating func readSettings(_ node: YAMLNode) -> RouteSettings {
        var settings = RouteSettings()
        settings.receivers = node["receivers"].flatMap { readReceivers($0, every: true) }
        settings.units = node["units"].flatMap { readRoles($0) }
        if node["receivers"] != nil || node["units"] != nil,
            (settings.receivers ?? []).isEmpty, (settings.units ?? []).isEmpty,
            (node["receivers"] ?? node["units"])?.isEmptyList == true
        {
            values.report(
                node["receivers"] ?? node["units"] ?? node, "the route tells nobody",
                hint: "name receivers or units; to hold back for a while, write a silence")
        }
        settings.levels = node["levels"].flatMap { readLevels($0) }
        if let group = node["group_by"] { readGroup(group, &settings) }
        settings.groupWait = seconds(node["group_wait"], .zero ... .seconds(3_600))
        settings.groupInterval = seconds(node["group_interval"], .zero ... .seconds(86_400))
        settings.repeatInterval = seconds(node["repeat_interval"], .zero ... .days(31))
        if let wait = settings.repeatInterval, (1..<300).contains(wait) {
            values.report(
                node["repeat_interval"] ?? node, "an alert would be told again every \(wait) s",
                hint: "write 5m or more, or 0s for never")
        }
        settings.repeatTiers = node["repeat_tiers"].flatMap { readTiers($0) }
        settings.muteIntervals = node["mute_intervals"].flatMap { readIntervalNames($0) }
        settings.activeIntervals = node["active_intervals"].flatMap { readIntervalNames($0) }
        for name in settings.muteIntervals ?? []
        where settings.activeIntervals?.contains(name) ?? false {
            values.report(
                node["mute_intervals"] ?? node, "'\(name)' is both muted and active",
                hint: "nothing would ever be told: keep one of the two")
        }
        return settings
    }

    private mutating func seconds(_ node: YAMLNode?, _ range: ClosedRange<Duration>) -> Int64? {
        node.flatMap { values.duration($0, in: range) }.map(\.components.seconds)
    }

    private mutating func readRoles(_ node: YAMLNode) -> [String]? {
        guard let items = values.list(node, of: "roles") else { return nil }
        let known = [RouteSettings.responsible] + routing.units.map(\.role)
        return items.compactMap { item in
            guard let role = word(item, "a role") else { return nil }
            if routing.units.isEmpty {
                values.report(
                    item, "there are no units that a route could tell",
                    hint: "write the directory under 'units:', or name 'receivers:'")
                return nil
            }
            if known.contains(role) { return role }
            values.report(
                item, "no unit has the role '\(role)'", hint: NearestName.hint(role, among: known))
            return nil
        }
    }

    private mutating func readLevels(_ node: YAMLNode) -> [Tier: RouteLevel]? {
        guard node.isMap else {
            return values.choice(node, of: RouteLevel.self).map { level in
                Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0, level) })
            }
        }
        var levels: [Tier: RouteLevel] = [:]
        for entry in values.map(node, keys: Tier.allCases.map(\.rawValue)) ?? [] {
            guard let tier = Tier(rawValue: entry.key) else { continue }
            levels[tier] = values.choice(entry.value, of: RouteLevel.self)
        }
        return levels
    }

    private mutating func readGroup(_ node: YAMLNode, _ settings: inout RouteSettings) {
        guard let items = values.list(node, of: "what alerts of a message share") else { return }
        let texts = items.compactMap { values.text($0) }
        if texts.contains("...") {
            if texts.count > 1 {
                values.report(
                    node, "'...' stands beside other words",
                    hint: "'...' alone makes each event a message of its own")
            }
            settings.isUngrouped = true
            return
        }
        let labels = items.compactMap { values.choice($0, of: GroupLabel.self) }
        if Set(labels).count < labels.count {
            values.report(node, "a word stands twice in group_by", hint: "keep one of them")
        }
        settings.groupBy = labels
    }

    private mutating func readIntervalNames(_ node: YAMLNode) -> [String]? {
        values.list(node, of: "interval names")?.compactMap { item in
            guard let name = values.line(item, expected: "an interval's name") else { return nil }
            if routing.intervals[name] != nil { return name }
            values.report(
                item, "there is no interval '\(name)'",
                hint: NearestName.hint(name, among: routing.intervals.keys.sorted()))
            return nil
        }
    }

    // MARK: - Conditions

    mutating func readMatcher(_ node: YAMLNode) -> AlertMatcher? {
        guard values.map(node, keys: RoutingReader.matcherKeys) != nil else { return nil }
        var matcher = AlertMatcher()
        matcher.tiers = node["tier"].flatMap { readTiers($0) } ?? []
        matcher.kinds = choices(node["kind"], AlertKind.self, "kinds")
        matcher.subjectTypes = choices(node["subject"], SubjectType.self, "kinds of subject")
        matcher.certainties = choices(node["certainty"], Certainty.self, "certainties")
        matcher.rules = texts(node["rule"], "rules", "a rule's name")
        for pattern in matcher.rules
        where !context.rules.contains(where: { AlertMatcher.glob(pattern, $0.rawValue) }) {
            values.report(
                node["rule"] ?? node, "no rule is called '\(pattern)'",
                hint: NearestName.hint(pattern, among: context.rules.map(\.rawValue)))
        }
        matcher.regions = Set(
            texts(node["region"], "regions", "a region code").map { RegionCode($0) })
        matcher.industries = Set(
            texts(node["industry"], "industries", "an industry code").map { IndustryCode($0) })
        matcher.sizeClasses = texts(node["size_class"], "size classes", "a size class")
        matcher.keyMonitored = node["key_monitored"].flatMap { values.flag($0) }
        matcher.governmentProject = node["government_project"].flatMap { values.flag($0) }
        return matcher
    }

    /// Reads `orange`, `>= orange` or `[orange, red]`; an unknown tier is reported as a problem.
    /// The result is nil when the tier after `>=` is unknown.
    private mutating func readTiers(_ node: YAMLNode) -> Set<Tier>? {
        if case .scalar(let text, _) = node.content, text.hasPrefix(">=") {
            let word = text.dropFirst(2).drop { $0 == " " }
            if let least = Tier(rawValue: String(word)) {
                return Set(Tier.allCases.filter { $0 >= least })
            }
            values.report(
                node, "expected one of blue, yellow, orange, red after >=, found \(node.words)",
                hint: "write tier: \">= orange\"")
            return nil
        }
        return Set(items(node, of: "tiers").compactMap { values.choice($0, of: Tier.self) })
    }

    private mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ node: YAMLNode?, _ type: Choice.Type, _ what: String
    ) -> Set<Choice> where Choice.RawValue == String {
        guard let node else { return [] }
        return Set(items(node, of: what).compactMap { values.choice($0, of: type) })
    }

    private mutating func texts(
        _ node: YAMLNode?, _ what: String, _ expected: String
    ) -> Set<String> {
        guard let node else { return [] }
        return Set(items(node, of: what).compactMap { values.line($0, expected: expected) })
    }
}

extension YAMLNode {
    /// Whether the value is a list without items.
    fileprivate var isEmptyList: Bool {
        if case .list(let items) = content { return items.isEmpty }
        return false
    }
}
