package import Labor

/// The alert life cycle: computes how one evaluation changes the open episodes, and which events
/// follow.
///
/// The machine has no clock and no store. Applying the same evaluation twice changes nothing the
/// second time. An evaluation older than the last one that an episode has seen does not change the
/// episode.
///
/// | episode | the evaluation says | event (reason) | afterwards |
/// | --- | --- | --- | --- |
/// | none | finding raises | raised (threshold_crossed) | provisional or firing |
/// | none | finding only holds | – | – |
/// | any | raises above the tier | tier_changed (tier_rose) | higher tier (1) |
/// | any | holds at the tier or above | – | figures updated, quiet ends |
/// | any | all below the tier | tier_changed (tier_fell) | highest tier that still holds |
/// | uncertain (2) | of a later month, or certain | confirmed (later_report_confirms) | firing |
/// | uncertain (2) | clear, month still valid (6) | confirmed (figures_stand) | quiet begins |
/// | uncertain (2) | clear through a later month | withdrawn (later_report_denies) | withdrawn |
/// | of one month | clear through that month | withdrawn (report_corrected) (3) | withdrawn |
/// | any | clear through an earlier month | – (5) | unchanged |
/// | of several months | clear through the last one | – | quiet begins |
/// | any | clear through a later month | – | quiet begins or continues |
/// | quiet for long enough | clear | resolved (cause_gone) | resolved |
/// | any | the subject is gone | – | quiet begins |
/// | quiet for a day (7) | the subject is gone | resolved (enterprise_removed …) (8) | resolved |
/// | any | no report, or not evaluated | – | unchanged |
/// | any | no event for the tier's days | reminder (reminder_due) (4) | unchanged |
/// | any | the rule is not known | resolved (rule_removed) | resolved |
///
/// 1. A rise above the acknowledged tier cancels the acknowledgement.
/// 2. No later report has confirmed the alert yet. An acknowledged alert stays acknowledged when it
///    is confirmed.
/// 3. A rule that clears after days is never withdrawn. An event that ends in the month in which it
///    began is not a correction, so the episode becomes quiet instead.
/// 4. No reminder is sent while the episode is quiet or acknowledged.
/// 5. The report of the month with the finding may have been held back or retracted in the
///    meantime, which does not disprove the finding. A rule that clears after days becomes quiet
///    all the same.
/// 6. Jobs lost in one month stay lost, even when no more are lost in the next month. Only changed
///    figures of that month withdraw an episode. A month before the episode's first month confirms
///    nothing.
/// 7. While a source list is being reloaded, some rows may be missing for an hour.
/// 8. The reason names what is gone: `enterprise_removed`, `region_removed`, `industry_removed` or
///    `indicator_removed`.
package struct EpisodeMachine: Sendable {
    private let policies: [RuleID: EpisodePolicy]
    private let knownRules: Set<RuleID>
    /// The response deadlines; nil when nobody can answer, as in a replay of past days.
    let clocks: ResponseClocks?

    /// A machine for a catalogue of rules. A known rule without a policy uses
    /// `EpisodePolicy.standard`. Episodes of an unknown rule end, and its findings are ignored.
    ///
    /// - Parameter clocks: the response deadlines; nil when nobody can answer, as in a replay.
    package init(
        policies: [RuleID: EpisodePolicy], knownRules: Set<RuleID>, clocks: ResponseClocks? = nil
    ) {
        self.policies = policies
        self.knownRules = knownRules
        self.clocks = clocks
    }

    /// Whether the machine has response deadlines.
    package var waits: Bool { clocks != nil }

    /// The machine for alerts whose incidents people answer: deadlines and reminders are those of
    /// the incidents.
    package var ofAlerts: EpisodeMachine {
        let quiet = policies.mapValues { EpisodePolicy(clearAfter: $0.clearAfter) }
        var unknown: [RuleID: EpisodePolicy] = [:]
        for rule in knownRules where quiet[rule] == nil {
            unknown[rule] = EpisodePolicy(clearAfter: EpisodePolicy.standard.clearAfter)
        }
        return EpisodeMachine(
            policies: quiet.merging(unknown) { own, _ in own }, knownRules: knownRules)
    }

    /// The machine for incidents, with the same response deadlines and reminders.
    package var incidents: IncidentMachine {
        IncidentMachine(
            reminders: policies.mapValues(\.reminderDays), clocks: clocks)
    }

    /// Applies one evaluation to every open episode, and opens new episodes.
    ///
    /// - Parameter ended: IDs that a new episode must not reuse; see `Memory.ended`.
    /// - Returns: the changed episodes, ordered by key, and their events in the same order; events
    ///   of one episode are ordered by sequence. If an evaluation changes nothing but the as-of,
    ///   the episode counts as unchanged and keeps its old `asOf`.
    package func advance(
        _ open: [Episode], besides ended: Set<AlertID> = [], with evaluation: Evaluation,
        at: Instant
    ) -> Step {
        let asOf = evaluation.asOf.instant
        var findings = strongest(evaluation.findings)
        var turns: [EpisodeTransition] = []
        for episode in open where episode.state.isOpen && !episode.isIncident {
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

    /// Creates a repeat notification for each open episode in the list. The caller (routing)
    /// decides which unacknowledged episodes are due for one, and who receives it.
    package func tellAgain(_ episodes: [Episode], asOf: Instant, at: Instant) -> Step {
        let turns = episodes.filter(\.state.isOpen).map { episode in
            var transition = EpisodeTransition(
                episode, asOf: max(asOf, episode.asOf), at: at, clocks: clocks)
            transition.tellAgain()
            return transition
        }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }

    /// The distinct keys of the open episodes, in order: the subjects that an evaluation must
    /// report a status for.
    package func watching(_ open: [Episode]) -> [EpisodeKey] {
        Set(open.lazy.filter { $0.state.isOpen && !$0.isIncident }.map(\.key)).sorted()
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

    /// One finding per key. Two findings of one key are a defect of the detector; then the stronger
    /// one counts.
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
    /// Orders findings of one key: by the tier that they raise, then by the tier that they hold.
    fileprivate var strength: Int { (raises?.rank ?? 0) * 10 + (holds?.rank ?? 0) }
}

extension Episode {
    /// The latest as-of that changed the episode: its last finding or the start of its quiet time.
    fileprivate var lastSeen: Instant { max(asOf, quietSince ?? asOf) }
}
