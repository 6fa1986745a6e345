import Alerting
import Labor
import Testing

/// What the routing makes of events: company, times, and what is held back.
@Suite struct RoutingOrderTests {
    static let people = ReceiverFilter(name: "chat", groups: true)
    static let machine = ReceiverFilter(name: "hook")
    static let record = ReceiverFilter(name: "file", isRecord: true)
    static let all = [people, machine, record]

    func route(
        _ name: String = "root", tiers: Set<Tier> = [], receivers: [String]? = nil,
        _ change: (inout RouteSettings) -> Void = { _ in }, routes: [Route] = []
    ) -> Route {
        var route = Route(name: name, routes: routes)
        route.matcher.tiers = tiers
        route.settings.receivers = receivers
        change(&route.settings)
        return route
    }

    func orders(
        _ notices: [AlertNotice], _ routing: Routing = .everyone,
        receivers: [ReceiverFilter] = all, _ situation: RoutingInput? = nil
    ) throws -> [DeliveryOrder] {
        let at = try #require(notices.first).event.at
        return Dispatch(receivers: receivers, routing: routing).orders(
            for: notices, episodes: [:],
            in: situation ?? RoutingInput(at: at, regionContext: Town.regionContext))
    }

    func words(_ orders: [DeliveryOrder]) -> [String] {
        orders.map { order in
            "\(order.receiver) \(order.suppressed?.rawValue ?? order.group ?? "alone")"
                + (order.notBefore.map { " \(Zone.shanghai.text($0).dropFirst(5).prefix(11))" }
                    ?? "")
        }
    }

    @Test func `without a file people get groups after a wait, machines and records each event`()
        throws
    {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let made = try orders([Town.notice(Town.episode("a", .blue, at: noon))])
        #expect(made.map(\.receiver) == ["chat", "hook", "file"])
        #expect(made.map(\.suppressed) == [nil, nil, nil])
        #expect(made.map(\.group) == ["root: kind=layoff, county=540102", nil, nil])
        #expect(made.map(\.notBefore) == [noon.adding(seconds: 30), nil, nil])
        #expect(made.map(\.groupInterval) == [300, nil, nil])
    }

    @Test func `three dots make each event a message of its own, also for people`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let routing = Routing(root: route { $0.isUngrouped = true })
        let made = try orders([Town.notice(Town.episode("a", .blue, at: noon))], routing)
        #expect(made.map(\.group) == [nil, nil, nil])
        #expect(made.map(\.notBefore) == [nil, nil, nil])
    }

    @Test func `who is on no way is on record as not routed`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let routing = Routing(
            root: route(
                receivers: ["*"], routes: [route("red", tiers: [.red], receivers: ["chat"])]))
        let made = try orders([Town.notice(Town.episode("a", .red, at: noon))], routing)
        #expect(made.map(\.suppressed) == [nil, .notRouted, .notRouted])
        let blue = try orders([Town.notice(Town.episode("a", .blue, at: noon))], routing)
        #expect(blue.map(\.suppressed) == [nil, nil, nil])
    }

    @Test func `the route of the highest tier hears when the alert falls and ends`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let routing = Routing(
            root: route(
                receivers: ["file"], routes: [route("red", tiers: [.red], receivers: ["chat"])]))
        let fallen = Town.episode("a", .yellow, at: noon, peak: .red, sequence: 4, state: .resolved)
        let notice = Town.notice(fallen, .resolved, from: .yellow)
        let made = Dispatch(receivers: Self.all, routing: routing).orders(
            for: [notice], episodes: [fallen.id: fallen],
            in: RoutingInput(at: noon, regionContext: Town.regionContext))
        #expect(made.map(\.suppressed) == [nil, .notRouted, nil])
    }

    @Test func `an alert whose units are nowhere goes to those of the outermost route`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let units = route("units") { $0.units = ["court"] }
        let routing = Routing(root: route(receivers: ["hook"], routes: [units]))
        let made = try orders([Town.notice(Town.episode("a", .red, at: noon))], routing)
        #expect(made.map(\.suppressed) == [.notRouted, nil, .notRouted])
    }

    // MARK: - Quiet hours

    private var nights: [String: ClockInterval] {
        var night = ClockInterval.Span()
        night.times = [0..<450, 1_320..<1_440]
        return ["nights": ClockInterval(name: "nights", spans: [night])]
    }

    @Test func `what comes in the quiet of the night waits for the morning, red does not`() throws {
        let night = try Town.at("2026-11-02T23:10:00+08:00")
        let routing = Routing(
            root: route(routes: [
                route("red", tiers: [.red]), route("by_day") { $0.muteIntervals = ["nights"] },
            ]), intervals: nights)
        let blue = Town.notice(Town.episode("a", .blue, at: night))
        let red = Town.notice(Town.episode("b", .red, at: night))
        #expect(
            try words(orders([blue, red], routing)) == [
                "chat by_day: kind=layoff, county=540102 11-03T07:30", "hook alone 11-03T07:30",
                "file alone", "chat red: kind=layoff, county=540102 11-02T23:10", "hook alone",
                "file alone",
            ])
    }

    @Test func `what was red and is orange now is told like an orange one, and not at night`()
        throws
    {
        let night = try Town.at("2026-11-02T23:10:00+08:00")
        let routing = Routing(
            root: route(routes: [
                route("red", tiers: [.red]), route("by_day") { $0.muteIntervals = ["nights"] },
            ]), intervals: nights)
        let dispatch = Dispatch(receivers: [Self.people], routing: routing)
        let fallen = Town.episode("a", .orange, at: night, peak: .red, sequence: 2)
        let notice = Town.notice(fallen, .tierChanged, from: .red)
        let made = dispatch.orders(
            for: [notice], episodes: [fallen.id: fallen],
            in: RoutingInput(at: night, regionContext: Town.regionContext))
        #expect(words(made) == ["chat by_day: kind=layoff, county=540102 11-03T07:30"])
        var old = fallen
        old.lastEventAt = night.adding(seconds: -9 * 3_600)
        old.lastToldAt = old.lastEventAt
        #expect(
            dispatch.due(
                [old], in: RoutingInput(at: night, regionContext: Town.regionContext, before: [old])
            ).isEmpty)
    }

    @Test func `an end that a silence lets pass comes in its company and at its time`() throws {
        let night = try Town.at("2026-11-02T23:10:00+08:00")
        let routing = Routing(
            root: route { $0.muteIntervals = ["nights"] }, intervals: nights)
        let ended = Town.episode("a", .orange, at: night, sequence: 2, state: .resolved)
        let silence = silence(
            3, from: night.adding(seconds: -60), to: night.adding(seconds: 60)
        ) { $0.kind = .layoff }
        let made = try orders(
            [Town.notice(ended, .resolved, from: .orange)], routing, receivers: [Self.people],
            RoutingInput(at: night, regionContext: Town.regionContext, silences: [silence]))
        #expect(made.map(\.suppressed) == [.silenced(by: 3)])
        #expect(made.map(\.group) == ["root: kind=layoff, county=540102"])
        #expect(try made.map(\.notBefore) == [Town.at("2026-11-03T07:30:00+08:00")])
    }

    @Test func `of two ways to a receiver the one that waits less counts`() throws {
        let night = try Town.at("2026-11-02T23:10:00+08:00")
        var first = route("muted") { $0.muteIntervals = ["nights"] }
        first.continues = true
        let routing = Routing(
            root: route(routes: [first, route("at_once", tiers: [.red])]), intervals: nights)
        let made = try orders(
            [Town.notice(Town.episode("b", .red, at: night))], routing, receivers: [Self.machine])
        #expect(made.map(\.notBefore) == [nil])
    }

    // MARK: - Storms and repetitions

    @Test func `many events of one step are one message, but each a line of the record`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        func groups(_ count: Int) throws -> [String: Set<String?>] {
            let notices = (0..<count).map { number in
                Town.notice(
                    Town.episode("\(number)", .blue, at: noon, subject: Town.enterprise(number)))
            }
            let made = try orders(notices, Routing(stormLimit: 5))
            #expect(made.count == count * Self.all.count)
            return Dictionary(grouping: made, by: \.receiver).mapValues { Set($0.map(\.group)) }
        }
        #expect(try groups(5)["hook"] == [nil])
        let storm = try groups(6)
        #expect(storm["hook"] == ["storm 2026-11-02T12:00:00+08:00"])
        #expect(storm["file"] == [nil])
        #expect(storm["chat"] == ["root: kind=layoff, county=540102"])
    }

    @Test func `many groups of one step are one message, also when a silence lets them go`()
        throws
    {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let routing = Routing(
            root: route { $0.groupBy = [.subject] }, stormLimit: 5)
        let dispatch = Dispatch(receivers: Self.all, routing: routing)
        func groups(_ count: Int) -> [[String: Set<String?>]] {
            let episodes = (0..<count).map {
                Town.episode("\($0)", .blue, at: noon, subject: Town.enterprise($0))
            }
            let situation = RoutingInput(
                at: noon, regionContext: Town.regionContext, standing: episodes)
            let made = dispatch.orders(
                for: episodes.map { Town.notice($0) }, episodes: [:], in: situation)
            let held = made.enumerated().map { index, order in
                HeldOrder(
                    deliveryID: Int64(index), alertID: order.alertID, receiver: order.receiver,
                    reason: .silenced(by: 3))
            }
            let freed = dispatch.releases(of: held, besides: [], in: situation)
            #expect(freed.count == made.count)
            #expect(
                freed.allSatisfy {
                    $0.group?.hasPrefix("storm") != true
                        || $0.groupInterval == nil
                })
            let names = zip(made, freed).map { ($0.receiver, $1.group) }
            return [
                Dictionary(grouping: made, by: \.receiver).mapValues { Set($0.map(\.group)) },
                Dictionary(grouping: names, by: \.0).mapValues { Set($0.map(\.1)) },
            ]
        }
        let storm: String? = "storm 2026-11-02T12:00:00+08:00"
        let grouped: String? = "storm 2026-11-02T12:00:30+08:00"
        for groups in groups(5) {
            #expect(groups["chat"]?.count == 5)
            #expect(groups["hook"] == [nil])
        }
        for groups in groups(6) {
            #expect(groups == ["chat": [grouped], "hook": [storm], "file": [nil]])
        }
    }

    @Test func `what nobody takes on is told again after the interval, to people only`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let dispatch = Dispatch(receivers: Self.all)
        let machine = Bundle.machine()
        func again(_ episode: Episode, after hours: Double) -> [String] {
            let at = noon.adding(seconds: Int64(hours * 3_600))
            var situation = RoutingInput(
                at: at, regionContext: Town.regionContext, before: [episode], standing: [episode])
            let step = machine.tellAgain(
                dispatch.due([episode], in: situation), asOf: at, at: at)
            situation.standing = step.episodes
            #expect(step.episodes.allSatisfy { $0.lastToldAt == noon && $0.lastEventAt == at })
            #expect(step.events.allSatisfy { $0.what == .reminder && $0.reason == .repeatDue })
            return dispatch.orders(
                for: step.events.map { AlertNotice(event: $0, texts: [:]) },
                episodes: [:], in: situation
            ).map(\.receiver)
        }
        let red = Town.episode("a", .red, at: noon)
        #expect(again(red, after: 3.9) == [])
        #expect(again(red, after: 4) == ["chat"])
        #expect(again(Town.episode("a", .orange, at: noon), after: 30) == ["chat"])
        #expect(again(Town.episode("a", .yellow, at: noon), after: 30) == [])
        #expect(again(Town.episode("a", .red, at: noon, state: .acknowledged), after: 30) == [])
        var told = red
        told.lastEventAt = noon.adding(seconds: 4 * 3_600)
        #expect(again(told, after: 7.9) == [])
        #expect(again(told, after: 8.1) == ["chat"])
    }
}
