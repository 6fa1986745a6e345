package import Labor

/// The cause of an event, as a code. `words(in:)` gives its text.
package enum Reason: String, CaseIterable, Hashable, Sendable, Codable {
    /// A finding crossed a raise threshold.
    case thresholdCrossed = "threshold_crossed"
    /// A finding crossed the raise threshold of a higher tier.
    case tierRose = "tier_rose"
    /// The figures fell below the clear threshold of the tier, but a lower tier still holds.
    case tierFell = "tier_fell"
    /// A later report shows the same problem.
    case laterReportConfirms = "later_report_confirms"
    /// The problem did not continue in later months, but the figures of the month that raised the
    /// alert are still valid.
    case figuresStand = "figures_stand"
    /// A later report does not show the problem again.
    case laterReportDenies = "later_report_denies"
    /// The figures that raised the alert were corrected.
    case reportCorrected = "report_corrected"
    /// The cause has been absent for the time that the rule's policy demands (`ClearAfter`).
    case causeGone = "cause_gone"
    /// The rule's reminder interval for the tier has passed.
    case reminderDue = "reminder_due"
    /// Nobody acknowledged the alert, and the repeat interval of a route has passed.
    case repeatDue = "repeat_due"
    /// Nobody acknowledged the alert before its response deadline.
    case clockRanOut = "clock_ran_out"
    /// A person acknowledged the alert.
    case takenOn = "taken_on"
    /// A person resolved the alert.
    case endedByPerson = "ended_by_person"
    /// The source no longer contains the enterprise.
    case enterpriseRemoved = "enterprise_removed"
    /// The source no longer contains the region, or any enterprise in the region.
    case regionRemoved = "region_removed"
    /// The source no longer contains the industry, or any enterprise of the industry in the region.
    case industryRemoved = "industry_removed"
    /// The source no longer contains this indicator for the region.
    case indicatorRemoved = "indicator_removed"
    /// The rule was removed from the catalogue or switched off.
    case ruleRemoved = "rule_removed"
    /// A finding that was on record only has become credible.
    case becameCredible = "became_credible"
    /// An alert of another kind joined the incident.
    case anotherKind = "another_kind"
    /// An alert showed that two incidents are one; the older one continues.
    case sameIncident = "same_incident"
    /// The alerts were raised by a version of the program that had no incidents.
    case adopted = "found_at_upgrade"
    /// Every alert of the incident has ended, each for a reason of its own.
    case alertsEnded = "alerts_ended"
}

/// One state transition of one episode. The history stores it, and receivers are notified of it.
package struct AlertEvent: Hashable, Sendable {
    /// The event ID: a UUID derived from the episode's ID and `sequence`, so that every replay
    /// gives the same ID.
    package var id: String
    /// The ID of the episode.
    package var alertID: AlertID
    /// The event's number within the episode, starting at 1.
    package var sequence: Int
    /// When the event was created.
    package var at: Instant
    /// The as-of of the evaluation: the event uses only reports known by this instant.
    package var asOf: Instant
    /// The type of the event.
    package var what: AlertWhat
    /// The cause of the event.
    package var reason: Reason
    /// The tier before the event; nil for the first event.
    package var fromTier: Tier?
    /// The tier after the event.
    package var toTier: Tier
    /// The state before the event; nil for the first event.
    package var fromState: AlertState?
    /// The state after the event.
    package var toState: AlertState
    /// The rule that raised the alert.
    package var rule: RuleID
    /// The kind of alert, for example layoffs or wage arrears.
    package var kind: AlertKind
    /// How certain the alert is.
    package var certainty: Certainty
    /// The subject of the alert, for example one enterprise.
    package var subject: Subject
    /// The month whose figures decided the result.
    package var period: Period
    /// The number of persons affected; nil when the rule does not measure persons.
    package var persons: Int?
    /// The persons affected as a share of staff, 0 to 1; nil when the rule does not measure it.
    package var share: Double?
    /// The amount of money concerned, fen; nil when the rule does not measure money.
    package var amount: Int64?
    /// The figures on which the event is based. An event that ends an alert repeats the figures of
    /// the last finding.
    package var evidence: Evidence
    /// The account of the person who caused the event; nil for an event of the daemon.
    package var actor: String?
    /// The name of the person on whose behalf the actor acted, as the actor stated it; nil
    /// otherwise.
    package var onBehalfOf: String?
    /// How many levels the episode was escalated, this event included; see `Episode.level`.
    package var level: Int
    /// The incident of the alert after the event, or the incident itself; nil for an alert that is
    /// not placed yet.
    package var incident: IncidentMark?

    /// Creates an event. Each argument sets the property of the same name.
    package init(
        id: String, alertID: AlertID, sequence: Int, at: Instant, asOf: Instant, what: AlertWhat,
        reason: Reason, fromTier: Tier?, toTier: Tier, fromState: AlertState?,
        toState: AlertState, rule: RuleID, kind: AlertKind, certainty: Certainty,
        subject: Subject, period: Period, persons: Int? = nil, share: Double? = nil,
        amount: Int64? = nil, evidence: Evidence, actor: String? = nil,
        onBehalfOf: String? = nil, level: Int = 0, incident: IncidentMark? = nil
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
        self.incident = incident
    }

    /// Whether the event is of an incident, and not of a single alert.
    package var isOfIncident: Bool { rule == .incident }
}

/// The result of one operation of the episode machine: changed episodes and new events.
package struct Step: Hashable, Sendable {
    /// Every episode that changed, in its new state, ordered by key.
    package var episodes: [Episode]
    /// The new events, in the order of notification.
    package var events: [AlertEvent]

    /// Creates a step. Each argument sets the property of the same name.
    package init(episodes: [Episode] = [], events: [AlertEvent] = []) {
        self.episodes = episodes
        self.events = events
    }

    /// Merges this step with a later step that started from this step's episodes. An episode that
    /// both steps changed has the state from the later step.
    package func followed(by later: Step) -> Step {
        if later == Step() { return self }
        let moved = Set(later.episodes.map(\.id))
        let all = episodes.filter { !moved.contains($0.id) } + later.episodes
        return Step(
            episodes: all.sorted { ($0.key, $0.id) < ($1.key, $1.id) },
            events: events + later.events)
    }
}
