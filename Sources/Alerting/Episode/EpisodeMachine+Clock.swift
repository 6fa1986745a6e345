package import Labor

/// What time alone does to an episode that nobody answers.
///
/// | episode | the moment | event (reason) | afterwards |
/// | --- | --- | --- | --- |
/// | waiting for an answer | its clock ran out | escalated (clock_ran_out) | one level up, new clock |
/// | at the highest level | its clock ran out | – | as before: it is overdue |
/// | waiting for an answer | nobody can hear of it | – | no clock |
/// | waiting for an answer | nobody before the end of quiet hours | – | new clock from then on |
/// | without a clock, its tier has one | it can be heard again | – | new clock |
/// | taken on, quiet or over | any | – | as before |
///
/// A raising and every higher tier start a clock, unless an earlier one ends sooner. To take the
/// episode on stops it until the tier rises above what was taken on. One step hands an episode up by
/// one level at most: who comes back after a day's pause gives each level its time.
extension EpisodeMachine {
    /// Hands up every open episode whose clock ran out.
    ///
    /// - Parameter unheard: those that a silence, an inhibition or quiet hours keep from everybody:
    ///   their clocks stop, and start anew once somebody can hear of them, so that no level is
    ///   passed over which never had the chance to answer. Of quiet hours the end is known, and
    ///   with it the clock, which the message of the morning tells.
    /// - Returns: as `advance`: the episodes that changed in the order of their keys, and the events.
    package func tick(_ open: [Episode], unheard: [AlertID: Unheard] = [:], at: Instant) -> Step {
        var turns: [EpisodeTransition] = []
        for episode in open where episode.isUnanswered {
            var transition = EpisodeTransition(episode, asOf: episode.asOf, at: at, clocks: clocks)
            if let unheard = unheard[episode.id] {
                transition.putOffClock(to: unheard.until)
            } else {
                transition.escalate()
                transition.startClock()
            }
            if transition.hasChanged { turns.append(transition) }
        }
        turns.sort { ($0.key, $0.episode.id) < ($1.key, $1.episode.id) }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }
}

/// That nobody can hear of an episode now.
package struct Unheard: Hashable, Sendable {
    /// When quiet hours end for the first who is told then; nil while a silence or an inhibition
    /// keeps it from everybody, whose end nobody knows.
    package var until: Instant?

    /// That nobody hears of it until then.
    package init(until: Instant?) {
        self.until = until
    }
}

extension Episode {
    /// Whether it was told, runs, has its cause and nobody to look after it.
    var isUnanswered: Bool {
        (state == .firing || state == .provisional) && quietSince == nil
    }
}
