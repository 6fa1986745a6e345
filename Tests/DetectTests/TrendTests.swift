import Detect
import Labor
import Support
import Testing

@Suite struct TrendTests {
    let rule: RuleDefinition

    init() throws { rule = try RuleFiles.definition("layoff.trend") }

    @Test(arguments: [
        (left: 0.95, raises: Tier?.none), (0.88, .blue), (0.80, .blue), (0.70, .yellow),
        (0.48, .orange), (0.0, .red),
    ])
    func `a sudden fall is graded by persons and share`(_ left: Double, _ raises: Tier?) throws {
        var cohort = Cohort(30, staff: 210)
        cohort.scale(1, from: 16, by: left)
        let found = try cohort.look(rule, at: 16).finding
        #expect(found?.raises == raises)
        guard let found, raises != nil else { return }
        #expect(found.certainty == .provisional)
        #expect(found.period == Town.period(16))
        #expect(abs((found.share ?? 0) - (1 - left)) < 0.04)
        #expect(abs((found.evidence.expected ?? 0) - 210) < 8)
        #expect((found.evidence.p ?? 1) < 0.01)
        #expect((found.evidence.scale ?? 0) > 0)
        #expect(found.evidence.marks["compared"] == "peers,season")
        #expect(found.evidence.rows.last?.values["headcount"] != nil)
    }

    @Test func `what holds in the next report stays and what comes back is clear`() throws {
        var lasting = Cohort(30)
        lasting.scale(1, from: 16, by: 0.75)
        for month in 16...19 {
            let found = try lasting.look(rule, at: month).finding
            #expect(found?.period == Town.period(month))
            #expect(found?.certainty == (month == 16 ? .provisional : .confirmed))
        }
        #expect(try lasting.look(rule, at: 21).finding == nil)
        var dip = Cohort(30)
        dip.scale(1, from: 16, by: 0.75, until: 17)
        #expect(try dip.look(rule, at: 16).finding?.raises == .yellow)
        let after = try dip.look(rule, at: 17)
        #expect(after.finding == nil)
        #expect(after.status == .clear(through: Town.period(17)))
    }

    @Test func `a fall that all peers share is none`() throws {
        let cohort = Cohort(30) { $0 == 8 ? 0.6 : $0 == 9 ? 0.7 : 1 }
        for month in 7...10 {
            let looked = try cohort.reported(through: month).look(rule, month: month)
            #expect(looked.findings.isEmpty)
        }
    }

    @Test func `the own season explains what peers do not know`() throws {
        var cohort = Cohort(30)
        for year in [6, 18] { cohort.scale(1, from: year, by: 0.5, until: year + 3) }
        #expect(try cohort.look(rule, at: 6).finding?.raises != nil)
        for month in 18...20 { #expect(try cohort.look(rule, at: month).finding == nil) }
        cohort.scale(2, from: 18, by: 0.5)
        #expect(try cohort.look(rule, at: 18, of: 2).finding?.raises != nil)
    }

    @Test func `a cut of last year that stayed is no season`() throws {
        var cohort = Cohort(30)
        for month in [7, 19] { cohort.scale(1, from: month, by: 0.75) }
        #expect(try cohort.look(rule, at: 19).finding?.raises != nil)
        let statute = try RuleFiles.definition("layoff.statutory")
        let found = try cohort.look(statute, at: 19).finding
        #expect(found?.evidence.marks["explained_by"] == nil)
    }

    @Test func `a level that jumped is no baseline`() throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 12, by: 1.8, until: 16)
        for month in 12...19 {
            #expect(try cohort.look(rule, at: month).finding?.raises == nil, "\(month)")
        }
        // What falls below the level from before the merger counts, from that level.
        cohort.scale(1, from: 16, by: 0.6)
        let found = try cohort.look(rule, at: 16).finding
        #expect(abs((found?.share ?? 0) - 0.4) < 0.05)
    }

    @Test func `a figure that lost a digit and a branch left out wait for the next report`() throws
    {
        var digit = Cohort(30)
        digit.scale(1, from: 16, by: 0.1)
        #expect(try digit.look(rule, at: 16).finding?.raises == nil)
        // The same figure again may be the last report sent once more.
        digit.heads[0][17] = digit.heads[0][16]
        #expect(try digit.look(rule, at: 17).finding?.raises == nil)
        digit.heads[0][17] += 2
        #expect(try digit.look(rule, at: 17).finding?.raises != nil)
        var branch = Cohort(30)
        branch.scale(1, from: 16, by: 0.7)
        for paid in [true, false] {
            var town = branch.reported(through: 16)
            for index in town.reports.indices where town.reports[index].enterpriseID == 1 {
                let heads = Double(town.reports[index].headcount)
                let isLast = town.reports[index].period == Town.period(16)
                let staff = isLast && paid ? heads / 0.7 : heads
                town.reports[index].wagesDue = Int64(staff) * 500_000
            }
            let found = try town.look(rule, month: 16).findings.first { $0.subject.id == "1" }
            #expect((found?.raises == nil) == paid)
        }
    }

    @Test func `a transfer is no layoff, by event, by owner, and marked where only likely`() throws
    {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.7)
        let lost = cohort.heads[0][15] * 0.3
        var byEvent = cohort.reported(through: 16)
        byEvent.event(.staffTransfer, on: "2024-05-10", persons: Int32(lost))
        #expect(try byEvent.look(rule, month: 16).findings.isEmpty)
        for at in 16..<Town.months { cohort.heads[1][at] += lost }
        var sisters = cohort.reported(through: 16)
        let neighbour = try sisters.look(rule, month: 16).findings.first
        #expect(neighbour?.raises == .blue)
        #expect(neighbour?.evidence.marks["transfer"] == "neighbour")
        #expect(neighbour?.evidence.marks["transfer_to"] == "2")
        for index in [0, 1] { sisters.enterprises[index].ownerGroup = "G" }
        #expect(try sisters.look(rule, month: 16).findings.isEmpty)
    }

    @Test(arguments: [
        ("1", "strike 2024-04..2024-06", true), ("1", "strike 2024-06..2024-07", false),
        ("region:540100", "campaign 2024-05..2024-05", true),
        ("industry:E", "other 2023-01..2023-02; season 2024-05..2024-06", true),
        ("industry:C", "season 2024-05..2024-06", false),
    ])
    func `a cause on file explains`(_ key: String, _ value: String, _ explains: Bool) throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.7)
        var rule = rule
        rule.parameters["known_causes"] = .textTable([key: value])
        #expect((try cohort.look(rule, at: 16).finding == nil) == explains)
    }

    @Test(arguments: [
        ("known_causes", "strike", "no cause"),
        ("known_causes", "fog 2024-01..2024-02", "no cause"),
        ("known_causes", "strike 2024-03..2024-01", "no cause"),
        ("spring_festival", "2036-02-30", "no day"),
    ])
    func `a table with a slip is refused`(_ name: String, _ value: String, _ says: String) throws {
        var rule = rule
        rule.parameters[name] = .textTable(["2036": value])
        let error = #expect(throws: RuleError.self) { try Rule(rule) }
        #expect(error?.message.contains(says) == true)
    }

    @Test func `a month is judged once half of the usual reporters have reported`() throws {
        var cohort = Cohort(60) { $0 >= 16 ? 0.6 : 1 }
        cohort.scale(1, from: 16, by: 0.6)
        var early = cohort.reported(through: 15)
        early.heads([Int32(cohort.heads[0][16])], from: 16)
        #expect(try early.look(rule, month: 16).findings.isEmpty)
        #expect(try cohort.look(rule, at: 16).finding?.raises != nil)
    }

    @Test(arguments: [
        (closing: 31.0, dates: true, raises: false), (31, false, true), (10, true, true),
    ])
    func `months are compared that stand to a festival alike`(
        _ closing: Double, _ dates: Bool, _ raises: Bool
    ) throws {
        // The operator's own dates: the feast moves from the end of July to the end of August, and
        // a report that speaks of the 10th sees it a month later in the first year only.
        var cohort = Cohort(30)
        cohort.scale(1, from: 6, by: 0.6, until: 7)
        cohort.scale(1, from: 19, by: 0.6, until: 20)
        var rule = rule
        rule.parameters["snapshot_day"] = .number(closing)
        if dates {
            let second = closing == 31 ? "2024-08-29" : "2024-07-20"
            rule.parameters["spring_festival"] = .textTable([
                "2023": "2023-07-29", "2024": second,
            ])
        }
        #expect((try cohort.look(rule, at: 19).finding?.raises != nil) == raises)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `noise raises nothing and a scope changes nothing`(_ seed: UInt64) throws {
        let cohort = Cohort(60, staff: 80, seed: seed)
        let rules = try ["layoff.trend", "layoff.slow", "layoff.silence"].map {
            try Rule(try RuleFiles.definition($0))
        }
        var shaken = cohort
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            shaken.scale(
                Int.random(in: 1...60, using: &random),
                from: Int.random(in: 12...17, using: &random),
                by: Double.random(in: 0.2...1.6, using: &random))
        }
        let day = Town.period(18).lastDay
        let asOf = AsOf(instant: day.start(offsetSeconds: 0), day: day)
        let evaluator = Evaluator(rules: rules)
        let calm = evaluator.evaluate(
            cohort.reported(through: 18).facts, asOf: asOf, scope: .all, watching: [])
        #expect(calm.findings.isEmpty)
        let facts = shaken.reported(through: 18).facts
        let all = evaluator.evaluate(facts, asOf: asOf, scope: .all, watching: [])
        let some = evaluator.evaluate(facts, asOf: asOf, scope: .enterprises([3]), watching: [])
        #expect(all.findings == some.findings)
        #expect(!all.findings.isEmpty)
    }

    @Test func `the time grows no faster than the number of enterprises by much`() throws {
        let evaluator = Evaluator(
            rules: try ["layoff.trend", "layoff.slow", "layoff.silence", "layoff.statutory"].map {
                try Rule(try RuleFiles.definition($0))
            })
        let day = Town.period(18).lastDay
        let asOf = AsOf(instant: day.start(offsetSeconds: 0), day: day)
        let times = [500, 4_000].map { count in
            let facts = Cohort(count).reported(through: 18).facts
            return (0..<5).map { _ in
                let clock = ContinuousClock()
                return clock.measure {
                    _ = evaluator.evaluate(facts, asOf: asOf, scope: .all, watching: [])
                }
            }.min() ?? .zero
        }
        // Eight times as many; the rest is for a machine that does other things beside.
        #expect(times[1] < times[0] * 40)
    }
}
