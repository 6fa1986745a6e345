import Labor

/// An alert with the past tiers that routing depends on.
struct RoutingSubject: Sendable {
    enum Source {
        case event(AlertEvent)
        case episode(Episode)
        case routedAlert(RoutedAlert)
    }

    var source: Source
    /// The tiers that the alert certainly had, the current one first. Other tiers between them are
    /// not known here; the outbox knows which receivers were notified of them.
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
