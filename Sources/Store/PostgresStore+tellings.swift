package import Alerting
package import Labor
import Postgres

extension PostgresStore: Tellings {
    /// The delivered events of an episode before one; see `Tellings`.
    package func told(
        _ alertID: AlertID, to receiver: String, before sequence: Int
    ) async throws -> [ToldEvent] {
        let binds: [Bind] = [
            .uuid(alertID.rawValue), .text(receiver), .int(Int64(sequence)),
        ]
        return try await perform(courier, "reading what a receiver was told") { session in
            try session.query(toldSQL, binds) { row in
                ToldEvent(
                    id: try row.uuid(0), sequence: Int(try row.int(1)),
                    at: Instant(microseconds: try row.timestamp(2)))
            }
        }
    }

    /// The newest delivered event of each episode; see `Tellings`.
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
    SELECT e.event_id, e.sequence, e.at
      FROM laborwatch.delivery d
      JOIN laborwatch.alert_event e ON e.event_id = d.event_id
     WHERE d.alert_id = $1 AND d.receiver = $2 AND d.state = 'delivered'
       AND d.sequence < $3
     ORDER BY d.sequence
    """

/// As words of the statement, so that the index on the state serves.
private let openStates = AlertState.allCases.filter(\.isOpen).map { "'\($0.rawValue)'" }
    .joined(separator: ", ")

/// The walk begins at the open episodes and those that ended lately, which are few beside all
/// deliveries. What ended longer ago, with an end that still waits for the receiver, is left to the
/// end of its time over there.
private let standingSQL = """
    -- name: read_standing_alerts
    SELECT told.started_at, \(EventRow.columns)
      FROM laborwatch.alert a
     CROSS JOIN LATERAL (
        SELECT d.event_id
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
