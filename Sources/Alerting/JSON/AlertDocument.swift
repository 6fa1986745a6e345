package import Labor

/// One alert event as JSON for receivers, by the contract `laborwatch.alert/1`.
///
/// Every key of the contract is present, with null for an unknown value; inside `evidence`, absent
/// values are left out. Times have the UTC offset of the configured zone. Money is in yuan with two
/// decimals.
package struct AlertDocument: Encodable, Sendable {
    /// The name and version of the contract.
    package static let schema = "laborwatch.alert/1"

    private let notice: AlertNotice
    private let language: Language
    private let zone: Zone
    private let selfLink: String?

    /// A document for one notice. If the notice lacks the requested language, the document uses
    /// another language of the notice, which the key `lang` states.
    package init(_ notice: AlertNotice, language: Language, zone: Zone, selfLink: String?) {
        self.notice = notice
        self.language = language
        self.zone = zone
        self.selfLink = selfLink
    }

    /// The document as one line of JSON without a trailing newline, with keys in the order of the
    /// contract.
    /// - Throws: `JSONError` when the notice has no texts in any language, or its evidence is
    ///   nested deeper than 32 levels.
    package func encoded() throws -> [UInt8] {
        guard let (spoken, text) = notice.words(in: language) else {
            throw JSONError.shape("the notice of event \(notice.event.id) has no words")
        }
        var writer = JSONWriter(capacity: 2_048)
        try writer.object { (writer) throws(JSONError) in
            head(&writer)
            try writer.subject(notice.event.subject, region: text.region)
            writer.member("period", notice.event.period.description)
            writer.member("title", text.title)
            writer.member("summary", text.summary)
            writer.member("lang", spoken.rawValue)
            writer.figures(notice.event)
            writer.key("evidence")
            try writer.evidence(notice.event.evidence, zone: zone)
            try writer.playbook(text, dueAt: notice.dueAt.map { zone.text($0) })
            try incident(&writer)
            writer.member("actor", notice.event.actor)
            writer.member("on_behalf_of", notice.event.onBehalfOf)
            writer.member("reason", notice.event.reason.rawValue)
            writer.key("level")
            writer.int(Int64(notice.event.level))
            writer.key("links")
            try writer.object { (writer) throws(JSONError) in writer.member("self", selfLink) }
        }
        return writer.bytes
    }

    /// Encodes the same document with the key order and number format of the encoder.
    package func encode(to encoder: any Encoder) throws {
        try JSONValue(json: encoded()).encode(to: encoder)
    }

    private func head(_ writer: inout JSONWriter) {
        let event = notice.event
        writer.member("schema", AlertDocument.schema)
        writer.member("event_id", event.id)
        writer.member("alert_id", event.alertID.rawValue)
        writer.member("at", zone.text(event.at))
        writer.member("as_of", zone.text(event.asOf))
        writer.member("what", event.what.rawValue)
        writer.member("rule", event.rule.rawValue)
        writer.member("kind", event.kind.rawValue)
        writer.member("tier", event.toTier.rawValue)
        writer.member("previous_tier", event.fromTier?.rawValue)
        writer.member("state", event.toState.rawValue)
        writer.member("certainty", event.certainty.rawValue)
    }

    private func incident(_ writer: inout JSONWriter) throws(JSONError) {
        writer.key("incident")
        guard let incident = notice.event.incident else { return writer.null() }
        try writer.object { (writer) throws(JSONError) in writer.incident(incident) }
    }
}
