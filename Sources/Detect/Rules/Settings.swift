import Labor

/// The parameters and tiers of a rule as they apply in one region. Every value has been checked.
struct Settings: Sendable {
    let parameters: [String: ParameterValue]
    let ladder: Ladder

    /// The number `name`. The check guarantees that it exists, as for all types below.
    func number(_ name: String) -> Double {
        if case .number(let value)? = parameters[name] { return value }
        return 0
    }

    /// The value of the integer parameter `name`; 0 when the rule has no such parameter.
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

/// A rule after the check. Detectors are created from it.
struct CheckedRule: Sendable {
    let id: RuleID
    let kind: AlertKind
    /// The settings without an override.
    let base: Settings
    /// The complete settings of each region with an override.
    let regional: [RegionCode: Settings]
}

/// The typed settings of a detector, created once for the rule and once for each region with an
/// override.
struct Regional<Value: Sendable>: Sendable {
    let base: Value
    let regional: [RegionCode: Value]

    init(_ rule: CheckedRule, _ make: (Settings) -> Value) {
        base = make(rule.base)
        regional = rule.regional.mapValues(make)
    }

    /// The settings for a path of regions, innermost first: those of the innermost region with an
    /// override, otherwise those of the rule.
    func at(_ path: [RegionCode]) -> Value {
        guard !regional.isEmpty else { return base }
        for code in path {
            if let value = regional[code] { return value }
        }
        return base
    }

    /// The region whose override applies to a path; nil if the rule's own settings apply.
    func source(_ path: [RegionCode]) -> RegionCode? {
        path.first { regional[$0] != nil }
    }

    /// The settings of every region of an evaluation, by the index of its path.
    func regionalSettings(of context: EvaluationContext) -> [Value] { context.paths.map(at) }
}
