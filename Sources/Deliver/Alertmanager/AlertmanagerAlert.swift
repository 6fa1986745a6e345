import Alerting
import Labor

/// An alert as Alertmanager has it, which both its webhook and its API are made of.
struct AlertmanagerAlert {
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: Instant
    /// When it ended; nil while it stands.
    var endsAt: Instant?
    let generatorURL: String

    /// The alerts that a message leaves, each set of labels once: what a later event of the
    /// message says of one counts.
    ///
    /// An event that moves the tier ends the alert of the old tier beside telling the new one.
    /// - Parameters:
    ///   - starts: when each episode began; the event's own time where it is not there.
    ///   - isTest: whether nothing has happened and a way is tried.
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
                    generatorURL: event.alertID.link(base: selfLinkBase) ?? "")
            }
        }
        return order.compactMap { alerts[$0] }
    }

    /// Writes the members that the webhook and the API have in common.
    /// - Parameter endText: what stands for the end.
    func members(_ writer: inout JSONWriter, zone: Zone, endText: String) throws(JSONError) {
        try writer.member("labels", labels)
        try writer.member("annotations", annotations)
        writer.member("startsAt", zone.text(startsAt))
        writer.member("endsAt", endText)
        writer.member("generatorURL", generatorURL)
    }
}

extension JSONWriter {
    /// A member whose value is a set of texts by name, in the names' order.
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
    /// When the episodes of a message began, as far as the receiver was told of them before.
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

    /// What the receiver was told of episodes before the latest of these events of each; nobody is
    /// asked about what cannot have been told.
    /// - Throws: a failure to try again, when the store cannot say.
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
