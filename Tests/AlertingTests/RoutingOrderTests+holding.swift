import Alerting
import Labor
import Testing

/// What silences and inhibitions hold back, and let go.
extension RoutingOrderTests {
    func silence(
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

    func orders(
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
                Release(
                    deliveryID: 1, group: "root: kind=layoff, county=540102", notBefore: due,
                    groupInterval: 300),
                Release(deliveryID: 2), Release(deliveryID: 3),
            ])
        // Ended, or told by this very step: the old message tells nothing any more.
        #expect(releases(at: end, standing: []) == [])
        let told = try orders([Town.notice(episode)], receivers: [Self.machine])
        #expect(releases(at: end, standing: [episode], told: told).map(\.deliveryID) == [1, 3])
    }

    @Test func `a silence made while an order waits for the morning holds it back`() throws {
        let night = try Town.at("2026-11-02T23:10:00+08:00")
        let episode = Town.episode("a", .orange, at: night)
        let waiting = Self.all.enumerated().map { index, receiver in
            WaitingOrder(
                deliveryID: Int64(index), alertID: episode.id, receiver: receiver.name)
        }
        let silence = silence(3, from: night, to: night.adding(seconds: 90)) { $0.kind = .layoff }
        func holds(after seconds: Int64, _ standing: [Episode]) -> [Hold] {
            Dispatch(receivers: Self.all).holds(
                of: waiting,
                in: Situation(
                    at: night.adding(seconds: seconds), scene: Town.scene, standing: standing,
                    silences: [silence]))
        }
        #expect(
            holds(after: 0, [episode])
                == (0..<3).map { Hold(deliveryID: $0, reason: "silenced:3") })
        #expect(holds(after: 90, [episode]) == [])
        #expect(holds(after: 0, []) == [])
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

    @Test func `two inhibitions that go round in a circle hold back neither`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        func matcher(_ kind: AlertKind) -> AlertMatcher {
            var matcher = AlertMatcher()
            matcher.kinds = [kind]
            return matcher
        }
        let routing = Routing(inhibitions: [
            Inhibition(source: matcher(.layoff), target: matcher(.dispute), equal: [.county]),
            Inhibition(source: matcher(.dispute), target: matcher(.layoff), equal: [.county]),
        ])
        let layoff = Town.episode("a", .orange, at: noon)
        let dispute = Town.episode("b", .orange, at: noon, kind: .dispute)
        let made = try orders(
            [Town.notice(layoff), Town.notice(dispute)], routing, receivers: [Self.machine],
            Situation(at: noon, scene: Town.scene, standing: [layoff, dispute]))
        #expect(made.map(\.suppressed) == [nil, nil])
    }

    @Test func `an alert that was silenced from its beginning holds back no other`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let mass = Town.episode(
            "mass", .red, at: noon, kind: .massUnemployment, subject: Town.county("540102"))
        let one = Town.episode("one", .blue, at: noon)
        func reason(silencedFrom seconds: Int64) throws -> String?? {
            let start = noon.adding(seconds: seconds)
            let silence = silence(3, from: start, to: noon.adding(seconds: 9_000)) {
                $0.kind = .massUnemployment
            }
            return try orders(
                [Town.notice(one)], Routing(inhibitions: [standardInhibition]),
                receivers: [Self.machine],
                Situation(
                    at: noon.adding(seconds: 60), scene: Town.scene, standing: [mass, one],
                    silences: [silence])
            ).first?.suppressed
        }
        #expect(try reason(silencedFrom: -60) == .some(nil))
        #expect(try reason(silencedFrom: 60) == "inhibited_by:mass")
    }
}
