import Alerting
import Labor
import Postgres

extension PostgresStore {
    /// The matching deliveries, newest first, without their tries.
    package func deliveries(_ filter: DeliveryFilter) async throws -> [DeliveryRecord] {
        let limit = min(max(filter.limit, 0), AlertFilter.limitMax)
        let binds = filter.binds + [.int(Int64(limit)), .int(Int64(max(filter.offset, 0)))]
        return try await perform(desk, "listing deliveries") { session in
            try session.query(
                """
                -- name: select_deliveries
                \(selectDelivery)
                 WHERE \(deliveryCondition)
                 ORDER BY d.created_at DESC, d.delivery_id DESC
                 LIMIT $7 OFFSET $8
                """,
                binds
            ) { try DeliveryRecord($0) }
        }
    }

    /// The number of matching deliveries; the filter's limit and offset are ignored.
    package func countDeliveries(_ filter: DeliveryFilter) async throws -> Int {
        try await perform(desk, "counting deliveries") { session in
            let count = try session.first(
                """
                -- name: count_deliveries
                SELECT count(*) FROM laborwatch.deliveries d WHERE \(deliveryCondition)
                """, filter.binds
            ) { try $0.int(0) }
            return Int(count ?? 0)
        }
    }

    /// One delivery with its tries; throws `notFound`.
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

    /// Makes dead letters pending again, due at `now`, with a new series of tries. Deliveries of
    /// one receiver keep their order.
    ///
    /// A delivery whose receiver already has a later event of the episode is dropped instead, so
    /// that a receiver never gets "raised" after "resolved". While a later one is being sent, the
    /// delivery stays dead.
    ///
    /// - Returns: the counts. Throws `notFound` when the requested delivery does not exist, and
    ///   `refused` when it is finished, claimed, or blocked by a later one that is being sent.
    func retry(
        _ selection: DeliverySelection, now: Instant, _ session: inout Session
    ) throws -> RetryReport {
        let candidates = try session.query(
            retryCandidatesSQL, selection.binds + [.timestamp(now.microseconds)]
        ) { (id: try $0.int(0), alert: AlertID(rawValue: try $0.uuid(1))) }
        var reader = DeliveryReader(besides: candidates.map(\.id))
        for candidate in candidates { reader.ask(candidate.alert, .live) }
        var plan = try reader.plan(&session)
        var one: Int64?
        if case .one(let id) = selection { one = id }
        let count = plan.revive(candidates.map(\.id), includesPending: one != nil, at: now)
        if count.revived + count.overtaken == 0, let one { try explainNoRetry(one, &session) }
        try DeliveryRow.write(plan.changes, &session)
        if count.revived > 0 { try session.wakeCouriers(.person) }
        return RetryReport(retried: count.revived, over: count.overtaken)
    }

    /// The number of pending deliveries per receiver that is not in the list. No courier will ever
    /// claim them.
    package func orphans(receivers: [String]) async throws -> [String: Int] {
        try await perform(
            desk, "looking for deliveries without a receiver", needs: .store
        ) { session in
            let counts = try session.query(
                """
                -- name: count_orphaned_deliveries
                SELECT receiver, count(*) FROM laborwatch.delivery
                 WHERE state = 'pending' AND receiver <> ALL ($1)
                 GROUP BY receiver
                """,
                [.textArray(receivers)]
            ) { row in (try row.text(0), Int(try row.int(1))) }
            return Dictionary(uniqueKeysWithValues: counts)
        }
    }

    /// Drops all pending deliveries of a receiver. The result of a try that is running is ignored.
    /// - Returns: the number of dropped deliveries.
    func drop(
        receiver: String, reason: DeliveryReason, now: Instant, _ session: inout Session
    ) throws -> Int {
        try session.execute(
            """
            -- name: drop_deliveries
            UPDATE laborwatch.delivery
               SET state = 'dropped', reason = $2, finished_at = $3, locked_until = NULL,
                   claim = NULL
             WHERE delivery_id IN (
                SELECT delivery_id FROM laborwatch.delivery
                 WHERE state = 'pending' AND receiver = $1
                 ORDER BY delivery_id
                   FOR UPDATE)
            """,
            [.text(receiver), .text(reason.rawValue), .timestamp(now.microseconds)])
    }

    /// The subset of the names that any delivery was ever recorded for.
    package func receiversOnRecord(among names: [String]) async throws -> Set<String> {
        try await perform(desk, "looking for receivers") { session in
            Set(
                try session.query(
                    """
                    -- name: select_receivers_on_record
                    SELECT name FROM unnest($1::text[]) AS asked (name)
                     WHERE EXISTS (
                           SELECT FROM laborwatch.deliveries d WHERE d.receiver = asked.name)
                    """,
                    [.textArray(names)]
                ) { try $0.text(0) })
        }
    }

    private func explainNoRetry(_ id: Int64, _ session: inout Session) throws {
        let state = try session.first(
            "SELECT state FROM laborwatch.delivery WHERE delivery_id = $1", [.int(id)]
        ) { try $0.text(0) }
        guard let state else { throw noDelivery(id) }
        if state == DeliveryState.dead.rawValue {
            throw StoreError(
                .refused, "delivery \(id) waits for a later one of its episode that is on its way",
                hint: "try again in a moment", isRetryable: true)
        }
        throw StoreError(
            .refused, "delivery \(id) is \(state), only a dead or waiting one can be tried again",
            hint: "see laborwatch deliveries show \(id)")
    }

    private func noDelivery(_ id: Int64) -> StoreError {
        StoreError(
            .notFound, "there is no delivery \(id)",
            hint: "look it up with laborwatch deliveries list")
    }

    /// The deliveries of an episode with their tries, ordered by event and receiver.
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
            SELECT delivery_id, started_at, ended_at, outcome, counted, was_tried,
                   next_attempt_at, status, error, answer
              FROM laborwatch.delivery_attempts
             WHERE delivery_id = ANY ($1) AND attempt_id IS NOT NULL
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
                    wasTried: try row.bool(5),
                    nextAttemptAt: try row.timestampOrNil(6).map(Instant.init(microseconds:)),
                    status: try row.intOrNil(7).map { Int($0) }, error: try row.textOrNil(8),
                    answer: try row.textOrNil(9))
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
      FROM laborwatch.deliveries d
      JOIN laborwatch.alert_events e USING (event_id)
      JOIN laborwatch.alerts a ON a.alert_id = d.alert_id
    """

/// Selects the deliveries that a person may make pending again; `DeliveryPlan.revive` decides about
/// each. A pending delivery that a courier has claimed is not selected.
private let retryCandidatesSQL = """
    -- name: select_retry_candidates
    SELECT d.delivery_id, d.alert_id
      FROM laborwatch.delivery d
     WHERE ($1::bigint IS NULL OR d.delivery_id = $1)
       AND ($2::text IS NULL OR d.receiver = $2)
       AND (d.state = 'dead'
            OR ($1::bigint IS NOT NULL AND d.state = 'pending'
                AND (d.locked_until IS NULL OR d.locked_until <= $3)))
     ORDER BY d.delivery_id
    """

extension DeliverySelection {
    /// The number of the delivery and the receiver; NULL selects all.
    fileprivate var binds: [Bind] {
        switch self {
        case .one(let id): [.optional(int: id), .optional(text: nil)]
        case .receiver(let name): [.optional(int: nil), .optional(text: name)]
        case .all: [.optional(int: nil), .optional(text: nil)]
        }
    }
}

/// The WHERE clause of a filter, for the values in `binds`.
private let deliveryCondition = """
    ($1::text[] IS NULL OR d.state = ANY ($1))
    AND ($2::text[] IS NULL OR d.receiver = ANY ($2))
    AND ($3::uuid IS NULL OR d.alert_id = $3)
    AND ($4::timestamptz IS NULL OR d.created_at >= $4)
    AND ($5::timestamptz IS NULL OR d.created_at < $5)
    AND ($6::boolean IS NULL OR d.is_held = $6)
    """

extension DeliveryFilter {
    fileprivate var binds: [Bind] {
        [
            .optionalArray(states.map(\.rawValue)), .optionalArray(Array(receivers)),
            .optional(uuid: alertID?.rawValue), .optional(timestamp: since?.microseconds),
            .optional(timestamp: until?.microseconds), .optional(bool: isHeld),
        ]
    }
}
