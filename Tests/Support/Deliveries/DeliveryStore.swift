package import Alerting
package import Labor

/// The part of a cycle that concerns deliveries.
package struct DeliveryCommit: Sendable {
    /// The changed episodes.
    package var episodes: [Episode] = []
    /// Their new events.
    package var notices: [AlertNotice] = []
    /// One order for each event and receiver.
    package var orders: [DeliveryOrder] = []
    /// Waiting deliveries to hold.
    package var holds: [Hold] = []
    /// Held deliveries to release.
    package var releases: [Release] = []
    /// The time of the cycle.
    package var at: Instant

    /// An empty commit.
    package init(at moment: Instant) {
        at = moment
    }
}

/// The observable state of one delivery.
package struct DeliverySnapshot: Hashable, Sendable {
    /// The number in the outbox.
    package var id: Int64
    /// The alert.
    package var alertID: AlertID
    /// The number of the event in its alert, from 1.
    package var sequence: Int
    /// The name of the receiver.
    package var receiver: String
    /// The state.
    package var state: DeliveryState
    /// Why the delivery is not sent, or which delivery it replaces as a fallback.
    package var reason: DeliveryReason?
    /// Whether the suppression is temporary.
    package var isHeld: Bool
    /// The group; nil for a separate message.
    package var group: String?
    /// The number of tries that counted.
    package var attempts: Int

    /// A snapshot from its parts.
    package init(
        id: Int64, alertID: AlertID, sequence: Int, receiver: String, state: DeliveryState,
        reason: DeliveryReason?, isHeld: Bool, group: String?, attempts: Int
    ) {
        self.id = id
        self.alertID = alertID
        self.sequence = sequence
        self.receiver = receiver
        self.state = state
        self.reason = reason
        self.isHeld = isHeld
        self.group = group
        self.attempts = attempts
    }
}

/// An outbox with all of its writers, as the conformance suite tests it.
package protocol DeliveryStore: Outbox {
    /// Writes a cycle.
    func commit(_ commit: DeliveryCommit) async throws

    /// The newest held delivery of each receiver and alert.
    func held() async throws -> [HeldOrder]

    /// The deliveries that a silence may still hold.
    func waiting() async throws -> [WaitingOrder]

    /// Makes the dead letters of a receiver, or of all, pending again.
    /// - Returns: the numbers of pending and of overtaken deliveries.
    func retry(receiver: String?, now: Instant) async throws -> (retried: Int, over: Int)

    /// Makes the failed deliveries of a receiver due at once.
    /// - Returns: the number of deliveries.
    func bringForward(receiver: String, now: Instant) async throws -> Int

    /// Drops the pending deliveries of a receiver.
    /// - Returns: the number of deliveries.
    func drop(receiver: String, now: Instant) async throws -> Int

    /// Cancels every claim.
    /// - Returns: the number of claims.
    func releaseClaims() async throws -> Int

    /// Enables a disabled receiver.
    /// - Returns: false when it was not disabled.
    func enable(receiver: String, now: Instant) async throws -> Bool

    /// Every delivery to some receivers, in the order of their numbers.
    func snapshots(_ receivers: Set<String>) async throws -> [DeliverySnapshot]
}
