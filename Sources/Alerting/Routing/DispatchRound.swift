import Labor

/// Routing of many alerts at one moment. Results that do not depend on the alert are computed once.
struct DispatchRound {
    private let receivers: [ReceiverFilter]
    private let routing: Routing
    private let zone: Zone
    private let input: RoutingInput
    private let silences: [Silence]
    private let before: [AlertID: Episode]
    private let inhibitors: Inhibitors
    /// The receivers notified of each inhibitor, by its index, as far as they were computed.
    private var recipients: [Int: Set<String>] = [:]
    private var openings: [Times: Opening] = [:]
    private var quietTimes: [Times: QuietTime?] = [:]

    private struct Times: Hashable {
        var mute: [String]
        var active: [String]
        var moment: Instant
    }

    private struct Opening {
        var quiet: String?
        var until: Instant?
    }

    /// One way in which the routing tree leads to a receiver.
    private struct RoutePath {
        var stop: Route.Stop
        var units: [ResponsibleUnit]
        var level: RouteLevel?
    }

    init(_ dispatch: Dispatch, _ input: RoutingInput) {
        receivers = dispatch.receivers
        routing = dispatch.routing
        zone = dispatch.zone
        self.input = input
        silences = input.silences.filter { $0.holds(at: input.at) }
            .sorted { $0.id < $1.id }
        before = Dictionary(
            input.before.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        inhibitors = Inhibitors(
            among: input.standing, dispatch.routing.inhibitions, silences: silences,
            regionContext: input.regionContext)
    }

    /// One decision per receiver, in the order of the receivers.
    mutating func decisions(for routingSubject: RoutingSubject) -> [Decision] {
        let routedAlert = routingSubject.routedAlert(input.regionContext)
        let paths = self.paths(routedAlert, routingSubject)
        let silenced = silence(of: routedAlert)
        let holding = silenced == nil ? inhibitors.indices(holding: routedAlert) : []
        return receivers.map { receiver in
            var decision = Decision(receiver: receiver.name)
            decision.hold = silenced ?? inhibition(by: holding, for: receiver)
            guard let ways = paths[receiver.name], let first = ways.first else {
                decision.refusal = .notRouted
                return decision
            }
            take(first, routedAlert, receiver, &decision)
            for way in ways.dropFirst() {
                // Of several paths the one with the earliest send time counts; a path without a
                // wait is best.
                var other = decision
                take(way, routedAlert, receiver, &other)
                guard let waits = decision.notBefore else { break }
                if other.notBefore.map({ $0 < waits }) ?? true { decision = other }
            }
            decision.refusal = refusal(receiver, routedAlert, routingSubject) ?? decision.hold
            return decision
        }
    }

    /// Whether any silence or inhibition may apply at this moment.
    var mayHold: Bool { !silences.isEmpty || !inhibitors.all.isEmpty }

    /// Whether silences, inhibitions or quiet hours may keep any alert from people at this moment.
    var mayBeUnheard: Bool {
        mayHold
            || routing.root.all().contains { _, settings in
                settings.muteIntervals?.isEmpty == false
                    || settings.activeIntervals?.isEmpty == false
            }
    }

    /// A mark when nobody who would be notified of an episode can be notified now; nil otherwise.
    /// Receivers that only keep records are ignored, and nil is returned when there are no others.
    mutating func unheard(_ episode: Episode) -> Unheard? {
        let wanting = zip(receivers, decisions(for: RoutingSubject(episode))).filter {
            receiver, decision in
            !receiver.isRecord && (decision.refusal == nil || decision.isHeld)
        }.map(\.1)
        guard !wanting.isEmpty, wanting.allSatisfy({ $0.isHeld || $0.quiet != nil }) else {
            return nil
        }
        return Unheard(until: wanting.lazy.filter { !$0.isHeld }.compactMap(\.notBefore).min())
    }

    /// Whether a repeat notification is due: a whole number of repeat intervals since `lastToldAt`
    /// was reached after the last event.
    func isDue(_ decision: Decision, _ alert: AlertID) -> Bool {
        guard let wait = decision.repeatInterval, wait > 0, decision.quiet == nil,
            let episode = before[alert]
        else { return false }
        func count(_ moment: Instant) -> Int64 {
            (moment.microseconds - episode.lastToldAt.microseconds) / (wait * 1_000_000)
        }
        return count(input.at) > count(episode.lastEventAt)
    }

    // MARK: - Paths through the routing tree

    /// The paths by receiver for the alert as it is. A receiver that no such path reaches gets the
    /// paths of the alert's earlier tiers, so that a receiver of red alerts also learns that a red
    /// alert fell to orange.
    private func paths(_ routedAlert: RoutedAlert, _ routingSubject: RoutingSubject) -> [String:
        [RoutePath]]
    {
        var paths: [String: [RoutePath]] = [:]
        for stop in routing.root.stops(for: routedAlert) { add(stop, routedAlert, to: &paths) }
        var former: [String: [RoutePath]] = [:]
        var seen: Set<RoutedAlert> = [routedAlert]
        for earlier in routingSubject.tiers.flatMap({ earlierAlerts(routedAlert, $0) })
        where seen.insert(earlier).inserted {
            for stop in routing.root.stops(for: earlier) { add(stop, earlier, to: &former) }
        }
        paths.merge(former) { present, _ in present }
        guard paths.isEmpty else { return paths }
        // If the units of a route are missing in the directory, use the root, so that no alert is
        // lost.
        let root = Route(name: routing.root.name, settings: routing.root.settings)
        for stop in root.stops(for: routedAlert) { add(stop, routedAlert, to: &paths) }
        return paths
    }

    /// The states that the alert certainly had at this tier: a confirmed alert was provisional
    /// before.
    private func earlierAlerts(_ routedAlert: RoutedAlert, _ tier: Tier) -> [RoutedAlert] {
        var routingSubject = routedAlert
        routingSubject.tier = tier
        guard routedAlert.certainty == .confirmed else { return [routingSubject] }
        var earlier = routingSubject
        earlier.certainty = .provisional
        return [routingSubject, earlier]
    }

    private func add(
        _ stop: Route.Stop, _ routedAlert: RoutedAlert, to paths: inout [String: [RoutePath]]
    ) {
        let named = stop.settings.receivers ?? []
        let names = named.contains(RouteSettings.everyReceiver) ? receivers.map(\.name) : named
        for name in names { paths[name, default: []].append(RoutePath(stop: stop, units: [])) }
        let units = routing.units(stop.settings, for: routedAlert)
        let level = stop.settings.levels?[routedAlert.tier]
        var unitsOf: [String: [ResponsibleUnit]] = [:]
        for unit in units { for name in unit.receivers { unitsOf[name, default: []].append(unit) } }
        for (name, units) in unitsOf where !names.contains(name) {
            paths[name, default: []].append(RoutePath(stop: stop, units: units, level: level))
        }
    }

    // MARK: - Filters, silences and inhibitions

    private func refusal(
        _ receiver: ReceiverFilter, _ routedAlert: RoutedAlert, _ routingSubject: RoutingSubject
    ) -> DeliveryReason? {
        if routedAlert.isRecordOnly, !receiver.isRecord { return .recordOnly }
        if !receiver.kinds.isEmpty, receiver.kinds.isDisjoint(with: routedAlert.kinds) {
            return .kindNotWanted
        }
        if !receiver.regions.isEmpty, receiver.regions.isDisjoint(with: routedAlert.regions) {
            return .regionNotWanted
        }
        let isWanted =
            receiver.tiers.isEmpty || routingSubject.tiers.contains(where: receiver.tiers.contains)
        return isWanted ? nil : .tierNotWanted
    }

    /// The first silence that matches an alert; nil for none.
    private func silence(of routedAlert: RoutedAlert) -> DeliveryReason? {
        silences.first { $0.matcher.matches(routedAlert) }.map { .silenced(by: $0.id) }
    }

    /// The first inhibitor of an alert that the receiver is notified of; nil for none. An inhibitor
    /// that the receiver never gets does not inhibit. A receiver that only keeps records gets
    /// everything.
    private mutating func inhibition(by indices: [Int], for receiver: ReceiverFilter)
        -> DeliveryReason?
    {
        if receiver.isRecord { return nil }
        for index in indices where recipients(of: index).contains(receiver.name) {
            if let id = inhibitors.all[index].routedAlert.alertID { return .inhibited(by: id) }
        }
        return nil
    }

    /// The receivers that are notified of an inhibitor: its routes and filters include them, and no
    /// greater alert that they get has inhibited it since it was raised.
    private mutating func recipients(of index: Int) -> Set<String> {
        if let known = recipients[index] { return known }
        let holder = inhibitors.all[index]
        let paths = self.paths(holder.routedAlert, holder.routingSubject)
        var names = Set(
            receivers.filter { receiver in
                paths[receiver.name] != nil
                    && refusal(receiver, holder.routedAlert, holder.routingSubject) == nil
            }.map(\.name))
        for greater in inhibitors.indices(holding: holder.routedAlert)
        where inhibitors.all[greater].raisedAt <= holder.raisedAt {
            names.subtract(recipients(of: greater))
        }
        recipients[index] = names
        return names
    }

    // MARK: - Group and send time

    private mutating func take(
        _ path: RoutePath, _ routedAlert: RoutedAlert, _ receiver: ReceiverFilter,
        _ decision: inout Decision
    ) {
        let settings = path.stop.settings
        decision.path = path.stop.path
        decision.units = path.units
        decision.level = path.level
        decision.group = nil
        decision.groupInterval = nil
        decision.quietAhead = nil
        decision.notBefore = nil
        decision.quiet = nil
        decision.repeatInterval = nil
        if receiver.isRecord { return }
        let isGrouped = receiver.groups && settings.isUngrouped != true
        var soonest = input.at
        if isGrouped {
            // The outbox applies the interval, because it knows when the group's last message was
            // sent.
            decision.group = DispatchRound.group(path.stop, routedAlert)
            decision.groupInterval = settings.groupInterval.flatMap { $0 > 0 ? $0 : nil }
            soonest = input.at.adding(seconds: settings.groupWait ?? 0)
        }
        if receiver.groups, let wait = settings.repeatInterval, wait > 0,
            settings.repeatTiers?.contains(routedAlert.tier) ?? false
        {
            decision.repeatInterval = wait
        }
        let opening = opening(settings, soonest)
        decision.quiet = opening.quiet
        if let until = opening.until { soonest = until }
        decision.notBefore = soonest > input.at ? soonest : nil
        if let interval = decision.groupInterval {
            decision.quietAhead = quietTime(settings, soonest, within: interval)
        }
    }

    private static func group(_ stop: Route.Stop, _ routedAlert: RoutedAlert) -> String {
        let values = (stop.settings.groupBy ?? []).map { label in
            "\(label.rawValue)=\(routedAlert.value(label) ?? "-")"
        }
        return values.isEmpty ? stop.name : "\(stop.name): \(values.joined(separator: ", "))"
    }

    /// Whether a moment lies in a quiet time of the route, and the end of that quiet time.
    private mutating func opening(_ settings: RouteSettings, _ moment: Instant) -> Opening {
        let times = Times(
            mute: settings.muteIntervals ?? [], active: settings.activeIntervals ?? [],
            moment: moment)
        if times.mute.isEmpty, times.active.isEmpty { return Opening() }
        if let known = openings[times] { return known }
        var opening = Opening(quiet: routing.quiet(settings, at: moment, in: zone))
        if opening.quiet != nil {
            opening.until = routing.opening(settings, from: moment, in: zone)
        }
        openings[times] = opening
        return opening
    }

    /// The next quiet time after a moment outside of quiet times. The search goes two days beyond
    /// the interval, because the group's last message may be sent later than that moment.
    private mutating func quietTime(
        _ settings: RouteSettings, _ moment: Instant, within interval: Int64
    ) -> QuietTime? {
        let times = Times(
            mute: settings.muteIntervals ?? [], active: settings.activeIntervals ?? [],
            moment: moment)
        if times.mute.isEmpty, times.active.isEmpty { return nil }
        if let known = quietTimes[times] { return known }
        let quiet = routing.quietTime(
            settings, after: moment, days: 2 + Int(interval / 86_400), in: zone)
        quietTimes[times] = .some(quiet)
        return quiet
    }
}
