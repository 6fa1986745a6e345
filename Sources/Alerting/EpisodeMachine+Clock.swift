package import Labor

/// What time alone does to an episode that nobody answers.
///
/// | episode | the moment | event (reason) | afterwards |
/// | --- | --- | --- | --- |
/// | waiting for an answer | its clock ran out | escalated (clock_ran_out) | one level up, new clock |
/// | at the highest level | its clock ran out | – | as before: it is overdue |
/// | taken on, quiet or over | any | – | as before |
///
/// A raising and every higher tier start a clock, unless an earlier one ends sooner. To take the
/// episode on stops it until the tier rises above what was taken on. One step hands an episode up by
/// one level at most: who comes back after a day's pause gives each level its time.
extension EpisodeMachine {
    /// Hands up every open episode whose clock ran out.
    ///
    /// - Returns: as `advance`: the episodes that changed in the order of their keys, and the events.
    package func tick(_ open: [Episode], at: Instant) -> Step {
        var turns: [Turn] = []
        for episode in open where isUnanswered(episode) {
            var turn = Turn(episode, asOf: episode.asOf, at: at, clocks: clocks)
            turn.escalate()
            if turn.hasChanged { turns.append(turn) }
        }
        turns.sort { ($0.key, $0.episode.id) < ($1.key, $1.episode.id) }
        return Step(episodes: turns.map(\.episode), events: turns.flatMap(\.events))
    }

    /// What was told, runs, has its cause and nobody to look after it.
    private func isUnanswered(_ episode: Episode) -> Bool {
        (episode.state == .firing || episode.state == .provisional) && episode.quietSince == nil
    }
}
