package import Labor

/// The ID of an episode, a UUID in lower case.
package struct AlertID: Hashable, Comparable, Sendable, Codable, RawRepresentable,
    CustomStringConvertible
{
    /// The UUID as text.
    package let rawValue: String

    /// An ID from the text of a UUID.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Decodes the ID from a plain string.
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    /// Encodes the ID as a plain string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// Orders IDs by their text.
    package static func < (left: AlertID, right: AlertID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The UUID as text.
    package var description: String { rawValue }

    /// The URL of the alert below a base such as `https://laborwatch.bureau.example`; nil when the
    /// base is nil or empty.
    /// - Parameter page: the part of the path before the ID.
    package func link(base: String?, to page: String = "alerts") -> String? {
        guard let base, !base.isEmpty else { return nil }
        return (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/\(page)/\(self)"
    }
}

/// One alert: an episode of one rule and one subject, from its first event to its end.
///
/// An incident is an episode, too: its rule is `RuleID.incident`, and it has `incident` traits. So
/// deadlines, acknowledgements, silences, routes and deliveries have one mechanism for both.
package struct Episode: Hashable, Sendable {
    /// The ID, shared by all events of the episode.
    package var id: AlertID
    /// The rule that raised the alert.
    package var rule: RuleID
    /// The kind of alert, for example layoffs or wage arrears.
    package var kind: AlertKind
    /// The subject, as the latest finding described it.
    package var subject: Subject
    /// The current tier; after the end, the last tier.
    package var tier: Tier
    /// The highest tier that the episode ever had.
    package var peakTier: Tier
    /// The current state.
    package var state: AlertState
    /// How certain the alert is.
    package var certainty: Certainty
    /// The month whose figures raised the alert.
    package var startedPeriod: Period
    /// The month of the latest finding.
    package var period: Period
    /// When the alert was raised.
    package var firstRaisedAt: Instant
    /// When the last event happened.
    package var lastEventAt: Instant
    /// When the last event happened that was not a repeat notification (`repeat_due`). Reminder
    /// intervals count from this instant.
    package var lastToldAt: Instant
    /// When the episode ended; nil while it is open.
    package var resolvedAt: Instant?
    /// The number of persons affected, from the latest finding; nil when the rule does not measure
    /// persons.
    package var persons: Int?
    /// The persons affected as a share of staff, 0 to 1, from the latest finding; nil when the rule
    /// does not measure it.
    package var share: Double?
    /// The amount of money concerned, fen, from the latest finding; nil when the rule does not
    /// measure money.
    package var amount: Int64?
    /// The figures on which the alert is based, from the latest finding.
    package var evidence: Evidence
    /// The as-of of the latest evaluation whose finding changed the episode.
    package var asOf: Instant
    /// The first month without a finding after the latest finding; nil while the problem persists.
    package var quietPeriod: Period?
    /// The as-of of the first evaluation without a finding; nil while the problem persists.
    package var quietSince: Instant?
    /// The number of events so far.
    package var sequence: Int
    /// The tier at which a person acknowledged the alert; nil while nobody has acknowledged it. A
    /// rise above this tier cancels the acknowledgement.
    package var acknowledgedTier: Tier?
    /// A person's assessment of the alert; nil when nobody gave one.
    package var verdict: Verdict?
    /// How many times the alert was escalated because nobody answered: 0 is the responsible unit's
    /// own level (county), 1 the level above (city), 2 the next level (region). The level never
    /// falls.
    package var level: Int
    /// The deadline for an acknowledgement, after which the alert is escalated. Nil when no
    /// deadline runs: the tier has none, nobody can be notified, or the alert is acknowledged or
    /// ended.
    package var nextClockAt: Instant?
    /// The incident that the alert belongs to; nil for an incident, and for an alert that is not
    /// placed yet.
    package var incidentID: AlertID?
    /// What only an incident has; nil for an alert.
    package var incident: IncidentTraits?

    /// Rule and subject. Together they identify the series of episodes to which this episode
    /// belongs.
    package var key: EpisodeKey {
        EpisodeKey(rule: rule, subjectType: subject.type, subjectID: subject.id)
    }

    /// Creates an episode. Each argument sets the property of the same name.
    package init(
        id: AlertID, rule: RuleID, kind: AlertKind, subject: Subject, tier: Tier, peakTier: Tier,
        state: AlertState, certainty: Certainty, startedPeriod: Period, period: Period,
        firstRaisedAt: Instant, lastEventAt: Instant, lastToldAt: Instant,
        resolvedAt: Instant? = nil, persons: Int? = nil, share: Double? = nil,
        amount: Int64? = nil, evidence: Evidence, asOf: Instant, quietPeriod: Period? = nil,
        quietSince: Instant? = nil, sequence: Int, acknowledgedTier: Tier? = nil,
        verdict: Verdict? = nil, level: Int = 0, nextClockAt: Instant? = nil,
        incidentID: AlertID? = nil, incident: IncidentTraits? = nil
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
        self.incidentID = incidentID
        self.incident = incident
    }
}
