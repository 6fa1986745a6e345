package import Labor

/// Decides who is told of what, and notes who is not and why.
///
/// Whoever was told of a raising is told of everything that follows, up to the end: the wish for
/// tiers is held against the tiers that the episode has had, not only against the present one.
package struct Dispatch: Sendable {
    private let receivers: [ReceiverFilter]

    /// A dispatch to receivers, in the order of the configuration.
    package init(receivers: [ReceiverFilter]) {
        self.receivers = receivers
    }

    /// One order for each event and receiver, in the order of the events and then the receivers.
    ///
    /// - Parameters:
    ///   - notices: the events of one step.
    ///   - episodes: the changed episodes, for the highest tier that each has had.
    ///   - regions: what contains what. A subject without a region goes only to receivers that
    ///     want all regions; one whose code is not in the table, also to those that name that code.
    package func orders(
        for notices: [AlertNotice], episodes: [AlertID: Episode], regions: RegionTree
    ) -> [DeliveryOrder] {
        var orders: [DeliveryOrder] = []
        orders.reserveCapacity(notices.count * receivers.count)
        for notice in notices {
            let event = notice.event
            let path = event.subject.regionCode.map { Set(regions.path($0)).union([$0]) } ?? []
            let peak = episodes[event.alertID]?.peakTier ?? event.toTier
            for receiver in receivers {
                orders.append(
                    DeliveryOrder(
                        eventID: event.id, alertID: event.alertID, receiver: receiver.name,
                        suppressed: refusal(receiver, event, path: path, peak: peak)))
            }
        }
        return orders
    }

    private func refusal(
        _ receiver: ReceiverFilter, _ event: AlertEvent, path: Set<RegionCode>, peak: Tier
    ) -> String? {
        if !receiver.kinds.isEmpty, !receiver.kinds.contains(event.kind) {
            return "kind_not_wanted"
        }
        if !receiver.regions.isEmpty, receiver.regions.isDisjoint(with: path) {
            return "region_not_wanted"
        }
        return wants(receiver.tiers, event, peak: peak) ? nil : "tier_not_wanted"
    }

    /// Up to its second event the tiers that an episode has had are known exactly. Later only the
    /// highest is, and any wanted tier up to it may have been told: then it is told, for an end too
    /// many does less harm than an end too few.
    private func wants(_ tiers: Set<Tier>, _ event: AlertEvent, peak: Tier) -> Bool {
        if tiers.isEmpty { return true }
        if event.sequence <= 2 {
            return tiers.contains(event.toTier) || event.fromTier.map(tiers.contains) ?? false
        }
        return tiers.contains { $0 <= max(peak, event.toTier) }
    }
}
