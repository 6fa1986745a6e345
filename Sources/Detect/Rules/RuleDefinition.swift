package import Labor

/// A rule as somebody wrote it, before it is checked: what one file of the catalogue says.
package struct RuleDefinition: Sendable, Hashable {
    /// The name of the rule, `layoff.statutory`.
    package var id: RuleID
    /// The name of the detector that it drives; several rules may drive one detector.
    package var detector: String
    /// What its alerts are about.
    package var kind: AlertKind
    /// Whether it is evaluated; a disabled rule is still checked.
    package var enabled: Bool
    /// The detector's parameters by name; what is not given takes the detector's default.
    package var parameters: [String: ParameterValue]
    /// The thresholds by tier; a tier may be left out.
    package var tiers: [Tier: TierDefinition]
    /// What is different in a region and everything inside it.
    package var regions: [RegionCode: RegionOverride]

    /// A definition from its parts.
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
    /// A number; whole where the detector wants it so.
    case number(Double)
    /// A text.
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
    /// The limits that open the tier, by name.
    package var limits: [String: Double]
    /// The limits below which the tier is left, by name; a missing one is the opening limit times
    /// the detector's clear factor.
    package var clear: [String: Double]
    /// Where the numbers come from.
    package var source: String

    /// A tier from its parts.
    package init(limits: [String: Double], clear: [String: Double] = [:], source: String = "") {
        self.limits = limits
        self.clear = clear
        self.source = source
    }

    /// This definition on top of another. A limit that is given anew does not keep the other's
    /// clear limit, which was chosen for another number.
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

/// What a region does differently; local plans (预案) have their own numbers.
package struct RegionOverride: Sendable, Hashable {
    /// Parameters that differ, by name.
    package var parameters: [String: ParameterValue]
    /// Tiers that differ; limits not named keep the rule's numbers.
    package var tiers: [Tier: TierDefinition]

    /// An override from its parts.
    package init(
        parameters: [String: ParameterValue] = [:], tiers: [Tier: TierDefinition] = [:]
    ) {
        self.parameters = parameters
        self.tiers = tiers
    }
}

/// Why a definition is no rule.
package struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rule.
    package var rule: RuleID
    /// The place inside the rule, `tiers.yellow.persons`, for a loader that knows the line.
    package var path: String
    /// What was expected and what stood there.
    package var message: String
    /// What to do about it; empty when the message says it.
    package var hint: String

    /// An error from its parts.
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
