import Alerting
import Labor

/// The text about what the alerts of a message have in common.
struct GroupText {
    let entries: [MessageEntry]
    let words: MessageWords

    /// The first line: highest tier, region, kind and number of alerts. When kinds or tiers differ,
    /// the number of each is given.
    var headline: String {
        let kinds = Dictionary(grouping: entries, by: \.event.kind).mapValues(\.count)
        let tiers = Dictionary(grouping: entries, by: \.event.toTier).mapValues(\.count)
        var parts: [String] = []
        if kinds.count > 1 {
            let sorted = AlertKind.allCases.filter { kinds[$0] != nil }
                .sorted { kinds[$0] ?? 0 > kinds[$1] ?? 0 }
            parts.append(words.list(sorted.map { words.some(kinds[$0] ?? 0, words.kind($0)) }))
        }
        if tiers.count > 1 {
            parts.append(
                words.list(
                    Tier.allCases.reversed().compactMap { tier in
                        tiers[tier].map { words.some($0, words.tier(tier)) }
                    }))
        }
        return words.headline(
            count: entries.count, highest: tiers.keys.max() ?? .blue, place: place,
            kind: kinds.count == 1 ? kinds.keys.first.map(words.kind) : nil,
            what: common { $0.event.what }, parts: parts)
    }

    /// The common region; otherwise the counties, most frequent first; nil when no alert has a
    /// region.
    private var place: String? {
        if let region = common({ $0.text.region }) { return region }
        let names = entries.compactMap { $0.text.county ?? $0.text.region }
        let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
        guard !counts.isEmpty else { return nil }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return words.places(sorted.map { $0.key.onOneLine })
    }

    /// The first step of the playbook, when all alerts share it, with the earliest time by which
    /// one of them must be reported; nil otherwise.
    var firstStep: String? {
        guard let step = common({ $0.text.steps.first }) else { return nil }
        return words.firstStep(step, due: entries.compactMap(\.dueAt).min())
    }

    /// The command that lists all alerts of the message, with a filter for the kind and region that
    /// they share.
    var whereToFind: String {
        var command = "laborwatch alerts list"
        if let kind = common({ $0.event.kind }) { command += " --kind \(kind.rawValue)" }
        if let region = common({ $0.event.subject.regionCode }) {
            command += " --region \(region)"
        }
        return words.whereToFind(command, base: entries.lazy.compactMap(\.linkBase).first)
    }

    /// The value that all entries share; nil when an entry has another one or none.
    private func common<Value: Hashable>(_ value: (MessageEntry) -> Value?) -> Value? {
        guard let first = entries.first.flatMap(value) else { return nil }
        return entries.allSatisfy { value($0) == first } ? first : nil
    }
}
