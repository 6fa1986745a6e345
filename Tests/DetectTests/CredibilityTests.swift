import Detect
import Labor
import Testing

@Suite struct CredibilityTests {
    let statutory: RuleDefinition
    let trend: RuleDefinition

    init() throws {
        statutory = try RuleFiles.definition("layoff.statutory")
        trend = try RuleFiles.definition("layoff.trend")
    }

    private func credibility(_ finding: Finding?) -> String? {
        finding?.evidence.marks["credibility"]
    }

    @Test func `separations by the employer and a filed plan count at once`() throws {
        // Two reports give no reference level, so a net fall could not be judged.
        var town = Town()
        town.heads([400])
        town.report(month: 1) {
            $0.headcount = 280
            $0.employerSeparations = 120
        }
        let declared = try town.look(statutory, month: 1).findings.first
        #expect(credibility(declared) == "declared")
        #expect(declared?.raises == .yellow)
        #expect(declared?.evidence.isRecordOnly == false)
        var net = Town()
        net.heads([400, 280])
        let unknown = try net.look(statutory, month: 1).findings.first
        #expect(credibility(unknown) == "record_only")
        #expect(unknown?.raises == .blue)
        net.event(.layoffPlan, on: "2023-01-10", persons: 120)
        let planned = try net.look(statutory, month: 1).findings.first
        #expect(credibility(planned) == "declared")
        #expect(planned?.raises == .yellow)
    }

    @Test func `a small fall of a calm employer is rarer than a large one of a restless employer`()
        throws
    {
        var cohort = Cohort(30, staff: 2_000)
        for month in 0..<Town.months {
            cohort.heads[0][month] = 2_000 * (month % 2 == 0 ? 1.0025 : 0.9975)
            cohort.heads[1][month] = 2_000 * (month % 2 == 0 ? 1.04 : 0.96)
        }
        cohort.scale(1, from: 16, by: 0.952)
        cohort.scale(2, from: 16, by: 0.85)
        let calm = try cohort.look(statutory, at: 16, of: 1).finding
        #expect(credibility(calm) == "unexplained")
        #expect(calm?.raises == .yellow)
        #expect((calm?.evidence.p ?? 1) < 0.01)
        #expect((calm?.evidence.measures["credible_persons"] ?? 0) >= 85)
        let restless = try cohort.look(statutory, at: 16, of: 2).finding
        #expect(credibility(restless) == "record_only")
        #expect(restless?.raises == .blue)
        #expect(restless?.holds == .blue)
        #expect(restless?.evidence.threshold?.tier == .blue)
        #expect(restless?.evidence.isRecordOnly == true)
    }

    @Test func `a fall of all peers is a crisis if last year had none`() throws {
        let crisis = Cohort(30) { $0 >= 21 ? 0.5 : 1 }
        let found = try crisis.look(statutory, at: 21).finding
        #expect(credibility(found) == "unexplained")
        #expect(found?.raises == .orange)
        let season = Cohort(30) { [9, 10, 21, 22].contains($0) ? 0.5 : 1 }
        let usual = try season.look(statutory, at: 21).finding
        #expect(credibility(usual) == "record_only")
        #expect(usual?.raises == .blue)
    }

    @Test func `a fall that reappears at a neighbour is on record only`() throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.6)
        let lost = cohort.heads[0][15] * 0.4
        #expect(credibility(try cohort.look(statutory, at: 16).finding) == "unexplained")
        for at in 16..<Town.months { cohort.heads[1][at] += lost }
        for rule in [statutory, trend] {
            let found = try cohort.look(rule, at: 16).finding
            #expect(credibility(found) == "record_only")
            #expect(found?.raises == .blue)
        }
    }

    /// In the town, the headcount falls by 30 % in month 16 while the wages due do not: perhaps a
    /// branch was left out.
    private func doubtful(_ next: Double) -> Town {
        var cohort = Cohort(30)
        let before = cohort.heads[0][15]
        cohort.heads[0][16] = before * 0.7
        cohort.heads[0][17] = before * 0.7 + next
        var town = cohort.reported(through: 17)
        for index in town.reports.indices where town.reports[index].enterpriseID == 1 {
            let report = town.reports[index]
            let staff =
                report.period < Town.period(16) ? Double(report.headcount).rounded() : before
            town.reports[index].wagesDue = Int64(staff) * 500_000
        }
        return town
    }

    @Test(arguments: [
        (next: 2.0, credibility: "borne_out", raises: Tier.yellow), (0, "record_only", .blue),
    ])
    func `the next report bears a doubtful fall out unless it repeats the figure`(
        _ next: Double, _ says: String, _ raises: Tier
    ) throws {
        let town = doubtful(next)
        var first = town
        first.reports.removeAll { $0.period == Town.period(17) }
        let early = try first.look(statutory, month: 16).findings.first { $0.subject.id == "1" }
        #expect(credibility(early) == "record_only")
        #expect(early?.raises == .blue)
        let late = try town.look(statutory, month: 17).findings.first { $0.subject.id == "1" }
        #expect(credibility(late) == says)
        #expect(late?.raises == raises)
    }

    /// The wages of every February are 1.6 times the usual ones.
    ///
    /// - Parameters:
    ///   - month: the month of the fall; month 1 is a February.
    ///   - keepsWages: whether the wages due stay, as they do when a branch was left out.
    @Test(arguments: [
        (month: 14, keepsWages: true, raises: false), (14, false, true), (13, false, true),
        (13, true, false),
    ])
    func `a year-end bonus neither hides nor feigns a branch left out`(
        _ month: Int, _ keepsWages: Bool, _ raises: Bool
    ) throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: month, by: 0.7)
        var town = cohort.reported(through: month)
        for index in town.reports.indices where town.reports[index].enterpriseID == 1 {
            let report = town.reports[index]
            let isLast = report.period == Town.period(month)
            let staff = Double(report.headcount) / (isLast && keepsWages ? 0.7 : 1)
            let hasBonus = [Town.period(1), Town.period(13)].contains(report.period)
            town.reports[index].wagesDue = Int64(staff * (hasBonus ? 1.6 : 1)) * 500_000
        }
        let found = try town.look(trend, month: month).findings.first { $0.subject.id == "1" }
        #expect((found?.raises != nil) == raises)
    }
}
