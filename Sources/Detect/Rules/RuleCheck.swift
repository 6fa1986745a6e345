import Labor

/// The check of one rule definition against the schema of its detector.
struct RuleCheck {
    let rule: RuleID
    let schema: Schema

    /// The checked settings, with defaults for missing parameters.
    /// - Throws: `RuleError` for an unknown parameter, a wrong type, or a value out of range.
    func settings(
        parameters: [String: ParameterValue], tiers: [Tier: TierDefinition],
        override region: RegionCode?
    ) throws(RuleError) -> Settings {
        let prefix = region.map { "regions.\($0)." } ?? ""
        let known = schema.parameters.map(\.name)
        for name in parameters.keys.sorted() where !known.contains(name) {
            throw RuleError(
                rule: rule, path: prefix + "parameters.\(name)",
                message: "\(schema.detector) has no parameter '\(name)'",
                hint: nearestHint(name, among: known))
        }
        var complete: [String: ParameterValue] = [:]
        for parameter in schema.parameters {
            let path = prefix + "parameters.\(parameter.name)"
            guard let value = parameters[parameter.name] ?? parameter.fallback else {
                throw RuleError(
                    rule: rule, path: path, message: "the parameter is missing",
                    hint: "\(schema.detector) has no default for it")
            }
            try check(value, parameter.shape, path)
            complete[parameter.name] = value
        }
        let settings = Settings(parameters: complete, ladder: Ladder(steps: []))
        let ladder = try ladder(tiers, settings, prefix)
        return Settings(parameters: complete, ladder: ladder)
    }

    /// Rejects an override of a parameter that has one value for all regions. Otherwise the
    /// override would be ignored without notice.
    func checkOverride(_ override: RegionOverride, of region: RegionCode) throws(RuleError) {
        for parameter in schema.parameters where !parameter.isRegional {
            guard override.parameters[parameter.name] != nil else { continue }
            throw RuleError(
                rule: rule, path: "regions.\(region).parameters.\(parameter.name)",
                message: "'\(parameter.name)' has one value for all regions",
                hint: "set it in parameters of the rule, or write a second rule; a region may "
                    + "differ in " + regionalNames)
        }
    }

    /// The names that a region may override, for a hint.
    private var regionalNames: String {
        let names = schema.parameters.filter(\.isRegional).map(\.name).sorted()
        return (["tiers"] + names).joined(separator: ", ")
    }

    /// Checks the type and the range of one parameter.
    private func check(
        _ value: ParameterValue, _ shape: Schema.Shape, _ path: String
    ) throws(RuleError) {
        switch (value, shape) {
        case (.number(let number), .number(let range)):
            try check(number, range, whole: false, path)
        case (.number(let number), .whole(let range)):
            try check(number, range, whole: true, path)
        case (.flag, .flag), (.text, .text), (.texts, .texts): return
        case (.text(let text), .choice(let values)):
            guard values.contains(text) else {
                throw RuleError(
                    rule: rule, path: path, message: "'\(text)' is not known here",
                    hint: nearestHint(text, among: values))
            }
        // The type of an empty list or table cannot be recognised, so it matches any element type.
        case (.numbers(let list), .texts) where list.isEmpty: return
        case (.textTable(let table), .table) where table.isEmpty: return
        case (.table(let table), .textTable) where table.isEmpty: return
        case (.table(let table), .dates) where table.isEmpty: return
        case (.table(let table), .causes) where table.isEmpty: return
        case (.textTable(let table), .dates):
            for (name, text) in table.sorted(by: { $0.key < $1.key }) where Day(text) == nil {
                throw RuleError(
                    rule: rule, path: "\(path).\(name)", message: "'\(text)' is no day",
                    hint: "write YYYY-MM-DD, in quotation marks")
            }
        case (.textTable(let table), .causes):
            for (name, text) in table.sorted(by: { $0.key < $1.key })
            where KnownCauses.spans(text) == nil {
                throw RuleError(
                    rule: rule, path: "\(path).\(name)",
                    message: "'\(text)' is no cause with its months",
                    hint: "write 'strike 2024-03..2024-05', several with ';'; causes are "
                        + KnownCauses.words.joined(separator: ", "))
            }
        case (.table(let table), .table(let range, let names)):
            for (name, number) in table.sorted(by: { $0.key < $1.key }) {
                try check(name: name, names, path)
                try check(number, range, whole: false, "\(path).\(name)")
            }
        case (.textTable(let table), .textTable(let names, let values)):
            for (name, text) in table.sorted(by: { $0.key < $1.key }) {
                try check(name: name, names, path)
                guard values.isEmpty || values.contains(text) else {
                    throw RuleError(
                        rule: rule, path: "\(path).\(name)",
                        message: "'\(text)' is not known here",
                        hint: nearestHint(text, among: values))
                }
            }
        default:
            throw RuleError(
                rule: rule, path: path, message: "expected \(shape.words), got \(value.words)")
        }
    }

    private func check(name: String, _ names: [String], _ path: String) throws(RuleError) {
        guard names.isEmpty || names.contains(name) else {
            throw RuleError(
                rule: rule, path: "\(path).\(name)", message: "'\(name)' is not known here",
                hint: nearestHint(name, among: names))
        }
    }

    private func check(
        _ number: Double, _ range: ClosedRange<Double>, whole: Bool, _ path: String
    ) throws(RuleError) {
        let fits = range.contains(number) && (!whole || number == number.rounded())
        guard !fits else { return }
        let kind = whole ? "a whole number" : "a number"
        let bounds =
            range.upperBound >= Schema.counts.upperBound
            ? ">= \(plain(range.lowerBound))"
            : "from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
        throw RuleError(
            rule: rule, path: path, message: "expected \(kind) \(bounds), got \(plain(number))")
    }

    /// Checks the tiers and fills in their clear limits.
    private func ladder(
        _ tiers: [Tier: TierDefinition], _ settings: Settings, _ prefix: String
    ) throws(RuleError) -> Ladder {
        var limits = schema.limits
        if let list = schema.limitsListedIn {
            limits += settings.texts(list).map { Schema.Limit($0, -1e12...1e12) }
        }
        let known = KnownLimits(
            all: limits, falling: Set(schema.fallingListedIn.map(settings.texts) ?? []))
        guard !tiers.isEmpty else {
            throw RuleError(
                rule: rule, path: prefix + "tiers", message: "the rule has no tier",
                hint: "give at least one of blue, yellow, orange, red")
        }
        var steps: [Ladder.Step] = []
        for tier in Tier.allCases {
            guard let definition = tiers[tier] else { continue }
            let path = prefix + "tiers.\(tier.rawValue)"
            guard tier <= schema.highest else {
                throw RuleError(
                    rule: rule, path: path,
                    message: "\(schema.detector) goes no higher than \(schema.highest.rawValue)",
                    hint: "what it measures alone is no reason for more; leave the tier out")
            }
            steps.append(try step(tier, definition, known, path))
        }
        try checkOrder(steps, known, prefix)
        return Ladder(steps: steps)
    }

    /// The limits that a rule may define, including those that a parameter lists.
    private struct KnownLimits {
        var all: [Schema.Limit]
        /// The names of the limits whose measure is bad when it is low.
        var falling: Set<String>
    }

    /// Checks one tier and fills in its clear limits.
    private func step(
        _ tier: Tier, _ definition: TierDefinition, _ known: KnownLimits, _ path: String
    ) throws(RuleError) -> Ladder.Step {
        let (limits, falling) = (known.all, known.falling)
        let names = limits.map(\.name)
        for (table, inner) in [(definition.limits, ""), (definition.clear, "clear.")] {
            for (name, value) in table.sorted(by: { $0.key < $1.key }) {
                guard let limit = limits.first(where: { $0.name == name }) else {
                    throw RuleError(
                        rule: rule, path: "\(path).\(inner)\(name)",
                        message: "\(schema.detector) has no limit '\(name)'",
                        hint: nearestHint(name, among: names))
                }
                try check(
                    value, limit.range, whole: limit.whole && inner.isEmpty,
                    "\(path).\(inner)\(name)")
            }
        }
        let thresholds = limits.filter { $0.role == .threshold }.map(\.name)
        guard definition.limits.keys.contains(where: thresholds.contains) else {
            throw RuleError(
                rule: rule, path: path, message: "the tier has no threshold",
                hint: "give at least one of " + thresholds.sorted().joined(separator: ", "))
        }
        var clear: [String: Double] = [:]
        for limit in limits {
            guard let raise = definition.limits[limit.name] else { continue }
            guard limit.role == .threshold else {
                clear[limit.name] = raise
                continue
            }
            let low = falling.contains(limit.name)
            let factor = low ? 1 / schema.clearFactor : schema.clearFactor
            let value = definition.clear[limit.name] ?? raise * factor
            guard low ? value >= raise : value <= raise else {
                throw RuleError(
                    rule: rule, path: "\(path).clear.\(limit.name)",
                    message: "clears at \(plain(value)) but raises at \(plain(raise))",
                    hint: "a tier clears on the better side of the limit that raises it")
            }
            clear[limit.name] = value
        }
        for name in definition.clear.keys.sorted() where clear[name] == nil {
            throw RuleError(
                rule: rule, path: "\(path).clear.\(name)",
                message: "the tier has no limit '\(name)' to clear")
        }
        return Ladder.Step(
            tier: tier, raise: definition.limits, clear: clear, source: definition.source)
    }

    /// Checks that no threshold becomes milder from a tier to a higher one, and that no two tiers
    /// have the same limits.
    private func checkOrder(
        _ steps: [Ladder.Step], _ known: KnownLimits, _ prefix: String
    ) throws(RuleError) {
        let falling = known.falling
        for limit in known.all where limit.role == .threshold {
            var before: (tier: Tier, value: Double)?
            for step in steps {
                guard let value = step.raise[limit.name] else { continue }
                let path = prefix + "tiers.\(step.tier.rawValue).\(limit.name)"
                if let before, falling.contains(limit.name) != (value < before.value),
                    value != before.value
                {
                    throw RuleError(
                        rule: rule, path: path,
                        message: "\(plain(value)) is milder than \(plain(before.value)) of "
                            + "\(before.tier.rawValue)",
                        hint: "thresholds rise from blue to red")
                }
                before = (step.tier, value)
            }
        }
        for (lower, upper) in zip(steps, steps.dropFirst()) where lower.raise == upper.raise {
            throw RuleError(
                rule: rule, path: prefix + "tiers.\(upper.tier.rawValue)",
                message: "has the same limits as \(lower.tier.rawValue)",
                hint: "thresholds rise from blue to red")
        }
    }
}

/// A number as text, without a fraction if it is an integer.
func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
}

extension Schema.Shape {
    fileprivate var words: String {
        switch self {
        case .number: "a number"
        case .whole: "a whole number"
        case .flag: "true or false"
        case .text, .choice: "a text"
        case .texts: "a list of texts"
        case .table: "a table of numbers"
        case .textTable: "a table of texts"
        case .dates: "a table of days"
        case .causes: "a table of causes with their months"
        }
    }
}

extension ParameterValue {
    fileprivate var words: String {
        switch self {
        case .number(let value): plain(value)
        case .text(let value): "'\(value)'"
        case .flag(let value): value ? "true" : "false"
        case .numbers: "a list of numbers"
        case .texts: "a list of texts"
        case .table: "a table of numbers"
        case .textTable: "a table of texts"
        }
    }
}
