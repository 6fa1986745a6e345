package import Alerting
package import Labor
import Postgres

extension PostgresStore {
    /// The open episodes, the watermarks and the as-of of the last cycle that succeeded, all of one
    /// moment.
    package func recall() async throws -> Memory {
        try await recall(knowing: nil)
    }

    /// The ended episodes that were last found as of a moment; see `History`.
    package func ended(foundAsOf asOf: Instant) async throws -> Set<AlertID> {
        try await perform(evaluator, "reading what ended") { session in
            let ids = try session.query(
                """
                -- name: select_ended_as_of
                SELECT alert_id FROM laborwatch.alert
                 WHERE state IN ('resolved', 'withdrawn') AND as_of = $1
                """,
                [.timestamp(asOf.microseconds)]
            ) { AlertID(rawValue: try $0.uuid(0)) }
            return Set(ids)
        }
    }

    /// The same as `recall()`, at the cost of what moved since: an episode whose row is still the
    /// one that was read for `memory` is taken from there, the others are read and decoded.
    ///
    /// - Parameter memory: what an earlier recall from this database gave, unchanged.
    package func recall(knowing memory: Memory?) async throws -> Memory {
        try await perform(evaluator, "reading the open episodes") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let (open, versions) = try openEpisodes(knowing: memory, &session)
                let watermarks = try session.query(
                    "SELECT source, value FROM laborwatch.watermark"
                ) { row in (try row.text(0), try row.text(1)) }
                let lastAsOf = try session.first(
                    """
                    -- name: last_as_of
                    SELECT as_of FROM laborwatch.cycle
                     WHERE outcome = 'ok'
                     ORDER BY cycle_id DESC
                     LIMIT 1
                    """
                ) { Instant(microseconds: try $0.timestamp(0)) }
                return Memory(
                    open: open, watermarks: Dictionary(uniqueKeysWithValues: watermarks),
                    lastAsOf: lastAsOf, versions: versions, silences: try comingSilences(&session),
                    held: try heldOrders(&session), waiting: try waitingOrders(&session))
            }
        }
    }
}

/// The silences that were not over when the last good cycle began: the store asks no clock, and who
/// evaluates knows what time it is.
private func comingSilences(_ session: inout Session) throws -> [Silence] {
    try session.query(
        """
        -- name: select_silences_to_come
        SELECT \(Silence.columns)
          FROM laborwatch.silence
         WHERE least(ends_at, expired_at) > coalesce(
                   (SELECT started_at FROM laborwatch.cycle
                     WHERE outcome = 'ok'
                     ORDER BY cycle_id DESC
                     LIMIT 1), '-infinity')
         ORDER BY silence_id
        """
    ) { try Silence($0) }
}

/// What is held back of each running episode and receiver: the newest only, for it tells how things
/// stand now.
private func heldOrders(_ session: inout Session) throws -> [HeldOrder] {
    try session.query(
        """
        -- name: select_held_deliveries
        SELECT DISTINCT ON (alert_id, receiver) delivery_id, alert_id, receiver, reason, is_owed
          FROM laborwatch.delivery
         WHERE is_held
         ORDER BY alert_id, receiver, sequence DESC
        """
    ) { row in
        HeldOrder(
            deliveryID: try row.int(0), alertID: AlertID(rawValue: try row.uuid(1)),
            receiver: try row.text(2), reason: try row.text(3), isOwed: try row.bool(4))
    }
}

/// What waits for its company, for the end of a quiet time, or in the place of another.
private func waitingOrders(_ session: inout Session) throws -> [WaitingOrder] {
    try session.query(
        """
        -- name: select_waiting_deliveries
        SELECT d.delivery_id, d.alert_id, d.receiver, d.is_owed
          FROM laborwatch.delivery d
          JOIN laborwatch.alert a USING (alert_id)
         WHERE d.state = 'pending'
           AND d.attempts = 0
           AND d.locked_until IS NULL
           AND (d.next_attempt_at > d.created_at OR d.is_owed)
           AND a.state NOT IN ('resolved', 'withdrawn')
         ORDER BY d.delivery_id
        """
    ) { row in
        WaitingOrder(
            deliveryID: try row.int(0), alertID: AlertID(rawValue: try row.uuid(1)),
            receiver: try row.text(2), isOwed: try row.bool(3))
    }
}

/// The open episodes in the order of their keys, and the version of each one's row.
///
/// The transaction that wrote a row last is its version. It has 32 bits that come round again, so
/// the count of events must agree as well.
private func openEpisodes(
    knowing memory: Memory?, _ session: inout Session
) throws -> (episodes: [Episode], versions: [AlertID: Int64]) {
    let current = try session.query(openVersionsSQL) { row in
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
        episodes += try session.query(episodesSQL, [.textArray(moved)]) { try AlertRow.episode($0) }
    }
    return (
        episodes.sorted { $0.key < $1.key },
        Dictionary(uniqueKeysWithValues: current.map { ($0.id, $0.xid) })
    )
}

private let openVersionsSQL = """
    -- name: select_open_versions
    SELECT a.alert_id, a.sequence, a.xmin::text::bigint
      FROM laborwatch.alert a
     WHERE a.state NOT IN ('resolved', 'withdrawn')
    """

private let episodesSQL = """
    -- name: select_episodes
    SELECT \(AlertRow.columns)
      FROM laborwatch.alert a
     WHERE a.alert_id = ANY ($1::uuid[])
    """
