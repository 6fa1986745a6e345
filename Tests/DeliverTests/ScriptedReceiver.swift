import Alerting
import Deliver
import Labor
import Synchronization

/// A receiver whose answers a test writes, and which remembers what it took.
final class ScriptedReceiver: Receiver {
    typealias Answer =
        @Sendable (AlertNotice, _ number: Int) async -> Result<DeliveryReceipt, DeliveryFailure>

    let name: String
    /// The event ids as they are taken.
    let taken: AsyncStream<String>
    /// The event ids as they are tried.
    let tried: AsyncStream<String>
    private let reportTaken: AsyncStream<String>.Continuation
    private let reportTried: AsyncStream<String>.Continuation
    private let count = Mutex(0)
    private let answer: Answer

    init(
        _ name: String, answer: @escaping Answer = { _, _ in .success(DeliveryReceipt()) }
    ) {
        self.name = name
        self.answer = answer
        (taken, reportTaken) = AsyncStream.makeStream(of: String.self)
        (tried, reportTried) = AsyncStream.makeStream(of: String.self)
    }

    func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let notice = message.notices[0]
        let number = count.withLock { count in
            count += 1
            return count
        }
        reportTried.yield(notice.event.id)
        let receipt = try await answer(notice, number).get()
        reportTaken.yield(notice.event.id)
        return receipt
    }

    func close() async {}
}

extension DeliveryFailure {
    static let refused = DeliveryFailure(
        message: "no connection", status: 500, answer: "no", verdict: .transient)

    static func busy(_ seconds: Int64?) -> DeliveryFailure {
        DeliveryFailure(message: "busy", status: 429, verdict: .throttled(retryAfter: seconds))
    }

    static let gone = DeliveryFailure(message: "gone", status: 410, verdict: .gone)

    static let hopeless = DeliveryFailure(message: "unreadable", verdict: .permanent)
}
