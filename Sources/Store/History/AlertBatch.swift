import Alerting
import Labor
import LaborSQL
import Postgres

/// Episodes with their events and deliveries, encoded for one transaction.
///
/// Rows are sent as arrays of JSON texts, which the server expands into rows. Thousands of episodes
/// so need only a few statements, whose text has a constant size.
struct AlertBatch: Sendable {
    /// The sequence that an episode must have in the database before or after this batch.
    private struct Expectation {
        var id: AlertID
        /// The sequence before the batch's events.
        var before: Int
        /// The sequence after the batch's events.
        var after: Int
    }

    private let expectations: [Expectation]
    private let alerts: [String]
    private let events: [String]
    private let orders: [String: [DeliveryOrder]]
    private let notices: [AlertNotice]
    /// The response deadlines of the open episodes that have one.
    private let clocks: [AlertID: Instant]
    /// The episodes that this batch ends.
    private let ended: Set<AlertID>
    private let releases: [Release]
    private let holds: [Hold]

    /// Checks that the parts are consistent, and encodes their rows.
    /// - Throws: `refused` when a delivery refers to an event that is not in `notices`.
    init(
        episodes: [Episode], notices: [AlertNotice], orders: [DeliveryOrder],
        releases: [Release] = [], holds: [Hold] = []
    ) throws {
        var eventCounts: [AlertID: Int] = [:]
        var raised: [AlertID: AlertNotice] = [:]
        for notice in notices {
            eventCounts[notice.event.alertID, default: 0] += 1
            if notice.event.what == .raised { raised[notice.event.alertID] = notice }
        }
        expectations = episodes.map { episode in
            Expectation(
                id: episode.id, before: episode.sequence - eventCounts[episode.id, default: 0],
                after: episode.sequence)
        }
        // Ended episodes come first, because the next episode of the same key may be in this batch.
        let ended = episodes.filter { !$0.state.isOpen }
        let open = episodes.filter(\.state.isOpen)
        alerts = try StoreJSON.texts(
            (ended + open).map { AlertRow(episode: $0, title: raised[$0.id]) })
        clocks = Dictionary(
            open.compactMap { episode in episode.nextClockAt.map { (episode.id, $0) } },
            uniquingKeysWith: { _, last in last })
        self.ended = Set(ended.map(\.id))
        events = try StoreJSON.texts(notices.map(EventRow.init))
        self.notices = notices
        self.releases = releases
        self.holds = holds
        self.orders = Dictionary(grouping: orders, by: \.eventID)
        let known = Set(notices.map(\.event.id))
        if let stray = orders.first(where: { !known.contains($0.eventID) }) {
            throw StoreError(
                .refused,
                "a delivery to \(stray.receiver) is of event \(stray.eventID), which is not among "
                    + "the events to be written")
        }
    }

    /// Writes the whole batch; the caller has opened the transaction.
    ///
    /// The couriers are notified when there is something to send, and also when the batch locked a
    /// pending delivery, because a courier may have skipped the locked delivery.
    /// - Parameter origin: the writer of the batch.
    /// - Returns: the number of deliveries to send.
    @discardableResult
    func write(
        _ session: inout Session, visits: FirstVisits, by origin: OutboxListener.Origin
    ) throws -> Int {
        let known = try lockEpisodes(&session)
        try inChunks(alerts) {
            _ = try session.execute(.upsertAlerts, ["alerts": .textArray($0)])
        }
        let fresh = try writeEvents(&session)
        let written = notices.filter { fresh.contains($0.event.id) }
        try visits.openCases(for: written, &session)
        var plan = try plan(for: written, known, &session)
        let hasWaiting = plan.deliveries.contains { $0.state == .pending }
        let count = plan.apply(
            DeliveryRequests(
                orders: written.flatMap { notice in
                    (orders[notice.event.id] ?? []).map {
                        Delivery($0, of: notice.event, dueAt: notice.dueAt)
                    }
                }, holds: holds, releases: releases, clocks: clocks))
        try DeliveryRow.write(plan.changes, &session)
        try adopt(written, &session)
        if count > 0 || hasWaiting { try session.wakeCouriers(origin) }
        return count
    }

    /// Carries over who was told of the alerts of adopted incidents.
    private func adopt(_ written: [AlertNotice], _ session: inout Session) throws {
        let adopted = written.filter { $0.event.reason == .adopted }.map(\.event.id)
        guard !adopted.isEmpty else { return }
        let receivers = Set(
            adopted.flatMap { id in
                (orders[id] ?? []).filter { $0.suppressed == .knownByAlerts }.map(\.receiver)
            }
        ).sorted()
        try inChunks(adopted) { chunk in
            try session.execute(.adoptIncidentDeliveries, ["events": .textArray(chunk)])
            try session.execute(
                .dropAdoptedDeliveries,
                ["events": .textArray(chunk), "receivers": .textArray(receivers)])
        }
    }

    /// Reads the deliveries that this batch affects. An episode that is new in the store has none.
    private func plan(
        for notices: [AlertNotice], _ known: [AlertID: KnownEpisode], _ session: inout Session
    ) throws -> DeliveryPlan<AlertID> {
        var reader = DeliveryReader()
        let counts = Dictionary(notices.map { ($0.event.alertID, 1) }, uniquingKeysWith: +)
        for notice in notices {
            let isKnown = known[notice.event.alertID] != nil
            // The only delivery of a queue moves no other, so its group time is not needed.
            guard let orders = orders[notice.event.id],
                isKnown || counts[notice.event.alertID, default: 0] > 1
            else { continue }
            if isKnown { reader.ask(notice.event.alertID, .live) }
            for order in orders { reader.ask(group: order.group, of: order.receiver) }
        }
        for release in releases {
            reader.ask(group: release.group, ofDelivery: release.deliveryID)
        }
        for (id, episode) in known {
            if episode.isReleased { reader.ask(id, .suppressed) }
            if episode.isHeld { reader.ask(id, .live) }
        }
        for id in clocks.keys where known[id] != nil { reader.ask(id, .clock) }
        return try reader.plan(ended: ended, &session)
    }

    /// An episode that the store had before this batch.
    private struct KnownEpisode {
        var sequence: Int
        /// Whether this batch holds one of its deliveries.
        var isHeld: Bool
        /// Whether this batch releases one of its deliveries.
        var isReleased: Bool
    }

    /// Locks the rows of the episodes that this batch changes, and of the episodes whose deliveries
    /// it holds or releases. Throws `episodeMoved` when another writer changed one of the former.
    private func lockEpisodes(_ session: inout Session) throws -> [AlertID: KnownEpisode] {
        guard !expectations.isEmpty || !holds.isEmpty || !releases.isEmpty else { return [:] }
        let found = try session.query(
            .lockAlerts,
            [
                "alerts": .textArray(expectations.map(\.id.rawValue)),
                "held": .intArray(holds.map(\.deliveryID)),
                "released": .intArray(releases.map(\.deliveryID)),
            ]
        ) { row in
            (
                AlertID(rawValue: try row.uuid(0)),
                KnownEpisode(
                    sequence: Int(try row.int(1)), isHeld: try row.bool(2),
                    isReleased: try row.bool(3))
            )
        }
        let known = Dictionary(uniqueKeysWithValues: found)
        for expected in expectations {
            guard let sequence = known[expected.id]?.sequence else { continue }
            guard sequence == expected.before || sequence == expected.after else {
                throw moved(
                    "episode \(expected.id) stands at event \(sequence), not at \(expected.before)")
            }
        }
        return known
    }

    /// Writes the events, and returns the IDs of those that did not exist yet.
    private func writeEvents(_ session: inout Session) throws -> Set<String> {
        var fresh: Set<String> = []
        try inChunks(events) { chunk in
            let ids = try session.query(.insertAlertEvents, ["events": .textArray(chunk)]) {
                try $0.uuid(0)
            }
            fresh.formUnion(ids)
            guard ids.count < chunk.count else { return }
            let other = try session.query(.selectDifferingEvents, ["events": .textArray(chunk)]) {
                try $0.uuid(0)
            }
            if let id = other.first {
                throw moved("event \(id) is there already and tells something else")
            }
        }
        return fresh
    }

    private func moved(_ what: String) -> StoreError {
        StoreError(
            .episodeMoved, "\(what): somebody else moved it on, nothing was written",
            hint: "read the open episodes again and repeat", isRetryable: true)
    }
}

/// Passes the rows to `body` in chunks of at most `rowsPerStatement`.
func inChunks(_ rows: [String], _ body: ([String]) throws -> Void) rethrows {
    var start = 0
    while start < rows.count {
        let end = min(start + PostgresStore.rowsPerStatement, rows.count)
        try body(Array(rows[start..<end]))
        start = end
    }
}
