/// A variable of a template, which the event, its episode or its rule's texts fill.
enum Placeholder: Hashable, Sendable {
    /// The subject of the event, with region, industry, month and rule.
    case name, region, industry, period, rule
    /// The figures of the event and of its evidence; `expectedWhole` is `expected` rounded to an
    /// integer.
    case persons, share, amount, value, previous, expected, expectedWhole
    /// The tier after the event, the tier before the event, and the tier of the crossed threshold.
    case tier, previousTier, thresholdTier
    /// The relation of tier and threshold (see `Speaker.standing`), the certainty, and the
    /// threshold's source.
    case standing, certainty, source
    /// The cause of the event, the acting person, the represented person, and the level of
    /// escalation as a number and as a region.
    case reason, actor, onBehalf, level, levelName
    /// The episode's first month, its age in whole days at the event, and its first month without a
    /// finding.
    case since, days, quiet
    /// The rule's short texts, and its whole summary (`details`).
    case topic, facts, over, details
    /// The texts of the rule that leads an incident, filled with the incident's figures: its topic,
    /// facts, end of the cause, title and summary.
    case leadTopic, leadFacts, leadOver, leadTitle, leadDetails
    case measure(String)
    case mark(String)
    case threshold(String)
    /// A text that several templates share; the key is one of `phrases`.
    case phrase(String)

    /// Parses the text between the braces; nil for an unknown name.
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

    /// Every valid name, for hints in error messages.
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
        "details": .details, "lead_topic": .leadTopic, "lead_facts": .leadFacts,
        "lead_over": .leadOver, "lead_title": .leadTitle, "lead_details": .leadDetails,
    ]
}
