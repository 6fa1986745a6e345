/// A place in a template that an event fills.
enum Placeholder: Hashable, Sendable {
    case name, region, industry, period, tier, previousTier
    case persons, share, amount, value, previous, expected, source
    case measure(String)
    case mark(String)
    case threshold(String)

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
        default: return nil
        }
    }

    /// Every name that can stand between braces, for hints.
    static let names: [String] =
        plain.keys.sorted() + ["marks.KEY", "measures.KEY", "threshold.KEY"]

    private static let plain: [String: Placeholder] = [
        "name": .name, "region": .region, "industry": .industry, "period": .period,
        "tier": .tier, "previous_tier": .previousTier, "persons": .persons, "share": .share,
        "amount": .amount, "value": .value, "previous": .previous, "expected": .expected,
        "source": .source,
    ]
}
