package import Alerting
package import Labor
import LaborSQL
import Postgres

/// Look-ups for names that a person gives and the store may know.
extension PostgresStore {
    /// The open episodes, read through the view `laborwatch.alerts`, ordered by key.
    package func openAlerts() async throws -> [Episode] {
        try await perform(desk, "reading the open alerts") { session in
            try session.query(.selectOpenAlerts) { try AlertRow.episode($0) }.sorted {
                $0.key < $1.key
            }
        }
    }

    /// Every rule that ever raised an alert, including rules that are no longer in the catalogue.
    package func rulesOnRecord() async throws -> Set<RuleID> {
        try await perform(desk, "looking for rules") { session in
            Set(
                try session.query(.selectRulesOnRecord) {
                    RuleID(try $0.text(0))
                })
        }
    }

    /// The subset of the regions that occur in alerts, including regions that the source no longer
    /// has.
    package func regionsOnRecord(among codes: [RegionCode]) async throws -> Set<RegionCode> {
        try await perform(desk, "looking for regions") { session in
            Set(
                try session.query(
                    .selectRegionsOnRecord, ["regions": .textArray(codes.map(\.rawValue))]
                ) { RegionCode(try $0.text(0)) })
        }
    }
}
