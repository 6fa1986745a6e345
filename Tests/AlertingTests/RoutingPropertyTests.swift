import Alerting
import Labor
import Support
import Testing

/// What must hold whatever the routing is.
@Suite struct RoutingPropertyTests {
    private static let names = ["a", "b", "c", "d"]

    private func matcher(_ random: inout SeededGenerator) -> AlertMatcher {
        var matcher = AlertMatcher()
        if random.chance(50) {
            matcher.tiers = Set(Tier.allCases.filter { _ in random.chance(50) })
        }
        if random.chance(20) { matcher.kinds = [random.chance(50) ? .layoff : .dispute] }
        if random.chance(20) { matcher.regions = [RegionCode("540100")] }
        if random.chance(20) { matcher.certainties = [.provisional] }
        if random.chance(10) { matcher.keyMonitored = random.chance(50) }
        return matcher
    }

    private func route(_ name: String, depth: Int, _ random: inout SeededGenerator) -> Route {
        var settings = RouteSettings()
        if random.chance(60) {
            settings.receivers = Self.names.filter { _ in random.chance(40) }
        }
        if random.chance(20) { settings.units = ["hrss"] }
        if random.chance(30) { settings.muteIntervals = ["nights"] }
        if random.chance(20) { settings.isUngrouped = true }
        if random.chance(20) { settings.groupBy = [.kind, .city, .tier] }
        let routes =
            depth == 0
            ? []
            : (0..<Int.random(in: 0...3, using: &random)).map {
                route("\(name).\($0)", depth: depth - 1, &random)
            }
        return Route(
            name: name, matcher: name == "root" ? AlertMatcher() : matcher(&random),
            continues: random.chance(30), settings: settings, routes: routes)
    }

    private func dispatch(_ random: inout SeededGenerator) -> Dispatch {
        var night = ClockInterval.Span()
        night.times = [0..<450, 1_320..<1_440]
        var target = AlertMatcher()
        target.tiers = [.blue]
        var source = AlertMatcher()
        source.tiers = [.red]
        var root = route("root", depth: 2, &random)
        if root.settings.receivers?.isEmpty ?? true { root.settings.receivers = ["a"] }
        return Dispatch(
            receivers: Self.names.map { name in
                ReceiverFilter(
                    name: name, tiers: Set(Tier.allCases.filter { _ in random.chance(20) }),
                    groups: random.chance(50), isRecord: random.chance(20))
            },
            routing: Routing(
                root: root,
                intervals: ["nights": ClockInterval(name: "nights", spans: [night])],
                units: [
                    ResponsibleUnit(
                        region: RegionCode("540100"), role: "hrss", name: "市", receivers: ["b"])
                ],
                inhibitions: random.chance(50)
                    ? [Inhibition(source: source, target: target, equal: [.city])] : [],
                stormLimit: random.chance(50) ? 2 : 50))
    }

    private func silences(_ random: inout SeededGenerator) -> [Silence] {
        guard random.chance(50) else { return [] }
        var matcher = SilenceMatcher()
        matcher.tierMax = .yellow
        return [
            Silence(
                id: 1, matcher: matcher, startsAt: Bundle.day(4), endsAt: Bundle.day(9),
                reason: "r", createdBy: "c")
        ]
    }

    @Test(arguments: 0..<300)
    func `every event has one order a receiver, told or with its reason, and ends are told`(
        seed: Int
    ) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let dispatch = dispatch(&random)
        let silences = silences(&random)
        let machine = Bundle.machine()
        var open: [Episode] = []
        var outbox: [Delivery<AlertID>] = []
        for day in 1...14 {
            let findings = (1...4).compactMap { id -> Finding? in
                guard random.chance(70) else { return nil }
                return Bundle.finding(
                    Tier.allCases.randomElement(using: &random), holds: .blue, month: 10,
                    certainty: random.chance(50) ? .provisional : .observed,
                    subject: Town.enterprise(id))
            }
            let present = Set(findings.map(\.key))
            let statuses = Dictionary(
                uniqueKeysWithValues: open.map(\.key).filter { !present.contains($0) }.map {
                    ($0, SubjectStatus.clear(through: Bundle.month(11)))
                })
            let at = Bundle.day(day).adding(seconds: Int64.random(in: 0..<80_000, using: &random))
            let step = machine.advance(
                open, with: Bundle.evaluation(day: day, findings: findings, statuses: statuses),
                at: at)
            var standing = Dictionary(uniqueKeysWithValues: open.map { ($0.id, $0) })
            for episode in step.episodes {
                standing[episode.id] = episode.state.isOpen ? episode : nil
            }
            let situation = RoutingInput(
                at: at, regionContext: Town.regionContext, before: open,
                standing: Array(standing.values),
                silences: silences)
            let orders = dispatch.orders(
                for: step.events.map { AlertNotice(event: $0, texts: [:]) },
                episodes: Dictionary(uniqueKeysWithValues: step.episodes.map { ($0.id, $0) }),
                in: situation)
            open = Array(standing.values)
            #expect(
                orders.map { "\($0.eventID) \($0.receiver)" }
                    == step.events.flatMap { event in Self.names.map { "\(event.id) \($0)" } })
            try check(orders, step.events, at: at, &outbox)
        }
    }

    /// Applies the orders of a step to the plan, and compares the result with earlier deliveries.
    private func check(
        _ orders: [DeliveryOrder], _ events: [AlertEvent], at: Instant,
        _ outbox: inout [Delivery<AlertID>]
    ) throws {
        let events = Dictionary(uniqueKeysWithValues: events.map { ($0.id, $0) })
        var plan = DeliveryPlan(outbox)
        let made = try orders.map { order in
            Delivery(order, of: try #require(events[order.eventID]), dueAt: nil)
        }
        _ = plan.apply(DeliveryRequests(orders: made))
        for (order, delivery) in zip(orders, plan.deliveries.dropFirst(outbox.count)) {
            if let time = order.notBefore { #expect(time > at) }
            #expect(order.suppressed != .inhibited(by: order.alertID))
            #expect(delivery.eventID == order.eventID && delivery.receiver == order.receiver)
            let wasTold = outbox.contains { $0.queue == delivery.queue && $0.state == .pending }
            if delivery.endsUnit, wasTold { #expect(delivery.state == .pending) }
            if delivery.state != .pending { #expect(delivery.reason != nil) }
        }
        outbox = plan.deliveries
        for index in outbox.indices { outbox[index].id = Int64(index) }
    }

    @Test(arguments: 0..<100)
    func `what is not refused has somebody who is told`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var root = route("root", depth: 2, &random)
        // A file whose outermost route names no receivers is refused.
        if root.settings.receivers?.isEmpty ?? true { root.settings.receivers = ["a"] }
        let receivers = Self.names.map { ReceiverFilter(name: $0) }
        let dispatch = Dispatch(receivers: receivers, routing: Routing(root: root))
        for tier in Tier.allCases {
            let decisions = dispatch.decisions(
                for: Town.routedAlert(tier),
                in: RoutingInput(at: Bundle.day(1), regionContext: Town.regionContext))
            #expect(decisions.contains { $0.refusal == nil })
        }
    }
}
