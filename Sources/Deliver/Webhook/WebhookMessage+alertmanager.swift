import Alerting
import Labor

extension WebhookMessage {
    /// The bodies that Alertmanager's webhooks send, version 4.
    ///
    /// No alert is left out: a group that is too large for one body is sent as several. A test is
    /// followed by its end, because no later message would end it.
    static func alertmanager(
        _ message: AlertMessage, _ starts: [AlertID: Instant], _ options: WebhookReceiverOptions
    ) throws -> [WebhookMessage] {
        let all = AlertmanagerAlert.all(
            message.notices, starts: starts, isTest: message.isTest, language: options.language,
            zone: options.zone, selfLinkBase: options.selfLinkBase)
        let bodies = try bodies(message, all, id: message.id, options)
        guard message.isTest else { return bodies }
        let ended = all.map { alert in
            var alert = alert
            alert.endsAt = alert.startsAt
            return alert
        }
        return bodies + (try self.bodies(message, ended, id: message.id + ".end", options))
    }

    private static func bodies(
        _ message: AlertMessage, _ all: [AlertmanagerAlert], id: String,
        _ options: WebhookReceiverOptions
    ) throws -> [WebhookMessage] {
        let written = try all.map { try element($0, options.zone) }
        let parts = parts(written, limit: Limits.batchEvents)
        var rest = all[...]
        return try parts.enumerated().map { index, part in
            let alerts = Array(rest.prefix(part.count))
            rest = rest.dropFirst(part.count)
            return WebhookMessage(
                id: partID(id, index, of: parts.count), contentType: "application/json",
                body: try body(message, alerts, written: part, options))
        }
    }

    private static func body(
        _ message: AlertMessage, _ alerts: [AlertmanagerAlert], written: [[UInt8]],
        _ options: WebhookReceiverOptions
    ) throws -> [UInt8] {
        let groupLabels = groupLabels(message)
        var writer = JSONWriter(capacity: 65_536)
        try writer.object { (writer) throws(JSONError) in
            writer.member("version", "4")
            writer.member("groupKey", groupKey(groupLabels))
            writer.key("truncatedAlerts")
            writer.int(0)
            writer.member("status", alerts.contains { $0.endsAt == nil } ? "firing" : "resolved")
            writer.member("receiver", options.name)
            try writer.member("groupLabels", groupLabels)
            try writer.member("commonLabels", common(alerts.map(\.labels)))
            try writer.member("commonAnnotations", common(alerts.map(\.annotations)))
            writer.member("externalURL", options.selfLinkBase ?? "")
            writer.member("notification_reason", reason(message, alerts))
            try writer.member("routeLabels", [:])
            writer.key("alerts")
            try writer.array(written) { (writer, alert) in writer.embed(alert) }
        }
        return writer.bytes
    }

    private static func element(_ alert: AlertmanagerAlert, _ zone: Zone) throws -> [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        try writer.object { (writer) throws(JSONError) in
            writer.member("status", alert.endsAt == nil ? "firing" : "resolved")
            // An open alert has Go's zero time as its end.
            let end = alert.endsAt.map { zone.text($0) } ?? "0001-01-01T00:00:00Z"
            try alert.members(&writer, zone: zone, endText: end)
            writer.member("fingerprint", AlertLabels.fingerprint(alert.labels))
        }
        return writer.bytes
    }

    /// The labels by which the alerts were grouped: the name of the group, or the rule and the
    /// subject.
    private static func groupLabels(_ message: AlertMessage) -> [String: String] {
        if let group = message.group { return ["group": group] }
        let event = message.notices[0].event
        return [
            "alertname": event.rule.rawValue, "subject_type": event.subject.type.rawValue,
            "subject_id": event.subject.id,
        ]
    }

    /// The group key in Alertmanager's form: the route, here the root `{}`, and the group labels.
    private static func groupKey(_ labels: [String: String]) -> String {
        let pairs = labels.sorted { $0.key < $1.key }.map { name, value in
            let quoted = value.onOneLine.replacingScalars(["\\": "\\\\", "\"": "\\\""])
            return "\(name)=\"\(quoted)\""
        }
        return "{}:{\(pairs.joined(separator: ", "))}"
    }

    private static func common(_ sets: [[String: String]]) -> [String: String] {
        guard let first = sets.first else { return [:] }
        return first.filter { name, value in sets.allSatisfy { $0[name] == value } }
    }

    private static func reason(_ message: AlertMessage, _ alerts: [AlertmanagerAlert]) -> String {
        if alerts.allSatisfy({ $0.endsAt != nil }) { return "all alerts resolved" }
        if alerts.contains(where: { $0.endsAt != nil }) { return "some alerts resolved" }
        if message.notices.allSatisfy({ $0.event.sequence == 1 }) { return "first notification" }
        let isNew = message.notices.contains { $0.event.sequence == 1 }
        return isNew ? "new alerts added" : "repeat interval elapsed"
    }
}
