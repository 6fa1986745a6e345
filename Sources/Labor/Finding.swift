/// What a detector says of one subject on one day: a value, not yet an alert.
package struct Finding: Hashable, Sendable {
    /// The rule that says it.
    package var rule: RuleID
    /// What it is about.
    package var kind: AlertKind
    /// Whom it is about.
    package var subject: Subject
    /// The month whose figures decided.
    package var period: Period
    /// The highest tier whose raise threshold is crossed; nil when none is.
    package var raises: Tier?
    /// The highest tier whose clear threshold is still crossed; never lower than `raises`.
    package var holds: Tier?
    /// How sure it is.
    package var certainty: Certainty
    /// Persons concerned.
    package var persons: Int?
    /// Persons as a share of staff, 0 to 1.
    package var share: Double?
    /// Money concerned, fen.
    package var amount: Int64?
    /// Why it stands.
    package var evidence: Evidence

    /// A finding from its parts. A finding that neither raises nor holds a tier says nothing and is
    /// a mistake of the detector.
    package init(
        rule: RuleID, kind: AlertKind, subject: Subject, period: Period, raises: Tier?,
        holds: Tier?, certainty: Certainty, persons: Int? = nil, share: Double? = nil,
        amount: Int64? = nil, evidence: Evidence
    ) {
        precondition(raises != nil || holds != nil, "a finding raises or holds a tier")
        self.rule = rule
        self.kind = kind
        self.subject = subject
        self.period = period
        self.raises = raises
        self.holds = holds.map { held in raises.map { max($0, held) } ?? held } ?? raises
        self.certainty = certainty
        self.persons = persons
        self.share = share
        self.amount = amount
        self.evidence = evidence
    }

    /// The episode that the finding belongs to.
    package var key: EpisodeKey {
        EpisodeKey(rule: rule, subjectType: subject.type, subjectID: subject.id)
    }
}

/// What an evaluation knows of a subject of which it found nothing.
///
/// Zero rows, a silent enterprise and a failed query are three different things, and only
/// `clear`, `passed` and `removed` may bring an episode nearer to its end.
package enum SubjectStatus: Hashable, Sendable {
    /// The rule did not look at the subject in this evaluation: it failed, or nothing changed.
    case notEvaluated
    /// The rule looked, but the subject has no figure that counts for the month that was due.
    case silent
    /// The rule looked at figures up to this month and found nothing.
    case clear(through: Period)
    /// The source no longer has the enterprise, though it has others.
    case removed
    /// The rule found nothing in the figures up to `through`, but as known now those of an earlier
    /// month still show it: it happened, and did not go on.
    case passed(in: Period, through: Period)
}

/// The outcome of one evaluation: findings, and how the watched subjects without one stand.
package struct Evaluation: Hashable, Sendable {
    /// What was known.
    package var asOf: AsOf
    /// The findings, in the order of their keys.
    package var findings: [Finding]
    /// The status of every watched key that has no finding.
    package var statuses: [EpisodeKey: SubjectStatus]

    /// An evaluation from its parts.
    package init(asOf: AsOf, findings: [Finding], statuses: [EpisodeKey: SubjectStatus]) {
        self.asOf = asOf
        self.findings = findings
        self.statuses = statuses
    }
}
