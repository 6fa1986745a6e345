import Alerting
import Labor

extension WebhookMessage {
    /// CloudEvents 1.0 in structured mode: one event on its own, several events as batches.
    static func cloudEvents(
        _ message: AlertMessage, _ options: WebhookReceiverOptions
    ) throws -> [WebhookMessage] {
        let events = try message.notices.map { notice in
            try cloudEvent(
                notice, type: message.isTest ? "test" : notice.event.what.rawValue, options)
        }
        guard events.count > 1 else {
            return [
                WebhookMessage(
                    id: message.id, contentType: "application/cloudevents+json; charset=utf-8",
                    body: events[0])
            ]
        }
        let batches = parts(events, limit: Limits.batchEvents)
        return try batches.enumerated().map { index, batch in
            var writer = JSONWriter(capacity: 65_536)
            try writer.array(batch) { (writer, event) in writer.embed(event) }
            return WebhookMessage(
                id: partID(message.id, index, of: batches.count),
                contentType: "application/cloudevents-batch+json; charset=utf-8",
                body: writer.bytes)
        }
    }

    /// One CloudEvent whose data are the alert document of laborwatch's contract.
    ///
    /// `source` and `id` together are unique, as the specification requires: the id is the event's
    /// id. The extension `sequence` has leading zeros, so that comparing it as text orders the
    /// events of one episode.
    private static func cloudEvent(
        _ notice: AlertNotice, type: String, _ options: WebhookReceiverOptions
    ) throws -> [UInt8] {
        let event = notice.event
        let document = try document(notice, options)
        let digits = String(event.sequence)
        var writer = JSONWriter(capacity: 4_096)
        try writer.object { (writer) throws(JSONError) in
            writer.member("specversion", "1.0")
            writer.member("id", event.id)
            writer.member("source", options.selfLinkBase ?? "/laborwatch")
            writer.member("type", "laborwatch.alert.\(type)")
            writer.member("subject", "\(event.subject.type.rawValue)/\(event.subject.id)")
            writer.member("time", options.zone.text(event.at))
            writer.member("datacontenttype", "application/json")
            writer.member("alertid", event.alertID.rawValue)
            writer.member(
                "sequence", String(repeating: "0", count: max(0, 10 - digits.count)) + digits)
            writer.member("tier", event.toTier.rawValue)
            writer.member("kind", event.kind.rawValue)
            writer.key("data")
            writer.embed(document)
        }
        return writer.bytes
    }
}
