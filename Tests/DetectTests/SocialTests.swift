import Detect
import Labor
import Testing

@Suite struct SocialTests {
    let rule: RuleDefinition

    init() throws { rule = try RuleFiles.definition("social.arrears") }

    /// Twelve ordinary months, then what was due and paid in months of the usual due.
    func town(_ months: [(due: Double, paid: Double)], staff: Int32 = 50) -> Town {
        var town = Town()
        let usual = [(due: 1.0, paid: 1.0)]
        let all = [[(due: Double, paid: Double)]](repeating: usual, count: 12).flatMap { $0 }
        for (month, one) in (all + months).enumerated() {
            town.report(month: month) {
                $0.headcount = staff
                $0.contributionsDue = Int64(one.due * 5_000_000)
                $0.contributionsPaid = Int64(one.paid * 5_000_000)
            }
        }
        return town
    }

    @Test(arguments: [
        (unpaid: 0, raises: Tier?.none), (1, .blue), (2, .yellow), (3, .orange), (5, .orange),
        (6, .red),
    ])
    func `months unpaid make the tier`(_ unpaid: Int, _ raises: Tier?) throws {
        let town = town([(due: Double, paid: Double)](repeating: (1, 0), count: unpaid))
        let found = try town.look(rule, month: 11 + unpaid).findings.first
        #expect(found?.raises == raises)
        if raises != nil {
            #expect(found?.amount == Int64(unpaid) * 5_000_000)
            #expect(found?.evidence.marks["sign"] == "contributions")
        }
    }

    @Test func `an imputed due does not make the months look smaller`() throws {
        let town = town([(1.1, 0), (1.21, 0), (1.331, 0)])
        let found = try town.look(rule, month: 14).findings.first
        #expect(found?.raises == .orange)
        #expect(found?.evidence.marks["due"] == "imputed")
        #expect(found?.evidence.measures["imputed_months"] == 3)
        #expect(found?.amount == 15_000_000)
    }

    @Test func `a due that grows and is paid is nothing`() throws {
        let town = town([(1.1, 1.1), (1.21, 1.21), (1.331, 1.331)])
        #expect(try town.look(rule, month: 14).findings.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a legal deferral puts the months off`(_ byEvent: Bool) throws {
        var town = town([(1, 0), (1, 0), (1, 0)])
        if byEvent {
            town.event(.legalDeferral, on: "2024-01-03")
        } else {
            for month in 12...14 { town.reports[month].contributionsDeferred = true }
        }
        #expect(try town.look(rule, month: 14).findings.isEmpty)
    }

    @Test func `a deferral that has run out is no excuse`() throws {
        var town = town([(1, 0), (1, 0)])
        town.event(.legalDeferral, on: "2023-06-03")
        #expect(try town.look(rule, month: 13).findings.first?.raises == .yellow)
    }

    @Test(arguments: [
        (insured: Int32(50), raises: Tier?.none), (46, nil), (45, .blue), (40, .yellow),
        (30, .orange), (20, .orange),
    ])
    func `insured heads that fall against staff are a sign`(
        _ insured: Int32, _ raises: Tier?
    ) throws {
        var town = Town()
        for month in 0...12 {
            town.report(month: month) {
                $0.headcount = 50
                $0.insured = month == 12 ? insured : 50
            }
        }
        let found = try town.look(rule, month: 12).findings.first
        #expect(found?.raises == raises)
        if raises != nil {
            #expect(found?.persons == Int(50 - insured))
            #expect(found?.evidence.marks["sign"] == "insured_heads")
        }
    }

    @Test func `an enterprise that never insured all has that as its habit`() throws {
        var town = Town()
        for month in 0...12 {
            town.report(month: month) {
                $0.headcount = 50
                $0.insured = 30
            }
        }
        #expect(try town.look(rule, month: 12).findings.isEmpty)
    }

    @Test func `without figures of insurance a watched enterprise is silent`() throws {
        let watched = key("social.arrears")
        var town = Town()
        town.heads([50, 50, 50])
        let looked = try town.look(rule, month: 2, watching: [watched])
        #expect(looked.statuses == [watched: .silent])
        let paid = try self.town([(1, 1)]).look(rule, month: 12, watching: [watched])
        #expect(paid.statuses == [watched: .clear(through: Town.period(12))])
        var held = self.town([(1, 1)])
        held.held = [(1, 12)]
        let unknown = try held.look(rule, month: 12, watching: [watched])
        #expect(unknown.statuses == [watched: .silent])
    }
}
