import Detect
import Foundation
import Labor
import Testing
import Yams

/// Rates that rise, counters behind their targets, and levels.
@Suite struct IndicatorTests {
    static let rate = "surveyed_unemployment_rate"
    static let county = Valley.counties[0]

    static func bare() -> Valley {
        var valley = Valley(seed: 1)
        valley.enterprises = []
        valley.losses = []
        return valley
    }

    @Test(arguments: [
        (rise: 0.4, isWhole: true, raises: Tier?.none), (0.5, true, .blue), (0.9, true, .yellow),
        (0.9, false, nil), (1.0, false, .blue), (3.0, false, .red), (2.0, true, .red),
    ])
    func `a rise from the low of the year is told, wider for a region than for the whole`(
        _ rise: Double, _ isWhole: Bool, _ raises: Tier?
    ) throws {
        var valley = Self.bare()
        let region = isWhole ? Valley.city : Self.county
        let flat = [Double](repeating: 4, count: 20)
        valley.rate(Self.rate, region, flat + [4 + rise, 4 + rise, 4 + rise])
        let found = try valley.look(
            try RuleFiles.definition("indicator.momentum"), month: 22
        ).findings.filter { $0.raises != nil }
        #expect(found.first?.raises == raises)
        guard raises != nil else { return }
        #expect(found.first?.subject.id == "\(Self.rate)/\(region)")
        #expect(found.first?.evidence.previous == 4)
    }

    @Test func `a season that comes every year is no rise`() throws {
        let definition = try RuleFiles.definition("indicator.momentum")
        let wave = (0..<60).map { 5 + 0.9 * cos(2 * Double.pi * Double($0) / 12) }
        for (months, isRaised) in [(20, true), (60, false)] {
            var raised = false
            for end in (months - 12)..<months {
                var valley = Self.bare()
                valley.rate(Self.rate, Valley.city, Array(wave[...end]))
                let found = try valley.look(definition, month: end).findings
                raised = raised || found.contains { $0.raises != nil }
            }
            #expect(raised == isRaised, "\(months)")
        }
    }

    /// Yearly totals of 50,000, half of them by June in equal parts and half by December.
    static func paced(last: [Double]) -> Valley {
        var valley = bare()
        for year in 0..<3 {
            let path = (1...12).map { Double($0 <= 6 ? $0 : 6) * 50_000 / 6 }
            valley.rate("new_urban_jobs", Valley.city, from: 12 * year, path)
        }
        valley.rate("new_urban_jobs", Valley.city, from: 36, last)
        return valley
    }

    @Test(arguments: [
        (june: 50_000.0, raises: Tier?.none), (48_000, nil), (47_500, .blue), (44_000, .yellow),
        (39_000, .orange), (25_000, .red),
    ])
    func `a counter is judged on the path of earlier years`(
        _ june: Double, _ raises: Tier?
    ) throws {
        let definition = try RuleFiles.definition("indicator.pace")
        let valley = Self.paced(last: (1...6).map { Double($0) * june / 6 })
        let found = try valley.look(definition, month: 41).findings
        #expect(found.first?.raises == raises)
        guard raises != nil else { return }
        #expect(found.first?.evidence.expected == 50_000)
        #expect(found.first?.evidence.marks["path"] == "own_path")
        #expect(found.first?.evidence.measures["target"] == 50_000)
    }

    @Test func `without earlier years the path is even, and a county has its own target`() throws {
        var definition = try RuleFiles.definition("indicator.pace")
        var valley = Self.bare()
        valley.rate("new_urban_jobs", Valley.city, (1...6).map { Double($0) * 3_000 })
        valley.rate("new_urban_jobs", Self.county, (1...6).map { Double($0) * 100 })
        let found = try valley.look(definition, month: 5).findings
        #expect(found.map(\.subject.id) == ["new_urban_jobs/540200"])
        #expect(found.first?.evidence.expected == 25_000)
        #expect(found.first?.evidence.marks["path"] == "even_path")
        #expect(try valley.look(definition, month: 1).findings.isEmpty)
        definition.parameters["targets"] = .table(["new_urban_jobs/540201": 2_400])
        let own = try valley.look(definition, month: 5).findings
        #expect(own.map(\.subject.id) == ["new_urban_jobs/540201"])
        #expect(own.first?.raises == .red)
    }

    @Test(arguments: [
        ("zero_employment_households", [0.0], 0, Tier?.none),
        ("zero_employment_households", [1], 0, .blue),
        ("zero_employment_households", [60], 0, .orange),
        ("graduate_employment_rate", [90], 11, .yellow),
        ("graduate_employment_rate", [95], 11, nil),
        ("graduate_employment_rate", [60], 8, nil),
        ("jobseekers_over_6_months", [100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 125], 0, .yellow),
        ("jobseekers_over_6_months", [100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 105], 0, nil),
    ])
    func `levels are judged by their own measure`(
        _ code: String, _ values: [Double], _ start: Int, _ raises: Tier?
    ) throws {
        var valley = Self.bare()
        valley.rate(code, Self.county, from: start, values)
        let found = try valley.look(
            try RuleFiles.definition("indicator.level"), month: start + values.count - 1
        ).findings.filter { $0.raises != nil }
        #expect(found.first?.raises == raises)
    }

    @Test
    func
        `an indicator that stops is silent, one not listed is not looked at, one not there is gone`()
        throws
    {
        let definition = try RuleFiles.definition("indicator.momentum")
        var valley = Self.bare()
        valley.rate(Self.rate, Valley.city, [Double](repeating: 4, count: 20))
        valley.rate("other", Valley.city, [1, 2, 3])
        func key(_ id: String) -> EpisodeKey {
            EpisodeKey(rule: "indicator.momentum", subjectType: .indicator, subjectID: id)
        }
        let keys = [key("\(Self.rate)/540200"), key("other/540200"), key("none/540200")]
        let now = try valley.look(definition, month: 20, watching: keys)
        #expect(now.statuses[keys[0]] == .clear(through: Valley.first.adding(19)))
        #expect(now.statuses[keys[1]] == .notEvaluated)
        #expect(now.statuses[keys[2]] == .removed(.indicator))
        let late = try valley.look(definition, month: 30, watching: keys)
        #expect(late.statuses[keys[0]] == .silent)
    }

    @Test func `the marks of what is found have words in both languages`() throws {
        var valley = Valley(seed: 2)
        let month = 78
        valley.wagesPaid = { row, at in at == month && row < 16 ? 90 : 100 - Int64(at + row) % 2 }
        valley.strike([Valley.counties[0]], Valley.sections, month: month, persons: 30)
        valley.rate(Self.rate, Valley.city, from: month - 20, Array(repeating: 4, count: 18))
        valley.rate(Self.rate, Valley.city, from: month - 2, [6, 6, 6])
        valley.rate("new_urban_jobs", Valley.city, from: month, [10])
        let names = [
            "mass.excess", "mass.scan", "index.warning", "indicator.momentum", "indicator.pace",
        ]
        for name in names {
            let found = try valley.look(try RuleFiles.definition(name), month: month).findings
            let first = try #require(found.first { $0.raises != nil }, "\(name)")
            for language in Language.allCases {
                let marks = try #require(try TextTests.texts(language)["marks"])
                for (mark, value) in first.evidence.marks where mark != "unit" {
                    for part in value.split(separator: ",") {
                        #expect(marks[String(part)]?.string != nil, "\(name) \(mark): \(part)")
                    }
                }
            }
        }
    }
}
