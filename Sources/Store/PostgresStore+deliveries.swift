import Alerting
package import Labor
import Postgres

extension PostgresStore {
    /// The deliveries that fit, newest first, without their logs.
    package func deliveries(_ filter: DeliveryFilter) async throws -> [DeliveryRecord] {
        let binds: [Bind] = [
            .optionalArray(filter.states.map(\.rawValue)), .optionalArray(Array(filter.receivers)),
            .optional(uuid: filter.alertID?.rawValue),
            .optional(timestamp: filter.since?.microseconds),
            .optional(timestamp: filter.until?.microseconds),
            .int(Int64(min(max(filter.limit, 0), AlertFilter.limitMax))),
            .int(Int64(max(filter.offset, 0))),
        ]
        return try await perform(desk, "listing deliveries") { session in
            try session.query(
                """
                -- name: select_deliveries
                \(selectDelivery)
                 WHERE ($1::text[] IS NULL OR d.state = ANY ($1))
                   AND ($2::text[] IS NULL OR d.receiver = ANY ($2))
                   AND ($3::uuid IS NULL OR d.alert_id = $3)
                   AND ($4::timestamptz IS NULL OR d.created_at >= $4)
                   AND ($5::timestamptz IS NULL OR d.created_at < $5)
                 ORDER BY d.created_at DESC, d.delivery_id DESC
                 LIMIT $6 OFFSET $7
                """,
                binds
            ) { try DeliveryRecord($0) }
        }
    }

    /// One delivery with its log; throws `notFound`.
    package func delivery(_ id: Int64) async throws -> DeliveryRecord {
        try await perform(desk, "reading delivery \(id)") { session in
            let found = try session.query(
                "\(selectDelivery) WHERE d.delivery_id = $1", [.int(id)]
            ) { try DeliveryRecord($0) }
            guard let delivery = try logged(found, &session).first else {
                throw noDelivery(id)
            }
            return delivery
        }
    }

    /// Brings dead letters back: pending, due at `now`, with all their tries before them again. One
    /// receiver's come in their old order.
    ///
    /// - Returns: how many; throws `notFound` when the one asked for does not exist and `refused`
    ///   when it is finished otherwise.
    package func retryDeliveries(
        _ selection: DeliverySelection, now: Instant
    ) async throws -> Int {
        try await transaction(desk, "bringing back deliveries") { session in
            var id: Int64?
            var receiver: String?
            switch selection {
            case .one(let one): id = one
            case .receiver(let name): receiver = name
            case .all: break
            }
            let count = try session.execute(
                retrySQL,
                [
                    .optional(int: id), .optional(text: receiver), .timestamp(now.microseconds),
                ])
            if count == 0, let id { try explainNoRetry(id, &session) }
            if count > 0 { try session.execute("SELECT pg_notify('laborwatch_outbox', '')") }
            return count
        }
    }

    private func explainNoRetry(_ id: Int64, _ session: inout Session) throws {
        let state = try session.first(
            "SELECT state FROM laborwatch.delivery WHERE delivery_id = $1", [.int(id)]
        ) { try $0.text(0) }
        guard let state else { throw noDelivery(id) }
        throw StoreError(
            .refused, "delivery \(id) is \(state), only a dead or waiting one can be tried again",
            hint: "see laborwatch deliveries show \(id)")
    }

    private func noDelivery(_ id: Int64) -> StoreError {
        StoreError(
            .notFound, "there is no delivery \(id)",
            hint: "look it up with laborwatch deliveries list")
    }

    /// The deliveries of an episode with their logs, in the order of events and receivers.
    func deliveries(of alert: AlertID, _ session: inout Session) throws -> [DeliveryRecord] {
        let found = try session.query(
            """
            -- name: select_deliveries_of_alert
            \(selectDelivery)
             WHERE d.alert_id = $1
             ORDER BY d.sequence, d.receiver
            """,
            [.uuid(alert.rawValue)]
        ) { try DeliveryRecord($0) }
        return try logged(found, &session)
    }

    private func logged(
        _ deliveries: [DeliveryRecord], _ session: inout Session
    ) throws -> [DeliveryRecord] {
        let attempts = try session.query(
            """
            -- name: select_delivery_attempts
            SELECT delivery_id, started_at, ended_at, outcome, counted, next_attempt_at, status,
                   error, answer
              FROM laborwatch.delivery_attempt
             WHERE delivery_id = ANY ($1)
             ORDER BY attempt_id
            """,
            [.intArray(deliveries.map(\.id))]
        ) { row in
            (
                try row.int(0),
                AttemptRecord(
                    startedAt: Instant(microseconds: try row.timestamp(1)),
                    endedAt: Instant(microseconds: try row.timestamp(2)),
                    outcome: try row.text(3), counted: try row.bool(4),
                    nextAttemptAt: try row.timestampOrNil(5).map(Instant.init(microseconds:)),
                    status: try row.intOrNil(6).map { Int($0) }, error: try row.textOrNil(7),
                    answer: try row.textOrNil(8))
            )
        }
        let logs = Dictionary(grouping: attempts, by: \.0)
        return deliveries.map { delivery in
            var copy = delivery
            copy.log = (logs[delivery.id] ?? []).map(\.1)
            return copy
        }
    }
}

private let selectDelivery = """
    SELECT \(DeliveryRecord.columns)
      FROM laborwatch.delivery d
      JOIN laborwatch.alert_event e USING (event_id)
      JOIN laborwatch.alert a ON a.alert_id = d.alert_id
    """

/// A claim that a courier holds is not taken away: a pending one is made due only when it is free.
private let retrySQL = """
    -- name: retry_deliveries
    UPDATE laborwatch.delivery
       SET state = 'pending', next_attempt_at = $3, finished_at = NULL, reason = NULL,
           attempts = CASE WHEN state = 'dead' THEN 0 ELSE attempts END
     WHERE ($1::bigint IS NULL OR delivery_id = $1)
       AND ($2::text IS NULL OR receiver = $2)
       AND (state = 'dead'
            OR ($1::bigint IS NOT NULL AND state = 'pending'
                AND (locked_until IS NULL OR locked_until <= $3)))
    """
