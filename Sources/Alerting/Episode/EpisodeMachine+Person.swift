package import Labor

/// Transitions of an episode that a person causes.
extension EpisodeMachine {
    /// Acknowledges an episode at its current tier. A later rise of the tier cancels the
    /// acknowledgement.
    ///
    /// - Returns: the episode and its event; nil when the episode has ended or is already
    ///   acknowledged.
    package func acknowledge(
        _ episode: Episode, by actor: Actor, at: Instant
    ) -> (episode: Episode, event: AlertEvent)? {
        guard episode.state.isOpen, episode.state != .acknowledged else { return nil }
        var transition = EpisodeTransition(episode, asOf: episode.asOf, at: at, clocks: clocks)
        transition.acknowledge(by: actor)
        return transition.events.last.map { (transition.episode, $0) }
    }

    /// Resolves an episode on a person's decision. If the cause persists, the next evaluation
    /// raises a new episode; a silence is the means to suppress notifications for a while.
    ///
    /// - Returns: the episode and its event; nil when the episode has already ended.
    package func resolve(
        _ episode: Episode, by actor: Actor, at: Instant
    ) -> (episode: Episode, event: AlertEvent)? {
        guard episode.state.isOpen else { return nil }
        var transition = EpisodeTransition(episode, asOf: episode.asOf, at: at, clocks: clocks)
        transition.end(.resolved, .endedByPerson, actor: actor)
        return transition.events.last.map { (transition.episode, $0) }
    }
}
