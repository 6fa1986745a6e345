package import Labor

/// Decides who is told of what, when and together with what, and notes who is not and why.
///
/// Whoever was told of a raising is told of everything that follows, up to the end: tree and
/// filters are held against the tiers that the episode has had, not only against the present one.
/// What they cannot know (an enterprise that moved) the outbox does, which knows what was told.
package struct Dispatch: Sendable {
    let receivers: [ReceiverFilter]
    let routing: Routing
    let zone: Zone

    /// A dispatch to receivers, in the order of the configuration.
    /// - Parameter zone: where the clocks of intervals without a zone of their own are.
    package init(
        receivers: [ReceiverFilter], routing: Routing = .everyone, zone: Zone = .shanghai
    ) {
        self.receivers = receivers
        self.routing = routing
        self.zone = zone
    }

    /// One order for each event and receiver, in the order of the events and then the receivers.
    ///
    /// A repetition concerns only those for whom it is due, and has no orders for the others.
    /// - Parameters:
    ///   - notices: the events of one step.
    ///   - episodes: the changed episodes, for the highest tier that each has had.
    package func orders(
        for notices: [AlertNotice], episodes: [AlertID: Episode], in situation: Situation
    ) -> [DeliveryOrder] {
        guard !notices.isEmpty else { return [] }
        var round = DispatchRound(self, situation)
        var orders: [DeliveryOrder] = []
        orders.reserveCapacity(notices.count * receivers.count)
        for notice in notices {
            let event = notice.event
            let peak = episodes[event.alertID]?.peakTier ?? event.toTier
            for decision in round.decisions(for: Past(event, peak: peak)) {
                if event.reason == .repeatDue, !round.isDue(decision, event.alertID) { continue }
                orders.append(decision.order(event))
            }
        }
        digest(&orders, at: situation.at)
        return orders
    }

    /// What was held back and is let go now, since nothing holds it any more.
    ///
    /// - Parameter told: the orders of the same step: whom they tell how things stand needs no
    ///   older message besides.
    package func releases(
        of held: [HeldOrder], besides told: [DeliveryOrder], in situation: Situation
    ) -> [Release] {
        guard !held.isEmpty else { return [] }
        var round = DispatchRound(self, situation)
        let standing = Dictionary(
            situation.standing.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        struct Address: Hashable {
            var alert: AlertID
            var receiver: String
        }
        let reached = Set(
            told.filter { $0.suppressed == nil }
                .map { Address(alert: $0.alertID, receiver: $0.receiver) })
        return held.compactMap { order in
            guard let episode = standing[order.alertID], episode.state.isOpen,
                !reached.contains(Address(alert: order.alertID, receiver: order.receiver)),
                let decision = round.decisions(for: Past(episode))
                    .first(where: { $0.receiver == order.receiver }),
                decision.refusal == nil
            else { return nil }
            return Release(
                deliveryID: order.deliveryID, group: decision.group,
                notBefore: decision.notBefore)
        }
    }

    /// The open episodes of which somebody is to be told again: unacknowledged, not quiet, and
    /// with a route whose time has come.
    package func due(_ open: [Episode], in situation: Situation) -> [Episode] {
        guard receivers.contains(where: \.groups) else { return [] }
        var round = DispatchRound(self, situation)
        return open.filter { episode in
            round.isRepeated(episode)
                && round.decisions(for: Past(episode)).contains {
                    $0.refusal == nil && round.isDue($0, episode.id)
                }
        }
    }

    /// What becomes of an alert, receiver by receiver, with the reasons.
    package func decisions(for matter: Matter, in situation: Situation) -> [Decision] {
        var round = DispatchRound(self, situation)
        return round.decisions(for: Past(matter))
    }

    /// What would become of an event, receiver by receiver: the ways that it took as long as the
    /// routing is the same.
    /// - Parameter peak: the highest tier that its episode has had.
    package func decisions(
        for event: AlertEvent, peak: Tier, in situation: Situation
    ) -> [Decision] {
        var round = DispatchRound(self, situation)
        return round.decisions(for: Past(event, peak: peak))
    }

    /// Joins what would drown a receiver into one message.
    private func digest(_ orders: inout [DeliveryOrder], at moment: Instant) {
        struct Bucket: Hashable {
            var receiver: String
            var notBefore: Instant?
        }
        let records = Set(receivers.filter(\.isRecord).map(\.name))
        var counts: [Bucket: Int] = [:]
        func bucket(_ order: DeliveryOrder) -> Bucket? {
            guard order.suppressed == nil, order.group == nil, !records.contains(order.receiver)
            else { return nil }
            return Bucket(receiver: order.receiver, notBefore: order.notBefore)
        }
        for order in orders {
            if let bucket = bucket(order) { counts[bucket, default: 0] += 1 }
        }
        guard counts.values.contains(where: { $0 > routing.stormLimit }) else { return }
        let name = "storm \(zone.text(moment))"
        for index in orders.indices {
            guard let bucket = bucket(orders[index]),
                counts[bucket, default: 0] > routing.stormLimit
            else { continue }
            orders[index].group = name
        }
    }
}
