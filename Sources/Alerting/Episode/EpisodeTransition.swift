import Labor

/// One episode while an evaluation, or a person, is moving it: the episode as it stands, and what
/// has been said on the way.
struct EpisodeTransition {
    private(set) var episode: Episode
    private(set) var events: [AlertEvent] = []
    private let before: Episode?
    private let asOf: Instant
    private let at: Instant
    private let clocks: ResponseClocks?

    /// Takes up an episode that runs.
    init(_ episode: Episode, asOf: Instant, at: Instant, clocks: ResponseClocks?) {
        self.episode = episode
        self.before = episode
        self.asOf = asOf
        self.at = at
        self.clocks = clocks
    }

    /// Begins an episode with a finding that raises; its lowest possible tier stands in for one
    /// that raises none, which the machine does not hand in.
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

    /// Takes in a finding: figures follow, quiet ends, certainty and then the tier move.
    mutating func take(_ finding: Finding) {
        follow(finding)
        if episode.certainty == .provisional,
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

    /// Takes in that the figures of a past month still show what was found.
    mutating func stand(in month: Period) {
        guard episode.certainty == .provisional, month >= episode.startedPeriod else { return }
        confirm(.figuresStand)
    }

    /// Takes in that figures up to a month show nothing.
    mutating func clear(through period: Period, after limit: EpisodePolicy.ClearAfter) {
        switch limit {
        case .periods(let count):
            // Figures of an earlier month say nothing of the month that was found.
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

    /// Takes in that the source no longer has the subject.
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

    /// Reminds of an episode of which nothing was said for as many days as its tier allows.
    mutating func remind(after days: [Tier: Int]) {
        guard events.isEmpty, episode.state != .acknowledged, episode.quietSince == nil,
            let days = days[episode.tier], days > 0,
            at.microseconds - episode.lastToldAt.microseconds >= Int64(days) * EpisodeTransition.day
        else { return }
        say(.reminder, .reminderDue, tier: episode.tier, state: episode.state)
    }

    /// Tells the episode again as it stands. The reminders of the rule go on counting from the last
    /// event that was no repetition.
    mutating func tellAgain() {
        let toldAt = episode.lastToldAt
        say(.reminder, .repeatDue, tier: episode.tier, state: episode.state)
        episode.lastToldAt = toldAt
    }

    /// Hands the episode up by one level when its clock ran out and there is a level above.
    mutating func escalate() {
        guard let clocks, episode.level < clocks.levels, let due = episode.nextClockAt, at >= due
        else { return }
        episode.level += 1
        episode.nextClockAt = nil
        say(.escalated, .clockRanOut, tier: episode.tier, state: episode.state)
    }

    /// Waits for nobody before a moment; for nobody at all where it is nil.
    mutating func putOffClock(to moment: Instant?) {
        episode.nextClockAt = moment.flatMap { clockEnd(from: $0) }
    }

    /// Begins to wait for an answer where nobody is waited for yet.
    mutating func startClock() {
        if episode.nextClockAt == nil { episode.nextClockAt = clockEnd(from: at) }
    }

    /// When a clock that starts at a moment runs out; nil where the tier has none.
    private func clockEnd(from start: Instant) -> Instant? {
        clocks?.wait(episode.kind, episode.tier, level: episode.level).map {
            start.adding(seconds: $0.components.seconds)
        }
    }

    /// Notes that a person takes the episode on as it stands.
    mutating func acknowledge(by actor: Actor) {
        episode.acknowledgedTier = episode.tier
        say(.acknowledged, .takenOn, tier: episode.tier, state: .acknowledged, actor: actor)
    }

    /// Ends the episode, as resolved or as withdrawn.
    mutating func end(_ what: AlertWhat, _ reason: Reason, actor: Actor? = nil) {
        episode.resolvedAt = at
        let state: AlertState = what == .withdrawn ? .withdrawn : .resolved
        say(what, reason, tier: episode.tier, state: state, actor: actor)
    }

    private static let day: Int64 = 86_400_000_000
    /// Two looks of two days may lie a little less than a day apart.
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

    private mutating func confirm(_ reason: Reason) {
        episode.certainty = .confirmed
        let state = episode.state == .provisional ? .firing : episode.state
        say(.confirmed, reason, tier: episode.tier, state: state)
    }

    private mutating func rise(to tier: Tier) {
        var state = episode.state
        if state == .acknowledged, tier > episode.acknowledgedTier ?? episode.tier {
            state = episode.certainty == .provisional ? .provisional : .firing
            episode.acknowledgedTier = nil
        }
        say(.tierChanged, .tierRose, tier: tier, state: state)
    }

    /// The first quiet month. It is never earlier than the last finding's own month.
    @discardableResult
    private mutating func beginQuiet(_ period: Period) -> Period {
        if let first = episode.quietPeriod { return first }
        let first = max(period, episode.period)
        episode.quietPeriod = first
        episode.quietSince = asOf
        return first
    }

    /// Makes the event and lets the episode follow it. An end, too, tells the figures and the month
    /// of the last finding: it says what is over.
    private mutating func say(
        _ what: AlertWhat, _ reason: Reason, tier: Tier, state: AlertState,
        actor: Actor? = nil
    ) {
        let isFirst = episode.sequence == 0
        let event = AlertEvent(
            id: episode.id.eventID(sequence: episode.sequence + 1), alertID: episode.id,
            sequence: episode.sequence + 1, at: at, asOf: asOf, what: what, reason: reason,
            fromTier: isFirst ? nil : episode.tier, toTier: tier,
            fromState: isFirst ? nil : episode.state, toState: state, rule: episode.rule,
            kind: episode.kind, certainty: episode.certainty, subject: episode.subject,
            period: episode.period, persons: episode.persons, share: episode.share,
            amount: episode.amount, evidence: episode.evidence, actor: actor?.account,
            onBehalfOf: actor?.onBehalfOf, level: episode.level)
        episode.tier = tier
        episode.peakTier = max(episode.peakTier, tier)
        episode.state = state
        episode.sequence += 1
        episode.lastEventAt = at
        episode.lastToldAt = at
        events.append(event)
        setClock(after: event)
    }

    /// Starts, keeps or stops the clock of the answer. One that runs already and ends sooner goes
    /// on: a matter that grew worse must not wait longer for it.
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
