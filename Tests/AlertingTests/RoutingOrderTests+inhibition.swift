import Alerting
import Labor
import Testing

/// What greater alerts hold back, and from whom.
extension RoutingOrderTests {
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
        ) throws -> DeliveryReason? {
            let episode = Town.episode(
                "one", tier, at: noon, subject: Town.enterprise(5, in: region))
            let made = try orders(
                [Town.notice(episode)], routing, receivers: [Self.machine],
                RoutingInput(
                    at: noon, regionContext: Town.regionContext, standing: [source, episode]))
            #expect(made.allSatisfy { $0.isHeld == ($0.suppressed != nil) })
            return made.first?.suppressed
        }
        #expect(
            try reason(.blue, in: "540102", source: mass)
                == .inhibited(by: AlertID(rawValue: "mass")))
        #expect(
            try reason(.yellow, in: "park-9", source: mass)
                == .inhibited(by: AlertID(rawValue: "mass")))
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
        let both = RoutingInput(at: noon, regionContext: Town.regionContext, standing: [mass, one])
        let made = dispatch.orders(
            for: [Town.notice(mass), Town.notice(one)], episodes: [:], in: both)
        #expect(made.map(\.suppressed) == [nil, .inhibited(by: AlertID(rawValue: "mass"))])
        let held = [
            HeldOrder(
                deliveryID: 8, alertID: one.id, receiver: "hook",
                reason: .inhibited(by: AlertID(rawValue: "mass")))
        ]
        #expect(dispatch.releases(of: held, besides: [], in: both) == [])
        let after = RoutingInput(at: noon, regionContext: Town.regionContext, standing: [one])
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
            RoutingInput(at: noon, regionContext: Town.regionContext, standing: [layoff, dispute]))
        #expect(made.map(\.suppressed) == [nil, nil])
    }

    @Test func `an alert that was silenced from its beginning holds back no other`() throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let mass = Town.episode(
            "mass", .red, at: noon, kind: .massUnemployment, subject: Town.county("540102"))
        let one = Town.episode("one", .blue, at: noon)
        func reason(silencedFrom seconds: Int64) throws -> DeliveryReason?? {
            let start = noon.adding(seconds: seconds)
            let silence = silence(3, from: start, to: noon.adding(seconds: 9_000)) {
                $0.kind = .massUnemployment
            }
            return try orders(
                [Town.notice(one)], Routing(inhibitions: [standardInhibition]),
                receivers: [Self.machine],
                RoutingInput(
                    at: noon.adding(seconds: 60), regionContext: Town.regionContext,
                    standing: [mass, one],
                    silences: [silence])
            ).first?.suppressed
        }
        #expect(try reason(silencedFrom: -60) == .some(nil))
        #expect(try reason(silencedFrom: 60) == .inhibited(by: AlertID(rawValue: "mass")))
    }

    @Test func `a receiver is spared the singles only when it hears of what holds them back`()
        throws
    {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let mass = Town.episode(
            "mass", .red, at: noon, kind: .massUnemployment, subject: Town.county("540102"))
        let one = Town.episode("one", .blue, at: noon)
        var units = Self.machine
        units.name = "units"
        var layoffs = Self.machine
        layoffs.name = "layoffs"
        layoffs.kinds = [.layoff]
        var blues = Self.machine
        blues.name = "blues"
        blues.tiers = [.blue]
        var elsewhere = Self.machine
        elsewhere.name = "elsewhere"
        elsewhere.regions = [RegionCode("540121")]
        let reds = route(
            "reds", tiers: [.red], receivers: ["hook", "layoffs", "blues", "elsewhere"])
        let routing = Routing(
            root: route(receivers: ["*"], routes: [reds]), inhibitions: [standardInhibition])
        let made = try orders(
            [Town.notice(mass), Town.notice(one)], routing,
            receivers: [Self.machine, units, layoffs, blues, elsewhere],
            RoutingInput(at: noon, regionContext: Town.regionContext, standing: [mass, one]))
        let told = made.map { "\($0.alertID) \($0.receiver) \($0.suppressed?.rawValue ?? "told")" }
        #expect(
            told == [
                "mass hook told", "mass units not_routed", "mass layoffs kind_not_wanted",
                "mass blues tier_not_wanted", "mass elsewhere region_not_wanted",
                "one hook inhibited_by:mass", "one units told", "one layoffs told",
                "one blues told", "one elsewhere region_not_wanted",
            ])
    }

    /// Three alerts of one county, of which each kind holds back the next by an inhibition of its
    /// own; the last the first again where they go round.
    private func chain(isCircle: Bool, lateBy seconds: Int64 = 0) throws -> [DeliveryReason?] {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let kinds: [AlertKind] = [.massUnemployment, .layoff, .dispute]
        func inhibition(_ source: AlertKind, _ target: AlertKind) -> Inhibition {
            var (from, to) = (AlertMatcher(), AlertMatcher())
            from.kinds = [source]
            to.kinds = [target]
            return Inhibition(source: from, target: to, equal: [.county])
        }
        var inhibitions = zip(kinds, kinds.dropFirst()).map(inhibition)
        if isCircle { inhibitions.append(inhibition(kinds[2], kinds[0])) }
        let episodes = kinds.enumerated().map { index, kind in
            Town.episode(
                "\(index)", .orange, at: noon.adding(seconds: index == 0 ? seconds : 0), kind: kind)
        }
        return try orders(
            episodes.map { Town.notice($0) }, Routing(inhibitions: inhibitions),
            receivers: [Self.machine],
            RoutingInput(
                at: noon.adding(seconds: seconds), regionContext: Town.regionContext,
                standing: episodes)
        ).map(\.suppressed)
    }

    @Test func `three inhibitions that go round in a circle hold back nothing`() throws {
        #expect(try chain(isCircle: true) == [nil, nil, nil])
    }

    @Test func `what was held back from its beginning holds back nothing, what was told does`()
        throws
    {
        #expect(try chain(isCircle: false) == [nil, .inhibited(by: AlertID(rawValue: "0")), nil])
        let late = try chain(isCircle: false, lateBy: 60)
        #expect(
            late == [
                nil, .inhibited(by: AlertID(rawValue: "0")), .inhibited(by: AlertID(rawValue: "1")),
            ])
    }

    @Test(arguments: ["620200", "441900", "442000", "460400"])
    func `a city without counties stands in the place of one`(city: String) throws {
        let noon = try Town.at("2026-11-02T12:00:00+08:00")
        let regionContext = RegionContext(
            regions: RegionTree([
                Region(code: RegionCode(city), name: "市"),
                Region(code: RegionCode(city + "003"), name: "镇", parent: RegionCode(city)),
            ]))
        let mass = Town.episode(
            "mass", .red, at: noon, kind: .massUnemployment, subject: Town.county(city))
        let one = Town.episode(
            "one", .blue, at: noon, subject: Town.enterprise(5, in: city + "003"))
        let made = try orders(
            [Town.notice(one)], Routing(inhibitions: [standardInhibition]),
            receivers: [Self.people],
            RoutingInput(at: noon, regionContext: regionContext, standing: [mass, one]))
        #expect(made.map(\.suppressed) == [.inhibited(by: AlertID(rawValue: "mass"))])
        #expect(made.map(\.group) == ["root: kind=layoff, county=\(city)"])
    }
}
