package import Labor

/// One delivery that this courier has claimed for a limited time.
package struct ClaimedDelivery: Hashable, Sendable {
    /// The ID of the delivery.
    package var id: Int64
    /// The name of the receiver.
    package var receiver: String
    /// The event to send, with its texts.
    package var notice: AlertNotice
    /// The number of counted tries before this one.
    package var attempts: Int
    /// When the event was created; the age of the delivery counts from this instant.
    package var createdAt: Instant
    /// The token of the claim. A result counts only while the delivery still has this token.
    package var claim: Int64
    /// Why the delivery waited before it was claimed.
    package var postponement: Postponement

    /// Creates a claimed delivery. Each argument sets the property of the same name.
    package init(
        id: Int64, receiver: String, notice: AlertNotice, attempts: Int, createdAt: Instant,
        claim: Int64, postponement: Postponement = Postponement()
    ) {
        self.id = id
        self.receiver = receiver
        self.notice = notice
        self.attempts = attempts
        self.createdAt = createdAt
        self.claim = claim
        self.postponement = postponement
    }
}

/// Deliveries of one receiver that are claimed together and sent as one message.
package struct ClaimedMessage: Hashable, Sendable {
    /// The message to send.
    package let message: AlertMessage
    /// The deliveries that the message covers, in the order of its notices.
    package let deliveries: [ClaimedDelivery]

    /// A message of one delivery.
    package init(_ delivery: ClaimedDelivery) {
        message = AlertMessage(delivery.notice)
        deliveries = [delivery]
    }

    /// A message of deliveries of one receiver and group; nil when the list is empty.
    package init?(group: String, _ deliveries: [ClaimedDelivery]) {
        guard let message = AlertMessage(group: group, notices: deliveries.map(\.notice)) else {
            return nil
        }
        self.message = message
        self.deliveries = deliveries
    }

    /// Groups claimed deliveries into messages: one message per receiver and group, ordered by the
    /// first delivery of each message.
    package static func combining(
        _ claimed: [(group: String?, delivery: ClaimedDelivery)]
    ) -> [ClaimedMessage] {
        var members: [DeliveryGroup: [ClaimedDelivery]] = [:]
        for (group, delivery) in claimed {
            guard let group else { continue }
            members[DeliveryGroup(receiver: delivery.receiver, name: group), default: []]
                .append(delivery)
        }
        return claimed.compactMap { group, delivery in
            guard let group else { return ClaimedMessage(delivery) }
            let key = DeliveryGroup(receiver: delivery.receiver, name: group)
            return members.removeValue(forKey: key).flatMap { ClaimedMessage(group: group, $0) }
        }
    }

    /// The number of counted tries before this one: the maximum over the deliveries.
    package var attempts: Int { deliveries.lazy.map(\.attempts).max() ?? 0 }
}

/// The result of one try.
package struct DeliveryAttempt: Hashable, Sendable {
    /// What happens to the delivery after the try.
    package enum Outcome: Hashable, Sendable {
        /// The receiver accepted the message.
        case delivered
        /// The delivery is tried again at this time; the try counts.
        case retry(at: Instant)
        /// The delivery is tried again at this time; the try does not count, because the receiver
        /// asked to wait.
        case snooze(until: Instant)
        /// The delivery is given up and becomes a dead letter; the verb `deliveries retry` makes it
        /// pending again.
        case dead
    }

    /// When the try began.
    package var startedAt: Instant
    /// When the try ended.
    package var endedAt: Instant
    /// The consequence of the try for the delivery.
    package var outcome: Outcome
    /// Whether the receiver was contacted; false when the courier returned the delivery, or gave it
    /// up, without a try.
    package var wasTried: Bool
    /// The HTTP status; nil when there was no response.
    package var status: Int?
    /// The error in one sentence; nil after a success.
    package var error: String?
    /// The first kilobyte of the response; nil when there was no response.
    package var answer: String?
    /// The receiver that gets the event when the delivery is given up; nil for none.
    package var fallback: String?

    /// Creates a try. Each argument sets the property of the same name.
    package init(
        startedAt: Instant, endedAt: Instant, outcome: Outcome, wasTried: Bool = true,
        status: Int? = nil, error: String? = nil, answer: String? = nil, fallback: String? = nil
    ) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.wasTried = wasTried
        self.status = status
        self.error = error
        self.answer = answer
        self.fallback = fallback
    }
}

/// The store that the courier needs: due deliveries to claim, and a record of their results.
package protocol Outbox: Sendable {
    /// Claims messages whose deliveries are due, oldest first, for `leaseSeconds`. A claim that is
    /// not settled by then lapses, and the deliveries can be claimed again.
    ///
    /// Due deliveries of one receiver and group form one message, with the events of each episode
    /// in order. For a delivery without a group, only the oldest unfinished one per receiver and
    /// episode can be claimed, so that "raised" is sent before "resolved".
    func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) async throws -> [ClaimedMessage]

    /// Records the result of a try for every delivery of the message, in one transaction. If the
    /// deliveries are given up, the same transaction orders them for the attempt's fallback
    /// receiver, at most once per event and receiver.
    ///
    /// The first success after failures makes the receiver's other failed deliveries due at once.
    /// Two kinds keep their time: deliveries that the receiver asked to postpone, and deliveries
    /// that were brought forward before and failed again.
    /// - Returns: false when a claim had lapsed and another courier has claimed the delivery.
    func settle(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) async throws -> Bool

    /// When the next delivery of these receivers becomes due; nil when none is pending.
    func nextDue(receivers: [String]) async throws -> Instant?

    /// Disables a receiver that reported itself gone, until a person enables it.
    /// - Parameter fingerprint: a digest of the receiver's address.
    func disable(
        receiver: String, fingerprint: String, reason: String, at moment: Instant
    ) async throws

    /// Why a receiver is disabled; nil when it may be notified. A receiver whose address differs
    /// from the disabled one is enabled again, and its failed deliveries become due at once.
    func disabledReason(
        receiver: String, fingerprint: String, at moment: Instant
    ) async throws -> String?
}
