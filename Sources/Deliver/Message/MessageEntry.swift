import Alerting
import Labor

/// One alert of a message as people read it: every field as a text, in one language.
struct MessageEntry: Sendable {
    let event: AlertEvent
    let text: AlertText
    let words: MessageWords
    let at: String
    let asOf: String
    let dueAt: String?
    let link: String?
    /// What links begin with.
    let linkBase: String?

    /// Nil when the notice has no words at all.
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

    /// The share of staff in per cent, to one decimal.
    var share: String? {
        event.share.map { "\(($0 * 1_000).rounded() / 10)%".replacing(".0%", with: "%") }
    }

    /// Yuan with two decimals.
    var amount: String? {
        event.amount.map { fen in
            let cents = fen.magnitude % 100
            return "\(fen < 0 ? "-" : "")\(fen.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
        }
    }

    /// The first line, on one line.
    var headline: String {
        words.headline(tier: tierName, what: whatName, title: text.title.onOneLine)
    }

    /// To the minute, without the offset: the reader is where the bureau is.
    private static func short(_ instant: Instant, _ zone: Zone) -> String {
        String(zone.text(instant).prefix(16)).replacing("T", with: " ")
    }
}

extension MessageEntry {
    /// The alerts of a message, the highest tier first, else in the order in which they happened.
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
    /// The text with every run of blanks, line ends and control characters as one blank.
    var onOneLine: String {
        unicodeScalars.split {
            $0.properties.isWhitespace || $0.properties.generalCategory == .control
        }
        .map { String($0) }.joined(separator: " ")
    }
}
