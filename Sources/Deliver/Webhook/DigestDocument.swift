import Alerting
import Labor

/// A summary of a group of events: the contract `laborwatch.digest/1`.
///
/// The counts cover the whole group. The items are the newest event of each episode, highest tier
/// first, then newest first, at most `Limits.digestItems`. `omitted` is the number of further
/// episodes.
struct DigestDocument {
    static let schema = "laborwatch.digest/1"

    private let message: AlertMessage
    private let language: Language
    private let zone: Zone

    init(_ message: AlertMessage, language: Language, zone: Zone) {
        self.message = message
        self.language = language
        self.zone = zone
    }

    /// The digest as one line of JSON, with the keys in the order of the contract.
    func encoded() throws -> [UInt8] {
        let newest = newest
        let shown = newest.prefix(Limits.digestItems)
        let last = message.notices[message.notices.count - 1].event
        let tiers = Dictionary(grouping: newest, by: \.event.toTier)
        let kinds = Dictionary(grouping: newest, by: \.event.kind)
        var writer = JSONWriter(capacity: 65_536)
        try writer.object { (writer) throws(JSONError) in
            writer.member("schema", DigestDocument.schema)
            writer.member("message_id", message.id)
            writer.member("group", message.group)
            writer.member("at", zone.text(last.at))
            writer.member("lang", language.rawValue)
            writer.member("title", title(newest))
            writer.count("alerts", newest.count)
            writer.count("events", message.notices.count)
            writer.key("by_tier")
            try writer.object { (writer) throws(JSONError) in
                for tier in Tier.allCases.reversed() {
                    if let count = tiers[tier]?.count { writer.count(tier.rawValue, count) }
                }
            }
            writer.key("by_kind")
            try writer.object { (writer) throws(JSONError) in
                for kind in AlertKind.allCases {
                    if let count = kinds[kind]?.count { writer.count(kind.rawValue, count) }
                }
            }
            writer.key("items")
            try writer.array(shown) { (writer, notice) throws(JSONError) in
                try item(notice, &writer)
            }
            writer.count("omitted", newest.count - shown.count)
        }
        return writer.bytes
    }

    /// The newest event of each episode, highest tier first, then newest first.
    private var newest: [AlertNotice] {
        var byEpisode: [AlertID: AlertNotice] = [:]
        for notice in message.notices { byEpisode[notice.event.alertID] = notice }
        return byEpisode.values.sorted { left, right in
            let (left, right) = (left.event, right.event)
            if left.toTier != right.toTier { return left.toTier > right.toTier }
            return left.at == right.at ? left.id < right.id : left.at > right.at
        }
    }

    /// The headline of the events, the same as the subject of a mail.
    private func title(_ notices: [AlertNotice]) -> String {
        let entries = notices.compactMap {
            MessageEntry($0, language: language, zone: zone, selfLinkBase: nil)
        }
        let title =
            entries.count == 1
            ? entries[0].headline
            : GroupText(entries: entries, words: MessageWords(language: language)).headline
        return Excerpt.of(Array(title.utf8), limit: Limits.titleBytes) ?? ""
    }

    private func item(_ notice: AlertNotice, _ writer: inout JSONWriter) throws(JSONError) {
        let event = notice.event
        let title = notice.words(in: language)?.text.title ?? ""
        try writer.object { (writer) throws(JSONError) in
            writer.member("alert_id", event.alertID.rawValue)
            writer.member("event_id", event.id)
            writer.member("what", event.what.rawValue)
            writer.member("reason", event.reason.rawValue)
            writer.member("actor", event.actor)
            writer.key("level")
            writer.int(Int64(event.level))
            writer.member("tier", event.toTier.rawValue)
            writer.member("title", Excerpt.of(Array(title.utf8), limit: Limits.titleBytes) ?? "")
            writer.member("region_code", event.subject.regionCode?.rawValue)
            writer.key("persons")
            writer.int(event.persons.map(Int64.init))
            writer.member("state", event.toState.rawValue)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func count(_ name: String, _ count: Int) {
        key(name)
        int(Int64(count))
    }
}
