package import Labor

/// Decides who is told of what, when and together with what, and notes who is not and why.
///
/// Whoever was told of a raising is told of everything that follows, up to the end: the outbox sees to
/// that, which knows what was told. Tree and filters are held against the present tier, the one
/// before and the highest, so that most of what follows has its company and time.
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
        for notices: [AlertNotice], episodes: [AlertID: Episode], in input: RoutingInput
    ) -> [DeliveryOrder] {
        guard !notices.isEmpty else { return [] }
        var round = DispatchRound(self, input)
        var orders: [DeliveryOrder] = []
        orders.reserveCapacity(notices.count * receivers.count)
        for notice in notices {
            let event = notice.event
            let peak = episodes[event.alertID]?.peakTier ?? event.toTier
            for decision in round.decisions(for: RoutingSubject(event, peak: peak)) {
                if event.reason == .repeatDue, !round.isDue(decision, event.alertID) { continue }
                orders.append(decision.order(event))
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

    /// What was held back and is let go now, since nothing holds it any more.
    ///
    /// - Parameter told: the orders of the same step: whom they tell how things stand needs no
    ///   older message besides.
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

    /// What was ordered earlier and waits for its time, and is held back now.
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

    /// The open episodes of which somebody is to be told again: unacknowledged, not quiet, and
    /// with a route whose time has come.
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

    /// The open episodes of which nobody can hear now, be it for a silence, an inhibition or the
    /// quiet of the night: nobody is waited for meanwhile.
    package func unheard(_ open: [Episode], in input: RoutingInput) -> [AlertID: Unheard] {
        var round = DispatchRound(self, input)
        guard round.mayBeUnheard else { return [:] }
        var unheard: [AlertID: Unheard] = [:]
        for episode in open where episode.isUnanswered {
            unheard[episode.id] = round.unheard(episode)
        }
        return unheard
    }

    /// What becomes of an alert, receiver by receiver, with the reasons.
    package func decisions(for routedAlert: RoutedAlert, in input: RoutingInput) -> [Decision] {
        var round = DispatchRound(self, input)
        return round.decisions(for: RoutingSubject(routedAlert))
    }

    /// What would become of an event, receiver by receiver: the ways that it took as long as the
    /// routing is the same.
    /// - Parameter peak: the highest tier that its episode has had.
    package func decisions(
        for event: AlertEvent, peak: Tier, in input: RoutingInput
    ) -> [Decision] {
        var round = DispatchRound(self, input)
        return round.decisions(for: RoutingSubject(event, peak: peak))
    }

    /// One thing that a receiver is to be told, in its company and at its time.
    private struct Parcel {
        var receiver: String
        var group: String?
        var notBefore: Instant?
    }

    /// The places of what would drown a receiver and goes out as one message instead: there would
    /// be more messages at one time than the limit. A group is one message, and a record's lines
    /// wake nobody.
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

    /// The group of a flood: what waits for the morning is not the message of tonight.
    private func storm(at moment: Instant) -> String { "storm \(zone.text(moment))" }
}
