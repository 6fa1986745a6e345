import Detect
import Labor
import Testing

/// The expectation that charts show is the one that the rules judge by.
@Suite struct StaffExpectationTests {
    let rule: RuleDefinition

    init() throws { rule = try RuleFiles.definition("layoff.trend") }

    private func months(
        _ cohort: Cohort, through month: Int, onset: Int? = nil, silent: [Int: Int] = [:],
        from first: Int = 10
    ) throws -> [StaffExpectation.Month] {
        let day = Town.period(month).lastDay
        let asOf = AsOf(instant: day.start(offsetSeconds: 0), day: day)
        return StaffExpectation(
            cohort.reported(through: month, silent: silent).facts, asOf: asOf,
            rules: [try Rule(rule)]
        ).months(
            of: 1, in: Town.period(first)...Town.period(month), by: rule.id,
            onset: onset.map(Town.period))
    }

    @Test func `ordinary months lie within three scales, a cut far below`() throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.7)
        let shown = try months(cohort, through: 16)
        #expect(shown.count == 7)
        for month in shown.dropLast() {
            let staff = try #require(month.staff)
            #expect(try #require(month.band(3)).contains(Double(staff)), "\(month)")
        }
        let last = try #require(shown.last)
        #expect(Double(try #require(last.staff)) < (try #require(last.band(3))).lowerBound)
    }

    @Test func `it is what the rule expected`() throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.7)
        let evidence = try #require(try cohort.look(rule, at: 16).finding?.evidence)
        let window = Int(evidence.measures["window_months"] ?? 1)
        let last = try #require(try months(cohort, through: 16, onset: 17 - window).last)
        #expect(abs((last.expected ?? 0) - (evidence.expected ?? -1)) <= 0.05)
        #expect(last.scale == evidence.scale)
    }

    @Test func `a baseline that stays does not follow the fall`() throws {
        var cohort = Cohort(30)
        cohort.scale(1, from: 16, by: 0.7)
        let held = try #require(try months(cohort, through: 21, onset: 16).last?.expected)
        let moved = try #require(try months(cohort, through: 21).last?.expected)
        #expect(abs(held - 200) < 12)
        #expect(moved < 160)
    }

    @Test func `a month without a report has an expectation, an unknown enterprise none`() throws {
        let cohort = Cohort(30)
        let shown = try months(cohort, through: 20, onset: 18, silent: [1: 18])
        #expect(shown.suffix(3).allSatisfy { $0.staff == nil })
        #expect(shown.suffix(3).allSatisfy { abs(($0.expected ?? 0) - 200) < 12 })
        let day = Town.period(20).lastDay
        let none = StaffExpectation(
            cohort.reported(through: 20).facts,
            asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day), rules: []
        ).months(of: 999, in: Town.period(0)...Town.period(20), by: rule.id)
        #expect(none.isEmpty)
    }
}
