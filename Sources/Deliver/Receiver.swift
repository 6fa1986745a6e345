package import Alerting
package import Labor

/// One place where alerts are handed over: a file, a webhook, a bot.
package protocol Receiver: Sendable {
    /// The name in the configuration, by which deliveries are addressed.
    var name: String { get }

    /// Where it is, in full: only a digest of it is kept, by which a receiver that was gone is known
    /// to have moved. Empty where nobody can be gone.
    var address: String { get }

    /// Hands one message over. It returns only when the receiver has all of it for good; the same
    /// message may come again (with the same ids) after a crash.
    func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt

    /// Seconds after which what stands is to be repeated; nil for a receiver whose other side
    /// remembers.
    var repeatSeconds: Int64? { get }

    /// Tells again what stands. It is never called while a message is handed over.
    func repeatStanding(at now: Instant) async throws(DeliveryFailure)

    /// Lets go of what is open and takes it anew at the next delivery (SIGHUP, log rotation).
    func reopen() async

    /// Lets go of what is open, for the end of the daemon.
    func close() async
}

extension Receiver {
    /// Nothing is repeated.
    package var repeatSeconds: Int64? { nil }

    /// Nothing is repeated.
    package func repeatStanding(at now: Instant) async throws(DeliveryFailure) {}

    /// Nowhere that could be gone.
    package var address: String { "" }
}

/// What a receiver answered when it took a notice.
package struct DeliveryReceipt: Hashable, Sendable {
    /// The HTTP status; nil where there is no HTTP.
    package var status: Int?
    /// The beginning of the answer, at most one kilobyte of valid UTF-8.
    package var answer: String?

    /// A receipt from its parts.
    package init(status: Int? = nil, answer: String? = nil) {
        self.status = status
        self.answer = answer
    }
}
