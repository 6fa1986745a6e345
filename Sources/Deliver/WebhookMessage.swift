import Alerting
import Labor

/// The body of a webhook: a type in full-stop hierarchy, a time and the document of the contract;
/// for several events the type `alert.group` and the documents in a list.
struct WebhookMessage {
    /// The same over all tries, by which a receiver knows a message that it has seen.
    let id: String
    /// The body, the same bytes over all tries.
    let body: [UInt8]

    /// The message of one event or several. The documents' bytes stand in it as they are.
    init(_ message: AlertMessage, options: WebhookReceiverOptions) throws {
        let documents = try message.notices.map { notice in
            try AlertDocument(
                notice, language: options.language, zone: options.zone,
                selfLink: notice.event.alertID.link(base: options.selfLinkBase)
            ).encoded()
        }
        let last = message.notices[message.notices.count - 1].event
        let isSingle = documents.count == 1
        let type = isSingle ? last.what.rawValue : "group"
        // Neither the word nor the time holds a character that JSON would escape.
        let head =
            #"{"type":"alert.\#(type)","timestamp":"#
            + #""\#(options.zone.text(last.at))","data":"#
        id = message.id
        body =
            Array(head.utf8)
            + (isSingle
                ? documents[0]
                : Array(#"{"alerts":["#.utf8)
                    + Array(documents.joined(separator: [UInt8(ascii: ",")])) + Array("]}".utf8))
            + [UInt8(ascii: "}")]
    }
}
