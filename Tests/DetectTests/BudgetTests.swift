import Detect
import Labor
import Testing

/// Ranks of a sudden fall among earlier years, and the alarms that a region can verify in a month.
@Suite struct BudgetTests {
    var rule: RuleDefinition

    init() throws {
        rule = try RuleFiles.definition("layoff.trend")
        rule.parameters["nulls_min"] = .number(50)
    }

    @Test func `a fall is ranked among falls of the same month last year that came to nothing`()
        throws
    {
        var cohort = Cohort(60, staff: 100)
        for id in 2...4 { cohort.scale(id, from: 6, by: 0.5, until: 7) }
        // A cut that stood was an alarm, and no measure of chance; one of another month says
        // nothing of this.
        cohort.scale(5, from: 6, by: 0.5)
        cohort.scale(6, from: 9, by: 0.5, until: 10)
        cohort.scale(1, from: 18, by: 0.75)
        let found = try cohort.look(rule, at: 18).finding
        #expect(found?.evidence.measures["nulls"] == 59)
        #expect(found?.evidence.measures["empirical_p"] == 4.0 / 60)
        #expect(found?.evidence.marks["nulls"] == "trade_size_month")
        #expect(found?.evidence.marks["list"] == nil)
        // The first of 60 tests: 60 times its p, which is more than certain.
        #expect(found?.evidence.measures["false_discovery"] == 1)
        #expect(found?.evidence.measures["expected_persons"] == 0)
    }

    @Test func `many falls beyond all of last year's are listed`() throws {
        var cohort = Cohort(60, staff: 100)
        for id in 1...12 { cohort.scale(id, from: 18, by: 0.75) }
        let found = try cohort.look(rule, at: 18).finding
        #expect(found?.evidence.measures["empirical_p"] == 1.0 / 61)
        #expect(abs((found?.evidence.measures["false_discovery"] ?? 1) - 60.0 / 61 / 12) < 1e-9)
        #expect(found?.evidence.marks["list"] == "listed")
    }

    @Test(arguments: [
        (month: 18, least: 20.0, trades: 1, basis: String?.some("trade_size_month")),
        (18, 20, 2, "size_month"), (18, 70, 1, "month"), (8, 200, 1, "recent_months"),
        (8, 600, 1, nil),
    ])
    func `where too few are alike others compare, and else nothing is said`(
        _ month: Int, _ least: Double, _ trades: Int, _ basis: String?
    ) throws {
        var rule = rule
        rule.parameters["nulls_min"] = .number(least)
        var cohort = Cohort(80, staff: 270)
        // From 300 staff on an enterprise is of another size: 24 are like the first.
        for index in 0..<80 {
            cohort.town.enterprises[index].industryCode = IndustryCode("E4\(7 + index % trades)")
        }
        cohort.scale(1, from: month, by: 0.7)
        let found = try #require(try cohort.look(rule, at: month).finding)
        #expect(found.evidence.marks["nulls"] == basis)
        #expect((found.evidence.measures["empirical_p"] == nil) == (basis == nil))
        #expect(found.evidence.measures["rank"] == 1)
    }

    /// Six falls in one county, from the smallest to the largest; the last one is red.
    private func falls() -> Cohort {
        var cohort = Cohort(70, staff: 300)
        for (id, left) in [(1, 0.85), (8, 0.65), (15, 0.62), (22, 0.6), (29, 0.58)] {
            cohort.scale(id, from: 18, by: left)
        }
        for at in 0..<Town.months { cohort.heads[35][at] *= 4 }
        cohort.scale(36, from: 18, by: 0.3)
        return cohort
    }

    @Test(arguments: [0.0, 6, 3, 1])
    func `what is more than a region can verify is kept on record`(_ budget: Double) throws {
        var rule = rule
        rule.parameters["budget"] = .number(budget)
        let looked = try falls().reported(through: 18).look(rule, month: 18)
        let byRank = looked.findings.sorted {
            ($0.evidence.measures["rank"] ?? 0) < ($1.evidence.measures["rank"] ?? 0)
        }
        #expect(byRank.map(\.subject.id) == ["36", "29", "22", "15", "8", "1"])
        for (place, found) in byRank.enumerated() {
            let isOver = budget > 0 && Double(place) >= budget
            #expect((found.evidence.marks["budget"] == "over_budget") == isOver)
            #expect(found.evidence.measures["ranked"] == 6)
            #expect(found.evidence.measures["rank"] == Double(place + 1))
            let own: Tier = place == 0 ? .red : place == 5 ? .blue : .yellow
            #expect(found.raises == (isOver ? .blue : own))
            #expect(found.evidence.threshold?.tier == found.raises)
            // An alarm that was told higher before the others came is not taken back.
            #expect(found.holds.map { $0 >= own } == true)
        }
    }

    @Test func `neither red nor confirmed falls nor other counties are cut`() throws {
        var rule = rule
        rule.parameters["budget"] = .number(1)
        var cohort = falls()
        cohort.scale(36, from: 0, by: 0.2)
        cohort.scale(36, from: 18, by: 0.1 / 0.3)
        for index in [7, 14] { cohort.town.enterprises[index].regionCode = Town.other }
        let looked = try cohort.reported(through: 18).look(rule, month: 18)
        let raises = Dictionary(
            uniqueKeysWithValues: looked.findings.map { ($0.subject.id, $0.raises) })
        #expect(raises["15"] == .yellow)
        #expect(raises["8"] == .blue)
        #expect(raises["22"] == .blue)
        var red = falls()
        for at in 0..<Town.months { red.heads[35][at] *= 0.6 }
        red.heads[0] = red.heads[0].map { $0 * 20 }
        red.scale(1, from: 18, by: 0.4)
        let reds = try red.reported(through: 18).look(rule, month: 18).findings
            .filter { ["1", "36"].contains($0.subject.id) }
        #expect(reds.map(\.raises) == [.red, .red])
        #expect(reds.allSatisfy { $0.evidence.marks["budget"] == nil })
        let after = try falls().reported(through: 19).look(rule, month: 19).findings
        #expect(after.count == 6)
        #expect(
            after.allSatisfy { $0.certainty == .confirmed && $0.evidence.marks["budget"] == nil })
        #expect(after.filter { $0.raises == .yellow }.count >= 4)
    }

    @Test func `a region may verify more than another`() throws {
        var rule = rule
        rule.parameters["budget"] = .number(1)
        rule.regions[Town.county] = RegionOverride(parameters: ["budget": .number(2)])
        let looked = try falls().reported(through: 18).look(rule, month: 18)
        #expect(looked.findings.count { $0.evidence.marks["budget"] != nil } == 4)
    }

    @Test func `a scope changes no rank`() throws {
        var rule = rule
        rule.parameters["budget"] = .number(2)
        let town = falls().reported(through: 18)
        let all = try town.look(rule, month: 18).findings
        let some = try town.look(rule, month: 18, scope: .enterprises([8])).findings
        #expect(all == some)
        var turned = town
        turned.enterprises.reverse()
        #expect(try turned.look(rule, month: 18).findings == all)
    }
}
