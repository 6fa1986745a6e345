package import Labor
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
                """
                -- name: disable_receiver
                INSERT INTO laborwatch.receiver_state
                    (receiver, disabled_at, disabled_reason, fingerprint)
                VALUES ($1, $2, $3, $4)
                ON CONFLICT (receiver) DO UPDATE
                   SET disabled_at = EXCLUDED.disabled_at,
                       disabled_reason = EXCLUDED.disabled_reason,
                       fingerprint = EXCLUDED.fingerprint
                """,
                [
                    .text(receiver), .timestamp(moment.microseconds), .text(storable(reason)),
                    .text(fingerprint),
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
                """
                -- name: select_disabled_receiver
                SELECT disabled_reason, fingerprint
                  FROM laborwatch.receiver_state
                 WHERE receiver = $1 AND disabled_at IS NOT NULL
                """,
                [.text(receiver)]
            ) { (reason: try $0.text(0), fingerprint: try $0.text(1)) }
            guard let found else { return nil }
            if found.fingerprint == fingerprint { return found.reason }
            _ = try session.execute(
                enableReceiverSQL, [.text(receiver), .timestamp(moment.microseconds)])
            return nil
        }
    }

    /// Enables a disabled receiver, makes its failed deliveries due at once, and wakes its courier.
    /// - Returns: false when the receiver was not disabled.
    func enable(receiver: String, now: Instant, _ session: inout Session) throws -> Bool {
        let enabled = try session.first(
            enableReceiverSQL, [.text(receiver), .timestamp(now.microseconds)]
        ) { try $0.int(0) }
        guard enabled == 1 else { return false }
        try session.wakeCouriers(.person)
        return true
    }

    /// Makes the failed deliveries of a receiver due at once and wakes its courier, after somebody
    /// saw that the receiver works.
    /// - Returns: the number of deliveries.
    func bringForward(receiver: String, now: Instant, _ session: inout Session) throws -> Int {
        let count = try session.execute(
            "-- name: bring_forward\n\(PostgresStore.bringForward("$1", at: "$2"))",
            [.text(receiver), .timestamp(now.microseconds)])
        if count > 0 { try session.wakeCouriers(.person) }
        return count
    }

    /// The statement that makes the failed deliveries of a receiver due, in their old order.
    ///
    /// `Postponement.mayComeForward` says which deliveries these are.
    /// - Parameters:
    ///   - receiver: an SQL expression for the receiver's name.
    ///   - moment: an SQL expression for the new due time.
    static func bringForward(_ receiver: String, at moment: String) -> String {
        """
        UPDATE laborwatch.delivery
           SET next_attempt_at = \(moment)
         WHERE delivery_id IN (
            SELECT d.delivery_id
              FROM laborwatch.delivery d
             WHERE d.receiver = \(receiver)
               AND d.state = 'pending'
               AND d.attempts > 0
               AND d.locked_until IS NULL
               AND d.next_attempt_at > \(moment)
               AND d.may_come_forward
             ORDER BY d.delivery_id
               FOR UPDATE)
        """
    }
}

/// The records that `receiverHealth` returns.
func receiverRecords(now: Instant, _ session: inout Session) throws -> [ReceiverRecord] {
    try session.query(
        receiverHealthSQL,
        [
            .timestamp(now.microseconds),
            .timestamp(now.adding(seconds: -86_400).microseconds),
        ]
    ) { row in
        ReceiverRecord(
            name: try row.text(0),
            disabledAt: try row.timestampOrNil(1).map(Instant.init(microseconds:)),
            disabledReason: try row.textOrNil(2),
            failingSince: try row.timestampOrNil(3).map(Instant.init(microseconds:)),
            pending: Int(try row.int(4)),
            oldestPendingAt: try row.timestampOrNil(5).map(Instant.init(microseconds:)),
            deadLastDay: Int(try row.int(6)), failure: try row.textOrNil(7))
    }
}

private let enableReceiverSQL = """
    -- name: enable_receiver
    WITH enabled AS (
        UPDATE laborwatch.receiver_state
           SET disabled_at = NULL, disabled_reason = NULL, fingerprint = NULL
         WHERE receiver = $1 AND disabled_at IS NOT NULL
        RETURNING receiver
    ), forward AS (
        \(PostgresStore.bringForward("(SELECT receiver FROM enabled)", at: "$2"))
    )
    SELECT count(*) FROM enabled
    """

private let receiverHealthSQL = """
    -- name: select_receiver_health
    WITH waiting AS (
        SELECT receiver, count(*) AS pending, min(created_at) AS oldest
          FROM laborwatch.deliveries
         WHERE state = 'pending'
         GROUP BY receiver
    ), dead AS (
        SELECT receiver, count(*) AS dead
          FROM laborwatch.deliveries
         WHERE state = 'dead' AND finished_at > $2 AND finished_at <= $1
         GROUP BY receiver
    )
    SELECT receiver, s.disabled_at, s.disabled_reason, s.failing_since,
           coalesce(w.pending, 0), w.oldest, coalesce(x.dead, 0),
           (SELECT d.last_error
              FROM laborwatch.deliveries d
             WHERE d.state = 'pending' AND d.last_error IS NOT NULL
               AND d.receiver = w.receiver AND d.was_tried
             ORDER BY d.delivery_id
             LIMIT 1)
      FROM laborwatch.receivers s
      FULL JOIN waiting w USING (receiver)
      FULL JOIN dead x USING (receiver)
     ORDER BY receiver
    """
