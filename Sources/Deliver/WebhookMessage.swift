import Alerting
import Labor

/// The body of a webhook: a type in full-stop hierarchy, a time and the document of the contract.
struct WebhookMessage {
    /// The same over all tries, by which a receiver knows a message that it has seen.
    let id: String
    /// The body, the same bytes over all tries.
    let body: [UInt8]

    /// The message of a notice. The document's bytes stand in it as they are.
    init(_ notice: AlertNotice, language: Language, zone: Zone, selfLink: String?) throws {
        let document = AlertDocument(notice, language: language, zone: zone, selfLink: selfLink)
        // Neither the word nor the time holds a character that JSON would escape.
        let head =
            #"{"type":"alert.\#(notice.event.what.rawValue)","timestamp":"#
            + #""\#(zone.text(notice.event.at))","data":"#
        id = notice.event.id
        body = try Array(head.utf8) + document.encoded() + [UInt8(ascii: "}")]
    }
}
