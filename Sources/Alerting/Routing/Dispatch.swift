package import Labor

/// Decides for each event which receivers are notified, when and in which group, and records who is
/// not notified and why.
///
/// A receiver that was notified of an episode gets all later events up to the end. The outbox
/// ensures this, because only it knows what was sent. Routes and filters are applied to the current
/// tier, the previous tier and the highest tier, so that most later events get a group and a send
/// time of their own.
package struct Dispatch: Sendable {
    let receivers: [ReceiverFilter]
    let routing: Routing
    let zone: Zone

    /// A dispatch to the receivers, in the order of the configuration.
    /// - Parameter zone: the time zone of intervals without a zone of their own.
    package init(
        receivers: [ReceiverFilter], routing: Routing = .everyone, zone: Zone = .shanghai
    ) {
        self.receivers = receivers
        self.routing = routing
        self.zone = zone
    }

    /// One order per event and receiver, ordered by event, then by receiver.
    ///
    /// A repeat notification produces orders only for the receivers whose repeat interval has
    /// passed.
    /// - Parameters:
    ///   - notices: the events of one step.
    ///   - episodes: the changed episodes, which supply the highest tier of each.
    package func orders(
        for notices: [AlertNotice], episodes: [AlertID: Episode], in input: RoutingInput
    ) -> [DeliveryOrder] {
        guard !notices.isEmpty else { return [] }
        var round = DispatchRound(self, input)
        var orders: [DeliveryOrder] = []
        orders.reserveCapacity(notices.count * receivers.count)
        for notice in notices {
            let event = notice.event
            let peak = episodes[event.alertID]?.peakTier ?? event.toTier
            let decisions = round.decisions(for: RoutingSubject(event, peak: peak))
            for (receiver, decision) in zip(receivers, decisions)
            where receiver.granularity.takes(event) {
                if event.reason == .repeatDue, !round.isDue(decision, event.alertID) { continue }
                var order = decision.order(event)
                if event.reason == .adopted, receiver.granularity == .incident {
                    order.suppressed = .knownByAlerts
                }
                orders.append(order)
            }
        }
        let flood = flood(
            orders.map { order in
                order.suppressed == nil
                    ? Parcel(
                        receiver: order.receiver, group: order.group, notBefore: order.notBefore)
                    : nil
            })
        for index in flood {
            orders[index].group = storm(at: orders[index].notBefore ?? input.at)
            orders[index].groupInterval = nil
            orders[index].quiet = nil
        }
        return orders
    }

    /// The held deliveries that no silence and no inhibition suppresses any more, so that they are
    /// sent now.
    ///
    /// - Parameter told: the deliveries that the same cycle creates for new events. A receiver that
    ///   gets a new event of an episode now does not get the older, held event of this episode as
    ///   well.
    package func releases(
        of held: [HeldOrder], besides told: [DeliveryOrder], in input: RoutingInput
    ) -> [Release] {
        guard !held.isEmpty else { return [] }
        var round = DispatchRound(self, input)
        let standing = Dictionary(
            input.standing.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        struct Address: Hashable {
            var alert: AlertID
            var receiver: String
        }
        let reached = Set(
            told.filter { $0.suppressed == nil }
                .map { Address(alert: $0.alertID, receiver: $0.receiver) })
        var receivers: [String] = []
        var releases: [Release] = []
        for order in held {
            guard let episode = standing[order.alertID], episode.state.isOpen,
                !reached.contains(Address(alert: order.alertID, receiver: order.receiver)),
                let decision = round.decisions(for: RoutingSubject(episode))
                    .first(where: { $0.receiver == order.receiver }),
                decision.hold == nil, order.isOwed || decision.refusal == nil
            else { continue }
            receivers.append(order.receiver)
            releases.append(
                Release(
                    deliveryID: order.deliveryID, group: decision.group,
                    notBefore: decision.notBefore, groupInterval: decision.groupInterval,
                    quiet: decision.quietAhead, dueAt: episode.nextClockAt))
        }
        let flood = flood(
            zip(receivers, releases).map {
                Parcel(receiver: $0, group: $1.group, notBefore: $1.notBefore)
            })
        for index in flood {
            releases[index].group = storm(at: releases[index].notBefore ?? input.at)
            releases[index].groupInterval = nil
            releases[index].quiet = nil
        }
        return releases
    }

    /// Waiting deliveries that a silence or an inhibition holds now.
    package func holds(of waiting: [WaitingOrder], in input: RoutingInput) -> [Hold] {
        guard !waiting.isEmpty else { return [] }
        var round = DispatchRound(self, input)
        guard round.mayHold else { return [] }
        let standing = Dictionary(
            input.standing.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        return waiting.compactMap { order in
            guard let episode = standing[order.alertID], episode.state.isOpen,
                let decision = round.decisions(for: RoutingSubject(episode))
                    .first(where: { $0.receiver == order.receiver }),
                order.isOwed || decision.isHeld, let reason = decision.hold
            else { return nil }
            return Hold(deliveryID: order.deliveryID, reason: reason)
        }
    }

    /// The open episodes that need a repeat notification: unacknowledged, not quiet, and with a
    /// receiver whose repeat interval has passed.
    package func due(_ open: [Episode], in input: RoutingInput) -> [Episode] {
        guard receivers.contains(where: \.groups) else { return [] }
        var round = DispatchRound(self, input)
        return open.filter { episode in
            episode.isUnanswered
                && round.decisions(for: RoutingSubject(episode)).contains {
                    $0.refusal == nil && round.isDue($0, episode.id)
                }
        }
    }

    /// The unanswered episodes that no receiver can be notified of now, because of silences,
    /// inhibitions or quiet hours. Their response deadlines do not run meanwhile.
    package func unheard(_ open: [Episode], in input: RoutingInput) -> [AlertID: Unheard] {
        var round = DispatchRound(self, input)
        guard round.mayBeUnheard else { return [:] }
        var unheard: [AlertID: Unheard] = [:]
        for episode in open where episode.isUnanswered {
            unheard[episode.id] = round.unheard(episode)
        }
        return unheard
    }

    /// The decision for each receiver about an alert, with its reasons.
    package func decisions(for routedAlert: RoutedAlert, in input: RoutingInput) -> [Decision] {
        var round = DispatchRound(self, input)
        return round.decisions(for: RoutingSubject(routedAlert))
    }

    /// The decision for each receiver about an event, by the present routing. It equals the
    /// original decision only if the routing has not changed since.
    /// - Parameter peak: the highest tier that the episode has had.
    package func decisions(
        for event: AlertEvent, peak: Tier, in input: RoutingInput
    ) -> [Decision] {
        var round = DispatchRound(self, input)
        return round.decisions(for: RoutingSubject(event, peak: peak))
    }

    /// The orders of changes that one person made at one time, so that a receiver that groups gets
    /// one message about them, whatever groups its routes have. Orders that are sent at different
    /// times, because of quiet hours, stay apart.
    package func together(_ orders: [DeliveryOrder], at moment: Instant) -> [DeliveryOrder] {
        struct Bucket: Hashable {
            var receiver: String
            var notBefore: Instant?
        }
        var groups: [Bucket: Set<String>] = [:]
        for order in orders where order.suppressed == nil {
            guard let group = order.group else { continue }
            groups[Bucket(receiver: order.receiver, notBefore: order.notBefore), default: []]
                .insert(group)
        }
        return orders.map { order in
            guard order.suppressed == nil, order.group != nil,
                let own = groups[Bucket(receiver: order.receiver, notBefore: order.notBefore)],
                own.count > 1
            else { return order }
            var order = order
            order.group = "together \(zone.text(order.notBefore ?? moment))"
            order.groupInterval = nil
            order.quiet = nil
            return order
        }
    }

    /// One delivery, reduced to what the limit on messages depends on.
    private struct Parcel {
        var receiver: String
        var group: String?
        var notBefore: Instant?
    }

    /// The indices of deliveries that are merged into one storm message: their receiver would get
    /// more messages at one time than the limit. A group counts as one message. Receivers that only
    /// keep records have no limit.
    private func flood(_ parcels: [Parcel?]) -> [Int] {
        struct Bucket: Hashable {
            var receiver: String
            var notBefore: Instant?
        }
        let records = Set(receivers.filter(\.isRecord).map(\.name))
        var singles: [Bucket: Int] = [:]
        var groups: [Bucket: Set<String>] = [:]
        func bucket(_ parcel: Parcel?) -> Bucket? {
            guard let parcel, !records.contains(parcel.receiver) else { return nil }
            return Bucket(receiver: parcel.receiver, notBefore: parcel.notBefore)
        }
        for parcel in parcels {
            guard let bucket = bucket(parcel) else { continue }
            if let group = parcel?.group {
                groups[bucket, default: []].insert(group)
            } else {
                singles[bucket, default: 0] += 1
            }
        }
        let flooded = Set(singles.keys).union(groups.keys).filter {
            singles[$0, default: 0] + groups[$0, default: []].count > routing.stormLimit
        }
        if flooded.isEmpty { return [] }
        return parcels.indices.filter { bucket(parcels[$0]).map(flooded.contains) ?? false }
    }

    /// The group of a storm. It contains the send time, so that a storm held until the morning is
    /// not merged with one sent tonight.
    private func storm(at moment: Instant) -> String { "storm \(zone.text(moment))" }
}
