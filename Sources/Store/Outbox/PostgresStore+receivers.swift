package import Labor
import LaborSQL
import Postgres

/// The delivery health of one receiver, for the checks of the service itself.
package struct ReceiverRecord: Hashable, Sendable {
    /// The name in the configuration.
    package var name: String
    /// When the receiver was disabled because it reported itself gone; nil while it is enabled.
    package var disabledAt: Instant?
    /// The receiver's message at that time.
    package var disabledReason: String?
    /// When the first try failed after which none succeeded; nil while tries succeed.
    package var failingSince: Instant?
    /// The number of pending deliveries.
    package var pending: Int
    /// When the event of the oldest pending delivery was created.
    package var oldestPendingAt: Instant?
    /// The number of deliveries that were given up in the 24 hours before `now`.
    package var deadLastDay: Int
    /// The last error of the oldest pending delivery that has one; nil when none has.
    package var failure: String?

    /// A record from its parts.
    package init(
        name: String, disabledAt: Instant? = nil, disabledReason: String? = nil,
        failingSince: Instant? = nil, pending: Int, oldestPendingAt: Instant?, deadLastDay: Int,
        failure: String? = nil
    ) {
        self.name = name
        self.disabledAt = disabledAt
        self.disabledReason = disabledReason
        self.failingSince = failingSince
        self.pending = pending
        self.oldestPendingAt = oldestPendingAt
        self.deadLastDay = deadLastDay
        self.failure = failure
    }
}

extension PostgresStore {
    /// The delivery health of every receiver that has a recorded state, a pending delivery or a
    /// recent dead letter, by name. The cost is proportional to the number of pending deliveries
    /// and dead letters.
    /// - Parameter now: the end of the 24 hours that are counted.
    package func receiverHealth(now: Instant) async throws -> [ReceiverRecord] {
        try await perform(desk, "asking how the receivers fare") { session in
            try receiverRecords(now: now, &session)
        }
    }

    /// Disables a receiver that reported itself gone; see `Outbox`.
    package func disable(
        receiver: String, fingerprint: String, reason: String, at moment: Instant
    ) async throws {
        try await perform(courier, "disabling the receiver \(receiver)") { session in
            _ = try session.execute(
                .disableReceiver,
                [
                    "receiver": .text(receiver), "disabled_at": .timestamp(moment.microseconds),
                    "reason": .text(storable(reason)), "fingerprint": .text(fingerprint),
                ])
        }
    }

    /// Why a receiver is disabled; see `Outbox`. A changed address enables the receiver again.
    package func disabledReason(
        receiver: String, fingerprint: String, at moment: Instant
    ) async throws -> String? {
        try await perform(courier, "asking whether the receiver \(receiver) is disabled") {
            session in
            let found = try session.first(
                .selectDisabledReceiver, ["receiver": .text(receiver)]
            ) { (reason: try $0.text(0), fingerprint: try $0.text(1)) }
            guard let found else { return nil }
            if found.fingerprint == fingerprint { return found.reason }
            _ = try session.execute(
                .enableReceiver,
                ["receiver": .text(receiver), "now": .timestamp(moment.microseconds)])
            return nil
        }
    }

    /// Enables a disabled receiver, makes its failed deliveries due at once, and wakes its courier.
    /// - Returns: false when the receiver was not disabled.
    func enable(receiver: String, now: Instant, _ session: inout Session) throws -> Bool {
        let enabled = try session.first(
            .enableReceiver,
            ["receiver": .text(receiver), "now": .timestamp(now.microseconds)]
        ) { try $0.int(0) }
        guard enabled == 1 else { return false }
        try session.wakeCouriers(.person)
        return true
    }

    /// Makes the failed deliveries of a receiver due at once and wakes its courier, after somebody
    /// saw that the receiver works. `Postponement.mayComeForward` says which deliveries these are.
    /// - Returns: the number of deliveries.
    func bringForward(receiver: String, now: Instant, _ session: inout Session) throws -> Int {
        let count = try session.execute(
            .bringForward,
            ["receiver": .text(receiver), "now": .timestamp(now.microseconds)])
        if count > 0 { try session.wakeCouriers(.person) }
        return count
    }
}

/// The records that `receiverHealth` returns.
func receiverRecords(now: Instant, _ session: inout Session) throws -> [ReceiverRecord] {
    try session.query(
        .selectReceiverHealth,
        [
            "now": .timestamp(now.microseconds),
            "since": .timestamp(now.adding(seconds: -86_400).microseconds),
        ]
    ) { row in
        ReceiverRecord(
            name: try row.text(0),
            disabledAt: try row.instantOrNil(1),
            disabledReason: try row.textOrNil(2),
            failingSince: try row.instantOrNil(3),
            pending: Int(try row.int(4)),
            oldestPendingAt: try row.instantOrNil(5),
            deadLastDay: Int(try row.int(6)), failure: try row.textOrNil(7))
    }
}
