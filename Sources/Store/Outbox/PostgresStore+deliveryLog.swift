package import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore: DeliveryLog {
    /// The delivered events of some episodes, from one query; see `DeliveryLog`.
    package func told(
        before places: [AlertID: Int], to receiver: String
    ) async throws -> [AlertID: [ToldEvent]] {
        guard !places.isEmpty else { return [:] }
        let asked = places.sorted { $0.key.rawValue < $1.key.rawValue }
        let values: [String: Bind] = [
            "alerts": .textArray(asked.map(\.key.rawValue)),
            "sequences": .intArray(asked.map { Int64($0.value) }), "receiver": .text(receiver),
        ]
        let rows = try await perform(courier, "reading what a receiver was told") { session in
            try session.query(.selectDeliveredEvents, values) { row in
                (
                    alertID: AlertID(rawValue: try row.uuid(0)),
                    event: ToldEvent(
                        id: try row.uuid(1), sequence: Int(try row.int(2)),
                        at: try row.instant(3))
                )
            }
        }
        return Dictionary(grouping: rows, by: \.alertID).mapValues { $0.map(\.event) }
    }

    /// The last delivered event of each episode; see `DeliveryLog`.
    package func standing(
        for receiver: String, endedSince: Instant
    ) async throws -> [StandingAlert] {
        let values: [String: Bind] = [
            "receiver": .text(receiver), "ended_since": .timestamp(endedSince.microseconds),
        ]
        return try await perform(courier, "reading what stands for a receiver") { session in
            try session.query(.selectStandingAlerts, values) { row in
                StandingAlert(
                    notice: try EventRow.notice(row, from: 1),
                    startedAt: try row.instant(0))
            }
        }
    }
}
