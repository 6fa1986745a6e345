package import Labor

/// A checked rule: the detector knows every parameter, and the thresholds are consistent.
package struct Rule: Sendable {
    /// The checked definition.
    package let definition: RuleDefinition

    /// The detector with the rule's settings.
    let detector: any Detector

    /// The id of the rule.
    package var id: RuleID { definition.id }

    /// Checks a definition with its regional overrides.
    /// - Throws: `RuleError` with the path inside the rule: an unknown detector, parameter or
    ///   limit; a value out of range; thresholds that do not rise from blue to red; a clear
    ///   threshold above the raise threshold.
    package init(_ definition: RuleDefinition) throws(RuleError) {
        self.definition = definition
        detector = try Rule.detector(definition)
    }

    private static func detector(_ definition: RuleDefinition) throws(RuleError) -> any Detector {
        guard let type = detectors.first(where: { $0.schema.detector == definition.detector })
        else {
            throw RuleError(
                rule: definition.id, path: "detector",
                message: "there is no detector '\(definition.detector)'",
                hint: nearestHint(
                    definition.detector, among: detectors.map { $0.schema.detector }))
        }
        let check = RuleCheck(rule: definition.id, schema: type.schema)
        guard type.schema.kinds.contains(definition.kind) else {
            throw RuleError(
                rule: definition.id, path: "kind",
                message: "'\(definition.kind.rawValue)' is no kind of \(definition.detector)",
                hint: "write "
                    + type.schema.kinds.map { "'\($0.rawValue)'" }.joined(separator: " or "))
        }
        let base = try check.settings(
            parameters: definition.parameters, tiers: definition.tiers, override: nil)
        var regional: [RegionCode: Settings] = [:]
        for (region, override) in definition.regions.sorted(by: { $0.key < $1.key }) {
            try check.checkOverride(override, of: region)
            var parameters = definition.parameters
            parameters.merge(override.parameters) { _, new in new }
            var tiers = definition.tiers
            for (tier, own) in override.tiers {
                tiers[tier] = tiers[tier].map { own.merged(over: $0) } ?? own
            }
            regional[region] = try check.settings(
                parameters: parameters, tiers: tiers, override: region)
        }
        return type.init(
            CheckedRule(
                id: definition.id, kind: definition.kind, base: base, regional: regional))
    }
}
