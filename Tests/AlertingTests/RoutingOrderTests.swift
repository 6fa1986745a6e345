import Alerting
import Labor
import Testing

/// What the routing makes of events: company, times, and what is held back.
@Suite struct RoutingOrderTests {
    private static let people = ReceiverFilter(name: "chat", groups: true)
    private static let machine = ReceiverFilter(name: "hook")
    private static let record = ReceiverFilter(name: "file", isRecord: true)
    private static let all = [people, machine, record]

    private func route(
        _ name: String = "root", tiers: Set<Tier> = [], receivers: [String]? = nil,
        _ change: (inout RouteSettings) -> Void = { _ in }, routes: [Route] = []
    ) -> Route {
        var route = Route(name: name, routes: routes)
        route.matcher.tiers = tiers
        route.settings.receivers = receivers
        change(&route.settings)
        return route
    }

    private func orders(
        _ notices: [AlertNotice], _ routing: Routing = .everyone,
        receivers: [ReceiverFilter] = all, _ situation: Situation? = nil
    ) throws -> [DeliveryOrder] {
        let at = try #require(notices.first).event.at
        return Dispatch(receivers: receivers, routing: routing).orders(
            for: notices, episodes: [:], in: situation ?? Situation(at: at, scene: Town.scene))
    }

    private func words(_ orders: [DeliveryOrder]) -> [String] {
        orders.map { order in
            "\(order.receiver) \(order.suppressed ?? order.group ?? "alone")"
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
    }

    @Test func `a group that was just told waits for the next mark of its interval`() throws {
        let noon = try Town.at("2026-11-02T12:02:00+08:00")
        let told = Town.episode("a", .blue, at: noon.adding(seconds: -100))
        let other = Town.episode(
            "b", .blue, at: noon.adding(seconds: -100), subject: Town.enterprise(1, in: "540121"))
        let new = Town.notice(Town.episode("c", .blue, at: noon, subject: Town.enterprise(5)))
        func time(_ before: [Episode]) throws -> Instant? {
            try orders(
                [new], receivers: [Self.people],
                Situation(at: noon, scene: Town.scene, before: before)
            ).first?.notBefore
        }
        #expect(try time([]) == noon.adding(seconds: 30))
        #expect(try time([other]) == noon.adding(seconds: 30))
        #expect(try time([told]) == Town.at("2026-11-02T12:05:00+08:00"))
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
        #expect(made.map(\.suppressed) == [nil, "not_routed", "not_routed"])
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
            in: Situation(at: noon, scene: Town.scene))
        #expect(made.map(\.suppressed) == [nil, "not_routed", nil])
    }

    @Test func `an alert whose units are nowhere goes to those of the outermost route`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let units = route("units") { $0.units = ["court"] }
        let routing = Routing(root: route(receivers: ["hook"], routes: [units]))
        let made = try orders([Town.notice(Town.episode("a", .red, at: noon))], routing)
        #expect(made.map(\.suppressed) == ["not_routed", nil, "not_routed"])
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

    // MARK: - Silences

    private func silence(
        _ id: Int64, from: Instant, to: Instant, _ change: (inout SilenceMatcher) -> Void
    ) -> Silence {
        var matcher = SilenceMatcher()
        change(&matcher)
        return Silence(
            id: id, matcher: matcher, startsAt: from, endsAt: to, reason: "清欠", createdBy: "扎西")
    }

    @Test func `a silence holds back what it means, while it holds`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let hour = { (count: Int64) in noon.adding(seconds: count * 3_600) }
        let episode = Town.episode(
            "a", .orange, at: noon, subject: Town.enterprise(7, in: "park-9"))
        let cases: [(Silence, Bool)] = [
            (silence(3, from: hour(-1), to: hour(1)) { $0.rule = "layoff.statutory" }, true),
            (silence(3, from: hour(-1), to: hour(1)) { $0.rule = "wage.arrears" }, false),
            (silence(3, from: hour(-1), to: hour(1)) { $0.kind = .layoff }, true),
            (silence(3, from: hour(-1), to: hour(1)) { $0.region = RegionCode("540100") }, true),
            (silence(3, from: hour(-1), to: hour(1)) { $0.region = RegionCode("540121") }, false),
            (silence(3, from: hour(-1), to: hour(1)) { $0.tierMax = .orange }, true),
            (silence(3, from: hour(-1), to: hour(1)) { $0.tierMax = .yellow }, false),
            (
                silence(3, from: hour(-1), to: hour(1)) {
                    $0.subjectType = .enterprise
                    $0.subjectID = "7"
                }, true
            ),
            (
                silence(3, from: hour(-1), to: hour(1)) {
                    $0.subjectType = .enterprise
                    $0.subjectID = "8"
                }, false
            ),
            (silence(3, from: hour(1), to: hour(2)) { $0.kind = .layoff }, false),
            (silence(3, from: hour(-2), to: noon) { $0.kind = .layoff }, false),
        ]
        for (silence, holds) in cases {
            let made = try orders(
                [Town.notice(episode)],
                Situation(at: noon, scene: Town.scene, silences: [silence]))
            #expect(made.allSatisfy { $0.isHeld == holds })
            #expect(made.allSatisfy { $0.suppressed == (holds ? "silenced:3" : nil) })
        }
    }

    private func orders(
        _ notices: [AlertNotice], _ situation: Situation
    ) throws -> [DeliveryOrder] {
        try orders(notices, .everyone, situation)
    }

    @Test func `a silence that ends lets go what it held, with the routing's company and time`()
        throws
    {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let end = noon.adding(seconds: 3_600)
        let silence = silence(3, from: noon, to: end) { $0.kind = .layoff }
        let episode = Town.episode("a", .orange, at: noon)
        let held = Self.all.enumerated().map { index, receiver in
            HeldOrder(
                deliveryID: Int64(index + 1), alertID: episode.id, receiver: receiver.name,
                reason: "silenced:3")
        }
        let dispatch = Dispatch(receivers: Self.all)
        func releases(
            at moment: Instant, standing: [Episode], told: [DeliveryOrder] = []
        ) -> [Release] {
            dispatch.releases(
                of: held, besides: told,
                in: Situation(
                    at: moment, scene: Town.scene, before: standing, standing: standing,
                    silences: [silence]))
        }
        #expect(releases(at: end.adding(seconds: -1), standing: [episode]) == [])
        let due = end.adding(seconds: 30)
        #expect(
            releases(at: end, standing: [episode]) == [
                Release(deliveryID: 1, group: "root: kind=layoff, county=540102", notBefore: due),
                Release(deliveryID: 2), Release(deliveryID: 3),
            ])
        // Ended, or told by this very step: the old message tells nothing any more.
        #expect(releases(at: end, standing: []) == [])
        let told = try orders([Town.notice(episode)], receivers: [Self.machine])
        #expect(releases(at: end, standing: [episode], told: told).map(\.deliveryID) == [1, 3])
    }

    // MARK: - Inhibitions

    private var standardInhibition: Inhibition {
        var source = AlertMatcher()
        source.kinds = [.massUnemployment]
        source.tiers = [.red]
        var target = AlertMatcher()
        target.subjectTypes = [.enterprise]
        target.tiers = [.blue, .yellow]
        return Inhibition(source: source, target: target, equal: [.county])
    }

    @Test func `a county's red holds back its blue and yellow enterprises, and no other`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let mass = Town.episode(
            "mass", .red, at: noon, kind: .massUnemployment, subject: Town.county("540102"))
        let routing = Routing(inhibitions: [standardInhibition])
        func reason(
            _ tier: Tier, in region: String, source: Episode
        ) throws -> String? {
            let episode = Town.episode(
                "one", tier, at: noon, subject: Town.enterprise(5, in: region))
            let made = try orders(
                [Town.notice(episode)], routing, receivers: [Self.machine],
                Situation(at: noon, scene: Town.scene, standing: [source, episode]))
            #expect(made.allSatisfy { $0.isHeld == ($0.suppressed != nil) })
            return made.first?.suppressed
        }
        #expect(try reason(.blue, in: "540102", source: mass) == "inhibited_by:mass")
        #expect(try reason(.yellow, in: "park-9", source: mass) == "inhibited_by:mass")
        #expect(try reason(.orange, in: "540102", source: mass) == nil)
        #expect(try reason(.blue, in: "540121", source: mass) == nil)
        var lower = mass
        lower.tier = .orange
        #expect(try reason(.blue, in: "540102", source: lower) == nil)
        var ended = mass
        ended.state = .resolved
        #expect(try reason(.blue, in: "540102", source: ended) == nil)
    }

    @Test func `the alert that inhibits is told itself, and what it held when it ends`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let mass = Town.episode(
            "mass", .red, at: noon, kind: .massUnemployment, subject: Town.county("540102"))
        let one = Town.episode("one", .blue, at: noon)
        var wide = standardInhibition
        wide.target = AlertMatcher()
        wide.target.tiers = [.blue, .red]
        wide.equal = [.region]
        let dispatch = Dispatch(
            receivers: [Self.machine], routing: Routing(inhibitions: [wide]))
        let both = Situation(at: noon, scene: Town.scene, standing: [mass, one])
        let made = dispatch.orders(
            for: [Town.notice(mass), Town.notice(one)], episodes: [:], in: both)
        #expect(made.map(\.suppressed) == [nil, "inhibited_by:mass"])
        let held = [
            HeldOrder(
                deliveryID: 8, alertID: one.id, receiver: "hook", reason: "inhibited_by:mass")
        ]
        #expect(dispatch.releases(of: held, besides: [], in: both) == [])
        let after = Situation(at: noon, scene: Town.scene, standing: [one])
        #expect(dispatch.releases(of: held, besides: [], in: after) == [Release(deliveryID: 8)])
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

    @Test func `what nobody takes on is told again after the interval, to people only`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let dispatch = Dispatch(receivers: Self.all)
        let machine = Bundle.machine()
        func again(_ episode: Episode, after hours: Double) -> [String] {
            let at = noon.adding(seconds: Int64(hours * 3_600))
            var situation = Situation(
                at: at, scene: Town.scene, before: [episode], standing: [episode])
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
