package import Alerting
package import Labor
import LaborSQL
import Postgres

/// How one incident turned out, for statistics.
package struct IncidentOutcome: Hashable, Sendable {
    /// The type of the subject.
    package var subjectType: SubjectType
    /// The ID of the subject.
    package var subjectID: String
    /// The industry of the subject; nil without one.
    package var industryCode: IndustryCode?
    /// The highest tier that the incident has had.
    package var peakTier: Tier
    /// The present state.
    package var state: AlertState
    /// The verdict of a person; nil without one.
    package var verdict: Verdict?
    /// Kinds and rules of the alerts, and whether nobody was ever told of the incident.
    package var traits: IncidentTraits
    /// When the incident was opened.
    package var firstRaisedAt: Instant
    /// When the incident ended; nil while it is open.
    package var resolvedAt: Instant?
    /// When people were first told: the opening, or the moment at which the incident became
    /// credible.
    package var toldAt: Instant
    /// When a person first acknowledged the incident; nil when nobody did.
    package var answeredAt: Instant?
    /// When a person first gave a verdict on the incident or on one of its alerts; nil when nobody
    /// did.
    package var judgedAt: Instant?
}

extension PostgresStore {
    /// The outcome of every incident, oldest first. An incident that was merged into an older one
    /// is left out.
    /// - Parameter since: only incidents opened at or after this moment; nil for all.
    package func incidentOutcomes(since: Instant?) async throws -> [IncidentOutcome] {
        try await perform(desk, "counting how incidents turned out") { session in
            try session.query(
                .selectIncidentOutcomes, ["since": .optional(timestamp: since?.microseconds)]
            ) { row in
                let place = "laborwatch.incidents"
                return IncidentOutcome(
                    subjectType: try word(row.text(0), place), subjectID: try row.text(1),
                    industryCode: try row.textOrNil(2).map { IndustryCode(rawValue: $0) },
                    peakTier: try word(row.text(3), place), state: try word(row.text(4), place),
                    verdict: try row.textOrNil(5).map { try word($0, place) },
                    traits: try StoreJSON.value(
                        IncidentTraits.self, row.json(6), "incident of \(place)"),
                    firstRaisedAt: try row.instant(7), resolvedAt: try row.instantOrNil(8),
                    toldAt: try row.instant(9), answeredAt: try row.instantOrNil(10),
                    judgedAt: try row.instantOrNil(11))
            }
        }
    }
}
