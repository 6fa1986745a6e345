package import Alerting
package import Labor

/// A channel to which alerts are delivered: a file, a webhook, a chat bot …
package protocol Receiver: Sendable {
    /// The name in the configuration; deliveries refer to the receiver by this name.
    var name: String { get }

    /// The full address. Only a digest of it is stored. A changed digest enables a receiver again
    /// that was disabled because its remote end no longer existed. Empty for a receiver that has no
    /// remote end.
    var address: String { get }

    /// Delivers one message. It returns only after the remote end has durably accepted the whole
    /// message. After a crash the same message may come again, with the same ids.
    func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt

    /// Seconds between two repetitions of the open alerts; nil for a receiver whose remote end does
    /// not forget alerts.
    var repeatSeconds: Int64? { get }

    /// Repeats the open alerts. It is never called during a delivery.
    func repeatStanding(at now: Instant) async throws(DeliveryFailure)

    /// Closes files and connections when the daemon ends.
    func close() async
}

extension Receiver {
    /// The default: open alerts are not repeated (nil).
    package var repeatSeconds: Int64? { nil }

    /// The default: does nothing.
    package func repeatStanding(at now: Instant) async throws(DeliveryFailure) {}

    /// The default: the receiver has no remote address.
    package var address: String { "" }
}

/// The remote end's answer to an accepted message.
package struct DeliveryReceipt: Hashable, Sendable {
    /// The HTTP status or SMTP code; nil for receivers without one.
    package var status: Int?
    /// The beginning of the answer, at most 1,024 bytes of valid UTF-8; nil for receivers whose
    /// remote end sends no text.
    package var answer: String?

    /// Creates a receipt. Each argument sets the property of the same name.
    package init(status: Int? = nil, answer: String? = nil) {
        self.status = status
        self.answer = answer
    }
}
