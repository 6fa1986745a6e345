import Labor

/// An alert with what is known of its past, as far as routing asks.
struct Past: Sendable {
    enum Source {
        case event(AlertEvent)
        case episode(Episode)
        case matter(Matter)
    }

    var source: Source
    /// The tiers that it certainly has had, the present one first. Of those between nothing is
    /// known; the outbox knows who was told of them.
    var tiers: [Tier]

    init(_ event: AlertEvent, peak: Tier) {
        source = .event(event)
        tiers = [event.toTier, event.fromTier ?? event.toTier, max(peak, event.toTier)]
    }

    init(_ episode: Episode) {
        source = .episode(episode)
        tiers = [episode.tier, episode.peakTier]
    }

    init(_ matter: Matter) {
        source = .matter(matter)
        tiers = [matter.tier]
    }

    func matter(_ scene: Scene) -> Matter {
        switch source {
        case .event(let event): Matter(event, scene: scene)
        case .episode(let episode): Matter(episode, scene: scene)
        case .matter(let matter): matter
        }
    }
}
