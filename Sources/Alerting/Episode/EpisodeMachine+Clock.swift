package import Labor

/// Transitions of an unanswered episode that only the passing of time causes.
///
/// | episode | the moment | event (reason) | afterwards |
/// | --- | --- | --- | --- |
/// | unanswered | its deadline has passed | escalated (clock_ran_out) | level + 1, new deadline |
/// | at the highest level | the deadline has passed | – | unchanged: the alert is overdue |
/// | unanswered | suppressed for every receiver | – | no deadline |
/// | unanswered | quiet hours of every receiver | – | new deadline, counted from their end |
/// | no deadline, but its tier has one | receivers can be notified again | – | new deadline |
/// | acknowledged, quiet or ended | any | – | unchanged |
///
/// A raise and every rise of the tier start a deadline, unless an earlier deadline ends sooner. An
/// acknowledgement stops the deadline until the tier rises above the acknowledged tier. One call
/// escalates an episode by one level at most, so that after an outage of the daemon each level
/// still gets its own time to answer.
extension EpisodeMachine {
    /// Escalates every open, unanswered episode whose deadline has passed.
    ///
    /// - Parameter unheard: episodes for which no receiver can be notified now, because of
    ///   silences, inhibitions or quiet hours. The deadlines of these episodes stop, and start
    ///   again when a receiver can be notified, so that no level is skipped before it could answer.
    ///   The end of quiet hours is known in advance. In quiet hours the new deadline is therefore
    ///   set at once, and the notification after the quiet hours can state it.
    /// - Returns: the changed episodes, ordered by key, and their events, as `advance` does.
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

/// Marks an episode that no receiver can be notified of now.
package struct Unheard: Hashable, Sendable {
    /// When the quiet hours of the first receiver end; nil when silences or inhibitions suppress
    /// the episode for every receiver, because their end is unknown.
    package var until: Instant?

    /// A mark from the end of quiet hours, or nil for an unknown end.
    package init(until: Instant?) {
        self.until = until
    }
}

extension Episode {
    /// Whether the alert is open, its cause persists and nobody has acknowledged it.
    var isUnanswered: Bool {
        (state == .firing || state == .provisional) && quietSince == nil
    }
}
