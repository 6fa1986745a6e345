import Labor

/// An alert with what is known of its past, as far as routing asks.
struct Past: Sendable {
    enum Source {
        case event(AlertEvent)
        case episode(Episode)
        case matter(Matter)
    }

    var source: Source
    /// The tiers that it certainly has had, the present one first.
    var tiers: [Tier]
    /// Whether every tier up to the highest may have been told.
    var isLong: Bool
    var peak: Tier

    init(_ event: AlertEvent, peak: Tier) {
        source = .event(event)
        self.peak = max(peak, event.toTier)
        isLong = event.sequence > 2
        tiers = [event.toTier]
        if let from = event.fromTier { tiers.append(from) }
        if isLong { tiers.append(self.peak) }
    }

    init(_ episode: Episode) {
        source = .episode(episode)
        peak = episode.peakTier
        isLong = episode.sequence > 2
        tiers = [episode.tier, episode.peakTier]
    }

    init(_ matter: Matter) {
        source = .matter(matter)
        peak = matter.tier
        isLong = false
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
