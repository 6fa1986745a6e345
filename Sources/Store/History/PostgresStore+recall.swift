package import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// The open episodes, the silences, the held and waiting deliveries, the watermarks and the
    /// as-of of the last successful cycle, read from one snapshot.
    package func recall() async throws -> Memory {
        try await recall(knowing: nil)
    }

    /// The IDs of ended episodes whose `asOf` is this instant; see `History`.
    package func ended(foundAsOf asOf: Instant) async throws -> Set<AlertID> {
        try await perform(evaluator, "reading what ended") { session in
            let ids = try session.query(
                .selectEndedAsOf, ["as_of": .timestamp(asOf.microseconds)]
            ) { AlertID(rawValue: try $0.uuid(0)) }
            return Set(ids)
        }
    }

    /// Like `recall()`, but reads and decodes only the episodes whose rows changed since `memory`
    /// was read; the others are taken from `memory`.
    ///
    /// - Parameter memory: the result of an earlier recall from this database, unmodified.
    package func recall(knowing memory: Memory?) async throws -> Memory {
        try await perform(evaluator, "reading the open episodes") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let (open, versions) = try openEpisodes(knowing: memory, &session)
                let watermarks = try session.query(.selectWatermarks) { row in
                    (try row.text(0), try row.text(1))
                }
                let lastAsOf = try session.first(.selectLastAsOf) {
                    try $0.instant(0)
                }
                return Memory(
                    open: open, watermarks: Dictionary(uniqueKeysWithValues: watermarks),
                    lastAsOf: lastAsOf, versions: versions, silences: try comingSilences(&session),
                    held: try heldOrders(&session), waiting: try waitingOrders(&session))
            }
        }
    }
}

/// The silences that had not ended when the last successful cycle began. The store does not know
/// the current time; the evaluator filters further.
private func comingSilences(_ session: inout Session) throws -> [Silence] {
    try session.query(.selectComingSilences) { try Silence($0) }
}

/// The held deliveries, but only the newest per episode and receiver, because it describes the
/// current state of the alert.
private func heldOrders(_ session: inout Session) throws -> [HeldOrder] {
    try session.query(.selectHeldDeliveries) { row in
        HeldOrder(
            deliveryID: try row.int(0), alertID: AlertID(rawValue: try row.uuid(1)),
            receiver: try row.text(2),
            reason: try word(row.text(3), "laborwatch.delivery \(try row.int(0))"),
            isOwed: try row.bool(4))
    }
}

/// Pending and untried deliveries of open episodes that wait for their group, for the end of quiet
/// hours, or as a fallback.
private func waitingOrders(_ session: inout Session) throws -> [WaitingOrder] {
    try session.query(.selectWaitingDeliveries) { row in
        WaitingOrder(
            deliveryID: try row.int(0), alertID: AlertID(rawValue: try row.uuid(1)),
            receiver: try row.text(2), isOwed: try row.bool(3))
    }
}

/// The open episodes ordered by key, and the version of each episode's row.
///
/// The version is the ID of the transaction that last wrote the row (`xmin`). Transaction IDs have
/// 32 bits and wrap around, so an episode is reused only if its number of events agrees as well.
private func openEpisodes(
    knowing memory: Memory?, _ session: inout Session
) throws -> (episodes: [Episode], versions: [AlertID: Int64]) {
    let current = try session.query(.selectOpenVersions) { row in
        (id: AlertID(rawValue: try row.uuid(0)), sequence: Int(try row.int(1)), xid: try row.int(2))
    }
    let known = Dictionary(uniqueKeysWithValues: (memory?.open ?? []).map { ($0.id, $0) })
    var episodes: [Episode] = []
    episodes.reserveCapacity(current.count)
    var moved: [String] = []
    for row in current {
        if let episode = known[row.id], memory?.versions[row.id] == row.xid,
            episode.sequence == row.sequence
        {
            episodes.append(episode)
        } else {
            moved.append(row.id.rawValue)
        }
    }
    if !moved.isEmpty {
        episodes += try session.query(.selectEpisodes, ["alerts": .textArray(moved)]) {
            try AlertRow.episode($0)
        }
    }
    return (
        episodes.sorted { $0.key < $1.key },
        Dictionary(uniqueKeysWithValues: current.map { ($0.id, $0.xid) })
    )
}
