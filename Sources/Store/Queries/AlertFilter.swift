package import Alerting
package import Labor
import Postgres

/// Which alerts a person asks for. What is empty or nil does not narrow.
package struct AlertFilter: Hashable, Sendable {
    /// How many alerts one answer holds at most.
    package static let limitMax = 10_000

    /// The tiers they have now.
    package var tiers: Set<Tier> = []
    /// What they are about.
    package var kinds: Set<AlertKind> = []
    /// The rules that raised them.
    package var rules: Set<RuleID> = []
    /// Where they stand.
    package var states: Set<AlertState> = []
    /// The regions of their subjects. A region does not bring those below it: pass them, too.
    package var regions: Set<RegionCode> = []
    /// The kind of subject.
    package var subjectType: SubjectType?
    /// The subject's id.
    package var subjectID: String?
    /// With an event at or after this moment.
    package var since: Instant?
    /// Raised before this moment.
    package var until: Instant?
    /// A part of the title in either language, of the subject's name, or the whole subject's id.
    package var text: String?
    /// Whether the highest tier comes first; then as always the newest event, then by region.
    package var isByTier = false
    /// How many to give, newest event first; at most `limitMax`.
    package var limit = 100
    /// How many to leave out before.
    package var offset = 0

    /// Every alert, a hundred at a time.
    package init() {}

    /// `$1` to `$10` of `condition`.
    var binds: [Bind] {
        [
            .optionalArray(tiers.map(\.rawValue)), .optionalArray(kinds.map(\.rawValue)),
            .optionalArray(rules.map(\.rawValue)), .optionalArray(states.map(\.rawValue)),
            .optionalArray(regions.map(\.rawValue)), .optional(text: subjectType?.rawValue),
            .optional(text: subjectID), .optional(timestamp: since?.microseconds),
            .optional(timestamp: until?.microseconds), .optional(text: text),
        ]
    }

    /// Highest tier first where that is asked for; the identity makes the order whole.
    var order: String {
        let tiers = Tier.allCases.reversed().map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return (isByTier ? "array_position(ARRAY[\(tiers)], a.tier), " : "")
            + "a.last_event_at DESC, a.region_code, a.alert_id"
    }

    /// Of a table `a`; a bind that is NULL does not narrow.
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
    /// text[], or NULL for an empty one.
    static func optionalArray(_ values: [String]) -> Bind {
        values.isEmpty ? .nullLike(.textArray([])) : .textArray(values.sorted())
    }
}

/// An episode with its one-line words.
package struct AlertRecord: Hashable, Sendable {
    /// The episode as it stands.
    package var episode: Episode
    /// One line by language, as it was told when it was raised; empty when nobody was told yet.
    package var titles: [Language: String]
    /// What the person who gave the verdict wrote beside it.
    package var note: String?
    /// The person or unit that looks after it; nil for nobody named.
    package var assignee: String?
}

/// All that is known of one episode.
package struct AlertHistory: Hashable, Sendable {
    /// The episode as it stands, with its line.
    package var alert: AlertRecord
    /// Its events with their words, in order.
    package var notices: [AlertNotice]
    /// Who was told of them or was not, with every try, in the order of events and receivers.
    package var deliveries: [DeliveryRecord]
    /// What people wrote of it, in order.
    package var notes: [AlertNote]
}
