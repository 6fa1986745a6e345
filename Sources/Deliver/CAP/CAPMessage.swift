import Alerting
import Labor

/// One event as a message of the Common Alerting Protocol, version 1.2 (OASIS, 1 July 2010).
///
/// The events of an episode form a chain. The first event that the receiver gets is an Alert, later
/// ones are Updates, a withdrawal is a Cancel. A later message references the earlier messages that
/// the receiver has. No message has an expiry time. The identifier of a message is the event's id
/// and its time is the event's time, so a reference can be rebuilt from the store.
struct CAPMessage {
    static let namespace = "urn:oasis:names:tc:emergency:cap:1.2"

    let notice: AlertNotice
    /// The earlier events of the episode that were delivered to the receiver, oldest first.
    let told: [ToldEvent]
    let options: CAPReceiverOptions

    /// Whether a message is needed: the end of an episode that the receiver never got needs none.
    var isNeeded: Bool { notice.event.toState.isOpen || !told.isEmpty }

    /// The message as XML. Repeated attempts give the same bytes as long as the earlier events are
    /// the same.
    func encoded() -> [UInt8] {
        let event = notice.event
        let languages =
            [options.language] + Language.allCases.filter { $0 != options.language }
        var writer = XMLWriter()
        writer.element("alert", namespace: CAPMessage.namespace) { writer in
            writer.text("identifier", event.id)
            writer.text("sender", options.profile.sender)
            writer.text("sent", sent(event.at))
            writer.text("status", CAPWords.status(options.profile.status))
            writer.text("msgType", kind)
            writer.text("scope", "Restricted")
            let restriction = options.profile.restriction
            writer.text("restriction", restriction ?? CAPWords.restriction(options.language))
            writer.text("note", note)
            writer.text("references", references)
            writer.text("incidents", event.alertID.rawValue)
            for language in languages where notice.texts[language] != nil {
                info(language, &writer)
            }
        }
        return writer.bytes
    }

    /// The name of the message's file. Names sort by the event's time.
    var fileName: String {
        let time = sent(notice.event.at).prefix(19).filter { $0 != "-" && $0 != ":" }
        return "cap-\(time)-\(notice.event.id).xml"
    }

    private var kind: String {
        if told.isEmpty { return "Alert" }
        return notice.event.toState == .withdrawn ? "Cancel" : "Update"
    }

    /// The reason for a Cancel (CAP 1.2 section 3.2.1: the note is for Cancel and Error); nil for
    /// other types.
    private var note: String? {
        guard kind == "Cancel" else { return nil }
        return notice.words(in: options.language).map { shown($0.text.summary) }
    }

    private var references: String {
        let kept =
            told.count <= Limits.references
            ? told[...] : told.prefix(1) + told.suffix(Limits.references - 1)
        return kept.map { "\(options.profile.sender),\($0.id),\(sent($0.at))" }
            .joined(separator: " ")
    }

    /// A time in CAP's format: whole seconds, a numeric offset, and `-00:00` for UTC.
    private func sent(_ instant: Instant) -> String {
        let fraction = instant.microseconds % 1_000_000
        let down = fraction < 0 ? fraction + 1_000_000 : fraction
        let text = options.zone.text(Instant(microseconds: instant.microseconds - down))
        return text.hasSuffix("+00:00") ? text.dropLast(6) + "-00:00" : text
    }

    /// A text from a report in the form that people read.
    private func shown(_ text: String) -> String { TextStyle.plain.harmless(text) }

    private func info(_ language: Language, _ writer: inout XMLWriter) {
        guard let text = notice.texts[language] else { return }
        let event = notice.event
        writer.element("info") { writer in
            writer.text("language", language == .english ? "en-US" : language.rawValue)
            writer.text("category", "Other")
            writer.text("event", CAPWords.kind(event.kind, language))
            writer.text("responseType", CAPWords.response(event))
            writer.text("urgency", CAPWords.urgency(event))
            writer.text("severity", CAPWords.severity(event.toTier))
            writer.text("certainty", CAPWords.certainty(event.certainty))
            pair("eventCode", "rule", event.rule.rawValue, &writer)
            pair("eventCode", "kind", event.kind.rawValue, &writer)
            writer.text("effective", sent(event.at))
            writer.text("senderName", text.responsible)
            writer.text(
                "headline", String(shown(text.title).prefix(Limits.headlineCharacters)))
            writer.text("description", shown(text.summary))
            writer.text(
                "instruction",
                text.steps.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n"))
            writer.text("web", event.link(base: options.selfLinkBase))
            parameters(&writer)
            area(language, text, &writer)
        }
    }

    private func parameters(_ writer: inout XMLWriter) {
        let event = notice.event
        pair("parameter", "tierColor", event.toTier.rawValue, &writer)
        pair("parameter", "what", event.what.rawValue, &writer)
        pair("parameter", "reason", event.reason.rawValue, &writer)
        pair("parameter", "actor", event.actor.map(shown), &writer)
        pair("parameter", "onBehalfOf", event.onBehalfOf.map(shown), &writer)
        pair("parameter", "level", "\(event.level)", &writer)
        pair("parameter", "state", event.toState.rawValue, &writer)
        pair("parameter", "period", event.period.description, &writer)
        pair("parameter", "subject", shown(event.subject.name), &writer)
        pair(
            "parameter", "subjectId", "\(event.subject.type.rawValue):\(event.subject.id)", &writer)
        pair("parameter", "industryCode", event.subject.industryCode?.rawValue, &writer)
        pair("parameter", "persons", event.persons.map(String.init), &writer)
        pair("parameter", "amountYuan", event.amount.map(Money.yuanText), &writer)
        pair("parameter", "dueAt", notice.dueAt.map(sent), &writer)
    }

    private func area(_ language: Language, _ text: AlertText, _ writer: inout XMLWriter) {
        let code = notice.event.subject.regionCode?.rawValue
        writer.element("area") { writer in
            writer.text("areaDesc", text.region.map(shown) ?? code ?? CAPWords.area(language))
            pair("geocode", "GB/T 2260", code, &writer)
        }
    }

    /// Writes a value with the name of its coding system; nothing when there is no value.
    private func pair(
        _ element: String, _ name: String, _ value: String?, _ writer: inout XMLWriter
    ) {
        guard let value, !value.isEmpty else { return }
        writer.element(element) { writer in
            writer.text("valueName", name)
            writer.text("value", value)
        }
    }
}
