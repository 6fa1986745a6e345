package import Labor

/// One event of an incident as JSON for receivers, by the contract `laborwatch.incident/1`.
///
/// Every key of the contract is present, with null for an unknown value. Times have the UTC offset
/// of the configured zone. Money is in yuan with two decimals.
package struct IncidentDocument: Sendable {
    /// The name and version of the contract.
    package static let schema = "laborwatch.incident/1"

    private let notice: AlertNotice
    private let language: Language
    private let zone: Zone
    private let selfLink: String?

    /// A document for one notice of an incident. If the notice lacks the requested language, the
    /// document uses another language of the notice, which the key `lang` states.
    package init(_ notice: AlertNotice, language: Language, zone: Zone, selfLink: String?) {
        self.notice = notice
        self.language = language
        self.zone = zone
        self.selfLink = selfLink
    }

    /// The document as one line of JSON without a trailing newline, with keys in the order of the
    /// contract.
    /// - Throws: `JSONError` when the notice has no texts in any language.
    package func encoded() throws -> [UInt8] {
        guard let (spoken, text) = notice.words(in: language) else {
            throw JSONError.shape("the notice of event \(notice.event.id) has no words")
        }
        let event = notice.event
        var writer = JSONWriter(capacity: 1_024)
        try writer.object { (writer) throws(JSONError) in
            writer.member("schema", IncidentDocument.schema)
            writer.member("event_id", event.id)
            writer.member("incident_id", event.alertID.rawValue)
            writer.member("at", zone.text(event.at))
            writer.member("as_of", zone.text(event.asOf))
            writer.member("what", event.what.incidentWord)
            writer.member("tier", event.toTier.rawValue)
            writer.member("previous_tier", event.fromTier?.rawValue)
            writer.member("state", event.toState.rawValue)
            writer.member("certainty", event.certainty.rawValue)
            writer.key("record_only")
            writer.bool(event.incident?.isRecordOnly ?? false)
            writer.key("kinds")
            try writer.array(event.incident?.kinds ?? [event.kind]) {
                (writer, kind) throws(JSONError) in
                writer.string(kind.rawValue)
            }
            writer.key("rules")
            try writer.array(event.incident?.rules ?? []) { (writer, rule) throws(JSONError) in
                writer.string(rule.rawValue)
            }
            writer.key("alerts")
            writer.int(Int64(event.incident?.alerts ?? 0))
            try writer.subject(event.subject, region: text.region)
            writer.member("period", event.period.description)
            writer.member("title", text.title)
            writer.member("summary", text.summary)
            writer.member("lang", spoken.rawValue)
            writer.figures(event)
            try writer.playbook(text, dueAt: notice.dueAt.map { zone.text($0) })
            writer.member("actor", event.actor)
            writer.member("on_behalf_of", event.onBehalfOf)
            writer.member("reason", event.reason.rawValue)
            writer.key("level")
            writer.int(Int64(event.level))
            writer.key("links")
            try writer.object { (writer) throws(JSONError) in writer.member("self", selfLink) }
        }
        return writer.bytes
    }
}

extension AlertNotice {
    /// The event as one line of JSON by its contract: `laborwatch.incident/1` for an incident,
    /// `laborwatch.alert/1` for an alert.
    /// - Parameter linkBase: the beginning of `links.self`; nil leaves the link out.
    /// - Throws: `JSONError`, as the documents do.
    package func document(
        in language: Language, zone: Zone, linkBase: String?
    ) throws -> [UInt8] {
        let selfLink = event.link(base: linkBase)
        if event.isOfIncident {
            return try IncidentDocument(
                self, language: language, zone: zone, selfLink: selfLink
            ).encoded()
        }
        return try AlertDocument(self, language: language, zone: zone, selfLink: selfLink)
            .encoded()
    }
}

extension AlertWhat {
    /// The word of the contract for an event of an incident: its first event is `opened`.
    package var incidentWord: String { self == .raised ? "opened" : rawValue }
}

extension AlertEvent {
    /// The URL of the alert or of the incident below a base such as
    /// `https://laborwatch.bureau.example`; nil when the base is nil or empty.
    package func link(base: String?) -> String? {
        isOfIncident ? alertID.link(base: base, to: "incidents") : alertID.link(base: base)
    }
}
