import Detect
import Labor
import Testing

/// Indicators, events and missing reports.
@Suite struct DirectTests {
    static func indicator(_ code: String, _ month: Int, _ value: Double) -> Indicator {
        Indicator(
            code: code, regionCode: Town.city, period: Town.period(month), value: value,
            reportedAt: Town.period(month).lastDay.start(offsetSeconds: 0))
    }

    @Test(arguments: [
        (value: 4.8, raises: Tier?.none, holds: Tier?.none), (4.9, nil, .blue), (5.0, nil, .blue),
        (5.1, .blue, .blue), (5.5, .blue, .yellow), (5.6, .yellow, .yellow),
        (6.1, .orange, .orange), (7.1, .red, .red),
    ])
    func `a surveyed rate is judged by its bands`(
        _ value: Double, _ raises: Tier?, _ holds: Tier?
    ) throws {
        var town = Town()
        town.indicators = [
            Self.indicator("surveyed_unemployment_rate", 3, 4.4),
            Self.indicator("surveyed_unemployment_rate", 4, value),
            Self.indicator("initial_claims", 4, 9_000),
        ]
        let found = try town.look(RuleFiles.definition("indicator.target"), month: 5).findings
        #expect(found.first?.raises == raises)
        #expect(found.first?.holds == holds)
        #expect(found.count == (holds == nil ? 0 : 1))
        guard let found = found.first else { return }
        #expect(found.subject.id == "surveyed_unemployment_rate/540100")
        #expect(found.subject.name == "拉萨市城镇调查失业率")
        #expect(found.evidence.previous == 4.4)
        #expect(found.evidence.threshold?.limits.keys.sorted() == ["surveyed_unemployment_rate"])
    }

    @Test func `an indicator without a new value is silent`() throws {
        let rule = try RuleFiles.definition("indicator.target")
        let watched = EpisodeKey(
            rule: "indicator.target", subjectType: .indicator,
            subjectID: "registered_unemployment_rate/540100")
        var town = Town()
        town.indicators = [Self.indicator("registered_unemployment_rate", 4, 4.0)]
        let soon = try town.look(rule, month: 5, watching: [watched])
        #expect(soon.statuses == [watched: .clear(through: Town.period(4))])
        let late = try town.look(rule, month: 11, watching: [watched])
        #expect(late.statuses == [watched: .silent])
        town.indicators = []
        let never = try town.look(rule, month: 5, watching: [watched])
        #expect(never.statuses == [watched: .silent])
    }

    @Test(.timeLimit(.minutes(20)))
    func `many watched indicators are looked up in one pass`() throws {
        let codes = (0..<4_000).map { "indicator_\($0)" }
        let rule = RuleDefinition(
            id: "many", detector: "indicator.target", kind: .indicator,
            parameters: ["indicators": .texts(codes)],
            tiers: [.blue: TierDefinition(limits: [codes[0]: 5])])
        var town = Town()
        for code in codes {
            for month in 0..<24 { town.indicators.append(Self.indicator(code, month, 4)) }
        }
        let watched = codes.map {
            EpisodeKey(rule: "many", subjectType: .indicator, subjectID: "\($0)/540100")
        }
        let looked = try town.look(rule, month: 23, watching: watched)
        #expect(looked.statuses.count == codes.count)
        #expect(looked.statuses.values.allSatisfy { $0 == .clear(through: Town.period(23)) })
    }

    @Test(arguments: [(85.0, Tier?.none), (84.9, .blue), (79.0, .red)])
    func `where low is bad a low value raises`(_ value: Double, _ raises: Tier?) throws {
        let rule = RuleDefinition(
            id: "graduates", detector: "indicator.target", kind: .indicator,
            parameters: [
                "indicators": .texts(["graduate_employment_rate"]),
                "bad_when_low": .texts(["graduate_employment_rate"]),
            ],
            tiers: [
                .blue: TierDefinition(limits: ["graduate_employment_rate": 85]),
                .red: TierDefinition(limits: ["graduate_employment_rate": 80]),
            ])
        var town = Town()
        town.indicators = [Self.indicator("graduate_employment_rate", 4, value)]
        #expect(try town.look(rule, month: 5).findings.first?.raises == raises)
    }

    @Test(arguments: [
        (
            kind: EventKind.laborDispute, persons: Int32?.some(9), raises: Tier?.none,
            about: AlertKind.dispute
        ),
        (.laborDispute, 10, .blue, .dispute), (.laborDispute, 29, .blue, .dispute),
        (.laborDispute, 30, .yellow, .dispute), (.laborDispute, 100, .orange, .dispute),
        (.laborDispute, nil, nil, .dispute), (.massLayoff, 20, .yellow, .layoff),
        (.ownerAbsconded, nil, .red, .wageArrears), (.ownerAbsconded, 3, .yellow, .wageArrears),
        // A plan of a known enterprise is told by a rule of its own.
        (.layoffPlan, 80, nil, .layoff),
        (.closure, nil, .orange, .layoff), (.wageComplaint, 10, .yellow, .wageArrears),
        (.suspension, 20, .blue, .layoff), (.relief, 500, nil, .dispute),
    ])
    func `an event raises at once`(
        _ kind: EventKind, _ persons: Int32?, _ raises: Tier?, _ about: AlertKind
    ) throws {
        var town = Town()
        town.heads([80, 80])
        town.event(kind, on: "2023-02-10", persons: persons)
        let found = try town.look(
            RuleFiles.definition("event.direct"), month: 1, day: "2023-02-10"
        ).findings.first
        #expect(found?.raises == raises)
        guard raises != nil, let found else { return }
        #expect(found.kind == about)
        #expect(found.subject.id == "1")
        #expect(found.persons == persons.map(Int.init) ?? 80)
        #expect(found.evidence.threshold?.limits.keys.sorted() == [kind.rawValue])
    }

    @Test(arguments: [
        (kind: EventKind.ownerAbsconded, persons: Int32(3), raises: Tier.yellow),
        (.ownerAbsconded, 50, .red), (.layoffPlan, 60, .yellow),
    ])
    func `a flight or plan of an enterprise that is not known stays here`(
        _ kind: EventKind, _ persons: Int32, _ raises: Tier
    ) throws {
        var town = Town()
        town.event(kind, on: "2023-02-10", of: 99, region: Town.other, persons: persons)
        let rule = try RuleFiles.definition("event.direct")
        let found = try town.look(rule, month: 1, day: "2023-02-10").findings
        #expect(found.map(\.raises) == [raises])
        #expect(found.first?.subject.type == .region)
    }

    @Test func `what is left to no rule is told here`() throws {
        var rule = try RuleFiles.definition("event.direct")
        rule.parameters["left_to"] = .textTable([:])
        var town = Town()
        town.heads([80, 80])
        town.event(.ownerAbsconded, on: "2023-02-10")
        #expect(try town.look(rule, month: 1).findings.first?.raises == .red)
    }

    @Test(arguments: [("2023-03-12", true), ("2023-03-13", false)])
    func `an event is active for its days`(_ day: String, _ isActive: Bool) throws {
        var town = Town()
        town.heads([80, 80])
        town.event(.laborDispute, on: "2023-02-10", persons: 15)
        let watched = key("event.direct")
        let looked = try town.look(
            RuleFiles.definition("event.direct"), month: 2, day: day, watching: [watched])
        #expect(looked.findings.isEmpty != isActive)
        let clear = [watched: SubjectStatus.clear(through: Town.period(2))]
        #expect(looked.statuses == (isActive ? [:] : clear))
    }

    @Test(arguments: [("2023-03-20", true), ("2023-06-20", false)])
    func `an event learnt late is active from then, unless it is history`(
        _ learnt: String, _ isActive: Bool
    ) throws {
        var town = Town()
        town.event(.laborDispute, on: "2023-02-10", persons: 15)
        let day = try #require(Day(learnt))
        town.events[0].reportedAt = day.start(offsetSeconds: 28_800)
        let looked = try town.look(
            RuleFiles.definition("event.direct"), month: 2, day: day.adding(days: 5).description)
        #expect(looked.findings.isEmpty != isActive)
    }

    @Test func `the highest of several events decides and all are shown`() throws {
        var town = Town()
        town.event(.laborDispute, on: "2023-02-01", persons: 12)
        town.event(.massLayoff, on: "2023-02-05", persons: 60)
        town.event(.laborDispute, on: "2023-02-03", region: Town.other, persons: 40)
        town.event(.wageComplaint, on: "2023-02-02", of: nil, region: Town.other, persons: 11)
        let found = try town.look(RuleFiles.definition("event.direct"), month: 1).findings
        #expect(found.map(\.subject.type) == [.enterprise, .region])
        #expect(found[0].raises == .orange)
        #expect(found[0].kind == .layoff)
        #expect(found[0].evidence.rows.count == 3)
        #expect(found[0].evidence.marks["kinds"] == "labor_dispute,mass_layoff")
        #expect(found[1].subject.id == "540102")
        #expect(found[1].kind == .wageArrears)
    }

    @Test func `an event of an unknown enterprise counts for its region`() throws {
        var town = Town()
        town.event(.laborDispute, on: "2023-02-01", of: 99, region: Town.other, persons: 12)
        town.event(.laborDispute, on: "2023-02-01", of: 99, persons: 12)
        let found = try town.look(RuleFiles.definition("event.direct"), month: 1).findings
        #expect(found.map(\.subject.type) == [.region])
        #expect(found.map(\.subject.id) == ["540102"])
        #expect(found.map(\.raises) == [.blue])
    }

    @Test(arguments: [
        (reported: [0, 1, 2, 3, 4, 5], day: "2023-08-05", raises: Tier?.none),
        ([0, 1, 2, 3, 4, 5], "2023-08-06", .blue), ([0, 1, 2, 3, 4, 5], "2023-09-06", .yellow),
        ([0, 1, 2, 3, 4, 5], "2023-11-06", .orange), ([0, 1, 2, 3, 4, 5], "2024-03-06", .orange),
        ([0, 1, 2], "2023-05-06", .blue), ([0, 1], "2023-04-06", nil),
        ([0, 2, 4], "2023-07-06", nil), ([0, 2, 3, 4, 5], "2023-08-06", .blue),
        ([0, 1, 2, 3, 4, 5, 7], "2023-09-06", nil),
    ])
    func `a report is missed by one that used to report`(
        _ reported: [Int], _ day: String, _ raises: Tier?
    ) throws {
        var town = Town()
        for month in reported { town.heads([80], from: month) }
        let found = try town.look(
            RuleFiles.definition("report.missing"), month: 0, day: day
        ).findings.first
        #expect(found?.raises == raises)
        if raises != nil { #expect(found?.persons == 80) }
    }

    @Test(arguments: [(false, Tier.yellow), (true, .orange)])
    func `a key enterprise counts more`(_ isKey: Bool, _ tier: Tier) throws {
        var town = Town()
        town.enterprises[0].keyMonitored = isKey
        town.heads([80, 80, 80, 80])
        let found = try town.look(
            RuleFiles.definition("report.missing"), month: 0, day: "2023-08-10"
        ).findings.first
        #expect(found?.raises == tier)
        #expect(found?.evidence.measures["missed"] == 3)
    }

    @Test func `a report that is held back has come`() throws {
        var town = Town()
        town.heads([80, 80, 80, 80])
        town.held = [(1, 3)]
        let watched = key("report.missing")
        let looked = try town.look(
            RuleFiles.definition("report.missing"), month: 0, day: "2023-05-10",
            watching: [watched])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [watched: .clear(through: Town.period(3))])
    }

    @Test func `a report that cannot be used has come`() throws {
        var town = Town()
        town.heads([80, 80, 80])
        let watched = key("report.missing")
        let rule = try RuleFiles.definition("report.missing")
        #expect(try !town.look(rule, month: 0, day: "2023-05-10").findings.isEmpty)
        town.unusable = [(1, 3)]
        let looked = try town.look(rule, month: 0, day: "2023-05-10", watching: [watched])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [watched: .clear(through: Town.period(3))])
        // The silence after it is one again, with the staff of the last report that can be used.
        let later = try town.look(rule, month: 0, day: "2023-06-10").findings
        #expect(later.map(\.persons) == [80])
        #expect(later.first?.evidence.measures["missed"] == 1)
    }

    @Test func `a silence begins after the last report that came, usable or not`() throws {
        var town = Town()
        town.heads([80, 80, 80, 80, 80, 80, 80])
        let rule = try RuleFiles.definition("layoff.silence")
        #expect(try !town.look(rule, month: 0, day: "2023-11-10").findings.isEmpty)
        town.unusable = [(1, 7)]
        #expect(try town.look(rule, month: 0, day: "2023-11-10").findings.isEmpty)
        let later = try town.look(rule, month: 0, day: "2023-12-10").findings
        #expect(later.map(\.persons) == [80])
        #expect(later.first?.evidence.measures["missed"] == 3)
    }

    @Test(arguments: [(next: 4, clear: true), (3, true), (2, false)])
    func `one that reports again is clear`(_ next: Int, _ isClear: Bool) throws {
        var town = Town()
        town.heads([80, 80, 80])
        town.heads([80], from: next)
        let watched = key("report.missing")
        let looked = try town.look(
            RuleFiles.definition("report.missing"), month: 0, day: "2023-05-31",
            watching: [watched])
        #expect(looked.findings.isEmpty == isClear)
        #expect(
            looked.statuses == (isClear ? [watched: .clear(through: Town.period(next))] : [:]))
    }

    @Test func `a month of its own has its own deadline`() throws {
        var rule = try RuleFiles.definition("report.missing")
        rule.parameters["due_day_of"] = .table(["4": 20])
        var town = Town()
        town.heads([80, 80, 80])
        #expect(try town.look(rule, month: 0, day: "2023-05-20").findings.isEmpty)
        let late = try town.look(rule, month: 0, day: "2023-05-21").findings
        #expect(late.map(\.period) == [Town.period(3)])
        town.heads([80], from: 3)
        #expect(try town.look(rule, month: 0, day: "2023-05-21").findings.isEmpty)
    }
}
