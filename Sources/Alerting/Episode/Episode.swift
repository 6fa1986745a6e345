package import Labor

/// The identity of an episode, a UUID in lower case.
package struct AlertID: Hashable, Comparable, Sendable, Codable, RawRepresentable,
    CustomStringConvertible
{
    /// The UUID's text.
    package let rawValue: String

    /// An identity from a UUID's text.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Reads the bare text.
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the bare text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// Order by text.
    package static func < (left: AlertID, right: AlertID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The UUID's text.
    package var description: String { rawValue }

    /// The address under which the episode can be looked at; nil without a base such as
    /// `https://laborwatch.bureau.example`.
    package func link(base: String?) -> String? {
        guard let base, !base.isEmpty else { return nil }
        return (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/alerts/\(self)"
    }
}

/// One alert: an episode of a rule and a subject, from its raising to its end.
package struct Episode: Hashable, Sendable {
    /// Its identity, the same for all of its events.
    package var id: AlertID
    /// The rule that raised it.
    package var rule: RuleID
    /// What it is about.
    package var kind: AlertKind
    /// Whom it is about, as known when last looked at.
    package var subject: Subject
    /// The tier now; after the end, the last one.
    package var tier: Tier
    /// The highest tier it ever had.
    package var peakTier: Tier
    /// Where it stands.
    package var state: AlertState
    /// How sure it is.
    package var certainty: Certainty
    /// The month whose figures raised it.
    package var startedPeriod: Period
    /// The month whose figures were looked at last.
    package var period: Period
    /// When it was first raised.
    package var firstRaisedAt: Instant
    /// When its last event happened.
    package var lastEventAt: Instant
    /// When somebody was last told of it; reminders count from here.
    package var lastToldAt: Instant
    /// When it ended; nil while it runs.
    package var resolvedAt: Instant?
    /// Persons concerned, by the latest finding.
    package var persons: Int?
    /// Persons as a share of staff, 0 to 1.
    package var share: Double?
    /// Money concerned, fen.
    package var amount: Int64?
    /// Why it stands, by the latest finding.
    package var evidence: Evidence
    /// As of when it was last looked at with a finding.
    package var asOf: Instant
    /// The first month that was clear after the last finding; nil while the finding stands.
    package var quietPeriod: Period?
    /// The day on which the first clear month was seen; nil while the finding stands.
    package var quietSince: Instant?
    /// How many events it has had.
    package var sequence: Int
    /// The tier that a person took on; a higher tier ends the acknowledgement.
    package var acknowledgedTier: Tier?
    /// A person's judgement.
    package var verdict: Verdict?
    /// How far up it was handed because nobody answered: 0 the responsible unit's own level
    /// (county), 1 the level above (city), 2 the one above that (region). It never falls.
    package var level: Int
    /// Until when somebody has to take it on before the next level is told; nil while nobody is
    /// waited for: it has no clock, cannot be heard, was taken on or is over.
    package var nextClockAt: Instant?

    /// The rule and subject that make it one.
    package var key: EpisodeKey {
        EpisodeKey(rule: rule, subjectType: subject.type, subjectID: subject.id)
    }

    /// An episode from its parts.
    package init(
        id: AlertID, rule: RuleID, kind: AlertKind, subject: Subject, tier: Tier, peakTier: Tier,
        state: AlertState, certainty: Certainty, startedPeriod: Period, period: Period,
        firstRaisedAt: Instant, lastEventAt: Instant, lastToldAt: Instant,
        resolvedAt: Instant? = nil, persons: Int? = nil, share: Double? = nil,
        amount: Int64? = nil, evidence: Evidence, asOf: Instant, quietPeriod: Period? = nil,
        quietSince: Instant? = nil, sequence: Int, acknowledgedTier: Tier? = nil,
        verdict: Verdict? = nil, level: Int = 0, nextClockAt: Instant? = nil
    ) {
        self.id = id
        self.rule = rule
        self.kind = kind
        self.subject = subject
        self.tier = tier
        self.peakTier = peakTier
        self.state = state
        self.certainty = certainty
        self.startedPeriod = startedPeriod
        self.period = period
        self.firstRaisedAt = firstRaisedAt
        self.lastEventAt = lastEventAt
        self.lastToldAt = lastToldAt
        self.resolvedAt = resolvedAt
        self.persons = persons
        self.share = share
        self.amount = amount
        self.evidence = evidence
        self.asOf = asOf
        self.quietPeriod = quietPeriod
        self.quietSince = quietSince
        self.sequence = sequence
        self.acknowledgedTier = acknowledgedTier
        self.verdict = verdict
        self.level = level
        self.nextClockAt = nextClockAt
    }
}
