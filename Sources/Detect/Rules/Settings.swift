import Labor

/// The parameters and tiers of a rule as they hold at one place; every value has been checked.
struct Settings: Sendable {
    let parameters: [String: ParameterValue]
    let ladder: Ladder

    /// A number; the schema guarantees that it is there.
    func number(_ name: String) -> Double {
        if case .number(let value)? = parameters[name] { return value }
        return 0
    }

    func whole(_ name: String) -> Int { Int(number(name)) }

    func flag(_ name: String) -> Bool {
        if case .flag(let value)? = parameters[name] { return value }
        return false
    }

    func text(_ name: String) -> String {
        if case .text(let value)? = parameters[name] { return value }
        return ""
    }

    func texts(_ name: String) -> [String] {
        if case .texts(let value)? = parameters[name] { return value }
        return []
    }

    func table(_ name: String) -> [String: Double] {
        if case .table(let value)? = parameters[name] { return value }
        return [:]
    }

    func textTable(_ name: String) -> [String: String] {
        if case .textTable(let value)? = parameters[name] { return value }
        return [:]
    }
}

/// A rule after the check of its definition: what detectors are made from.
struct CheckedRule: Sendable {
    let id: RuleID
    let kind: AlertKind
    let base: Settings
    let regional: [RegionCode: Settings]
}

/// A detector's own settings, made once for the rule and once for every region that differs.
struct Regional<Value: Sendable>: Sendable {
    let base: Value
    let regional: [RegionCode: Value]

    init(_ rule: CheckedRule, _ make: (Settings) -> Value) {
        base = make(rule.base)
        regional = rule.regional.mapValues(make)
    }

    /// The settings of a place: those of the nearest region on its path that differs.
    func at(_ path: [RegionCode]) -> Value {
        guard !regional.isEmpty else { return base }
        for code in path {
            if let value = regional[code] { return value }
        }
        return base
    }

    /// The region whose settings hold at a place; nil for the rule's own.
    func source(_ path: [RegionCode]) -> RegionCode? {
        path.first { regional[$0] != nil }
    }

    /// The settings of every place of a scan, by the place's index.
    func regionalSettings(of context: EvaluationContext) -> [Value] { context.paths.map(at) }
}
