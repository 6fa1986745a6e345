import Detect
import Labor
import Testing

@Suite struct MassTests {
    let cluster: RuleDefinition
    let rate: RuleDefinition

    init() throws {
        cluster = try RuleFiles.definition("mass.cluster")
        rate = try RuleFiles.definition("mass.rate")
    }

    static func region(_ rule: String, _ code: RegionCode) -> EpisodeKey {
        EpisodeKey(rule: RuleID(rule), subjectType: .region, subjectID: code.rawValue)
    }

    /// So many enterprises of 200 staff that cut, and ten that stay as they are.
    func town(cutting: Int, to after: Int32, before: Int32 = 200) -> Town {
        var town = Town(cutting + 10)
        for id in 1...Int64(cutting + 10) {
            let end = id <= cutting ? after : before
            town.heads([before, before, before, before, end], of: id)
        }
        return town
    }

    @Test(arguments: [
        (cutting: 2, after: Int32(140), raises: Tier?.none), (3, 140, .blue), (4, 140, .blue),
        (5, 140, .yellow), (5, 150, nil), (5, 149, .yellow), (8, 140, .orange), (15, 140, .red),
        (1, 0, .yellow),
    ])
    func `enterprises that cut at one time are counted`(
        _ cutting: Int, _ after: Int32, _ raises: Tier?
    ) throws {
        let found = try town(cutting: cutting, to: after).look(cluster, month: 4).findings
        #expect(found.first?.raises == raises)
        guard raises != nil, let found = found.first else { return }
        #expect(found.subject.id == "540103")
        #expect(found.subject.name == "堆龙德庆区")
        #expect(found.persons == cutting * Int(200 - after))
        #expect(found.evidence.rows.count == cutting)
        #expect(found.evidence.rows.first?.values["name"] == .string("企业1"))
        #expect(found.certainty == .provisional)
    }

    @Test func `reported leavers make a cluster observed`() throws {
        var town = town(cutting: 5, to: 140)
        for index in town.reports.indices where town.reports[index].headcount == 140 {
            town.reports[index].employerSeparations = 60
        }
        let found = try town.look(cluster, month: 4).findings.first
        #expect(found?.raises == .yellow)
        #expect(found?.certainty == .observed)
    }

    @Test func `the same fall a year ago makes it a season`() throws {
        var town = Town(6)
        for id in 1...Int64(6) {
            var heads = [Int32?](repeating: 200, count: 16)
            heads[2] = 120
            heads[15] = 130
            town.heads(heads, of: id)
        }
        let found = try town.look(cluster, month: 15).findings
        #expect(found.isEmpty)
        #expect(try town.look(cluster, month: 2).findings.first?.raises == .yellow)
    }

    @Test func `a county is clear only when most have reported`() throws {
        let watched = Self.region("mass.cluster", Town.county)
        var town = town(cutting: 1, to: 190)
        let all = try town.look(cluster, month: 4, watching: [watched])
        #expect(all.statuses == [watched: .clear(through: Town.period(4))])
        town.reports.removeAll { $0.period == Town.period(4) && $0.enterpriseID > 3 }
        let few = try town.look(cluster, month: 4, day: "2023-06-20", watching: [watched])
        #expect(few.statuses == [watched: .silent])
    }

    @Test(arguments: [
        // The staff of the enterprise that is held back, the month held, and the status.
        (staff: Int32(200), held: 4, status: SubjectStatus.silent), (200, 5, .silent),
        (200, 3, .clear(through: Town.period(4))), (70, 4, .clear(through: Town.period(4))),
    ])
    func `a county is not clear while a report is held back that could be a large cut`(
        _ staff: Int32, _ held: Int, _ status: SubjectStatus
    ) throws {
        let watched = Self.region("mass.cluster", Town.county)
        var town = town(cutting: 0, to: 0)
        town.enterprises.append(
            Enterprise(
                id: 11, name: "企业11", regionCode: Town.county, industryCode: IndustryCode("E47")))
        town.heads([Int32?](repeating: staff, count: max(held, 4) + 1), of: 11)
        town.held = [(11, held)]
        let looked = try town.look(cluster, month: 5, watching: [watched])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [watched: status])
    }

    @Test func `enterprises held back add up with those that cut`() throws {
        let watched = Self.region("mass.cluster", Town.county)
        var town = town(cutting: 3, to: 30, before: 60)
        #expect(try town.look(cluster, month: 4).findings.first?.raises == .blue)
        town.held = [(1, 4), (2, 4)]
        let looked = try town.look(cluster, month: 4, watching: [watched])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [watched: .silent])
    }

    @Test func `an enterprise of a township counts for its county`() throws {
        var town = town(cutting: 5, to: 140)
        town.regions.append(
            Region(code: RegionCode("540103001"), name: "东嘎镇", parent: Town.county))
        for index in 0..<3 { town.enterprises[index].regionCode = RegionCode("540103001") }
        let found = try town.look(cluster, month: 4).findings
        #expect(found.map(\.subject.id) == ["540103"])
        #expect(found.first?.raises == .yellow)
    }

    /// Twelve enterprises of 100 staff; all fall by the same number in month 4.
    func falling(by loss: Int32) -> Town {
        var town = Town(12)
        for id in 1...Int64(12) { town.heads([100, 100, 100, 100, 100 - loss], of: id) }
        return town
    }

    @Test(arguments: [
        (loss: Int32(3), raises: Tier?.none, holds: Tier?.none), (4, nil, .blue),
        (5, .blue, .blue), (10, .yellow, .yellow), (20, .orange, .orange), (17, .yellow, .orange),
        (50, .red, .red),
    ])
    func `the fall of a matched sample is judged`(
        _ loss: Int32, _ raises: Tier?, _ holds: Tier?
    ) throws {
        let found = try falling(by: loss).look(rate, month: 4).findings
        let ids = holds == nil ? [] : ["540103/E", "540000", "540100", "540103"]
        #expect(found.map(\.subject.id) == ids)
        for finding in found {
            #expect(finding.raises == raises)
            #expect(finding.holds == holds)
            #expect(finding.certainty == .provisional)
            #expect(finding.persons == Int(loss) * 12)
        }
        #expect(found.first.map(\.subject.name) == (holds == nil ? nil : "堆龙德庆区建筑业"))
    }

    @Test func `a few large enterprises do not speak for a county`() throws {
        var town = Town(12)
        for id in 1...Int64(12) {
            let isLarge = id <= 4
            town.heads([isLarge ? 1_000 : 100, isLarge ? 800 : 100], of: id)
        }
        #expect(try town.look(rate, month: 1).findings.isEmpty)
    }

    @Test(arguments: [4, 5])
    func `four enterprises are no sample`(_ count: Int) throws {
        var town = Town(count)
        for id in 1...Int64(count) { town.heads([100, 80], of: id) }
        #expect(try town.look(rate, month: 1).findings.isEmpty == (count == 4))
    }

    @Test func `last year's season is taken off`() throws {
        var town = Town(12)
        for id in 1...Int64(12) {
            var heads = [Int32?](repeating: 100, count: 14)
            heads[1] = 80
            heads[13] = 80
            town.heads(heads, of: id)
        }
        #expect(try town.look(rate, month: 13).findings.isEmpty)
        #expect(try town.look(rate, month: 1).findings.first?.raises == .orange)
    }

    @Test func `until most have reported the month before is looked at`() throws {
        let watched = EpisodeKey(rule: "mass.rate", subjectType: .cell, subjectID: "540103/E")
        var town = falling(by: 20)
        town.reports.removeAll { $0.period == Town.period(4) && $0.enterpriseID > 7 }
        let looked = try town.look(rate, month: 4, watching: [watched])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [watched: .clear(through: Town.period(3))])
        let late = try town.look(rate, month: 4, day: "2023-06-20", watching: [watched])
        #expect(late.statuses == [watched: .silent])
    }

    @Test(arguments: ["mass.cluster", "mass.rate"])
    func `a month that is over still shows in the status until its figures are corrected`(
        _ rule: String
    ) throws {
        let key = Self.region(rule, Town.county)
        let definition = rule == "mass.rate" ? rate : cluster
        var town = Town(12)
        for id in 1...Int64(12) {
            town.heads([200, 200, 200, 200, id <= 8 ? 130 : 200, id <= 8 ? 130 : 200], of: id)
        }
        #expect(
            try town.look(definition, month: 4).findings.contains {
                $0.key == key && $0.raises != nil
            })
        let over = try town.look(definition, month: 5, watching: [key])
        #expect(over.statuses == [key: .passed(in: Town.period(4), through: Town.period(5))])
        for index in town.reports.indices where town.reports[index].period >= Town.period(4) {
            town.reports[index].headcount = 200
        }
        let wrong = try town.look(definition, month: 5, watching: [key])
        #expect(wrong.statuses == [key: .clear(through: Town.period(5))])
    }
}
