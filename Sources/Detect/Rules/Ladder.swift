import Labor

/// The tiers of a rule with their limits, the lowest tier first, as they apply in one region.
struct Ladder: Sendable {
    /// One tier with its limits.
    struct Step: Sendable {
        var tier: Tier
        /// The raise limits by name.
        var raise: [String: Double]
        /// The clear limits by name; restrictions have the same value as in `raise`.
        var clear: [String: Double]
        /// The source of the limits, for the text of an alert.
        var source: String
    }

    /// The tiers that one set of measures reaches.
    struct Verdict {
        /// The highest tier whose raise limits are reached; nil for none.
        var raises: Tier?
        /// The highest tier whose clear limits are reached; nil for none. An open alert keeps this
        /// tier.
        var holds: Tier?
        /// The limits that decided: the raise limits of `raises`, or the clear limits of `holds`.
        var threshold: Threshold
    }

    let steps: [Step]

    /// The smallest clear limit of a name over all tiers; infinite when no tier has one. A measure
    /// below it reaches no tier, so detectors can skip the enterprise.
    func floor(_ name: String) -> Double {
        steps.compactMap { $0.clear[name] }.min() ?? .infinity
    }

    /// Judges measures against every tier; nil when not even a clear limit is reached.
    /// - Parameters:
    ///   - mayRaise: false: only the clear limits are tested, so the result raises no tier.
    ///   - crosses: whether the measures reach one set of limits.
    func judge(mayRaise: Bool = true, _ crosses: ([String: Double]) -> Bool) -> Verdict? {
        let raised = mayRaise ? steps.last { crosses($0.raise) } : nil
        let held = steps.last { crosses($0.clear) }
        if let raised {
            return Verdict(
                raises: raised.tier, holds: max(raised.tier, held?.tier ?? raised.tier),
                threshold: Threshold(
                    tier: raised.tier, limits: raised.raise, source: raised.source))
        }
        return held.map {
            Verdict(
                raises: nil, holds: $0.tier,
                threshold: Threshold(tier: $0.tier, limits: $0.clear, source: $0.source))
        }
    }
}

extension [String: Double] {
    /// Whether a measure reaches the limit `name`; false when the tier has no such limit.
    func reached(_ name: String, by measure: Double) -> Bool {
        self[name].map { measure >= $0 - 1e-9 } ?? false
    }

    /// Whether a measure satisfies the restriction `name`; true when the tier has no such limit.
    func allows(_ name: String, _ measure: Double) -> Bool {
        self[name].map { measure >= $0 - 1e-9 } ?? true
    }
}

extension Ladder.Verdict {
    /// The same verdict, with tiers limited to the lowest one of the ladder. Rules use it for a
    /// finding whose cause is known or uncertain.
    func capped(_ ladder: Ladder) -> Ladder.Verdict {
        guard let lowest = ladder.steps.first else { return self }
        var capped = self
        capped.raises = raises.map { min($0, lowest.tier) }
        capped.holds = holds.map { min($0, lowest.tier) }
        if threshold.tier > lowest.tier {
            let limits = raises == nil ? lowest.clear : lowest.raise
            capped.threshold = Threshold(
                tier: lowest.tier, limits: limits, source: lowest.source)
        }
        return capped
    }
}
