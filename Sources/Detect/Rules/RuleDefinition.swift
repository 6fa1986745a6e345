package import Labor

/// A rule before its check: the content of one file of the catalogue.
package struct RuleDefinition: Sendable, Hashable {
    /// The id of the rule, such as `layoff.statutory`.
    package var id: RuleID
    /// The name of the detector. Several rules may use one detector.
    package var detector: String
    /// The kind of its alerts.
    package var kind: AlertKind
    /// Whether the rule is evaluated. A disabled rule is checked, too.
    package var enabled: Bool
    /// The parameters by name. A missing parameter has the detector's default.
    package var parameters: [String: ParameterValue]
    /// The thresholds by tier. Tiers may be missing.
    package var tiers: [Tier: TierDefinition]
    /// The overrides by region. An override applies to the region and all regions inside it.
    package var regions: [RegionCode: RegionOverride]

    /// Creates a definition. Each argument sets the property of the same name.
    package init(
        id: RuleID, detector: String, kind: AlertKind, enabled: Bool = true,
        parameters: [String: ParameterValue] = [:], tiers: [Tier: TierDefinition] = [:],
        regions: [RegionCode: RegionOverride] = [:]
    ) {
        self.id = id
        self.detector = detector
        self.kind = kind
        self.enabled = enabled
        self.parameters = parameters
        self.tiers = tiers
        self.regions = regions
    }
}

/// The value of a rule's parameter.
package enum ParameterValue: Sendable, Hashable {
    /// A number; an integer where the schema requires it.
    case number(Double)
    /// A text without further structure.
    case text(String)
    /// Yes or no.
    case flag(Bool)
    /// A list of numbers.
    case numbers([Double])
    /// A list of texts.
    case texts([String])
    /// A flat table of numbers by name.
    case table([String: Double])
    /// A flat table of texts by name.
    case textTable([String: String])
}

/// The thresholds of one tier.
package struct TierDefinition: Sendable, Hashable {
    /// The raise thresholds, by limit name.
    package var limits: [String: Double]
    /// The clear thresholds, by limit name. The default is the raise threshold times the
    /// detector's clear factor.
    package var clear: [String: Double]
    /// The source of the numbers.
    package var source: String

    /// Creates a tier. Each argument sets the property of the same name.
    package init(limits: [String: Double], clear: [String: Double] = [:], source: String = "") {
        self.limits = limits
        self.clear = clear
        self.source = source
    }

    /// This definition on top of `base`. A raise threshold of this definition removes the clear
    /// threshold of `base`, which was chosen for another number.
    func merged(over base: TierDefinition) -> TierDefinition {
        var merged = base
        for (name, limit) in limits {
            merged.limits[name] = limit
            merged.clear[name] = nil
        }
        merged.clear.merge(clear) { _, new in new }
        if !source.isEmpty { merged.source = source }
        return merged
    }
}

/// The differences of a region. Local emergency plans (预案) have their own numbers.
package struct RegionOverride: Sendable, Hashable {
    /// The different parameters, by name.
    package var parameters: [String: ParameterValue]
    /// The different tiers. Limits that are not named keep the numbers of the rule.
    package var tiers: [Tier: TierDefinition]

    /// Creates an override. Each argument sets the property of the same name.
    package init(
        parameters: [String: ParameterValue] = [:], tiers: [Tier: TierDefinition] = [:]
    ) {
        self.parameters = parameters
        self.tiers = tiers
    }
}

/// The reason why a definition is invalid.
package struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The id of the rule.
    package var rule: RuleID
    /// The path inside the rule, such as `tiers.yellow.persons`. A loader finds the line by it.
    package var path: String
    /// The expected value and the actual value.
    package var message: String
    /// The correction; empty when the message implies it.
    package var hint: String

    /// Creates an error. Each argument sets the property of the same name.
    package init(rule: RuleID, path: String, message: String, hint: String = "") {
        self.rule = rule
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// `rule: path: message; hint`.
    package var description: String {
        "\(rule): \(path): \(message)" + (hint.isEmpty ? "" : "; \(hint)")
    }
}
