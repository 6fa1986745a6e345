import Alerting
import Labor
import Testing

/// What silences hold back, and let go.
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
                RoutingInput(at: noon, regionContext: Town.regionContext, silences: [silence]))
            #expect(made.allSatisfy { $0.isHeld == holds })
            #expect(made.allSatisfy { $0.suppressed == (holds ? .silenced(by: 3) : nil) })
        }
    }

    func orders(
        _ notices: [AlertNotice], _ situation: RoutingInput
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
                reason: .silenced(by: 3))
        }
        let dispatch = Dispatch(receivers: Self.all)
        func releases(
            at moment: Instant, standing: [Episode], told: [DeliveryOrder] = []
        ) -> [Release] {
            dispatch.releases(
                of: held, besides: told,
                in: RoutingInput(
                    at: moment, regionContext: Town.regionContext, before: standing,
                    standing: standing,
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
                in: RoutingInput(
                    at: night.adding(seconds: seconds), regionContext: Town.regionContext,
                    standing: standing,
                    silences: [silence]))
        }
        #expect(
            holds(after: 0, [episode])
                == (0..<3).map { Hold(deliveryID: $0, reason: .silenced(by: 3)) })
        #expect(holds(after: 90, [episode]) == [])
        #expect(holds(after: 0, []) == [])
    }

    @Test func `what is owed is held and let go whatever its receiver wants`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let episode = Town.episode("a", .orange, at: noon)
        let silence = silence(3, from: noon, to: noon.adding(seconds: 90)) { $0.kind = .layoff }
        let reds = ReceiverFilter(name: "reds", tiers: [.red])
        let dispatch = Dispatch(
            receivers: [reds, Self.machine],
            routing: Routing(root: route(receivers: ["reds"])))
        func situation(_ seconds: Int64) -> RoutingInput {
            RoutingInput(
                at: noon.adding(seconds: seconds), regionContext: Town.regionContext,
                standing: [episode],
                silences: [silence])
        }
        var waiting: [WaitingOrder] = []
        var held: [HeldOrder] = []
        for (id, receiver) in [(0, "reds"), (2, "hook")] as [(Int64, String)] {
            for isOwed in [false, true] {
                let number = id + (isOwed ? 1 : 0)
                waiting.append(
                    WaitingOrder(
                        deliveryID: number, alertID: episode.id, receiver: receiver,
                        isOwed: isOwed))
                held.append(
                    HeldOrder(
                        deliveryID: number, alertID: episode.id, receiver: receiver,
                        reason: .silenced(by: 3), isOwed: isOwed))
            }
        }
        #expect(dispatch.holds(of: waiting, in: situation(0)).map(\.deliveryID) == [1, 3])
        #expect(dispatch.holds(of: waiting, in: situation(90)).isEmpty)
        #expect(dispatch.releases(of: held, besides: [], in: situation(0)).isEmpty)
        let released = dispatch.releases(of: held, besides: [], in: situation(90))
        #expect(released.map(\.deliveryID) == [1, 3])
    }
}
