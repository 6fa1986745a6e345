package import Labor

/// What a person, not an evaluation, does to an episode.
extension EpisodeMachine {
    /// Notes that a person takes an episode on at its present tier; a higher tier ends that.
    ///
    /// - Returns: the episode and its event, or nil when it has ended or is already taken on.
    package func acknowledge(
        _ episode: Episode, by actor: Actor, at: Instant
    ) -> (episode: Episode, event: AlertEvent)? {
        guard episode.state.isOpen, episode.state != .acknowledged else { return nil }
        var transition = EpisodeTransition(episode, asOf: episode.asOf, at: at, clocks: clocks)
        transition.acknowledge(by: actor)
        return transition.events.last.map { (transition.episode, $0) }
    }

    /// Ends an episode by a person's word. A cause that still stands raises a new episode at the
    /// next evaluation: whoever wants quiet for a while writes a silence instead.
    ///
    /// - Returns: the episode and its event, or nil when it has ended already.
    package func resolve(
        _ episode: Episode, by actor: Actor, at: Instant
    ) -> (episode: Episode, event: AlertEvent)? {
        guard episode.state.isOpen else { return nil }
        var transition = EpisodeTransition(episode, asOf: episode.asOf, at: at, clocks: clocks)
        transition.end(.resolved, .endedByPerson, actor: actor)
        return transition.events.last.map { (transition.episode, $0) }
    }
}
