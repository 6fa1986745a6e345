import Alerting
import Labor

/// One webhook request: id, content type and body.
struct WebhookMessage {
    /// The id of the request. It is the same for all attempts, so that a receiver can recognise a
    /// repeated message.
    let id: String
    let contentType: String
    /// The body; the same bytes for all attempts.
    let body: [UInt8]

    /// The requests for a message in the receiver's format: one, or several when a group is too
    /// large for one body.
    /// - Parameter starts: when each episode began; only the format `alertmanager` uses it.
    static func all(
        _ message: AlertMessage, starts: [AlertID: Instant], options: WebhookReceiverOptions
    ) throws -> [WebhookMessage] {
        switch options.format {
        case .laborwatch: [try own(message, options)]
        case .cloudevents: try cloudEvents(message, options)
        case .alertmanager: try alertmanager(message, starts, options)
        }
    }

    /// The alert document of a notice, by laborwatch's contract.
    static func document(
        _ notice: AlertNotice, _ options: WebhookReceiverOptions
    ) throws -> [UInt8] {
        try notice.document(
            in: options.language, zone: options.zone, linkBase: options.selfLinkBase)
    }

    /// A body by laborwatch's contract: a type such as `alert.raised`, a time and the data. The
    /// data are the document for one event, digest and documents for a small group, and only the
    /// digest for a large one.
    private static func own(
        _ message: AlertMessage, _ options: WebhookReceiverOptions
    ) throws -> WebhookMessage {
        let last = message.notices[message.notices.count - 1].event
        guard message.notices.count > 1 else {
            let data = try document(message.notices[0], options)
            let type =
                message.isTest
                ? "alert.test"
                : last.isOfIncident
                    ? "incident.\(last.what.incidentWord)" : "alert.\(last.what.rawValue)"
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
                return own(message.id, "alert.group", last.at, writer.bytes, options)
            }
        }
        return own(message.id, "alert.digest", last.at, digest, options)
    }

    private static func own(
        _ id: String, _ type: String, _ at: Instant, _ data: [UInt8],
        _ options: WebhookReceiverOptions
    ) -> WebhookMessage {
        // The type and the time contain no character that JSON must escape.
        let head = #"{"type":"\#(type)","timestamp":"\#(options.zone.text(at))","data":"#
        return WebhookMessage(
            id: id, contentType: "application/json",
            body: Array(head.utf8) + data + [UInt8(ascii: "}")])
    }

    /// Splits elements into parts within the limits of number and bytes. An element above the byte
    /// limit is a part of its own.
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

    /// The id of one part of a message; the message's own id when there is only one part.
    static func partID(_ id: String, _ index: Int, of count: Int) -> String {
        count == 1 ? id : "\(id).\(index + 1)"
    }
}
