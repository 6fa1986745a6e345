package import Alerting
package import Labor
import Postgres

/// The conditions of a query for alerts. An empty set or nil means "no condition".
package struct AlertFilter: Hashable, Sendable {
    /// The maximum number of alerts in one result.
    package static let limitMax = 10_000

    /// Whether incidents are wanted, instead of alerts.
    package var incidents = false
    /// Whether incidents must be on record only (true) or must not be (false); nil for both.
    package var isRecordOnly: Bool?
    /// The current tiers.
    package var tiers: Set<Tier> = []
    /// The kinds.
    package var kinds: Set<AlertKind> = []
    /// The rules.
    package var rules: Set<RuleID> = []
    /// The current states of the alerts; empty for every state.
    package var states: Set<AlertState> = []
    /// The regions of the subjects. A region does not include the regions below it; list those as
    /// well.
    package var regions: Set<RegionCode> = []
    /// The type of the subject.
    package var subjectType: SubjectType?
    /// The ID of the subject.
    package var subjectID: String?
    /// The alert's last event is at or after this moment.
    package var since: Instant?
    /// The alert was raised before this moment.
    package var until: Instant?
    /// A part of the title in either language or of the subject's name, or the exact ID of the
    /// subject.
    package var text: String?
    /// Whether to order by tier, highest first, before the usual order: latest event first, then
    /// region.
    package var isByTier = false
    /// The maximum number of alerts to return; at most `limitMax`.
    package var limit = 100
    /// The number of alerts to skip.
    package var offset = 0

    /// No conditions, with a limit of 100.
    package init() {}

    /// The values of the conditions in `select_alerts` and `count_alerts`.
    var values: [String: Bind] {
        [
            "incidents": .bool(incidents), "record_only": .optional(bool: isRecordOnly),
            "tiers": .optionalArray(tiers.map(\.rawValue)),
            "kinds": .optionalArray(kinds.map(\.rawValue)),
            "rules": .optionalArray(rules.map(\.rawValue)),
            "states": .optionalArray(states.map(\.rawValue)),
            "regions": .optionalArray(regions.map(\.rawValue)),
            "subject_type": .optional(text: subjectType?.rawValue),
            "subject_id": .optional(text: subjectID),
            "since": .optional(timestamp: since?.microseconds),
            "until": .optional(timestamp: until?.microseconds), "words": .optional(text: text),
        ]
    }
}

extension Bind {
    /// A `text[]` value, or NULL for an empty list.
    static func optionalArray(_ values: [String]) -> Bind {
        values.isEmpty ? .nullLike(.textArray([])) : .textArray(values.sorted())
    }
}

/// An episode with its title and the person responsible.
package struct AlertRecord: Hashable, Sendable {
    /// The episode in its current state.
    package var episode: Episode
    /// The title by language, from the event `raised`; empty when there is none.
    package var titles: [Language: String]
    /// The comment on the verdict, by the person who gave it.
    package var note: String?
    /// The person or unit to whom the alert is assigned; nil when nobody is named.
    package var assignee: String?
}

/// Everything stored about one episode.
package struct AlertHistory: Hashable, Sendable {
    /// The alert in its current state.
    package var alert: AlertRecord
    /// The events with their texts, in order.
    package var notices: [AlertNotice]
    /// The deliveries of all events, including suppressed ones, with every try; ordered by event
    /// and receiver.
    package var deliveries: [DeliveryRecord]
    /// The notes of people, oldest first.
    package var notes: [AlertNote]
}

/// Everything stored about one incident.
package struct IncidentHistory: Hashable, Sendable {
    /// The incident with its own events, deliveries and notes, and with the notes of its alerts.
    package var history: AlertHistory
    /// The alerts of the incident, the highest tier first, then the oldest; at most
    /// `AlertFilter.limitMax`.
    package var alerts: [AlertRecord]
}
