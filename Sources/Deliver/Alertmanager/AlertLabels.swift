package import Alerting
package import Labor

/// The labels and annotations of an alert in Prometheus and Alertmanager.
package enum AlertLabels {
    /// The label that marks a test alert, so that a route can exclude test alerts.
    package static let test = "laborwatch_test"

    /// The labels that identify an alert in Alertmanager. The tier is one of them, so that routes
    /// can match it. To Alertmanager a change of tier is therefore the end of one alert and the
    /// start of another.
    package static func labels(_ event: AlertEvent, tier: Tier) -> [String: String] {
        var labels = [
            "alertname": event.rule.rawValue, "severity": tier.rawValue,
            "kind": event.kind.rawValue, "subject_type": event.subject.type.rawValue,
            "subject_id": event.subject.id, "service": "laborwatch",
        ]
        labels["region_code"] = event.subject.regionCode?.rawValue
        labels["industry_code"] = event.subject.industryCode?.rawValue
        // Alertmanager treats an empty label as absent.
        return labels.filter { !$0.value.isEmpty }
    }

    /// The annotations: the parts that may change while the alert is open. Absent values are left
    /// out.
    package static func annotations(
        _ notice: AlertNotice, language: Language, zone: Zone
    ) -> [String: String] {
        let event = notice.event
        let text = notice.words(in: language)?.text
        // Templates of Alertmanager copy annotations into chats and mails without escapes.
        let safe = TextStyle.chat
        var annotations = [
            "alert_id": event.alertID.rawValue, "event_id": event.id, "what": event.what.rawValue,
            "state": event.toState.rawValue, "certainty": event.certainty.rawValue,
            "subject": safe.harmless(event.subject.name), "period": event.period.description,
            "reason": event.reason.rawValue, "level": "\(event.level)",
        ]
        annotations["actor"] = event.actor.map(safe.harmless)
        annotations["on_behalf_of"] = event.onBehalfOf.map(safe.harmless)
        annotations["title"] = text.map { safe.harmless($0.title) }
        annotations["summary"] = text.map { safe.harmless($0.summary) }
        annotations["region"] = text?.region.map(safe.harmless)
        annotations["responsible"] = text?.responsible.map(safe.marked)
        annotations["steps"] = text.map { text in
            text.steps.enumerated().map { "\($0 + 1). \(safe.marked($1))" }
                .joined(separator: "\n")
        }
        annotations["due_at"] = notice.dueAt.map { zone.text($0) }
        annotations["persons"] = event.persons.map(String.init)
        annotations["amount"] = event.amount.map(Money.yuanText)
        return annotations.filter { !$0.value.isEmpty }
    }

    /// The fingerprint by which Alertmanager identifies a set of labels, 16 hexadecimal digits:
    /// 64-bit FNV-1a over names and values in order of name, with a byte 255 after each.
    package static func fingerprint(_ labels: [String: String]) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        let sorted = labels.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (name, value) in sorted {
            name.utf8.forEach(add)
            add(255)
            value.utf8.forEach(add)
            add(255)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
