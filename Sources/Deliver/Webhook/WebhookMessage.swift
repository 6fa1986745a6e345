import Alerting
import Labor

/// One body of a webhook and what is sent along with it.
struct WebhookMessage {
    /// The same over all tries, by which a receiver knows a message that it has seen.
    let id: String
    let contentType: String
    /// The same bytes over all tries.
    let body: [UInt8]

    /// A message in the format of its receiver: one body, or several where a group is too large
    /// for one.
    /// - Parameter starts: when each episode began, as far as the format asks for it.
    static func all(
        _ message: AlertMessage, starts: [AlertID: Instant], options: WebhookReceiverOptions
    ) throws -> [WebhookMessage] {
        switch options.format {
        case .laborwatch: [try own(message, options)]
        case .cloudevents: try cloudEvents(message, options)
        case .alertmanager: try alertmanager(message, starts, options)
        }
    }

    /// The document of a notice as our own contract has it.
    static func document(
        _ notice: AlertNotice, _ options: WebhookReceiverOptions
    ) throws -> [UInt8] {
        try AlertDocument(
            notice, language: options.language, zone: options.zone,
            selfLink: notice.event.alertID.link(base: options.selfLinkBase)
        ).encoded()
    }

    /// Our own contract: a type in full-stop hierarchy, a time and the data. One event is its
    /// document; a small group its digest and the documents, a large one the digest alone.
    private static func own(
        _ message: AlertMessage, _ options: WebhookReceiverOptions
    ) throws -> WebhookMessage {
        let last = message.notices[message.notices.count - 1].event
        guard message.notices.count > 1 else {
            let data = try document(message.notices[0], options)
            let type = message.isTest ? "test" : last.what.rawValue
            return own(message.id, type, last.at, data, options)
        }
        let digest = try DigestDocument(message, language: options.language, zone: options.zone)
            .encoded()
        if message.notices.count <= Limits.groupDocuments {
            let documents = try message.notices.map { try document($0, options) }
            var writer = JSONWriter(capacity: 65_536)
            try writer.object { (writer) throws(JSONError) in
                writer.key("digest")
                writer.embed(digest)
                writer.key("alerts")
                try writer.array(documents) { (writer, document) in writer.embed(document) }
            }
            if writer.bytes.count <= Limits.bodyBytes {
                return own(message.id, "group", last.at, writer.bytes, options)
            }
        }
        return own(message.id, "digest", last.at, digest, options)
    }

    private static func own(
        _ id: String, _ type: String, _ at: Instant, _ data: [UInt8],
        _ options: WebhookReceiverOptions
    ) -> WebhookMessage {
        // Neither the word nor the time holds a character that JSON would escape.
        let head = #"{"type":"alert.\#(type)","timestamp":"\#(options.zone.text(at))","data":"#
        return WebhookMessage(
            id: id, contentType: "application/json",
            body: Array(head.utf8) + data + [UInt8(ascii: "}")])
    }

    /// Elements of a list in parts, each below the limits of number and bytes; an element that is
    /// too large by itself goes alone.
    static func parts(_ elements: [[UInt8]], limit: Int) -> [[[UInt8]]] {
        var parts: [[[UInt8]]] = []
        var bytes = 0
        for element in elements {
            let isFull = (parts.last?.count ?? 0) >= limit
            if parts.isEmpty || isFull || bytes + element.count > Limits.bodyBytes {
                parts.append([])
                bytes = 0
            }
            parts[parts.count - 1].append(element)
            bytes += element.count + 1
        }
        return parts
    }

    /// The id of one part of a message: the message's own where there is only one.
    static func partID(_ id: String, _ index: Int, of count: Int) -> String {
        count == 1 ? id : "\(id).\(index + 1)"
    }
}
