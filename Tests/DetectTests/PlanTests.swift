import Detect
import Labor
import Testing

/// Layoffs that were announced, and those that were not.
@Suite struct PlanTests {
    let planned: RuleDefinition
    let unreported: RuleDefinition

    init() throws {
        planned = try RuleFiles.definition("layoff.planned")
        var everywhere = try RuleFiles.definition("layoff.unreported")
        everywhere.parameters["net_needs_plans"] = .flag(false)
        unreported = everywhere
    }

    /// Reports with what they say of plans; nil says nothing of them.
    func town(_ staff: [Int32], plans: [Int32?]) -> Town {
        var town = Town()
        for (month, heads) in staff.enumerated() {
            town.report(month: month) {
                $0.headcount = heads
                $0.plannedLayoffs = month < plans.count ? plans[month] : nil
            }
        }
        return town
    }

    @Test(
        arguments: [
            (plan: 19, staff: 400, raises: Tier?.none), (20, 400, .blue), (10, 100, .blue),
            (9, 100, nil), (2, 15, nil), (3, 15, .blue), (49, 400, .blue), (50, 400, .yellow),
            (30, 100, .yellow), (9, 30, .blue), (199, 900, .yellow), (200, 900, .orange),
            (50, 100, .orange), (49, 98, .yellow), (5_000, 9_000, .orange),
        ] as [(Int32, Int32, Tier?)])
    func `a plan is judged by persons or share, and is never red`(
        _ plan: Int32, _ staff: Int32, _ raises: Tier?
    ) throws {
        let byReport = try town([staff, staff], plans: [nil, plan]).look(planned, month: 1)
        var filed = town([staff, staff], plans: [])
        filed.event(.layoffPlan, on: "2023-02-10", persons: plan)
        let byEvent = try filed.look(planned, month: 1)
        for (looked, basis) in [(byReport, "planned_layoffs"), (byEvent, "layoff_plan")] {
            #expect(looked.findings.first?.raises == raises, "\(basis)")
            guard raises != nil, let found = looked.findings.first else { continue }
            #expect(found.certainty == .observed)
            #expect(found.persons == Int(plan))
            #expect(found.evidence.marks["basis"] == basis)
        }
    }

    @Test func `a rule that would make a plan red is refused`() throws {
        var rule = planned
        rule.tiers[.red] = TierDefinition(limits: ["persons": 600], source: "x")
        let error = #expect(throws: RuleError.self) { try Rule(rule) }
        #expect(error?.path == "tiers.red")
        #expect(error?.description.contains("no higher than orange") == true)
    }

    @Test(
        arguments: [
            (staff: [400, 400, 400], plans: [nil, 60, nil], persons: Int?.some(60)),
            ([400, 400, 400], [nil, 60, 0], nil), ([400, 400, 370], [nil, 60, nil], 30),
            ([400, 400, 345], [nil, 60, nil], nil), ([400, 400, 370], [nil, 60, 60], 30),
            ([400, 400, 370], [nil, 60, 35], 35), ([400, 400, 420], [nil, 60, nil], 60),
        ] as [([Int32], [Int32?], Int?)])
    func `what is left of a plan counts`(
        _ staff: [Int32], _ plans: [Int32?], _ persons: Int?
    ) throws {
        let watched = key("layoff.planned")
        let looked = try town(staff, plans: plans).look(planned, month: 2, watching: [watched])
        #expect(looked.findings.first?.persons == persons)
        let clear: SubjectStatus? = persons == nil ? .clear(through: Town.period(2)) : nil
        #expect(looked.statuses[watched] == clear)
    }

    @Test func `dismissals carry a plan out though others were hired`() throws {
        var town = town([400, 400, 395], plans: [nil, 60, nil])
        town.reports[2].employerSeparations = 60
        #expect(try town.look(planned, month: 2).findings.isEmpty)
    }

    @Test(arguments: [(4, true), (5, false)])
    func `a plan of which nothing comes ends with its months`(
        _ month: Int, _ stands: Bool
    ) throws {
        let watched = key("layoff.planned")
        var town = town([Int32](repeating: 400, count: 8), plans: [])
        town.event(.layoffPlan, on: "2023-02-10", persons: 60)
        let looked = try town.look(planned, month: month, watching: [watched])
        #expect(looked.findings.isEmpty != stands)
        #expect(looked.statuses.isEmpty == stands)
        // Said again in the same words it is the same plan.
        for at in town.reports.indices { town.reports[at].plannedLayoffs = at < 2 ? nil : 60 }
        #expect(try town.look(planned, month: month).findings.isEmpty != stands)
    }

    @Test func `a plan on file of nobody withdraws it`() throws {
        var town = town([400, 400], plans: [])
        town.event(.layoffPlan, on: "2023-02-10", persons: 60)
        town.event(.layoffPlan, on: "2023-02-20", persons: 0)
        let watched = key("layoff.planned")
        let looked = try town.look(planned, month: 1, watching: [watched])
        #expect(looked.findings.isEmpty)
        #expect(looked.statuses == [watched: .clear(through: Town.period(1))])
    }

    /// Twelve steady months of four hundred, then so many dismissed in the month after.
    func cut(_ persons: Int32, declared: Bool = true) -> Town {
        var town = Town()
        for month in 0..<16 {
            town.report(month: month) {
                $0.headcount = month < 12 ? 400 : 400 - persons
                if declared { $0.employerSeparations = month == 12 ? persons : 0 }
            }
        }
        return town
    }

    @Test(
        arguments: [
            (persons: 19, declared: true, raises: Tier?.none), (20, true, .yellow),
            (49, true, .yellow),
            (50, true, .orange), (300, true, .orange), (39, false, nil), (40, false, .blue),
            (300, false, .blue),
        ] as [(Int32, Bool, Tier?)])
    func `a cut of which nobody was told is a breach where it is declared`(
        _ persons: Int32, _ declared: Bool, _ raises: Tier?
    ) throws {
        // A net fall must be a tenth of the staff: it hides those who left by themselves.
        let found = try cut(persons, declared: declared).look(unreported, month: 12).findings
            .first { $0.raises != nil }
        #expect(found?.raises == raises)
        guard raises != nil else { return }
        #expect(found?.evidence.marks["notice"] == "notice_none")
        #expect(found?.certainty == (declared ? .observed : .provisional))
    }

    @Test(arguments: [
        (filed: "2024-01-01", persons: Int32?.some(60), notice: String?.none),
        ("2024-01-02", 60, "notice_late"), ("2024-01-01", nil, nil),
        ("2024-01-31", 60, "notice_late"),
        ("2024-02-01", 60, "notice_none"), ("2023-12-01", 30, nil),
        ("2023-12-01", 29, "notice_partial"), ("2023-07-31", 60, "notice_none"),
        ("2023-12-01", 0, "notice_none"),
    ])
    func `notice is thirty days before the month is over, and for enough persons`(
        _ filed: String, _ persons: Int32?, _ notice: String?
    ) throws {
        var town = cut(60)
        town.event(.layoffPlan, on: filed, persons: persons)
        // A month later the cut still lies in the three months: the answer stays the same.
        for month in [12, 13] {
            let found = try town.look(unreported, month: month, day: "2024-0\(month - 11)-28")
                .findings.first
            let known = filed <= "2024-0\(month - 11)-28" ? notice : "notice_none"
            #expect(found?.evidence.marks["notice"] == known, "month \(month)")
        }
    }

    @Test func `a number planned in an earlier report is notice`() throws {
        var town = cut(60)
        town.reports[11].plannedLayoffs = 60
        #expect(try town.look(unreported, month: 12).findings.isEmpty)
        // The same number in the report of the month itself comes when all is over.
        town.reports[11].plannedLayoffs = nil
        town.reports[12].plannedLayoffs = 60
        let late = try town.look(unreported, month: 12).findings.first
        #expect(late?.evidence.marks["notice"] == "notice_late")
    }

    @Test func `where nobody ever told of a plan, a net fall is no question`() throws {
        let rule = try RuleFiles.definition("layoff.unreported")
        var net = cut(300, declared: false)
        #expect(try net.look(rule, month: 12).findings.isEmpty)
        #expect(try cut(300).look(rule, month: 12).findings.first?.raises == .orange)
        // One of long ago is no notice, but shows that plans are kept.
        net.event(.layoffPlan, on: "2023-01-05", persons: 10)
        #expect(try net.look(rule, month: 12).findings.first?.raises == .blue)
    }

    @Test func `a transfer and a season need no notice`() throws {
        var moved = cut(60)
        moved.event(.staffTransfer, on: "2024-01-15", persons: 50)
        #expect(try moved.look(unreported, month: 12).findings.isEmpty)
        let winter = Cohort(30, season: { [0, 1, 11].contains($0 % 12) ? 0.7 : 1 })
        #expect(try winter.look(unreported, at: 23).finding == nil)
        var cutInWinter = winter
        cutInWinter.scale(1, from: 23, by: 0.6)
        #expect(try cutInWinter.look(unreported, at: 23).finding?.raises == .blue)
    }
}
