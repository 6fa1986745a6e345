package import Labor

/// One delivery that this courier has claimed for a while.
package struct ClaimedDelivery: Hashable, Sendable {
    /// The delivery's id.
    package var id: Int64
    /// The receiver's name.
    package var receiver: String
    /// What is to be told.
    package var notice: AlertNotice
    /// How many tries there were before this one.
    package var attempts: Int
    /// When the first try was due, for the age of a delivery.
    package var createdAt: Instant
    /// The claim's token: a result counts only while it is the newest.
    package var claim: Int64

    /// A claimed delivery from its parts.
    package init(
        id: Int64, receiver: String, notice: AlertNotice, attempts: Int, createdAt: Instant,
        claim: Int64
    ) {
        self.id = id
        self.receiver = receiver
        self.notice = notice
        self.attempts = attempts
        self.createdAt = createdAt
        self.claim = claim
    }
}

/// Deliveries of one receiver that go out as one message, claimed together.
package struct ClaimedMessage: Hashable, Sendable {
    /// What is to be told.
    package let message: AlertMessage
    /// The deliveries that the message stands for, in the order of its notices.
    package let deliveries: [ClaimedDelivery]

    /// A message of one delivery.
    package init(_ delivery: ClaimedDelivery) {
        message = AlertMessage(delivery.notice)
        deliveries = [delivery]
    }

    /// A message of the deliveries of one receiver and group; nil when there is none.
    package init?(group: String, _ deliveries: [ClaimedDelivery]) {
        guard let message = AlertMessage(group: group, notices: deliveries.map(\.notice)) else {
            return nil
        }
        self.message = message
        self.deliveries = deliveries
    }

    /// How many tries there were before this one: those of the delivery that was tried most.
    package var attempts: Int { deliveries.lazy.map(\.attempts).max() ?? 0 }
}

/// How one try ended.
package struct DeliveryAttempt: Hashable, Sendable {
    /// What becomes of the delivery.
    package enum Outcome: Hashable, Sendable {
        /// The receiver has it.
        case delivered
        /// To be tried again at this time; the try counts.
        case retry(at: Instant)
        /// To be tried again at this time; the try does not count (the receiver asked to wait).
        case snooze(until: Instant)
        /// Given up: a dead letter that `deliveries retry` brings back.
        case dead
    }

    /// When the try began.
    package var startedAt: Instant
    /// When it ended.
    package var endedAt: Instant
    /// What becomes of the delivery.
    package var outcome: Outcome
    /// The HTTP status, where there was an answer.
    package var status: Int?
    /// What went wrong, one sentence; nil when it went well.
    package var error: String?
    /// The first kilobyte of the answer.
    package var answer: String?
    /// Who is told instead when the delivery is given up; nil for nobody.
    package var fallback: String?

    /// An attempt from its parts.
    package init(
        startedAt: Instant, endedAt: Instant, outcome: Outcome, status: Int? = nil,
        error: String? = nil, answer: String? = nil, fallback: String? = nil
    ) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.status = status
        self.error = error
        self.answer = answer
        self.fallback = fallback
    }
}

/// What the courier needs of a store: deliveries to claim, and a place for their outcomes.
package protocol Outbox: Sendable {
    /// Claims messages whose deliveries are due, oldest first, for `leaseSeconds`; a claim that is
    /// not settled by then falls free.
    ///
    /// Deliveries of one receiver and group that are due are one message, with all events of an
    /// episode in their order. Otherwise, for one receiver and episode, only the oldest unfinished
    /// one can be claimed, so that "raised" comes before "resolved".
    func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) async throws -> [ClaimedMessage]

    /// Writes down how a try ended, for every delivery of the message at once. What is given up is
    /// ordered for the attempt's fallback in the same breath, once for an event and receiver.
    ///
    /// The first success after failures makes due what else waits for the receiver after failed
    /// tries, but not what the receiver asked to put off, nor what was brought forward before and
    /// failed again.
    /// - Returns: false when a claim had lapsed and another courier has it now.
    func settle(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) async throws -> Bool

    /// When the next delivery of these receivers falls due; nil when none waits.
    func nextDue(receivers: [String]) async throws -> Instant?

    /// Notes for good that a receiver is gone, until somebody enables it.
    /// - Parameter fingerprint: a digest of its address.
    func disable(
        receiver: String, fingerprint: String, reason: String, at moment: Instant
    ) async throws

    /// What a receiver said when it was gone; nil when it may be told, as one whose address differs
    /// from the one that is gone. To such a one all that waits after failed tries is due.
    func disabledReason(
        receiver: String, fingerprint: String, at moment: Instant
    ) async throws -> String?
}
