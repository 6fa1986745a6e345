import Alerting
import Labor

/// One alert of a message in readable form: every field as text, in one language.
struct MessageEntry: Sendable {
    let event: AlertEvent
    let text: AlertText
    let words: MessageWords
    let at: String
    let asOf: String
    let dueAt: String?
    let link: String?
    /// The base URL of links to alerts; nil when no link is configured.
    let linkBase: String?
    /// Earlier events of the same alert that are in the same message, oldest first.
    var earlier: [AlertWhat] = []

    /// An entry from a notice; nil when the notice has no text in any language.
    init?(_ notice: AlertNotice, language: Language, zone: Zone, selfLinkBase: String?) {
        let candidates = [language] + Language.allCases
        guard let text = candidates.lazy.compactMap({ notice.texts[$0] }).first else { return nil }
        event = notice.event
        self.text = text
        words = MessageWords(language: language)
        at = MessageEntry.short(event.at, zone)
        asOf = MessageEntry.short(event.asOf, zone)
        dueAt = notice.dueAt.map { MessageEntry.short($0, zone) }
        link = event.link(base: selfLinkBase)
        linkBase = selfLinkBase
    }

    var tierName: String { words.tier(event.toTier) }
    var previousTierName: String? { event.fromTier.map(words.tier) }
    var whatName: String { words.what(event.what) }

    /// The share of staff in percent, with at most one decimal; nil when the event has no share.
    var share: String? {
        event.share.map { "\(($0 * 1_000).rounded() / 10)%".replacing(".0%", with: "%") }
    }

    /// The amount in yuan with two decimals, for programs; nil when the event has no amount.
    var amount: String? { event.amount.map(Money.yuanText) }

    /// The amount with its unit, as the language writes it: `756.1万元`; nil when the event has no
    /// amount.
    var amountWords: String? { event.amount.flatMap { figures.money(fen: Double($0)) } }

    /// The month, as the language writes it: `2026年9月`.
    var periodWords: String { figures.month(event.period) }

    /// Why the event happened, as a clause.
    var reasonWords: String { event.reason.words(in: words.language) }

    /// The account that caused the event, and the person on whose behalf it acted; nil for an event
    /// of the daemon.
    var actorWords: String? {
        event.actor.map { words.actor($0.onOneLine, onBehalfOf: event.onBehalfOf?.onOneLine) }
    }

    /// How many levels the alert was escalated; nil when it was not escalated.
    var levelWords: String? { event.level > 0 ? words.level(event.level) : nil }

    private var figures: Figures { Figures(language: words.language) }

    /// The first line, on one line.
    var headline: String {
        words.headline(tier: tierName, what: event.what, title: text.title.onOneLine)
    }

    /// A time to the minute, without the offset, because readers are in the bureau's zone.
    private static func short(_ instant: Instant, _ zone: Zone) -> String {
        String(zone.text(instant).prefix(16)).replacing("T", with: " ")
    }
}

extension MessageEntry {
    /// The alerts of a message, highest tier first; within a tier in the order of the message.
    static func entries(
        _ message: AlertMessage, language: Language, zone: Zone, selfLinkBase: String?
    ) -> [MessageEntry] {
        let all = message.notices.compactMap {
            MessageEntry($0, language: language, zone: zone, selfLinkBase: selfLinkBase)
        }
        return byTier(all)
    }

    /// The alerts of a message, one entry per alert: the newest event, with the earlier events of
    /// this alert in `earlier`.
    static func alerts(_ entries: [MessageEntry]) -> [MessageEntry] {
        var places: [AlertID: Int] = [:]
        var alerts: [MessageEntry] = []
        for entry in entries.sorted(by: { $0.event.sequence < $1.event.sequence }) {
            let id = entry.event.alertID
            guard let place = places[id] else {
                places[id] = alerts.count
                alerts.append(entry)
                continue
            }
            var newest = entry
            newest.earlier = alerts[place].earlier + [alerts[place].event.what]
            alerts[place] = newest
        }
        let order = entries.reduce(into: [AlertID: Int]()) { order, entry in
            if order[entry.event.alertID] == nil { order[entry.event.alertID] = order.count }
        }
        return byTier(
            alerts.sorted { order[$0.event.alertID] ?? 0 < order[$1.event.alertID] ?? 0 })
    }

    private static func byTier(_ entries: [MessageEntry]) -> [MessageEntry] {
        Tier.allCases.reversed().flatMap { tier in
            entries.filter { $0.event.toTier == tier }
        }
    }
}
