import Detect
import Labor
import Testing

@Suite struct LayoffTests {
    let rule: RuleDefinition

    init() throws { rule = try RuleFiles.definition("layoff.statutory") }

    @Test(arguments: [
        (before: Int32(200), after: Int32(181), raises: Tier?.none, holds: Tier?.some(.blue)),
        (200, 180, .blue, .blue), (200, 186, nil, nil), (200, 151, .blue, .yellow),
        (200, 150, .yellow, .yellow), (100, 91, nil, nil), (110, 100, nil, .blue),
        (100, 90, .blue, .blue),
        (1_000, 975, .blue, .blue), (1_000, 976, nil, nil), (1_000, 801, .yellow, .orange),
        (1_000, 800, .orange, .orange), (1_000, 700, .red, .red), (599, 300, .orange, .orange),
        (599, 240, .orange, .red),
        (600, 300, .red, .red), (60, 54, nil, nil), (60, 50, .blue, .blue),
        (40, 36, .blue, .blue), (20, 17, nil, nil), (20, 16, .blue, .blue), (10, 8, nil, nil),
        (10, 7, .yellow, .yellow), (80, 40, .yellow, .yellow), (100, 50, .orange, .orange),
        (320, 100, .red, .red), (100, 100, nil, nil), (100, 900, nil, nil),
        (100, 0, .orange, .orange),
        (0, 0, nil, nil), (0, 50, nil, nil),
    ])
    func `a net fall is judged by persons and share`(
        _ before: Int32, _ after: Int32, _ raises: Tier?, _ holds: Tier?
    ) throws {
        var town = Town()
        town.heads([before, before, before, before, after])
        // An event that states the layoff: the limits decide alone.
        town.event(.massLayoff, on: "2023-05-10")
        let found = try town.look(rule, month: 4).findings.first
        #expect(found?.raises == raises)
        #expect(found?.holds == holds)
        if let found, raises != nil {
            #expect(found.persons == Int(before - after))
            #expect(found.certainty == .observed)
            #expect(found.evidence.marks["basis"] == "net_headcount")
            #expect(found.evidence.threshold?.tier == raises)
            #expect(found.evidence.threshold?.source.isEmpty == false)
            #expect(found.evidence.rows.last?.values["headcount"] == .int(Int64(after)))
        }
    }

    @Test func `ordinary coming and going of a very large staff is nothing`() throws {
        var town = Town()
        town.heads([70_000, 69_000, 68_200, 67_300, 66_400])
        #expect(try town.look(rule, month: 4).findings.isEmpty)
    }

    @Test(arguments: [
        ([19, 0, 0], Tier?.none), ([20, 0, 0], .blue), ([19, 19, 19], .yellow),
        ([7, 7, 6], .blue), ([0, 0, 0], nil),
    ])
    func `leavers by the employer add up over three months`(
        _ leavers: [Int32], _ raises: Tier?
    ) throws {
        var town = Town()
        // Joiners make up for the leavers: the headcount alone would show nothing.
        town.heads([1_000, 1_000])
        for (index, count) in leavers.enumerated() {
            town.report(month: 2 + index) {
                $0.headcount = 1_000
                $0.employerSeparations = count
            }
        }
        let found = try town.look(rule, month: 4).findings.first
        #expect(found?.raises == raises)
        if raises != nil {
            #expect(found?.persons == Int(leavers.reduce(0, +)))
            #expect(found?.evidence.marks["basis"] == "employer_separations")
        }
    }

    @Test func `slices of a net fall add up too`() throws {
        var town = Town()
        town.heads([500, 500, 481, 462, 443])
        town.event(.massLayoff, on: "2023-03-10")
        #expect(try town.look(rule, month: 2).findings.first?.raises == nil)
        let found = try town.look(rule, month: 4).findings.first
        #expect(found?.raises == .yellow)
        #expect(found?.persons == 57)
        #expect(found?.evidence.marks["window"] == "3_months")
    }

    @Test func `months without leavers reported count zero beside one that has them`() throws {
        var town = Town()
        town.heads([300, 300, 200, 200])
        town.report(month: 4) {
            $0.headcount = 200
            $0.employerSeparations = 5
        }
        #expect(try town.look(rule, month: 4).findings.isEmpty)
    }

    @Test func `the first month has leavers but no staff before it`() throws {
        var town = Town()
        town.report(month: 0) {
            $0.headcount = 75
            $0.employerSeparations = 25
        }
        let found = try town.look(rule, month: 0).findings.first
        #expect(found?.raises == .blue)
        #expect(found?.share == 0.25)
        #expect(found?.evidence.marks["staff"] == "estimated")
    }

    @Test(arguments: [(gap: 0, found: true), (1, true), (2, true), (3, false)])
    func `a base may be two months older than the window`(_ gap: Int, _ found: Bool) throws {
        var town = Town()
        town.heads([100])
        town.heads([60], from: gap + 3)
        #expect(try town.look(rule, month: gap + 3).findings.isEmpty == !found)
    }

    @Test func `a report that is held back is not looked at`() throws {
        var town = Town()
        town.heads([200, 200, 200, 200, 20])
        town.held = [(1, 4)]
        let looked = try town.look(rule, month: 4, watching: [key("layoff.statutory")])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [key("layoff.statutory"): .silent])
    }

    @Test(arguments: [
        (held: 2, status: SubjectStatus.clear(through: Town.period(3))), (4, .silent),
    ])
    func `only a report held back after the last one that counts makes silent`(
        _ held: Int, _ status: SubjectStatus
    ) throws {
        var town = Town()
        town.heads(held == 4 ? [200, 200, 200, 200, 200] : [200, 200, 200, 200])
        town.held = [(1, held)]
        let watched = key("layoff.statutory")
        let looked = try town.look(rule, month: 4, watching: [watched])
        #expect(looked.statuses == [watched: status])
    }

    @Test(arguments: [(persons: Int32(25), raises: Tier?.some(.blue)), (40, nil), (60, nil)])
    func `a staff transfer takes its persons off`(_ persons: Int32, _ raises: Tier?) throws {
        var town = Town()
        town.heads([200, 200, 200, 200, 150])
        town.event(.staffTransfer, on: "2023-05-10", persons: persons)
        let found = try town.look(rule, month: 4).findings.first
        #expect(found?.raises == raises)
        if raises != nil {
            #expect(found?.persons == 25)
            #expect(found?.evidence.marks["transfer"] == "persons_taken_off")
        }
    }

    @Test func `a transfer long before does not count`() throws {
        var town = Town()
        town.heads([200, 200, 200, 200, 150])
        town.event(.staffTransfer, on: "2023-01-10", persons: 50)
        #expect(try town.look(rule, month: 4).findings.first?.persons == 50)
    }

    @Test(arguments: [
        ("540103", Tier?.some(.blue)), ("540100", .blue), ("540000", .blue), ("540102", nil),
    ])
    func `a region's own limit holds inside it`(_ region: String, _ raises: Tier?) throws {
        var rule = rule
        rule.regions[RegionCode(region)] = RegionOverride(
            parameters: ["share_persons_min_net": .number(3)],
            tiers: [.blue: TierDefinition(limits: ["share": 0.05], source: "本地预案")])
        var town = Town()
        town.heads([100, 100, 94])
        let found = try town.look(rule, month: 2).findings.first
        #expect(found?.raises == raises)
        if raises != nil { #expect(found?.evidence.threshold?.source == "本地预案") }
    }

    @Test func `the nearest region wins`() throws {
        var rule = rule
        for (region, share) in [("540000", 0.05), ("540100", 0.2)] {
            rule.regions[RegionCode(region)] = RegionOverride(
                parameters: ["share_persons_min_net": .number(3)],
                tiers: [
                    .blue: TierDefinition(limits: ["share": share], clear: ["share": share])
                ])
        }
        var town = Town()
        town.heads([100, 100, 88])
        #expect(try town.look(rule, month: 2).findings.isEmpty)
    }

    @Test(arguments: [
        // The last report's month, the day looked at, and the status.
        (3, "2023-04-30", SubjectStatus.clear(through: Town.period(3))),
        (3, "2023-05-31", .clear(through: Town.period(3))),
        (3, "2023-06-05", .clear(through: Town.period(3))), (3, "2023-06-06", .silent),
        (3, "2023-12-31", .silent),
    ])
    func `a silent enterprise is not clear`(
        _ last: Int, _ day: String, _ status: SubjectStatus
    ) throws {
        var town = Town()
        town.heads([Int32?](repeating: 100, count: last + 1))
        let watched = key("layoff.statutory")
        let looked = try town.look(rule, month: 0, day: day, watching: [watched])
        #expect(looked.statuses == [watched: status])
    }

    @Test func `an old report says nothing any more`() throws {
        var town = Town()
        town.heads([200, 200, 100])
        #expect(try town.look(rule, month: 4).findings.count == 1)
        #expect(try town.look(rule, month: 5).findings.isEmpty)
    }
}
