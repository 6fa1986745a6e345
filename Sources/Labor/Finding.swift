/// A detector's result for one subject on one day. It is a value, not yet an alert.
package struct Finding: Hashable, Sendable {
    /// The rule that produced the finding.
    package var rule: RuleID
    /// The kind of alert.
    package var kind: AlertKind
    /// The subject, for example one enterprise.
    package var subject: Subject
    /// The month whose figures decided the result.
    package var period: Period
    /// The highest tier whose raise threshold is crossed; nil when none is crossed.
    package var raises: Tier?
    /// The highest tier whose clear threshold is still crossed, so that an open alert stays at this
    /// tier. `holds` is never lower than `raises`; the initializer never leaves it nil.
    package var holds: Tier?
    /// How certain the finding is.
    package var certainty: Certainty
    /// The number of persons affected; nil when the rule does not measure persons.
    package var persons: Int?
    /// The persons affected as a share of staff, 0 to 1; nil when the rule does not measure it.
    package var share: Double?
    /// The amount of money concerned, fen; nil when the rule does not measure money.
    package var amount: Int64?
    /// The figures on which the finding is based.
    package var evidence: Evidence

    /// Creates a finding. Each argument sets the property of the same name, and `holds` becomes at
    /// least `raises`. One of `raises` and `holds` must be given; a detector that gives neither
    /// fails a precondition.
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

/// The status of a watched subject for which an evaluation has no finding.
///
/// A subject without data, a rule that was not evaluated and a subject below the thresholds are
/// three different statuses. Only `clear`, `passed` and `removed` may move an episode towards its
/// end.
package enum SubjectStatus: Hashable, Sendable {
    /// The rule was not evaluated for the subject: the rule failed, or no input of the rule
    /// changed.
    case notEvaluated
    /// The rule was evaluated, but the subject has no usable report for the month that was due.
    case silent
    /// The rule was evaluated on figures up to this month and found nothing.
    case clear(through: Period)
    /// The source no longer has the subject, though it has others of its kind.
    case removed(Removal)
    /// The rule found no problem in the figures up to `through`. The figures of the earlier month
    /// `in`, as they are known now, still show the problem: it happened, and it did not continue.
    case passed(in: Period, through: Period)

    /// The part of a subject that the source no longer has.
    package enum Removal: Hashable, Sendable {
        /// The enterprise itself.
        case enterprise
        /// The region: its code was abolished, or no enterprise is left in it.
        case region
        /// The industry: its code was abolished, or no enterprise of it is left in the region.
        case industry
        /// The indicator of the region.
        case indicator
    }
}

/// The result of one evaluation: the findings, and the status of each watched subject without a
/// finding.
package struct Evaluation: Hashable, Sendable {
    /// The as-of of the evaluation.
    package var asOf: AsOf
    /// The findings, ordered by key.
    package var findings: [Finding]
    /// The status of every watched key that has no finding.
    package var statuses: [EpisodeKey: SubjectStatus]

    /// Creates an evaluation. Each argument sets the property of the same name.
    package init(asOf: AsOf, findings: [Finding], statuses: [EpisodeKey: SubjectStatus]) {
        self.asOf = asOf
        self.findings = findings
        self.statuses = statuses
    }
}
