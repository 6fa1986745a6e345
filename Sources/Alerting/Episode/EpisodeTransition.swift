import Labor

/// One episode while an evaluation or a person changes it: its current state and the events so far.
struct EpisodeTransition {
    var episode: Episode
    private(set) var events: [AlertEvent] = []
    private let before: Episode?
    let asOf: Instant
    let at: Instant
    private let clocks: ResponseClocks?

    /// A transition of an open episode.
    init(_ episode: Episode, asOf: Instant, at: Instant, clocks: ResponseClocks?) {
        self.episode = episode
        self.before = episode
        self.asOf = asOf
        self.at = at
        self.clocks = clocks
    }

    /// A transition that opens an episode from a finding. The machine passes only findings that
    /// raise a tier; the tier blue is a default that it never needs.
    init(
        raising finding: Finding, as id: AlertID, asOf: Instant, at: Instant,
        clocks: ResponseClocks?
    ) {
        let tier = finding.raises ?? .blue
        let state: AlertState = finding.certainty == .provisional ? .provisional : .firing
        episode = Episode(
            id: id, rule: finding.rule, kind: finding.kind,
            subject: finding.subject, tier: tier, peakTier: tier, state: state,
            certainty: finding.certainty, startedPeriod: finding.period, period: finding.period,
            firstRaisedAt: at, lastEventAt: at, lastToldAt: at, persons: finding.persons,
            share: finding.share, amount: finding.amount, evidence: finding.evidence, asOf: asOf,
            sequence: 0)
        before = nil
        self.asOf = asOf
        self.at = at
        self.clocks = clocks
        say(.raised, .thresholdCrossed, tier: tier, state: state)
    }

    var key: EpisodeKey { episode.key }

    var hasChanged: Bool { episode != before }

    /// Applies a finding: updates the figures, ends the quiet time, then updates certainty and
    /// tier.
    mutating func take(_ finding: Finding) {
        let wasRecordOnly = episode.evidence.isRecordOnly
        follow(finding)
        if wasRecordOnly, !finding.evidence.isRecordOnly, finding.raises != nil {
            becomeCredible(finding)
        } else if episode.certainty == .provisional,
            finding.period > episode.startedPeriod || finding.certainty != .provisional
        {
            confirm(.laterReportConfirms)
        }
        if let raised = finding.raises, raised > episode.tier {
            rise(to: raised)
        } else if let highest = [finding.raises, finding.holds].compactMap({ $0 }).max(),
            highest < episode.tier
        {
            say(.tierChanged, .tierFell, tier: highest, state: episode.state)
        }
        if hasChanged { episode.asOf = asOf }
    }

    /// Applies the fact that the figures of a past month still show the problem.
    mutating func stand(in month: Period) {
        guard episode.certainty == .provisional, month >= episode.startedPeriod else { return }
        confirm(.figuresStand)
    }

    /// Applies the fact that the figures up to a month show no problem.
    mutating func clear(through period: Period, after limit: EpisodePolicy.ClearAfter) {
        switch limit {
        case .periods(let count):
            // Figures of an earlier month do not disprove a finding of a later month.
            if period < episode.period { return }
            if episode.certainty == .provisional, period > episode.startedPeriod {
                end(.withdrawn, .laterReportDenies)
                return
            }
            if period == episode.period, episode.period <= episode.startedPeriod {
                end(.withdrawn, .reportCorrected)
                return
            }
            let first = beginQuiet(period)
            if period.months(since: first) + 1 >= count, period >= first {
                end(.resolved, .causeGone)
            }
        case .days(let count):
            beginQuiet(period)
            let since = episode.quietSince ?? asOf
            if asOf.microseconds - since.microseconds >= Int64(count) * EpisodeTransition.day {
                end(.resolved, .causeGone)
            }
        }
    }

    /// Applies the fact that the source no longer contains the subject.
    mutating func remove(_ what: SubjectStatus.Removal) {
        beginQuiet(episode.period)
        guard let since = episode.quietSince,
            asOf.microseconds - since.microseconds >= EpisodeTransition.day
                - EpisodeTransition.slack
        else { return }
        let reason: Reason =
            switch what {
            case .enterprise: .enterpriseRemoved
            case .region: .regionRemoved
            case .industry: .industryRemoved
            case .indicator: .indicatorRemoved
            }
        end(.resolved, reason)
    }

    /// Adds a reminder when no event happened for the number of days that the tier allows.
    mutating func remind(after days: [Tier: Int]) {
        guard events.isEmpty, episode.state != .acknowledged, episode.quietSince == nil,
            let days = days[episode.tier], days > 0,
            at.microseconds - episode.lastToldAt.microseconds >= Int64(days) * EpisodeTransition.day
        else { return }
        say(.reminder, .reminderDue, tier: episode.tier, state: episode.state)
    }

    /// Repeats the notification of an unchanged episode. `lastToldAt` is kept, so that repeats do
    /// not delay the rule's own reminders.
    mutating func tellAgain() {
        let toldAt = episode.lastToldAt
        say(.reminder, .repeatDue, tier: episode.tier, state: episode.state)
        episode.lastToldAt = toldAt
    }

    /// Escalates the episode by one level when its deadline has passed and a higher level exists.
    mutating func escalate() {
        guard let clocks, episode.level < clocks.levels, let due = episode.nextClockAt, at >= due
        else { return }
        episode.level += 1
        episode.nextClockAt = nil
        say(.escalated, .clockRanOut, tier: episode.tier, state: episode.state)
    }

    /// Restarts the deadline from a future moment; nil removes the deadline.
    mutating func putOffClock(to moment: Instant?) {
        episode.nextClockAt = moment.flatMap { clockEnd(from: $0) }
    }

    /// Starts a deadline unless one is running.
    mutating func startClock() {
        if episode.nextClockAt == nil { episode.nextClockAt = clockEnd(from: at) }
    }

    /// When a deadline that starts at this moment ends; nil when the tier has no deadline.
    private func clockEnd(from start: Instant) -> Instant? {
        clocks?.wait(episode.kind, episode.tier, level: episode.level).map {
            start.adding(seconds: $0.components.seconds)
        }
    }

    /// Acknowledges the episode at its current tier.
    mutating func acknowledge(by actor: Actor) {
        episode.acknowledgedTier = episode.tier
        say(.acknowledged, .takenOn, tier: episode.tier, state: .acknowledged, actor: actor)
    }

    /// Ends the episode as withdrawn when `what` is `withdrawn`, otherwise as resolved.
    mutating func end(_ what: AlertWhat, _ reason: Reason, actor: Actor? = nil) {
        episode.resolvedAt = at
        let state: AlertState = what == .withdrawn ? .withdrawn : .resolved
        say(what, reason, tier: episode.tier, state: state, actor: actor)
    }

    /// Sets the incident that the events of an alert show.
    mutating func markEvents(_ incident: IncidentMark?) {
        for index in events.indices { events[index].incident = incident }
    }

    private static let day: Int64 = 86_400_000_000
    /// Tolerance, because evaluations of two successive days may be slightly less than a day apart.
    private static let slack: Int64 = 3_600_000_000

    private mutating func follow(_ finding: Finding) {
        episode.subject = finding.subject
        episode.period = finding.period
        episode.persons = finding.persons
        episode.share = finding.share
        episode.amount = finding.amount
        episode.evidence = finding.evidence
        episode.quietPeriod = nil
        episode.quietSince = nil
    }

    /// Applies a credible finding to an alert that was on record only: one event states the
    /// credibility and the tier.
    private mutating func becomeCredible(_ finding: Finding) {
        let isLater = finding.period > episode.startedPeriod || finding.certainty != .provisional
        if episode.certainty == .provisional, isLater {
            episode.certainty = .confirmed
            if episode.state == .provisional { episode.state = .firing }
        }
        let tier = max(episode.tier, finding.raises ?? episode.tier)
        say(.confirmed, .becameCredible, tier: tier, state: stateAfterRise(to: tier))
    }

    mutating func confirm(_ reason: Reason) {
        episode.certainty = .confirmed
        let state = episode.state == .provisional ? .firing : episode.state
        say(.confirmed, reason, tier: episode.tier, state: state)
    }

    mutating func rise(to tier: Tier) {
        say(.tierChanged, .tierRose, tier: tier, state: stateAfterRise(to: tier))
    }

    /// The state after a change of the tier. A rise above the acknowledged tier cancels the
    /// acknowledgement.
    mutating func stateAfterRise(to tier: Tier) -> AlertState {
        guard episode.state == .acknowledged, tier > episode.acknowledgedTier ?? episode.tier
        else { return episode.state }
        episode.acknowledgedTier = nil
        return episode.certainty == .provisional ? .provisional : .firing
    }

    /// The first quiet month, which is never earlier than the month of the last finding.
    @discardableResult
    private mutating func beginQuiet(_ period: Period) -> Period {
        if let first = episode.quietPeriod { return first }
        let first = max(period, episode.period)
        episode.quietPeriod = first
        episode.quietSince = asOf
        return first
    }

    /// Appends an event and updates the episode from it. An ending event repeats the figures and
    /// the month of the last finding, because they describe what has ended.
    mutating func say(
        _ what: AlertWhat, _ reason: Reason, tier: Tier, state: AlertState,
        actor: Actor? = nil
    ) {
        let isFirst = episode.sequence == 0
        var after = episode
        after.tier = tier
        after.state = state
        let event = AlertEvent(
            id: episode.id.eventID(sequence: episode.sequence + 1), alertID: episode.id,
            sequence: episode.sequence + 1, at: at, asOf: asOf, what: what, reason: reason,
            fromTier: isFirst ? nil : episode.tier, toTier: tier,
            fromState: isFirst ? nil : episode.state, toState: state, rule: episode.rule,
            kind: episode.kind, certainty: episode.certainty, subject: episode.subject,
            period: episode.period, persons: episode.persons, share: episode.share,
            amount: episode.amount, evidence: episode.evidence, actor: actor?.account,
            onBehalfOf: actor?.onBehalfOf, level: episode.level, incident: IncidentMark(after))
        episode.tier = tier
        episode.peakTier = max(episode.peakTier, tier)
        episode.state = state
        episode.sequence += 1
        episode.lastEventAt = at
        episode.lastToldAt = at
        events.append(event)
        setClock(after: event)
    }

    /// Starts, keeps or stops the response deadline. A running deadline that ends sooner is kept,
    /// because a worsening alert must not extend the time to answer.
    private mutating func setClock(after event: AlertEvent) {
        let isWaiting = event.toState == .firing || event.toState == .provisional
        guard isWaiting,
            let wait = clocks?.wait(event.kind, event.toTier, level: episode.level)
        else {
            episode.nextClockAt = nil
            return
        }
        switch event.what {
        case .raised, .escalated: break
        case .tierChanged where event.toTier > event.fromTier ?? event.toTier: break
        default: return
        }
        let due = at.adding(seconds: wait.components.seconds)
        episode.nextClockAt = min(episode.nextClockAt ?? due, due)
    }
}
