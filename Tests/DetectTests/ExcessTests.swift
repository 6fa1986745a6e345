import Detect
import Labor
import Testing

/// Job losses beyond the season, cell by cell and in the search over all branches.
@Suite struct ExcessTests {
    let excess: RuleDefinition
    let scan: RuleDefinition

    init() throws {
        excess = try RuleFiles.definition("mass.excess")
        scan = try RuleFiles.definition("mass.scan")
    }

    static let month = 80
    static let cell = EpisodeKey(
        rule: "mass.excess", subjectType: .cell, subjectID: "540201/E")

    /// Both lists let one month in twenty through by design.
    @Test func `ordinary months raise hardly anything`() throws {
        var alarms = (excess: 0, scan: 0)
        for seed in [1, 2, 3] as [UInt64] {
            let valley = Valley(seed: seed)
            for month in 72..<84 {
                if try !valley.look(excess, month: month).findings.isEmpty { alarms.excess += 1 }
                if try !valley.look(scan, month: month).findings.isEmpty { alarms.scan += 1 }
            }
        }
        #expect(alarms.excess <= 5 && alarms.scan <= 5, "\(alarms) of 36")
    }

    @Test func `a cell far above its season is raised, with what was expected`() throws {
        var valley = Valley(seed: 1)
        valley.strike([Valley.counties[0]], ["E"], month: Self.month, persons: 9)
        let found = try valley.look(excess, month: Self.month).findings
        let cell = try #require(found.first { $0.subject.id == "540201/E" })
        #expect(cell.raises == .yellow)
        #expect(cell.certainty == .provisional)
        #expect(cell.subject.name == "县1建筑业")
        let expected = try #require(cell.evidence.expected)
        #expect((12...22).contains(expected))
        #expect((60...85).contains(try #require(cell.persons)))
        #expect(try #require(cell.evidence.p) < 1e-4)
        #expect(cell.evidence.measures["years"] == 6)
        #expect(cell.evidence.rows.contains { $0.values["enterprise_id"] != nil })
        #expect(!found.contains { $0.subject.id.hasPrefix("540202") })
    }

    @Test func `what winter always brings is no excess in winter, but one in summer`() throws {
        for (month, isRaised) in [(72, false), (78, true)] {
            var valley = Valley(seed: 2)
            valley.strike([Valley.counties[1]], ["A"], month: month, persons: 3)
            if !isRaised {
                for year in 1...6 {
                    valley.strike(
                        [Valley.counties[1]], ["A"], month: month - 12 * year, persons: 3)
                }
            }
            let found = try valley.look(excess, month: month).findings
            #expect(found.contains { $0.subject.id == "540202/A" } == isRaised, "\(month)")
        }
    }

    @Test func `one enterprise does not make a cell`() throws {
        var valley = Valley(seed: 3)
        valley.strike(
            [Valley.counties[0]], ["E"], month: Self.month, persons: 120, enterprisesEach: 1)
        #expect(try valley.look(excess, month: Self.month).findings.isEmpty)
    }

    @Test func `a watched cell is clear, held or silent`() throws {
        let watching = [Self.cell]
        var valley = Valley(seed: 4)
        let period = Valley.first.adding(Self.month)
        let clear = try valley.look(excess, month: Self.month, watching: watching)
        #expect(clear.statuses == [Self.cell: .clear(through: period)])
        let short = try valley.look(excess, month: 30, watching: watching)
        #expect(short.statuses == [Self.cell: .silent])
        valley.strike([Valley.counties[0]], ["E"], month: Self.month, persons: 2)
        let held = try valley.look(excess, month: Self.month, watching: watching).findings
        #expect(held.count <= 1)
        for finding in held { #expect(finding.holds == .blue) }
    }

    @Test func `a rise spread over a city is found as the city`() throws {
        var valley = Valley(seed: 5)
        valley.strike(Valley.counties, Valley.sections, month: Self.month, persons: 2)
        let found = try valley.look(scan, month: Self.month).findings
        #expect(found.map(\.subject.id) == ["540200"])
        #expect(found.first?.subject.type == .region)
        #expect(try #require(found.first?.persons) > 80)
    }

    @Test func `a sector, a county and a cell are found as what they are`() throws {
        for (counties, sections, id) in [
            (Valley.counties, ["E"], "540200/E"),
            ([Valley.counties[2]], Valley.sections, "540203"),
            ([Valley.counties[3]], ["A"], "540204/A"),
        ] {
            var valley = Valley(seed: 6)
            valley.strike(counties, sections, month: Self.month, persons: 5)
            let found = try valley.look(scan, month: Self.month).findings
            #expect(found.first { $0.raises != nil }?.subject.id == id)
        }
    }

    @Test func `branches that are told share no cell`() throws {
        var valley = Valley(seed: 7)
        valley.strike([Valley.counties[0]], ["A"], month: Self.month, persons: 20)
        valley.strike([Valley.counties[3]], ["E"], month: Self.month, persons: 4)
        let found = try valley.look(scan, month: Self.month).findings.map(\.subject.id)
        #expect(found.contains("540201/A"))
        #expect(found.contains("540204/E"))
        #expect(!found.contains("540200"))
    }

    @Test func `a scan is the same twice, in any order of the enterprises`() throws {
        var valley = Valley(seed: 8)
        valley.strike([Valley.counties[1]], ["A"], month: Self.month, persons: 6)
        let one = try valley.look(scan, month: Self.month).findings
        valley.enterprises.reverse()
        valley.losses.reverse()
        let two = try valley.look(scan, month: Self.month).findings
        #expect(!one.isEmpty)
        #expect(one == two)
        var other = scan
        other.parameters["seed"] = .number(77)
        let three = try valley.look(other, month: Self.month).findings
        #expect(three.map(\.subject.id) == one.map(\.subject.id))
        #expect(three.first?.evidence.p != one.first?.evidence.p)
    }

    @Test func `three years are enough for the scan, and are called short`() throws {
        var valley = Valley(seed: 10)
        valley.strike([Valley.counties[1]], ["A"], month: 35, persons: 15)
        let found = try valley.look(scan, month: 35).findings
        #expect(found.map(\.subject.id) == ["540202/A"])
        #expect(found.first?.evidence.marks["history"] == "short")
        let key = EpisodeKey(rule: "mass.scan", subjectType: .cell, subjectID: "540202/A")
        let early = try valley.look(scan, month: 30, watching: [key])
        #expect(early.statuses == [key: .silent])
    }

    @Test func `an open branch that grows weak is clear`() throws {
        let key = EpisodeKey(rule: "mass.scan", subjectType: .cell, subjectID: "540202/A")
        let unknown = EpisodeKey(rule: "mass.scan", subjectType: .cell, subjectID: "540299/A")
        let looked = try Valley(seed: 9).look(
            scan, month: Self.month, watching: [key, unknown])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses[key] == .clear(through: Valley.first.adding(Self.month)))
        #expect(looked.statuses[unknown] == .removed(.region))
    }

    /// The scan looks at three months together, so it sees the month for two more.
    @Test(arguments: [("mass.excess", 1), ("mass.scan", 3), ("index.warning", 1)])
    func `a month that is over still shows in the status until its figures are corrected`(
        _ rule: String, _ monthsAgo: Int
    ) throws {
        let definition = try RuleFiles.definition(rule)
        var valley = Valley(seed: 12)
        let usual = valley
        let month = Self.month - monthsAgo
        valley.strike([Valley.counties[1]], Valley.sections, month: month, persons: 40)
        let raised = try valley.look(definition, month: month).findings
        let key = try #require(
            raised.first { $0.subject.id == "540202" && $0.raises != nil }
        ).key
        let watching = [key]
        let through = Valley.first.adding(Self.month)
        let over = try valley.look(definition, month: Self.month, watching: watching)
        #expect(
            over.statuses
                == [key: .passed(in: Valley.first.adding(Self.month - 1), through: through)])
        let wrong = try usual.look(definition, month: Self.month, watching: watching)
        #expect(wrong.statuses == [key: .clear(through: through)])
    }
}
