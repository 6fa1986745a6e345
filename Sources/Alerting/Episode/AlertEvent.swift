package import Labor

/// Why an event happened, as a value; texts are made of it later.
package enum Reason: String, CaseIterable, Hashable, Sendable, Codable {
    /// A raise threshold was crossed.
    case thresholdCrossed = "threshold_crossed"
    /// A higher tier's raise threshold was crossed.
    case tierRose = "tier_rose"
    /// The tier's clear threshold was left downward, a lower one holds.
    case tierFell = "tier_fell"
    /// A later report shows the same.
    case laterReportConfirms = "later_report_confirms"
    /// It did not go on, but the figures that raised it stand with all that was learnt since.
    case figuresStand = "figures_stand"
    /// A later report does not show it again.
    case laterReportDenies = "later_report_denies"
    /// The figures that raised it were corrected.
    case reportCorrected = "report_corrected"
    /// The cause has been gone for as long as the rule asks.
    case causeGone = "cause_gone"
    /// The time for a reminder has come.
    case reminderDue = "reminder_due"
    /// Nobody took it on, and a route has it told again.
    case repeatDue = "repeat_due"
    /// Nobody answered until the clock ran out.
    case clockRanOut = "clock_ran_out"
    /// A person took it on.
    case takenOn = "taken_on"
    /// A person ended it.
    case endedByPerson = "ended_by_person"
    /// The source no longer has the enterprise.
    case enterpriseRemoved = "enterprise_removed"
    /// The source no longer has the region, or no enterprise in it.
    case regionRemoved = "region_removed"
    /// The source no longer has the industry, or no enterprise of it in the region.
    case industryRemoved = "industry_removed"
    /// The source no longer has the indicator of the region.
    case indicatorRemoved = "indicator_removed"
    /// The rule was taken out of the catalogue.
    case ruleRemoved = "rule_removed"
}

/// One transition of one episode: what history keeps and receivers are told.
package struct AlertEvent: Hashable, Sendable {
    /// Its identity, a UUID made from the episode's id and `sequence`: the same in every replay.
    package var id: String
    /// The episode.
    package var alertID: AlertID
    /// 1 for the first event of the episode, then counting up.
    package var sequence: Int
    /// When it was said.
    package var at: Instant
    /// What was known then: everything reported up to here.
    package var asOf: Instant
    /// What it tells.
    package var what: AlertWhat
    /// Why.
    package var reason: Reason
    /// The tier before; nil when there was none.
    package var fromTier: Tier?
    /// The tier after.
    package var toTier: Tier
    /// The state before; nil when there was none.
    package var fromState: AlertState?
    /// The state after.
    package var toState: AlertState
    /// The rule.
    package var rule: RuleID
    /// What it is about.
    package var kind: AlertKind
    /// How sure it is.
    package var certainty: Certainty
    /// Whom it is about.
    package var subject: Subject
    /// The month whose figures decided.
    package var period: Period
    /// Persons concerned.
    package var persons: Int?
    /// Persons as a share of staff, 0 to 1.
    package var share: Double?
    /// Money concerned, fen.
    package var amount: Int64?
    /// Why the finding stands; for an end, the last that was found.
    package var evidence: Evidence
    /// The account of who did it; nil for the daemon itself.
    package var actor: String?
    /// In whose name the actor acted, as they said; nil for their own.
    package var onBehalfOf: String?
    /// How far up the episode has been handed, this event included; see `Episode.level`.
    package var level: Int

    /// An event from its parts.
    package init(
        id: String, alertID: AlertID, sequence: Int, at: Instant, asOf: Instant, what: AlertWhat,
        reason: Reason, fromTier: Tier?, toTier: Tier, fromState: AlertState?,
        toState: AlertState, rule: RuleID, kind: AlertKind, certainty: Certainty,
        subject: Subject, period: Period, persons: Int? = nil, share: Double? = nil,
        amount: Int64? = nil, evidence: Evidence, actor: String? = nil,
        onBehalfOf: String? = nil, level: Int = 0
    ) {
        self.id = id
        self.alertID = alertID
        self.sequence = sequence
        self.at = at
        self.asOf = asOf
        self.what = what
        self.reason = reason
        self.fromTier = fromTier
        self.toTier = toTier
        self.fromState = fromState
        self.toState = toState
        self.rule = rule
        self.kind = kind
        self.certainty = certainty
        self.subject = subject
        self.period = period
        self.persons = persons
        self.share = share
        self.amount = amount
        self.evidence = evidence
        self.actor = actor
        self.onBehalfOf = onBehalfOf
        self.level = level
    }
}

/// What one advance of the episode machine brings about.
package struct Step: Hashable, Sendable {
    /// Every episode that changed, as it stands now, in the order of their keys.
    package var episodes: [Episode]
    /// The events, in the order in which they are to be told.
    package var events: [AlertEvent]

    /// A step from its parts.
    package init(episodes: [Episode] = [], events: [AlertEvent] = []) {
        self.episodes = episodes
        self.events = events
    }

    /// This step and one that was made of the episodes that it left, as one: an episode that moved
    /// in both is as the later step left it.
    package func followed(by later: Step) -> Step {
        if later == Step() { return self }
        let moved = Set(later.episodes.map(\.id))
        let all = episodes.filter { !moved.contains($0.id) } + later.episodes
        return Step(
            episodes: all.sorted { ($0.key, $0.id) < ($1.key, $1.id) },
            events: events + later.events)
    }
}
