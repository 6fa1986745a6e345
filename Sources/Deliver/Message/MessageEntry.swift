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
    /// The beginning of links.
    let linkBase: String?

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
        link = event.alertID.link(base: selfLinkBase)
        linkBase = selfLinkBase
    }

    var tierName: String { words.tier(event.toTier) }
    var previousTierName: String? { event.fromTier.map(words.tier) }
    var whatName: String { words.what(event.what) }

    /// The share of staff in percent, with one decimal.
    var share: String? {
        event.share.map { "\(($0 * 1_000).rounded() / 10)%".replacing(".0%", with: "%") }
    }

    /// The amount in yuan with two decimals.
    var amount: String? {
        event.amount.map { fen in
            let cents = fen.magnitude % 100
            return "\(fen < 0 ? "-" : "")\(fen.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
        }
    }

    /// The headline: tier, kind of event and title, on one line.
    var headline: String {
        words.headline(tier: tierName, what: whatName, title: text.title.onOneLine)
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
        return Tier.allCases.reversed().flatMap { tier in
            all.filter { $0.event.toTier == tier }
        }
    }
}

extension String {
    /// The text with each run of white space and control characters replaced by one space.
    var onOneLine: String {
        unicodeScalars.split {
            $0.properties.isWhitespace || $0.properties.generalCategory == .control
        }
        .map { String($0) }.joined(separator: " ")
    }
}
