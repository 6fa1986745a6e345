import Alerting
import Labor
import Testing

/// The tree of routes, its conditions, and the units that it tells.
@Suite struct RouteTests {
    private func matcher(_ change: (inout AlertMatcher) -> Void) -> AlertMatcher {
        var matcher = AlertMatcher()
        change(&matcher)
        return matcher
    }

    private func settings(_ change: (inout RouteSettings) -> Void) -> RouteSettings {
        var settings = RouteSettings()
        change(&settings)
        return settings
    }

    @Test func `each condition of a matcher narrows by itself and names itself`() {
        let layoff = Town.routedAlert(.orange, subject: Town.enterprise(9, in: "park-9"))
        let cases: [(AlertMatcher, String?)] = [
            (matcher { _ in }, nil),
            (matcher { $0.tiers = [.orange, .red] }, nil),
            (matcher { $0.tiers = [.red] }, "tier"),
            (matcher { $0.kinds = [.layoff] }, nil),
            (matcher { $0.kinds = [.dispute] }, "kind"),
            (matcher { $0.rules = ["layoff.*"] }, nil),
            (matcher { $0.rules = ["*.trend"] }, "rule"),
            (matcher { $0.regions = [RegionCode("540000")] }, nil),
            (matcher { $0.regions = [RegionCode("park-9")] }, nil),
            (matcher { $0.regions = [RegionCode("540121")] }, "region"),
            (matcher { $0.industries = [IndustryCode("E")] }, nil),
            (matcher { $0.industries = [IndustryCode("C")] }, "industry"),
            (matcher { $0.sizeClasses = ["大型"] }, "size_class"),
            (matcher { $0.subjectTypes = [.region] }, "subject"),
            (matcher { $0.certainties = [.provisional] }, "certainty"),
            (matcher { $0.keyMonitored = true }, "key_monitored"),
            (matcher { $0.keyMonitored = false }, nil),
            (matcher { $0.governmentProject = true }, "government_project"),
        ]
        for (matcher, mismatch) in cases { #expect(matcher.mismatch(layoff) == mismatch) }
        let key = Town.routedAlert(.orange, subject: Town.enterprise(1))
        #expect(matcher { $0.keyMonitored = true }.matches(key))
        let project = Town.routedAlert(.orange, subject: Town.enterprise(2))
        #expect(matcher { $0.governmentProject = true }.matches(project))
        let large = Town.routedAlert(.orange, subject: Town.enterprise(3))
        #expect(matcher { $0.sizeClasses = ["大型", "中型"] }.matches(large))
    }

    @Test(arguments: [
        ("*", "layoff.trend", true), ("layoff.*", "layoff.trend", true),
        ("*.trend", "layoff.trend", true), ("l*f.t*d", "layoff.trend", true),
        ("layoff", "layoff.trend", false), ("layoff.*x", "layoff.trend", false),
        ("a*a", "a", false), ("**", "", true), ("", "", true), ("*b*ab", "abab", true),
    ])
    func `a star stands for any part of a name`(pattern: String, name: String, fits: Bool) {
        #expect(AlertMatcher.glob(pattern, name) == fits)
    }

    @Test func `of the routes of a node the first takes an alert unless it says continue`() {
        let red = matcher { $0.tiers = [.red] }
        func tree(_ continues: Bool) -> Route {
            Route(routes: [
                Route(name: "night", matcher: red, continues: continues),
                Route(
                    name: "layoffs", matcher: matcher { $0.kinds = [.layoff] },
                    routes: [Route(name: "red", matcher: red)]),
                Route(name: "rest"),
            ])
        }
        func names(_ route: Route, _ routedAlert: RoutedAlert) -> [String] {
            route.stops(for: routedAlert).map { $0.path.joined(separator: "/") }
        }
        #expect(names(tree(false), Town.routedAlert(.red)) == ["root/night"])
        #expect(names(tree(true), Town.routedAlert(.red)) == ["root/night", "root/layoffs/red"])
        #expect(names(tree(true), Town.routedAlert(.blue)) == ["root/layoffs"])
        #expect(names(tree(false), Town.routedAlert(.blue, kind: .dispute)) == ["root/rest"])
        #expect(names(Route(), Town.routedAlert(.blue)) == ["root"])
    }

    @Test func `a route takes over what it does not say, and whom it tells as a whole`() {
        let tree = Route(
            settings: settings {
                $0.receivers = ["a"]
                $0.groupWait = 10
                $0.levels = [.red: .local]
            },
            routes: [
                Route(
                    name: "units",
                    settings: settings {
                        $0.units = ["hrss"]
                        $0.levels = [.blue: .all]
                    },
                    routes: [Route(name: "inner", settings: settings { $0.groupInterval = 7 })])
            ])
        let found = tree.stops(for: Town.routedAlert(.red)).first?.settings
        #expect(found?.receivers == [])
        #expect(found?.units == ["hrss"])
        #expect(found?.groupWait == 10)
        #expect(found?.groupInterval == 7)
        #expect(found?.repeatInterval == 14_400)
        #expect(found?.levels?[.red] == .local)
        #expect(found?.levels?[.blue] == .all)
        #expect(found?.levels?[.orange] == .upOne)
    }

    private static let units = [("540102", "区"), ("540100", "市"), ("540000", "自治区")].flatMap {
        region, name in
        ["hrss", "inspection"].map { role in
            ResponsibleUnit(
                region: RegionCode(region), role: role, name: name + role,
                receivers: ["\(role)_\(region)"])
        }
    }

    @Test(arguments: [
        (Tier.blue, ["区hrss", "区inspection"]), (.yellow, ["区hrss", "区inspection"]),
        (.orange, ["区hrss", "市hrss", "区inspection", "市inspection"]),
        (.red, ["区hrss", "市hrss", "自治区hrss", "区inspection", "市inspection", "自治区inspection"]),
    ])
    func `the tier says how far up the responsible units are told`(tier: Tier, names: [String]) {
        let routing = Routing(
            units: RouteTests.units, responsible: [.wageArrears: ["hrss", "inspection"]])
        var settings = RouteSettings.standard
        settings.units = [RouteSettings.responsible]
        let inPark = Town.routedAlert(
            tier, kind: .wageArrears, subject: Town.enterprise(1, in: "park-9"))
        #expect(routing.units(settings, for: inPark).map(\.name) == names)
        // Linzhou has no unit of its own: the next above is the nearest.
        let elsewhere = Town.routedAlert(
            .blue, kind: .wageArrears, subject: Town.enterprise(1, in: "540121"))
        #expect(routing.units(settings, for: elsewhere).map(\.name) == ["市hrss", "市inspection"])
        #expect(routing.units(settings, for: Town.routedAlert(tier)) == [])
    }
}
