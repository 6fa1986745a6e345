import Alerting
import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// The matching deliveries, newest first, without their tries.
    package func deliveries(_ filter: DeliveryFilter) async throws -> [DeliveryRecord] {
        let limit = min(max(filter.limit, 0), AlertFilter.limitMax)
        var values = filter.values
        values["limit"] = .int(Int64(limit))
        values["offset"] = .int(Int64(max(filter.offset, 0)))
        return try await perform(desk, "listing deliveries") { [values] session in
            try session.query(.selectDeliveries, values) { try DeliveryRecord($0) }
        }
    }

    /// The number of matching deliveries; the filter's limit and offset are ignored.
    package func countDeliveries(_ filter: DeliveryFilter) async throws -> Int {
        try await perform(desk, "counting deliveries") { session in
            let count = try session.first(.countDeliveries, filter.values) { try $0.int(0) }
            return Int(count ?? 0)
        }
    }

    /// One delivery with its tries; throws `notFound`.
    package func delivery(_ id: Int64) async throws -> DeliveryRecord {
        try await perform(desk, "reading delivery \(id)") { session in
            let found = try session.query(.selectDelivery, ["delivery_id": .int(id)]) {
                try DeliveryRecord($0)
            }
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
        // `DeliveryPlan.revive` decides about each candidate.
        let candidates = try session.query(
            .selectRetryCandidates,
            [
                "delivery_id": .optional(int: selection.onlyDelivery),
                "receiver": .optional(text: selection.onlyReceiver),
                "now": .timestamp(now.microseconds),
            ]
        ) { (id: try $0.int(0), alert: AlertID(rawValue: try $0.uuid(1))) }
        var reader = DeliveryReader(besides: candidates.map(\.id))
        for candidate in candidates { reader.ask(candidate.alert, .live) }
        var plan = try reader.plan(&session)
        let one = selection.onlyDelivery
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
                .countOrphanedDeliveries, ["receivers": .textArray(receivers)]
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
            .dropDeliveries,
            [
                "receiver": .text(receiver), "reason": .text(reason.rawValue),
                "now": .timestamp(now.microseconds),
            ])
    }

    /// The subset of the names that any delivery was ever recorded for.
    package func receiversOnRecord(among names: [String]) async throws -> Set<String> {
        try await perform(desk, "looking for receivers") { session in
            Set(
                try session.query(
                    .selectReceiversOnRecord, ["receivers": .textArray(names)]
                ) { try $0.text(0) })
        }
    }

    private func explainNoRetry(_ id: Int64, _ session: inout Session) throws {
        let state = try session.first(.selectDeliveryState, ["delivery_id": .int(id)]) {
            try $0.text(0)
        }
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
            .selectDeliveriesOfAlert, ["alert_id": .uuid(alert.rawValue)]
        ) { try DeliveryRecord($0) }
        return try logged(found, &session)
    }

    private func logged(
        _ deliveries: [DeliveryRecord], _ session: inout Session
    ) throws -> [DeliveryRecord] {
        let attempts = try session.query(
            .selectDeliveryAttempts, ["delivery_ids": .intArray(deliveries.map(\.id))]
        ) { row in
            (
                try row.int(0),
                AttemptRecord(
                    startedAt: try row.instant(1),
                    endedAt: try row.instant(2),
                    outcome: try row.text(3), counted: try row.bool(4),
                    wasTried: try row.bool(5),
                    nextAttemptAt: try row.instantOrNil(6),
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

extension DeliverySelection {
    /// The number of the only delivery; nil for several deliveries.
    fileprivate var onlyDelivery: Int64? {
        if case .one(let id) = self { id } else { nil }
    }

    /// The receiver whose deliveries are selected; nil for any receiver.
    fileprivate var onlyReceiver: String? {
        if case .receiver(let name) = self { name } else { nil }
    }
}

extension DeliveryFilter {
    /// The values of the conditions in `select_deliveries` and `count_deliveries`.
    fileprivate var values: [String: Bind] {
        [
            "states": .optionalArray(states.map(\.rawValue)),
            "receivers": .optionalArray(Array(receivers)),
            "alert_id": .optional(uuid: alertID?.rawValue),
            "since": .optional(timestamp: since?.microseconds),
            "until": .optional(timestamp: until?.microseconds),
            "is_held": .optional(bool: isHeld),
        ]
    }
}
