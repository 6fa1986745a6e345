package import Alerting
package import Labor
import Postgres

/// The conditions of a query for alerts. An empty set or nil means "no condition".
package struct AlertFilter: Hashable, Sendable {
    /// The maximum number of alerts in one result.
    package static let limitMax = 10_000

    /// The current tiers.
    package var tiers: Set<Tier> = []
    /// The kinds.
    package var kinds: Set<AlertKind> = []
    /// The rules.
    package var rules: Set<RuleID> = []
    /// The states.
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

    /// The values of `$1` to `$10` in `condition`.
    var binds: [Bind] {
        [
            .optionalArray(tiers.map(\.rawValue)), .optionalArray(kinds.map(\.rawValue)),
            .optionalArray(rules.map(\.rawValue)), .optionalArray(states.map(\.rawValue)),
            .optionalArray(regions.map(\.rawValue)), .optional(text: subjectType?.rawValue),
            .optional(text: subjectID), .optional(timestamp: since?.microseconds),
            .optional(timestamp: until?.microseconds), .optional(text: text),
        ]
    }

    /// The ORDER BY clause. The alert's ID comes last and makes the order unique.
    var order: String {
        let tiers = Tier.allCases.reversed().map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return (isByTier ? "array_position(ARRAY[\(tiers)], a.tier), " : "")
            + "a.last_event_at DESC, a.region_code, a.alert_id"
    }

    /// The WHERE clause for a table or view `a`; a NULL value sets no condition.
    static let condition = """
        ($1::text[] IS NULL OR a.tier = ANY ($1))
           AND ($2::text[] IS NULL OR a.kind = ANY ($2))
           AND ($3::text[] IS NULL OR a.rule = ANY ($3))
           AND ($4::text[] IS NULL OR a.state = ANY ($4))
           AND ($5::text[] IS NULL OR a.region_code = ANY ($5))
           AND ($6::text IS NULL OR a.subject_type = $6)
           AND ($7::text IS NULL OR a.subject_id = $7)
           AND ($8::timestamptz IS NULL OR a.last_event_at >= $8)
           AND ($9::timestamptz IS NULL OR a.first_raised_at < $9)
           AND ($10::text IS NULL OR a.subject_id = $10
                OR position(lower($10) IN lower(a.subject_name)) > 0
                OR position(lower($10) IN lower(coalesce(a.title, ''))) > 0
                OR position(lower($10) IN lower(coalesce(a.title_en, ''))) > 0)
        """
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
