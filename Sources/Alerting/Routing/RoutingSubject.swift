import Labor

/// An alert with what is known of its past, as far as routing asks.
struct RoutingSubject: Sendable {
    enum Source {
        case event(AlertEvent)
        case episode(Episode)
        case routedAlert(RoutedAlert)
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

    init(_ routedAlert: RoutedAlert) {
        source = .routedAlert(routedAlert)
        tiers = [routedAlert.tier]
    }

    func routedAlert(_ regionContext: RegionContext) -> RoutedAlert {
        switch source {
        case .event(let event): RoutedAlert(event, regionContext: regionContext)
        case .episode(let episode): RoutedAlert(episode, regionContext: regionContext)
        case .routedAlert(let routedAlert): routedAlert
        }
    }
}
