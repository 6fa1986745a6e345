package import Alerting
package import Labor
import Postgres

extension PostgresStore: DeliveryLog {
    /// The delivered events of some episodes, from one query; see `DeliveryLog`.
    package func told(
        before places: [AlertID: Int], to receiver: String
    ) async throws -> [AlertID: [ToldEvent]] {
        guard !places.isEmpty else { return [:] }
        let asked = places.sorted { $0.key.rawValue < $1.key.rawValue }
        let binds: [Bind] = [
            .textArray(asked.map(\.key.rawValue)), .intArray(asked.map { Int64($0.value) }),
            .text(receiver),
        ]
        let rows = try await perform(courier, "reading what a receiver was told") { session in
            try session.query(toldSQL, binds) { row in
                (
                    alertID: AlertID(rawValue: try row.uuid(0)),
                    event: ToldEvent(
                        id: try row.uuid(1), sequence: Int(try row.int(2)),
                        at: Instant(microseconds: try row.timestamp(3)))
                )
            }
        }
        return Dictionary(grouping: rows, by: \.alertID).mapValues { $0.map(\.event) }
    }

    /// The last delivered event of each episode; see `DeliveryLog`.
    package func standing(
        for receiver: String, endedSince: Instant
    ) async throws -> [StandingAlert] {
        let binds: [Bind] = [.text(receiver), .timestamp(endedSince.microseconds)]
        return try await perform(courier, "reading what stands for a receiver") { session in
            try session.query(standingSQL, binds) { row in
                StandingAlert(
                    notice: try EventRow.notice(row, from: 1),
                    startedAt: Instant(microseconds: try row.timestamp(0)))
            }
        }
    }
}

private let toldSQL = """
    -- name: read_told_events
    SELECT d.alert_id, e.event_id, e.sequence, e.at
      FROM unnest($1::uuid[], $2::bigint[]) AS asked (alert_id, place)
      JOIN laborwatch.delivery d
        ON d.alert_id = asked.alert_id AND d.receiver = $3 AND d.state = 'delivered'
       AND d.sequence < asked.place
      JOIN laborwatch.alert_event e ON e.event_id = d.event_id
     ORDER BY d.alert_id, d.sequence
    """

/// Literals instead of parameters, so that the partial index on the state can be used.
private let openStates = AlertState.allCases.filter(\.isOpen).map { "'\($0.rawValue)'" }
    .joined(separator: ", ")

/// The query starts from the open and the recently ended episodes, which are few compared with all
/// deliveries. An episode that ended earlier, with its end still undelivered, is left out: the
/// alert expires at the receiver by itself.
private let standingSQL = """
    -- name: read_standing_alerts
    SELECT told.started_at, \(EventRow.columns(due: "last.due_at"))
      FROM laborwatch.alert a
     CROSS JOIN LATERAL (
        SELECT d.event_id, d.due_at
          FROM laborwatch.delivery d
         WHERE d.alert_id = a.alert_id AND d.receiver = $1 AND d.state = 'delivered'
         ORDER BY d.sequence DESC
         LIMIT 1
     ) AS last
      JOIN laborwatch.alert_event e ON e.event_id = last.event_id
     CROSS JOIN LATERAL (
        SELECT min(f.at) AS started_at
          FROM laborwatch.delivery d
          JOIN laborwatch.alert_event f ON f.event_id = d.event_id
         WHERE d.alert_id = a.alert_id AND d.receiver = $1 AND d.state = 'delivered'
     ) AS told
     WHERE (a.state IN (\(openStates)) OR a.last_event_at >= $2)
       AND (e.to_state IN (\(openStates)) OR e.at >= $2)
     ORDER BY a.alert_id
    """
