import Detect
import Labor
import Testing

@Suite struct SlowTests {
    let slow: RuleDefinition
    let silence: RuleDefinition

    init() throws {
        slow = try RuleFiles.definition("layoff.slow")
        silence = try RuleFiles.definition("layoff.silence")
    }

    /// Thirty enterprises of which the first loses so much a month from month 8 on.
    static func melting(_ share: Double) -> Cohort {
        var cohort = Cohort(30)
        for month in 8..<Town.months { cohort.scale(1, from: month, by: 1 - share) }
        return cohort
    }

    @Test(arguments: [(0.002, false), (0.02, true), (0.03, true)])
    func `a staff that melts is found though no month stands out`(
        _ share: Double, _ found: Bool
    ) throws {
        let finding = try Self.melting(share).look(slow, at: 17).finding
        #expect((finding?.raises != nil) == found)
        guard let finding, found else { return }
        #expect(abs((finding.evidence.measures["monthly_share"] ?? 0) - share) < 0.006)
        #expect(finding.certainty == .provisional)
        #expect((finding.evidence.p ?? 1) <= 0.02)
    }

    @Test func `one step is not slow and a trade that melts together is none`() throws {
        var step = Cohort(30)
        step.scale(1, from: 13, by: 0.7)
        for month in 13...18 { #expect(try step.look(slow, at: month).finding == nil) }
        var trade = Cohort(30)
        for month in 8..<Town.months {
            for id in 1...30 { trade.scale(id, from: month, by: 0.97) }
        }
        let looked = try trade.reported(through: 18).look(slow, month: 18)
        #expect(looked.findings.isEmpty)
    }

    @Test func `a good reporter that falls silent is found after three months`() throws {
        let cohort = Cohort(30)
        for month in 12...17 {
            let looked = try cohort.look(silence, at: month, silent: [1: 14])
            let missed = month - 13
            #expect((looked.finding?.raises != nil) == (missed >= 3), "\(month)")
            if missed >= 3 {
                #expect(looked.finding?.evidence.measures["missed"] == Double(missed))
                #expect(looked.finding?.certainty == .provisional)
                #expect(looked.finding?.evidence.marks["last_report"] == "2024-02")
            } else {
                #expect(
                    looked.status == (missed > 0 ? .silent : .clear(through: Town.period(month))))
            }
        }
    }

    @Test func `silence after a fall needs two months and with wages owed one`() throws {
        var fallen = Cohort(30)
        fallen.scale(1, from: 12, by: 0.8)
        #expect(try fallen.look(silence, at: 14, silent: [1: 14]).finding == nil)
        let found = try fallen.look(silence, at: 15, silent: [1: 14]).finding
        #expect(found?.evidence.marks["signs"] == "headcount_fall")
        var owing = Cohort(30).reported(through: 14, silent: [1: 14])
        for index in owing.reports.indices where owing.reports[index].enterpriseID == 1 {
            owing.reports[index].wagesDue = 1_000_000
            owing.reports[index].wagesPaid =
                owing.reports[index].period >= Town.period(11) ? 600_000 : 1_000_000
        }
        let owed = try owing.look(silence, month: 14).findings.first
        #expect(owed?.evidence.marks["signs"] == "wages_owed")
        // One missing report may be late: on record until the next one is missing as well.
        #expect(owed?.raises == .blue)
        #expect(owed?.evidence.isRecordOnly == true)
    }

    @Test func `whoever never reported well is not missed`() throws {
        var town = Cohort(30).reported(through: 17, silent: [1: 14])
        town.reports.removeAll {
            $0.enterpriseID == 1 && $0.period.months(since: Town.first) % 3 == 1
        }
        #expect(try town.look(silence, month: 17).findings.isEmpty)
    }

    @Test func `a month is over by its due day or by the others' reports`() throws {
        let cohort = Cohort(30)
        // On the 26th of the month itself nearly all have reported.
        let town = cohort.reported(through: 16, silent: [1: 14])
        let key = key("layoff.silence")
        let early = try town.look(silence, month: 16, day: "2024-05-26", watching: [key])
        #expect(early.findings.count == 1)
        // When only few have, the due day in the next month decides.
        var few = cohort.reported(through: 15, silent: [1: 14])
        few.heads([200], of: 2, from: 16)
        #expect(try few.look(silence, month: 16, day: "2024-05-26").findings.isEmpty)
        #expect(try few.look(silence, month: 16, day: "2024-06-06").findings.count >= 1)
    }
}
