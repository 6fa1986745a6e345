import Alerting
import Labor

/// An alert as Alertmanager has it, which both its webhook and its API are made of.
struct AlertmanagerAlert {
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: Instant
    /// When it ended; nil while it stands.
    let endsAt: Instant?
    let generatorURL: String

    /// The alerts that a message leaves, each set of labels once: what a later event of the
    /// message says of one counts.
    ///
    /// An event that moves the tier ends the alert of the old tier beside telling the new one.
    /// - Parameter starts: when each episode began; the event's own time where it is not there.
    static func all(
        _ notices: [AlertNotice], starts: [AlertID: Instant], language: Language, zone: Zone,
        selfLinkBase: String?
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
                let labels = AlertLabels.labels(event, tier: tier)
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

extension Tellings {
    /// When the episodes of a message began, as far as the receiver was told of them before.
    func starts(
        of message: AlertMessage, for receiver: String
    ) async throws(DeliveryFailure) -> [AlertID: Instant] {
        var starts: [AlertID: Instant] = [:]
        for notice in message.notices {
            let event = notice.event
            guard starts[event.alertID] == nil else { continue }
            starts[event.alertID] = event.at
            if event.sequence > 1 {
                let told = try await toldBefore(event, receiver)
                starts[event.alertID] = told.first?.at ?? event.at
            }
        }
        return starts
    }

    /// What the receiver was told of the episode before an event.
    /// - Throws: a failure to try again, when the store cannot say.
    func toldBefore(
        _ event: AlertEvent, _ receiver: String
    ) async throws(DeliveryFailure) -> [ToldEvent] {
        do {
            return try await told(event.alertID, to: receiver, before: event.sequence)
        } catch {
            throw DeliveryFailure(
                message: "what \(receiver) was told before cannot be read: \(error)",
                verdict: .transient)
        }
    }
}
