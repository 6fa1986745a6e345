import Labor
import Testing

@testable import Detect

/// History is what was reported, not the window of the panel.
@Suite struct HistoryTests {
    /// So many months without a report, then reported ones.
    private static func months(silent: Int, reported: Int) -> ReportedMonths {
        ReportedMonths((0..<silent + reported).map { $0 >= silent })
    }

    @Test(arguments: [
        // Reported months before the month judged, and the years of data that they are.
        (reported: 0, years: 0), (11, 0), (12, 1), (20, 1), (35, 2), (36, 3), (120, 8),
    ])
    func `twelve reported months are a year of data`(_ reported: Int, _ years: Int) {
        let history = Self.months(silent: 41, reported: reported)
        #expect(history.years(before: 41 + reported, most: 8) == years)
        #expect(history.count(0..<41 + reported) == reported)
        #expect(history.hasYear(before: 41 + reported) == (reported >= 9))
    }

    @Test func `a year whose season was never reported is no year`() {
        // Three years of data without any January, February or March.
        let history = ReportedMonths((0..<48).map { $0 % 12 > 2 })
        #expect(history.count(0..<48) == 36)
        #expect(history.years(before: 49, slack: 1, most: 5) == 0)
        #expect(history.years(before: 54, slack: 1, most: 5) == 3)
    }

    @Test(arguments: [20, 36, 37, 48])
    func `the seasonal model counts data, wherever in the window they begin`(_ reported: Int) {
        for silent in [0, 41] {
            let month = silent + reported
            let exposures = (0...month).map { $0 >= silent ? 1_000.0 : 0 }
            let counts = (0...month).map { $0 >= silent ? Double(5 + $0 % 4) : 0 }
            let fit = SeasonalModel().fit(counts: counts, exposures: exposures, month: month)
            // The same month of the first year needs the month before it, too.
            let years = (silent == 0 ? reported - 1 : reported) / 12
            #expect((fit == nil) == (years < 3), "\(silent)")
            if let fit { #expect(fit.years == years) }
        }
    }

    @Test func `a month with less staff than a rule judges is no history for it`() {
        let exposures = [Double](repeating: 150, count: 48) + [Double](repeating: 900, count: 12)
        #expect(ReportedMonths(exposures: exposures).years(before: 60, most: 5) == 5)
        #expect(ReportedMonths(exposures: exposures, staffMin: 200).years(before: 60, most: 5) == 1)
    }

    @Test func `the scan compares only with years that were reported`() throws {
        var counts = [[Double]](repeating: [], count: 4)
        var random = SplitMix64(seed: 5)
        for month in 0..<96 {
            for leaf in counts.indices {
                counts[leaf].append(month < 55 ? 0 : random.count(mean: 40, phi: 1))
            }
        }
        let exposures = counts.map { $0.indices.map { $0 < 55 ? 0.0 : 1_000 } }
        let leaves = NodeScan.Leaves(counts: counts, exposures: exposures)
        let scan = NodeScan(statistic: ScanStatistic(replicates: 19))
        let nodes = (0..<4).map { [$0] }
        #expect(scan.judge(leaves, nodes: nodes, month: 75).isEmpty)
        let judged = scan.judge(leaves, nodes: nodes, month: 95)
        #expect(judged.map(\.years) == [2, 2, 2, 2])
    }

    @Test(arguments: [(41, 3.0, "short"), (0, 6, "enough")])
    func `a text claims three years only where they were reported`(
        _ silent: Int, _ years: Double, _ history: String
    ) throws {
        var valley = Valley(seed: 10)
        valley.hiddenMonths = Set(0..<silent)
        let month = 80
        valley.strike([Valley.counties[1]], ["A"], month: month, persons: 15)
        let scan = try valley.look(try RuleFiles.definition("mass.scan"), month: month).findings
        let excess = try valley.look(try RuleFiles.definition("mass.excess"), month: month).findings
        let one = try #require(scan.first { $0.subject.id == "540202/A" })
        #expect(one.evidence.marks["history"] == history)
        #expect(try #require(excess.first).evidence.measures["years"] == years)
    }

    @Test func `a rate with a low of seven months does not speak of a year`() throws {
        var town = Town(0)
        for (offset, value) in ([4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 7] as [Double]).enumerated() {
            town.indicators.append(
                Indicator(
                    code: "surveyed_unemployment_rate", regionCode: Town.province,
                    period: Town.period(offset), value: value,
                    reportedAt: Town.period(offset).lastDay.start(offsetSeconds: 0)))
        }
        let rule = try RuleFiles.definition("indicator.momentum")
        let found = try #require(try town.look(rule, month: 11).findings.first)
        // Means of three months begin with the third month.
        #expect(found.evidence.measures["past_months"] == 9)
    }

    @Test func `a fall is compared with what was known`() throws {
        let rule = try RuleFiles.definition("mass.rate")
        var town = Town(12)
        for id in 1...Int64(12) {
            var heads = [Int32?](repeating: 100, count: 14)
            heads[13] = 80
            town.heads(heads, of: id)
        }
        let known = try town.look(rule, month: 13).findings.first
        #expect(known?.evidence.marks["season"] == "no_fall")
        town.reports.removeAll { $0.period < Town.period(10) }
        let unknown = try town.look(rule, month: 13).findings.first
        #expect(unknown?.evidence.marks["season"] == "none_known")
    }
}
