import Alerting
import Labor

/// An alert in Alertmanager's form; the webhook and the API are both built from it.
struct AlertmanagerAlert {
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: Instant
    /// When the alert ended; nil while it is open.
    var endsAt: Instant?
    let generatorURL: String

    /// The alerts that result from a message, one per set of labels. When two notices have the same
    /// labels, the later one counts.
    ///
    /// An event that changes the tier ends the alert of the old tier and starts one of the new
    /// tier.
    /// - Parameters:
    ///   - starts: when each episode began. The event's own time is used for an episode that is
    ///     missing.
    ///   - isTest: whether the message only tests the connection.
    static func all(
        _ notices: [AlertNotice], starts: [AlertID: Instant], isTest: Bool = false,
        language: Language, zone: Zone, selfLinkBase: String?
    ) -> [AlertmanagerAlert] {
        var order: [[String: String]] = []
        var alerts: [[String: String]: AlertmanagerAlert] = [:]
        for notice in notices {
            let event = notice.event
            var told = [(tier: event.toTier, end: event.toState.isOpen ? nil : event.at)]
            if let before = event.fromTier, before != event.toTier {
                told.insert((before, event.at), at: 0)
            }
            for (tier, end) in told {
                var labels = AlertLabels.labels(event, tier: tier)
                if isTest { labels[AlertLabels.test] = "true" }
                if alerts[labels] == nil { order.append(labels) }
                alerts[labels] = AlertmanagerAlert(
                    labels: labels,
                    annotations: AlertLabels.annotations(notice, language: language, zone: zone),
                    startsAt: min(starts[event.alertID] ?? event.at, event.at), endsAt: end,
                    generatorURL: event.link(base: selfLinkBase) ?? "")
            }
        }
        return order.compactMap { alerts[$0] }
    }

    /// Writes the members that the webhook and the API share.
    /// - Parameter endText: the text of `endsAt`.
    func members(_ writer: inout JSONWriter, zone: Zone, endText: String) throws(JSONError) {
        try writer.member("labels", labels)
        try writer.member("annotations", annotations)
        writer.member("startsAt", zone.text(startsAt))
        writer.member("endsAt", endText)
        writer.member("generatorURL", generatorURL)
    }
}

extension JSONWriter {
    /// Writes an object of texts by name, in order of name.
    mutating func member(_ name: String, _ texts: [String: String]) throws(JSONError) {
        key(name)
        try object { (writer) throws(JSONError) in
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                writer.member(name, text)
            }
        }
    }
}

extension DeliveryLog {
    /// When each episode of a message began, as far as the receiver was notified of it earlier;
    /// otherwise the time of its first event in the message.
    func starts(
        of message: AlertMessage, for receiver: String
    ) async throws(DeliveryFailure) -> [AlertID: Instant] {
        var firsts: [AlertID: AlertEvent] = [:]
        for notice in message.notices where firsts[notice.event.alertID] == nil {
            firsts[notice.event.alertID] = notice.event
        }
        let told = try await told(before: firsts.values, by: receiver)
        return firsts.mapValues { told[$0.alertID]?.first?.at ?? $0.at }
    }

    /// The earlier events of each episode of which the receiver was notified. The store is not
    /// queried for an episode whose only event is its first one.
    /// - Throws: a transient failure when the store cannot be read.
    func told(
        before events: some Sequence<AlertEvent>, by receiver: String
    ) async throws(DeliveryFailure) -> [AlertID: [ToldEvent]] {
        var places: [AlertID: Int] = [:]
        for event in events where event.sequence > 1 {
            places[event.alertID] = max(places[event.alertID] ?? 0, event.sequence)
        }
        guard !places.isEmpty else { return [:] }
        do {
            return try await told(before: places, to: receiver)
        } catch {
            throw DeliveryFailure(
                message: "what \(receiver) was told before cannot be read: \(error)",
                verdict: .transient)
        }
    }
}
