import Detect
import Labor
import Testing

@Suite struct ExplanationTests {
    let rule: RuleDefinition

    init() throws { rule = try RuleFiles.definition("layoff.statutory") }

    /// A trade that halves its staff in some months.
    static func stopping(_ months: Set<Int>) -> Cohort {
        Cohort(30) { months.contains($0) ? 0.5 : 1 }
    }

    @Test func `what all peers do is on record at blue`() throws {
        for month in [9, 21] {
            let found = try Self.stopping([9, 10, 21, 22]).look(rule, at: month).finding
            #expect(found?.raises == .blue)
            #expect(found?.evidence.marks["explained_by"] == "peers")
            #expect(found?.evidence.threshold?.tier == .blue)
        }
        var off = rule
        off.parameters["explain"] = .flag(false)
        let plain = try Self.stopping([9]).look(off, at: 9).finding
        // The reason is not named then. The fall is on record only all the same.
        #expect(plain?.raises == .blue)
        #expect(plain?.evidence.marks["explained_by"] == nil)
        #expect(plain?.evidence.isRecordOnly == true)
    }

    @Test func `a fall of all that last year did not have is a crisis`() throws {
        let found = try Self.stopping([21, 22]).look(rule, at: 21).finding
        #expect(found?.raises == .orange)
        #expect(found?.evidence.marks["explained_by"] == nil)
    }

    @Test func `the own season explains and a deeper cut does not hide in it`() throws {
        var cohort = Cohort(30)
        for month in [9, 21] { cohort.scale(1, from: month, by: 0.5, until: month + 2) }
        let found = try cohort.look(rule, at: 21).finding
        #expect(found?.raises == .blue)
        #expect(found?.evidence.marks["explained_by"] == "season")
        cohort.scale(1, from: 21, by: 0.4)
        #expect((try cohort.look(rule, at: 21).finding?.raises ?? .blue) > .blue)
    }

    /// Last year the stop reached 0.6 of the staff in the month and 0.4 in the next.
    @Test(arguments: [(month: 21, factor: 0.42, isExplained: true), (20, 0.6, false)])
    func `a stop that comes some weeks earlier is the season, one before the season is none`(
        _ month: Int, _ factor: Double, _ isExplained: Bool
    ) throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 9, by: 0.6, until: 13)
        cohort.scale(1, from: 10, by: 0.4 / 0.6, until: 13)
        cohort.scale(1, from: month, by: factor)
        let found = try cohort.look(rule, at: month).finding
        if isExplained { #expect(found?.raises == .blue) }
        #expect(found?.evidence.marks["explained_by"] == (isExplained ? "season" : nil))
    }

    @Test func `leavers on the employer's initiative are no season`() throws {
        var town = Self.stopping([9, 10, 21]).reported(through: 21)
        for index in town.reports.indices where town.reports[index].enterpriseID == 1 {
            town.reports[index].employerSeparations =
                town.reports[index].period == Town.period(21) ? 100 : 0
        }
        let found = try town.look(rule, month: 21).findings.first { $0.subject.id == "1" }
        #expect((found?.raises ?? .blue) > .blue)
        #expect(found?.evidence.marks["explained_by"] == nil)
    }

    @Test func `a cause on file explains a single enterprise`() throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.5)
        var rule = rule
        rule.parameters["known_causes"] = .textTable(["1": "relocation 2024-05..2024-06"])
        let found = try cohort.look(rule, at: 16).finding
        #expect(found?.raises == .blue)
        #expect(found?.evidence.marks["explained_by"] == "relocation")
    }
}
