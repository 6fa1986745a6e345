import Alerting
import Labor

/// Every event that can happen to the episode of one finding, brought about by the episode machine.
struct EpisodeLife {
    /// One event and its episode after it.
    struct Moment {
        var event: AlertEvent
        var episode: Episode
    }

    let finding: Finding
    let policy: EpisodePolicy
    let zone: Zone

    private static let day: Int64 = 86_400
    private var begin: Instant { zone.asOf(finding.period.lastDay).instant }

    private var machine: EpisodeMachine {
        var policy = policy
        policy.reminderDays = Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0, 3) })
        return EpisodeMachine(
            policies: [finding.rule: policy], knownRules: [finding.rule],
            clocks: ResponseClocks(
                waits: Dictionary(
                    uniqueKeysWithValues: Tier.allCases.map { ($0, Duration.seconds(7_200)) })))
    }

    /// The events in the order of their life: raised, moved, answered or not, confirmed, ended.
    var moments: [Moment] {
        guard let raised = raise(finding) else { return [] }
        return [raised] + moves + unanswered(raised) + later(raised) + ends(raised)
    }

    /// The raising alone.
    var raising: Moment? { raise(finding) }

    /// The tier comes from the next lower one, then from the next higher one.
    private var moves: [Moment] {
        guard let tier = finding.raises else { return [] }
        let others = [
            Tier.allCases.last { $0 < tier }, Tier.allCases.first { $0 > tier },
        ]
        return others.compactMap(\.self).flatMap { other -> [Moment] in
            var before = finding
            before.raises = other
            before.holds = other
            guard let raised = raise(before) else { return [] }
            var now = finding
            now.holds = tier
            return look(raised.episode, [now], after: 10).filter {
                $0.event.what == .tierChanged
            }
        }
    }

    private func unanswered(_ raised: Moment) -> [Moment] {
        let episode = raised.episode
        let actor = Actor("zhang", onBehalfOf: "李四")
        let soon = begin.adding(seconds: 3 * 3_600)
        let taken = machine.acknowledge(episode, by: actor, at: soon)
            .map { Moment(event: $0.event, episode: $0.episode) }
        var up = machine.tick([episode], at: soon)
        up = up.followed(by: machine.tick(up.episodes, at: soon.adding(seconds: 7_200)))
        let silent = Evaluation(
            asOf: zone.asOf(zone.day(begin).adding(days: 3)), findings: [],
            statuses: [episode.key: .silent])
        let reminder = machine.advance(
            [episode], with: silent, at: begin.adding(seconds: 3 * EpisodeLife.day))
        let repeated = machine.tellAgain([episode], asOf: soon, at: soon)
        return [taken].compactMap(\.self) + moments(up) + moments(reminder) + moments(repeated)
    }

    /// A later report shows the same, or the figures are unchanged, or neither.
    private func later(_ raised: Moment) -> [Moment] {
        let episode = raised.episode
        var again = finding
        again.period = again.period.adding(1)
        let next = again.period
        let confirmed = look(episode, [again], after: 31).filter { $0.event.what == .confirmed }
        let unchanged = look(
            episode, .passed(in: finding.period, through: next), after: 31
        ).filter { $0.event.what == .confirmed }
        let denied = look(episode, .clear(through: next), after: 31)
            .filter { $0.event.what == .withdrawn }
        let corrected = look(episode, .clear(through: finding.period), after: 5)
            .filter { $0.event.what == .withdrawn }
        return confirmed + unchanged + denied + corrected
    }

    private func ends(_ raised: Moment) -> [Moment] {
        var episode = raised.episode
        episode.certainty = episode.certainty == .provisional ? .confirmed : episode.certainty
        var gone: [Moment] = []
        for step in 1...6 where gone.isEmpty {
            let clear = look(
                episode, .clear(through: finding.period.adding(step)), after: 31 * step)
            gone = clear.filter { $0.event.what == .resolved }
            episode = last(episode, .clear(through: finding.period.adding(step)), after: 31 * step)
        }
        let person = machine.resolve(
            raised.episode, by: Actor("zhang", onBehalfOf: "李四"),
            at: begin.adding(seconds: EpisodeLife.day)
        ).map { Moment(event: $0.event, episode: $0.episode) }
        let removed = EpisodeMachine(policies: [:], knownRules: []).advance(
            [raised.episode],
            with: Evaluation(
                asOf: zone.asOf(zone.day(begin).adding(days: 1)), findings: [], statuses: [:]),
            at: begin.adding(seconds: EpisodeLife.day))
        let missing = removals.flatMap { removal in
            let first = last(raised.episode, .removed(removal), after: 1)
            return look(first, .removed(removal), after: 3).filter { $0.event.what == .resolved }
        }
        return gone + [person].compactMap(\.self) + moments(removed) + missing
    }

    /// What can be gone of the subject of the finding.
    private var removals: [SubjectStatus.Removal] {
        switch finding.subject.type {
        case .enterprise: [.enterprise]
        case .region: [.region]
        case .cell: [.region, .industry]
        case .indicator: [.indicator]
        case .system: []
        }
    }

    // MARK: - One look

    private func raise(_ finding: Finding) -> Moment? {
        let asOf = zone.asOf(self.finding.period.lastDay)
        let step = machine.advance(
            [], with: Evaluation(asOf: asOf, findings: [finding], statuses: [:]), at: begin)
        return moments(step).first
    }

    private func look(_ episode: Episode, _ findings: [Finding], after days: Int) -> [Moment] {
        moments(step(episode, findings, .notEvaluated, after: days))
    }

    private func look(_ episode: Episode, _ status: SubjectStatus, after days: Int) -> [Moment] {
        moments(step(episode, [], status, after: days))
    }

    private func last(_ episode: Episode, _ status: SubjectStatus, after days: Int) -> Episode {
        step(episode, [], status, after: days).episodes.last ?? episode
    }

    private func step(
        _ episode: Episode, _ findings: [Finding], _ status: SubjectStatus, after days: Int
    ) -> Step {
        machine.advance(
            [episode],
            with: Evaluation(
                asOf: zone.asOf(zone.day(begin).adding(days: days)), findings: findings,
                statuses: [episode.key: status]),
            at: begin.adding(seconds: Int64(days) * EpisodeLife.day))
    }

    private func moments(_ step: Step) -> [Moment] {
        step.events.compactMap { event in
            step.episodes.first { $0.id == event.alertID }
                .map { Moment(event: event, episode: $0) }
        }
    }
}
