/// A place in a template that an event fills.
enum Placeholder: Hashable, Sendable {
    /// Whom and what the event is about.
    case name, region, industry, period, rule
    /// The figures.
    case persons, share, amount, value, previous, expected, expectedWhole
    /// The tiers: after the event, before it, and the one whose threshold decided.
    case tier, previousTier, thresholdTier
    /// How the tier and the threshold go together, the certainty, the threshold's source.
    case standing, certainty, source
    /// Why the event happened, by whom, in whose name, and how far up the alert was handed.
    case reason, actor, onBehalf, level, levelName
    /// The episode: its first month, its whole days up to the event, its first clear month.
    case since, days, quiet
    /// The rule's own short texts, and its whole summary.
    case topic, facts, over, details
    case measure(String)
    case mark(String)
    case threshold(String)
    /// A text that several templates share, a key of `phrases`.
    case phrase(String)

    /// Reads the text between two braces; nil for a name that no event has.
    init?(_ text: String) {
        if let plain = Placeholder.plain[text] {
            self = plain
            return
        }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        let key = String(parts[1])
        switch parts[0] {
        case "measures": self = .measure(key)
        case "marks": self = .mark(key)
        case "threshold": self = .threshold(key)
        case "phrases": self = .phrase(key)
        default: return nil
        }
    }

    /// Every name that can stand between braces, for hints.
    static let names: [String] =
        plain.keys.sorted() + ["marks.KEY", "measures.KEY", "phrases.KEY", "threshold.KEY"]

    private static let plain: [String: Placeholder] = [
        "name": .name, "region": .region, "industry": .industry, "period": .period,
        "rule": .rule, "persons": .persons, "share": .share, "amount": .amount, "value": .value,
        "previous": .previous, "expected": .expected, "expected_whole": .expectedWhole,
        "tier": .tier,
        "previous_tier": .previousTier, "threshold_tier": .thresholdTier, "standing": .standing,
        "certainty": .certainty, "source": .source, "reason": .reason, "actor": .actor,
        "on_behalf_of": .onBehalf, "level": .level, "level_name": .levelName, "since": .since,
        "days": .days, "quiet": .quiet, "topic": .topic, "facts": .facts, "over": .over,
        "details": .details,
    ]
}
