import Labor

/// How far a loss of staff counts. The mark `credibility` of the evidence states it for every
/// finding of a layoff rule that judges a loss of one enterprise.
enum Credibility: String, Sendable {
    /// The employer or an official record states the loss: separations on the employer's
    /// initiative, a layoff plan, or an event. The finding counts at once.
    case declared
    /// A net fall that neither peers, season, transfer nor a known cause explain, and that is rare
    /// for this enterprise and among all enterprises.
    case unexplained
    /// A net fall that the next report bears out.
    case borneOut = "borne_out"
    /// Any other net fall. The finding stays on record at the lowest tier and is told to nobody.
    case recordOnly = "record_only"

    /// The name of the mark in the evidence.
    static let mark = "credibility"

    /// The kinds of events that state a layoff.
    private static let stating: Set<EventKind> = [
        .layoffPlan, .massLayoff, .closure, .suspension, .ownerAbsconded,
    ]
    /// The maximum age of a plan or event, in months before the loss. A notice is due thirty days
    /// ahead (劳动合同法 41); a plan of more than half a year ago speaks of another layoff.
    private static let monthsAhead = 6

    /// Whether a plan or an event states a loss of an enterprise.
    /// - Parameter months: the months of the loss, as indices of the panel.
    static func isStated(_ row: Int, _ months: ClosedRange<Int>, _ context: EvaluationContext)
        -> Bool
    {
        let panel = context.facts.panel
        let first = months.lowerBound - monthsAhead
        let known = first...months.upperBound
        for event in context.eventsOf[row] ?? [] where stating.contains(event.kind) {
            let month = event.occurredOn.period.months(since: panel.first)
            if known.contains(month), event.persons != 0 { return true }
        }
        return (max(0, first)...months.upperBound).contains {
            (panel.plannedLayoffs(row, $0) ?? 0) > 0
        }
    }
}

extension Ladder.Verdict {
    /// The same verdict with tiers of at most those of a weaker verdict, and of at least the lowest
    /// tier of the ladder. Rules use it for a loss of which only a part is credible.
    /// - Parameter weaker: the verdict on the credible part; nil when the part reaches no tier.
    func limited(to weaker: Ladder.Verdict?, _ ladder: Ladder) -> Ladder.Verdict {
        guard let lowest = ladder.steps.first?.tier else { return self }
        var limited = self
        limited.raises = raises.map { min($0, max(lowest, weaker?.raises ?? lowest)) }
        limited.holds = holds.map {
            max(limited.raises ?? lowest, min($0, max(lowest, weaker?.holds ?? lowest)))
        }
        let tier = limited.raises ?? limited.holds ?? threshold.tier
        if threshold.tier > tier, let step = ladder.steps.first(where: { $0.tier == tier }) {
            limited.threshold = Threshold(
                tier: tier, limits: limited.raises == nil ? step.clear : step.raise,
                source: step.source)
        }
        return limited
    }
}
