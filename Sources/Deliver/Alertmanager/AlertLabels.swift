package import Alerting
package import Labor

/// An alert as the world of Prometheus names and describes it.
package enum AlertLabels {
    /// The label of an alert that only tries the way, for routes that must wake nobody by it.
    package static let test = "laborwatch_test"

    /// What makes it the one it is. The tier is one of them, so that routes can match it: for
    /// Alertmanager a change of tier is the end of one alert and the beginning of another.
    package static func labels(_ event: AlertEvent, tier: Tier) -> [String: String] {
        var labels = [
            "alertname": event.rule.rawValue, "severity": tier.rawValue,
            "kind": event.kind.rawValue, "subject_type": event.subject.type.rawValue,
            "subject_id": event.subject.id, "service": "laborwatch",
        ]
        labels["region_code"] = event.subject.regionCode?.rawValue
        labels["industry_code"] = event.subject.industryCode?.rawValue
        // An empty label is none, over there as well.
        return labels.filter { !$0.value.isEmpty }
    }

    /// What is said about it and may change while it stands; what is not known is left out.
    package static func annotations(
        _ notice: AlertNotice, language: Language, zone: Zone
    ) -> [String: String] {
        let event = notice.event
        let text = notice.words(in: language)?.text
        var annotations = [
            "alert_id": event.alertID.rawValue, "event_id": event.id, "what": event.what.rawValue,
            "state": event.toState.rawValue, "certainty": event.certainty.rawValue,
            "subject": event.subject.name, "period": event.period.description,
        ]
        annotations["title"] = text?.title
        annotations["summary"] = text?.summary
        annotations["region"] = text?.region
        annotations["responsible"] = text?.responsible
        annotations["steps"] = text.map { text in
            text.steps.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
        }
        annotations["due_at"] = notice.dueAt.map { zone.text($0) }
        annotations["persons"] = event.persons.map(String.init)
        annotations["amount"] = event.amount.map(yuan)
        return annotations.filter { !$0.value.isEmpty }
    }

    /// Money in yuan with two decimals, as our own contract has it.
    static func yuan(_ fen: Int64) -> String {
        var writer = JSONWriter(capacity: 32)
        writer.yuan(fen)
        return writer.text
    }

    /// The 16 digits by which Alertmanager knows a set of labels: FNV-1a of 64 bits over names and
    /// values in the names' order, the byte 255 after each.
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
