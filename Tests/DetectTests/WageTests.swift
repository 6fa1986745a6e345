import Detect
import Labor
import Testing

@Suite struct WageTests {
    let rule: RuleDefinition

    init() throws { rule = try RuleFiles.definition("wage.arrears") }

    /// Months of pay due and the part of a month's pay that was paid; `staff` at 6,000 yuan each.
    func town(
        _ paid: [Double], due: [Double]? = nil, staff: Int32 = 8, unpaid: Int32? = nil
    ) -> Town {
        var town = Town()
        let pay = Double(staff) * 600_000
        for (month, part) in paid.enumerated() {
            town.report(month: month) {
                $0.headcount = staff
                $0.wagesDue = Int64(pay * (due?[month] ?? 1))
                $0.wagesPaid = Int64(pay * part)
                $0.workersUnpaid = unpaid
            }
        }
        return town
    }

    /// Twelve ordinary months before what is told.
    func after(_ paid: [Double]) -> [Double] { [Double](repeating: 1, count: 12) + paid }

    @Test(arguments: [
        (paid: [0.0], raises: Tier?.some(.yellow)), ([0.01], nil), ([0.55, 1], .blue),
        ([0.5, 1], .yellow), ([0.56, 1], nil), ([0.5], nil), ([0.3, 1.7], nil), ([0, 0], .yellow),
        ([0.7, 0.7], nil), ([0.7, 0.6], nil), ([0.5, 0.9], .yellow),
    ])
    func `a month's pay, or half of one twice, is an alarm`(
        _ paid: [Double], _ raises: Tier?
    ) throws {
        // Eight workers with two months open make 16 worker-months: orange wants ten.
        var rule = rule
        rule.tiers[.orange]?.limits["worker_months"] = 100
        rule.tiers[.red]?.limits["worker_months"] = 100
        let found = try town(after(paid)).look(rule, month: 11 + paid.count).findings.first
        #expect(found?.raises == raises)
        if raises != nil { #expect(found?.certainty == .observed) }
    }

    @Test(arguments: [
        (paid: [0.0], staff: Int32(100), tier: Tier.orange), ([0, 0], 100, .red),
        ([0.5, 1], 100, .yellow), ([0], 9, .yellow), ([0], 10, .orange), ([0, 0], 9, .orange),
        ([0, 0], 10, .red), ([0.5, 1, 1], 100, .yellow), ([0.5, 1, 1, 1], 100, .orange),
        ([0.5, 1, 1, 1, 1, 1], 100, .red),
    ])
    func `months, age and workers make the tier`(
        _ paid: [Double], _ staff: Int32, _ tier: Tier
    ) throws {
        var rule = rule
        rule.parameters["steps_up_max"] = .number(0)
        let found = try town(after(paid), staff: staff).look(rule, month: 11 + paid.count)
            .findings.first
        #expect(found?.raises == tier)
        #expect(found?.persons == Int(staff))
        #expect(found?.evidence.marks["workers"] == "headcount")
    }

    @Test func `the figures of a finding can be computed again`() throws {
        let found = try town(after([0.5, 0.75]), staff: 20, unpaid: 12).look(rule, month: 13)
            .findings.first
        #expect(found?.evidence.value == 0.75)
        #expect(found?.persons == 12)
        #expect(found?.share == 0.6)
        #expect(found?.amount == 9_000_000)
        #expect(found?.evidence.marks["workers"] == "workers_unpaid")
        #expect(found?.evidence.measures["age"] == 2)
        #expect(found?.evidence.measures["worker_months"] == 9)
        #expect(found?.period == Town.period(13))
        #expect(found?.evidence.rows.count == 14)
        #expect(found?.evidence.rows.last?.values["wages_paid"] == .int(90_000))
    }

    @Test func `one who always pays a month late has that month as its zero`() throws {
        // January brings a bonus that is paid in February, like everything else.
        let due = (0..<24).map { $0 % 12 == 0 ? 1.6 : 1.0 }
        let paid = [0.0] + due.dropLast()
        let town = town(paid, due: due)
        for month in 4..<24 {
            let found = try town.look(rule, month: month).findings
            #expect(found.allSatisfy { $0.raises == nil }, "month \(month)")
        }
    }

    @Test(arguments: [0.0, 0.3])
    func `a winter stop is no arrears`(_ lagged: Double) throws {
        let due = (0..<24).map { [11, 0, 1, 2].contains($0 % 12) ? 0.1 : 1.0 }
        let paid = zip(due, [due[0]] + due.dropLast()).map { now, before in
            lagged * before + (1 - lagged) * now
        }
        let town = town(paid, due: due)
        for month in 4..<24 {
            let found = try town.look(rule, month: month).findings
            #expect(found.allSatisfy { $0.raises == nil }, "month \(month)")
        }
    }

    @Test func `old arrears do not become a habit`() throws {
        let town = town(after([0, 0, 0, 0] + [Double](repeating: 1, count: 8)), staff: 50)
        #expect(try town.look(rule, month: 23).findings.first?.raises == .red)
    }

    @Test func `rising is an alarm only where the rule wants it`() throws {
        let town = town(after([0.9, 0.9, 0.9]))
        #expect(try town.look(rule, month: 14).findings.first?.raises == nil)
        var rule = rule
        rule.parameters["rising"] = .flag(true)
        let found = try town.look(rule, month: 14).findings.first
        #expect(found?.raises == .blue)
        #expect(found?.evidence.marks["alarm"] == "rising")
    }

    @Test(arguments: [([0.0, 1], true), ([0.1, 1], false), ([1, 0.5, 0.5], true)])
    func `without a habit only a whole month counts`(_ paid: [Double], _ raised: Bool) throws {
        let found = try town(paid).look(rule, month: paid.count - 1).findings.first
        #expect((found?.raises != nil) == raised)
        if raised { #expect(found?.evidence.marks["habit"] == "none_yet") }
    }

    @Test(arguments: [
        (grace: Int?.none, parameter: 0.0, day: "2024-01-20", found: true),
        (15, 0, "2024-02-15", false), (15, 0, "2024-02-16", true), (0, 15, "2024-01-31", true),
        (nil, 15, "2024-02-15", false), (nil, 15, "2024-02-16", true),
    ])
    func `days of grace put a month off`(
        _ grace: Int?, _ parameter: Double, _ day: String, _ isFound: Bool
    ) throws {
        var town = town(after([0]))
        // The city's number holds in its counties.
        town.regions[1].graceDays = grace
        var rule = rule
        rule.parameters["grace_days"] = .number(parameter)
        let looked = try town.look(
            rule, month: 12, day: day, watching: [key("wage.arrears")])
        #expect(looked.findings.isEmpty != isFound)
        if !isFound {
            #expect(
                looked.statuses == [key("wage.arrears"): .clear(through: Town.period(11))])
        }
    }

    struct Reason: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var tier: Tier
        var change: @Sendable (inout Town) -> Void
    }

    @Test(arguments: [
        Reason(testDescription: "none", tier: .orange) { _ in },
        Reason(testDescription: "government_project", tier: .red) {
            $0.enterprises[0].governmentProject = true
        },
        Reason(testDescription: "headcount_fall", tier: .red) { $0.reports[9].headcount = 40 },
        Reason(testDescription: "headcount_fall,government_project", tier: .red) {
            $0.reports[9].headcount = 40
            $0.enterprises[0].governmentProject = true
        },
    ])
    func `what makes it graver raises one tier, with a mark`(_ reason: Reason) throws {
        var town = town(after([0]), staff: 30)
        reason.change(&town)
        let found = try town.look(rule, month: 12).findings.first
        #expect(found?.raises == reason.tier)
        #expect(
            found?.evidence.marks["raised_by"]
                == (reason.tier == .red ? reason.testDescription : nil))
        #expect(found?.evidence.measures["steps_up"] == (reason.tier == .red ? 1 : 0))
    }

    @Test(arguments: [
        (staff: Int32(10), paid: [0.5, 1, 1], crime: false), (9, [0.5, 1, 1], false),
        (40, [0.5, 1, 1], true), (40, [0.5, 1], false), (34, [0.5, 1, 1], true),
        (33, [0.5, 1, 1], false), (5, [0, 0, 0], false), (5, [0, 0, 0, 0], true),
    ])
    func `the line to a crime is ten workers, an amount and three months`(
        _ staff: Int32, _ paid: [Double], _ isCrime: Bool
    ) throws {
        let found = try town(after(paid), staff: staff).look(rule, month: 11 + paid.count)
            .findings.first
        #expect(found?.raises != nil)
        #expect((found?.evidence.marks["raised_by"] == "crime_line") == isCrime)
    }

    @Test func `what is held is less than what raises`() throws {
        // Half of the month is paid off, a third of a month stays open.
        let town = town(after([0.3, 1.3, 1, 1]))
        let found = try town.look(rule, month: 15).findings.first
        #expect(found?.raises == nil)
        #expect(found?.holds == .yellow)
        #expect(found?.evidence.marks["threshold"] == "clear")
    }

    @Test func `a report without wages or held back is silence, paid wages are clear`() throws {
        let watched = key("wage.arrears")
        var silent = town(after([0, 0]))
        silent.reports[13].wagesDue = nil
        silent.reports[12].wagesDue = nil
        let looked = try silent.look(rule, month: 13, watching: [watched])
        #expect(looked.statuses == [watched: .silent])
        let paid = try town(after([0, 2])).look(rule, month: 13, watching: [watched])
        #expect(paid.statuses == [watched: .clear(through: Town.period(13))])
        var held = town(after([1, 1]))
        held.held = [(1, 13)]
        let unknown = try held.look(rule, month: 13, watching: [watched])
        #expect(unknown.statuses == [watched: .silent])
    }

    @Test func `a month that is missing may have been paid in`() throws {
        var town = town(after([0.4, 1.6, 1, 1]))
        town.reports.remove(at: 13)
        #expect(try town.look(rule, month: 15).findings.allSatisfy { $0.raises == nil })
    }
}
