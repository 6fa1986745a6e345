import Labor

/// The tiers of a rule with their limits, lowest first, as they hold at one place.
struct Ladder: Sendable {
    struct Step: Sendable {
        var tier: Tier
        /// The limits that open the tier.
        var raise: [String: Double]
        /// The limits down to which it is held; restrictions stand here unchanged.
        var clear: [String: Double]
        var source: String
    }

    /// What a ladder says of one set of measures.
    struct Verdict {
        var raises: Tier?
        var holds: Tier?
        /// The threshold that decided: of `raises`, or the clear limits of `holds`.
        var threshold: Threshold
    }

    let steps: [Step]

    /// The smallest clear limit of a name over all tiers; infinite when no tier has it. A measure
    /// below it says nothing, which is how the detectors pass over most enterprises quickly.
    func floor(_ name: String) -> Double {
        steps.compactMap { $0.clear[name] }.min() ?? .infinity
    }

    /// Judges measures by a test that gets one set of limits, raise limits first; where nothing
    /// may raise, the clear limits alone.
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
    /// Whether a measure reaches the limit of a name; false when the tier has no such limit.
    func reached(_ name: String, by measure: Double) -> Bool {
        self[name].map { measure >= $0 - 1e-9 } ?? false
    }

    /// Whether a measure satisfies a restriction; true when the tier has no such limit.
    func allows(_ name: String, _ measure: Double) -> Bool {
        self[name].map { measure >= $0 - 1e-9 } ?? true
    }
}

extension Ladder.Verdict {
    /// The same with no tier above the ladder's lowest: a mark on record, not an alarm.
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
