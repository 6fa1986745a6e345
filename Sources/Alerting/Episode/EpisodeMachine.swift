package import Labor

/// The life of alerts: what an evaluation does to the episodes that run, and what is said of it.
///
/// It knows no clock and no store. Taking in one evaluation twice changes nothing the second time,
/// and an evaluation older than what an episode has already seen leaves that episode alone.
///
/// | episode | the evaluation says | event (reason) | afterwards |
/// | --- | --- | --- | --- |
/// | none | finding raises | raised (threshold_crossed) | provisional or firing |
/// | none | finding only holds | – | – |
/// | any | raises above the tier | tier_changed (tier_rose) | higher tier (1) |
/// | any | holds at the tier or above | – | figures follow, quiet ends |
/// | any | all below the tier | tier_changed (tier_fell) | what still holds |
/// | uncertain (2) | of a later month, or sure | confirmed (later_report_confirms) | firing |
/// | uncertain (2) | clear, its month stands (6) | confirmed (figures_stand) | quiet begins |
/// | uncertain (2) | clear through a later month | withdrawn (later_report_denies) | withdrawn |
/// | of one month | clear through it | withdrawn (report_corrected) (3) | withdrawn |
/// | any | clear through an earlier month | – (5) | as before |
/// | of several | clear through the last | – | quiet begins |
/// | any | clear through a later month | – | quiet begins or goes on |
/// | quiet for long enough | clear | resolved (cause_gone) | resolved |
/// | any | its subject is gone | – | quiet begins |
/// | quiet for a day (7) | its subject is gone | resolved (enterprise_removed …) (8) | resolved |
/// | any | silent or not evaluated | – | as before |
/// | any | nothing for the tier's days | reminder (reminder_due) (4) | as before |
/// | any | its rule is not known | resolved (rule_removed) | resolved |
///
/// 1. An acknowledgement of a lower tier ends with it.
/// 2. Nothing confirmed it yet, be it acknowledged or not. An acknowledged one stays so.
/// 3. A rule that clears after days is never withdrawn: an event that is over in the month it
///    began in is no correction. It goes quiet instead.
/// 4. Not while it is quiet or acknowledged.
/// 5. The month that was found may be held back or taken back meanwhile, which denies nothing. A
///    rule that clears after days goes quiet all the same.
/// 6. Jobs that went in one month are gone, even when none go in the next: only figures that no
///    longer show it withdraw an episode. A month before the episode's first bears out nothing.
/// 7. A list that is being loaded anew may lack some rows for an hour.
/// 8. The reason names what is gone: `enterprise_removed`, `region_removed`, `industry_removed` or
///    `indicator_removed`.
package struct EpisodeMachine: Sendable {
    private let policies: [RuleID: EpisodePolicy]
    private let knownRules: Set<RuleID>
    /// Nil where nobody is waited for, as in a replay of past days.
    let clocks: ResponseClocks?

    /// A machine for a catalogue. A known rule without a policy lives by `EpisodePolicy.standard`;
    /// the episodes of a rule that is not known end, and its findings are not heard.
    ///
    /// - Parameter clocks: how long an answer may take; nil where nobody can answer, as in a replay.
    package init(
        policies: [RuleID: EpisodePolicy], knownRules: Set<RuleID>, clocks: ResponseClocks? = nil
    ) {
        self.policies = policies
        self.knownRules = knownRules
        self.clocks = clocks
    }

    /// Whether anybody is waited for.
    package var waits: Bool { clocks != nil }

    /// Advances every open episode by one evaluation, and begins the new ones.
    ///
    /// - Parameter ended: episodes whose identities a new one must not take; see `Memory.ended`.
    /// - Returns: the episodes that differ from before, in the order of their keys, and the events
    ///   in the same order, those of one episode by sequence. When nothing but the moment of
    ///   looking differs, an episode counts as unchanged and keeps its `asOf`.
    package func advance(
        _ open: [Episode], besides ended: Set<AlertID> = [], with evaluation: Evaluation,
        at: Instant
    ) -> Step {
        let asOf = evaluation.asOf.instant
        var findings = strongest(evaluation.findings)
        var turns: [EpisodeTransition] = []
        for episode in open where episode.state.isOpen {
            let finding = findings.removeValue(forKey: episode.key)
            guard asOf >= episode.lastSeen else { continue }
            let status = evaluation.statuses[episode.key] ?? .notEvaluated
            let transition = advance(episode, finding, status, asOf: asOf, at: at)
            if transition.hasChanged { turns.append(transition) }
        }
        for finding in findings.values where finding.raises != nil {
            let id = AlertID(finding.key, firstAsOf: asOf, besides: ended)
            turns.append(
                EpisodeTransition(raising: finding, as: id, asOf: asOf, at: at, clocks: clocks))
        }
        turns.sort { ($0.key, $0.episode.id) < ($1.key, $1.episode.id) }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }

    /// Tells open episodes again of which nobody has taken on the work; who is told, and when that
    /// is due, is the routing's to say.
    package func tellAgain(_ episodes: [Episode], asOf: Instant, at: Instant) -> Step {
        let turns = episodes.filter(\.state.isOpen).map { episode in
            var transition = EpisodeTransition(
                episode, asOf: max(asOf, episode.asOf), at: at, clocks: clocks)
            transition.tellAgain()
            return transition
        }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }

    /// The keys of the open episodes, ordered and each once: what an evaluator has to watch.
    package func watching(_ open: [Episode]) -> [EpisodeKey] {
        Set(open.lazy.filter(\.state.isOpen).map(\.key)).sorted()
    }

    private func advance(
        _ episode: Episode, _ finding: Finding?, _ status: SubjectStatus, asOf: Instant,
        at: Instant
    ) -> EpisodeTransition {
        var transition = EpisodeTransition(episode, asOf: asOf, at: at, clocks: clocks)
        guard knownRules.contains(episode.rule) else {
            transition.end(.resolved, .ruleRemoved)
            return transition
        }
        let policy = policies[episode.rule] ?? .standard
        if let finding {
            transition.take(finding)
        } else {
            switch status {
            case .clear(let period):
                transition.clear(through: period, after: policy.clearAfter)
            case .passed(let month, let period):
                transition.stand(in: month)
                transition.clear(through: period, after: policy.clearAfter)
            case .removed(let what): transition.remove(what)
            case .silent, .notEvaluated: break
            }
        }
        transition.remind(after: policy.reminderDays)
        return transition
    }

    /// One finding a key. Two would be a detector's mistake: then the stronger one counts.
    private func strongest(_ findings: [Finding]) -> [EpisodeKey: Finding] {
        var strongest: [EpisodeKey: Finding] = [:]
        strongest.reserveCapacity(findings.count)
        for finding in findings where knownRules.contains(finding.rule) {
            let key = finding.key
            if let other = strongest[key], other.strength >= finding.strength { continue }
            strongest[key] = finding
        }
        return strongest
    }
}

extension Finding {
    /// Orders findings of one key: what raises more counts more, then what holds more.
    fileprivate var strength: Int { (raises?.rank ?? 0) * 10 + (holds?.rank ?? 0) }
}

extension Episode {
    /// The latest as-of that left a trace in the episode: its last finding or its first clear look.
    fileprivate var lastSeen: Instant { max(asOf, quietSince ?? asOf) }
}
