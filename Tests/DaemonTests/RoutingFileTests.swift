import Alerting
import Detect
import Foundation
import Labor
import Settings
import Testing

private let root = "route:\n  receivers: [chat]\n"
private let unit = "{region: \"540102\", role: hrss, name: 区, receivers: [chat]}"

private let wrongRoutings: [WrongText] = [
    .init("rout: {}", "r.yaml:1:1: rout", "no key 'rout'", "did you mean 'route'?"),
    .init("route: [", "r.yaml:2:1", "this is no YAML", "indentation"),
    .init("route: chat", "r.yaml:1:8: route", "expected a map", ""),
    .init("route: {group_wait: 5s}", "r.yaml:1:8: route", "needs the key 'receivers'", "\"*\""),
    .init("route: {receivers: []}", "r.yaml:1:20: route.receivers", "tells nobody", "\"*\""),
    .init(
        "route: {receivers: [caht]}", "r.yaml:1:21: route.receivers[0]", "no receiver 'caht'",
        "did you mean 'chat'?"),
    .init(
        "route: {receivers: [chat, chat]}", "r.yaml:1:27: route.receivers[1]", "stands twice",
        "keep one"),
    .init(
        root + "  match: {tier: red}", "r.yaml:3:10: route.match", "outermost route has no 'match'",
        "routes:"),
    .init(root + "  grup_by: [kind]", "r.yaml:3:3: route.grup_by", "no key", "'group_by'?"),
    .init(root + "  group_wait: 30", "r.yaml:3:15: route.group_wait", "duration", "30s"),
    .init(root + "  group_interval: 2d", "r.yaml:3:19: route.group_interval", "to 24h", ""),
    .init(root + "  repeat_interval: 10s", "r.yaml:3:20: route.repeat_interval", "again", "5m"),
    .init(root + "  group_by: [contry]", "r.yaml:3:14: route.group_by[0]", "one of", "'county'?"),
    .init(root + "  group_by: ['...', kind]", "r.yaml:3:13: route.group_by", "beside", "alone"),
    .init(root + "  group_by: [kind, kind]", "r.yaml:3:13: route.group_by", "twice", "keep one"),
    .init(root + "  levels: {red: top}", "r.yaml:3:17: route.levels.red", "local, up_one", ""),
    .init(root + "  levels: up", "r.yaml:3:11: route.levels", "one of local", ""),
    .init(root + "  units: [hrss]", "r.yaml:3:11: route.units[0]", "no units", "'units:'"),
    .init(
        "units: [\(unit)]\n" + root + "  units: [hrs]", "r.yaml:4:11: route.units[0]",
        "no unit has the role 'hrs'", "did you mean 'hrss'?"),
    .init(
        root + "  mute_intervals: [nihgts]", "r.yaml:3:20: route.mute_intervals[0]",
        "no interval 'nihgts'", ""),
    .init(
        root + "  mute_intervals: [quiet_nights]\n  active_intervals: [quiet_nights]",
        "r.yaml:3:19: route.mute_intervals", "both muted and active", "keep one"),
    .init(
        root + "  routes: [{match: {tier: rot}}]", "r.yaml:3:27: route.routes[0].match.tier",
        "one of blue", "did you mean 'red'?"),
    .init(
        root + "  routes: [{match: {tier: \">= pink\"}}]",
        "r.yaml:3:27: route.routes[0].match.tier", "after >=", ">= orange"),
    .init(
        root + "  routes: [{match: {kind: layof}}]", "r.yaml:3:27: route.routes[0].match.kind",
        "one of layoff", "did you mean 'layoff'?"),
    .init(
        root + "  routes: [{match: {rule: layof.*}}]", "r.yaml:3:27: route.routes[0].match.rule",
        "no rule is called 'layof.*'", ""),
    .init(
        root + "  routes: [{match: {region: []}}]", "r.yaml:3:29: route.routes[0].match.region",
        "empty", "leave the key out"),
    .init(
        root + "  routes: [{match: {key_monitored: soon}}]",
        "r.yaml:3:36: route.routes[0].match.key_monitored", "true or false", ""),
    .init(
        root + "  routes: [{tier: red}]", "r.yaml:3:13: route.routes[0].tier", "no key 'tier'",
        "match: {tier"),
    .init(
        root + "  routes: [{name: a}, {name: a, match: {tier: red}}]",
        "r.yaml:3:30: route.routes[1].name", "stands twice", "its own"),
    .init(
        root + "  routes: [{name: a}, {name: b, match: {tier: red}}]",
        "r.yaml:3:23: route.routes[1]", "no alert ever comes here: the route 'a'", "continue"),
    .init(
        root + "  routes: [{name: a, match: {tier: \">= yellow\"}}, {name: b, match: {tier: red}}]",
        "r.yaml:3:51: route.routes[1]", "no alert ever comes here: the route 'a'", "continue"),
    .init(
        root
            + "  routes: [{name: a, match: {tier: \">= blue\"}}, {name: b, match: {kind: layoff}}]",
        "r.yaml:3:49: route.routes[1]", "no alert ever comes here: the route 'a'", "continue"),
    .init(
        root + "  routes: [{name: a, match: {rule: layoff.*}}, {match: {rule: layoff.slow}}]",
        "r.yaml:3:48: route.routes[1]", "no alert ever comes here: the route 'a'", "continue"),
    .init(
        root + "  routes: [{match: {tier: red}, routes: [{match: {tier: blue}}]}]",
        "r.yaml:3:42: route.routes[0].routes[0]", "let in no such tier", "widen"),
    .init(
        root + "  routes: [{receivers: [], match: {tier: red}}]",
        "r.yaml:3:24: route.routes[0].receivers", "tells nobody", "silence"),
    .init(
        "intervals: {n: [{times: [\"22-7\"]}]}", "r.yaml:1:26: intervals.n[0].times[0]",
        "times of a day", "22:00-07:30"),
    .init(
        "intervals: {n: [{times: [\"09:00-09:00\"]}]}", "r.yaml:1:26: intervals.n[0].times[0]",
        "found '09:00-09:00'", ""),
    .init(
        "intervals: {n: [{weekdays: [munday]}]}", "r.yaml:1:29: intervals.n[0].weekdays[0]",
        "no weekday 'munday'", "did you mean 'monday'?"),
    .init(
        "intervals: {n: [{days_of_month: [0]}]}", "r.yaml:1:34: intervals.n[0].days_of_month[0]",
        "no day 0", "-1"),
    .init(
        "intervals: {n: [{days_of_month: [32]}]}", "r.yaml:1:34: intervals.n[0].days_of_month[0]",
        "from -31 to 31", ""),
    .init(
        "intervals: {n: [{months: [13]}]}", "r.yaml:1:27: intervals.n[0].months[0]",
        "from 1 to 12", ""),
    .init(
        "intervals: {n: [{holidays: yes}]}", "r.yaml:1:28: intervals.n[0].holidays",
        "one of only, except", ""),
    .init("intervals: {n: [{}]}", "r.yaml:1:17: intervals.n[0]", "always holds", "times"),
    .init("intervals: {n: []}", "r.yaml:1:16: intervals.n", "no spans", "22:00"),
    .init(
        "intervals: {n: {location: Asia/Shangai, spans: [{months: [1]}]}}",
        "r.yaml:1:27: intervals.n.location", "no time zone", "'Asia/Shanghai'?"),
    .init(
        "intervals: {n: {location: CST, spans: [{months: [1]}]}}",
        "r.yaml:1:27: intervals.n.location", "no time zone 'CST'", "such as Asia/Shanghai"),
    .init(
        "intervals: {all: [{times: [\"00:00-24:00\"]}]}\n" + root + "  mute_intervals: [all]",
        "r.yaml:3:3: route", "no time at which the route tells", "mute_intervals"),
    .init(
        "calendar: {holidays: [2027-02-30]}", "r.yaml:1:23: calendar.holidays[0]",
        "expected a day", "2027-02-14"),
    .init(
        "calendar: {holidays: [2027-03-01], workdays: [2027-03-01]}", "r.yaml:1:11: calendar",
        "both a holiday and worked", "keep one"),
    .init("units: [{role: hrss}]", "r.yaml:1:9: units[0]", "the key 'region' is missing", "add"),
    .init(
        "units: [\(unit), \(unit)]", "r.yaml:1:69: units[1]", "stands twice for region", "keep"),
    .init(
        "units: [{region: a, role: hrss, name: b, receivers: [x]}]",
        "r.yaml:1:54: units[0].receivers[0]", "no receiver 'x'", ""),
    .init(
        "units: [{region: a, role: hrss, name: b, receivers: []}]",
        "r.yaml:1:53: units[0].receivers", "nobody is reached", ""),
    .init(
        "units: [{region: a, role: hrss, name: b, receivers: [chat], "
            + "officers: [{name: c, id_number: 1}]}]",
        "r.yaml:1:82: units[0].officers[0].id_number", "no key 'id_number'", "PIPL"),
    .init(
        "responsible: {wages: [hrss]}", "r.yaml:1:15: responsible.wages", "no key 'wages'", ""),
    .init(
        "responsible: {layoff: [inspektion]}", "r.yaml:1:24: responsible.layoff[0]",
        "no unit has the role", "did you mean 'inspection'?"),
    .init(
        "inhibit: [{source: {tier: red}}]", "r.yaml:1:11: inhibit[0]", "'target' is missing", ""),
    .init(
        "inhibit: [{source: {tier: red}, target: {}, equal: [county]}]",
        "r.yaml:1:41: inhibit[0].target", "every alert", "target: {"),
    .init(
        "inhibit: [{source: {tier: red}, target: {tier: red}, equal: [county]}]",
        "r.yaml:1:11: inhibit[0]", "same alerts", "greater"),
    .init(
        "inhibit: [{source: {tier: red}, target: {tier: blue}, equal: []}]",
        "r.yaml:1:62: inhibit[0].equal", "nothing in common", "county"),
    .init(
        "inhibit: [{source: {tier: red}, target: {tier: blue}, equal: [town]}]",
        "r.yaml:1:63: inhibit[0].equal[0]", "one of region", ""),
    .init("storm_limit: 0", "r.yaml:1:14: storm_limit", "from 1 to 10000", ""),
]

@Suite struct RoutingFileTests {
    private static func context() throws -> RoutingFile.Context {
        RoutingFile.Context(
            receivers: ["file", "chat", "red_room", "county", "city", "province"],
            rules: try Catalogue.builtIn().rules.map(\.id), zone: .shanghai,
            now: try #require(Instant(rfc3339: "2026-11-02T12:00:00+08:00")))
    }

    private func routing(_ text: String?) throws -> Routing {
        try RoutingFile.parse(text, file: "r.yaml", try Self.context())
    }

    @Test(arguments: wrongRoutings)
    func `a wrong file is refused with place, reason and hint`(wrong: WrongText) throws {
        do {
            _ = try routing(wrong.text)
            Issue.record("it was taken")
        } catch let error as ConfigurationError {
            let found = error.problems.map(\.description)
            #expect(
                error.problems.contains { problem in
                    problem.description.hasPrefix(wrong.place)
                        && problem.message.contains(wrong.message)
                        && (wrong.hint.isEmpty || problem.hint.contains(wrong.hint))
                        && problem.line > 0
                }, "\(found)")
        }
    }

    @Test func `there are more than fifty wrong files, no two for the same reason`() {
        #expect(wrongRoutings.count > 50)
        #expect(Set(wrongRoutings.map(\.testDescription)).count == wrongRoutings.count)
    }

    @Test func `the built-in routing tells every receiver and groups only for people`() throws {
        let routing = try routing(nil)
        #expect(routing.root.routes.isEmpty)
        let settings = try #require(routing.root.all().first?.settings)
        #expect(settings == RouteSettings.standard)
        #expect(routing.stormLimit == Routing.stormLimitStandard)
        #expect(routing.inhibitions.count == 1)
        #expect(Set(routing.responsible.keys) == Set(AlertKind.allCases))
        #expect(Set(routing.intervals.keys) == ["quiet_nights", "office_hours"])
    }

    @Test func `an own file replaces section by section`() throws {
        let routing = try routing("storm_limit: 7\nresponsible: {layoff: [hrss]}")
        #expect(routing.stormLimit == 7)
        #expect(routing.responsible[.layoff] == ["hrss"])
        #expect(routing.responsible[.wageArrears]?.contains("construction") == true)
        #expect(routing.inhibitions.count == 1)
        #expect(try self.routing("inhibit: []").inhibitions.isEmpty)
    }

    @Test func `what a file says is what the routing holds`() throws {
        let routing = try routing(
            """
            intervals:
              nights: [{times: ["22:00-07:30"], weekdays: ["saturday:monday"]}]
            calendar: {years: [2027], holidays: ["2027-08-17:2027-08-19"], workdays: [2027-01-03]}
            route:
              receivers: [file]
              routes:
                - name: wages
                  match: {kind: [wage_arrears], tier: ">= orange", rule: "wage.*", region: "5401"}
                  continue: true
                  receivers: [red_room]
                  group_by: []
                  repeat_interval: 0s
                  levels: up_one
                - {match: {size_class: 大型, subject: enterprise}, group_by: ['...']}
            """)
        let wages = try #require(routing.root.routes.first)
        #expect(wages.name == "wages")
        #expect(wages.continues)
        #expect(wages.matcher.tiers == [.orange, .red])
        #expect(wages.matcher.kinds == [.wageArrears])
        #expect(wages.matcher.rules == ["wage.*"])
        #expect(wages.matcher.regions == [RegionCode("5401")])
        #expect(wages.settings.groupBy == [])
        #expect(wages.settings.repeatInterval == 0)
        #expect(wages.settings.levels?[.blue] == .upOne)
        #expect(routing.root.routes.last?.name == "routes[1]")
        #expect(routing.root.routes.last?.settings.isUngrouped == true)
        let nights = try #require(routing.intervals["nights"]?.spans.first)
        #expect(nights.times == [0..<450, 1_320..<1_440])
        #expect(nights.weekdays == [6, 7, 1])
        #expect(routing.calendar.holidays.contains(try #require(Day("2027-08-18"))))
        #expect(routing.calendar.years == [2025, 2026, 2027])
        #expect(routing.calendar.workdays.contains(try #require(Day("2027-01-03"))))
    }

    @Test func `the examples of the documentation are right`() throws {
        let path = ConfigurationDocumentationTests.root.appendingPathComponent("docs/routing.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        let examples = text.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        #expect(examples.count >= 4)
        for example in examples { _ = try routing(example) }
    }

    @Test func `a file that is not there is a problem of the configuration`() throws {
        #expect(throws: ConfigurationError.self) {
            try RoutingFile.load("/nowhere/routing.yaml", try Self.context())
        }
    }
}
