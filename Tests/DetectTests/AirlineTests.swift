import Detect
import Foundation
import Labor
import Testing

/// Real payrolls: four American carriers, 1990–2023, monthly.
@Suite struct AirlineTests {
    static func heads() throws -> [String: [Period: Int32]] {
        let file = RuleFiles.root.appending(path: "sql/sample/firm_airline_monthly.csv")
        var heads: [String: [Period: Int32]] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        {
            let fields = line.split(separator: ",")
            guard let period = Period(String(fields[1])), let total = Int32(fields[4]) else {
                continue
            }
            heads[String(fields[0]), default: [:]][period] = total
        }
        return heads
    }

    /// The months in which a carrier's finding raises after two months or more without any.
    static func starts(_ name: String) throws -> [String: [String]] {
        let first = Period(year: 1990, month: 1)
        let rule = try Rule(try RuleFiles.definition(name))
        let heads = try heads()
        let carriers = heads.keys.sorted()
        var panel = Panel(
            first: first, months: 12 * 34,
            enterprises: carriers.enumerated().map { index, name in
                Enterprise(
                    id: Int64(index), name: name, regionCode: RegionCode("840"),
                    industryCode: IndustryCode("G56"))
            })
        var starts: [String: [String]] = [:]
        var lastFound: [String: Int] = [:]
        for month in 0..<panel.months {
            let period = panel.period(month)
            for (index, name) in carriers.enumerated() {
                guard let total = heads[name]?[period] else { continue }
                panel.place(
                    Report(
                        enterpriseID: Int64(index), period: period, headcount: total,
                        reportedAt: period.lastDay.start(offsetSeconds: 0)))
            }
            let facts = Facts(
                panel: panel, regions: RegionTree([]), industries: IndustryTree([]))
            let day = period.lastDay
            let looked = Evaluator(rules: [rule]).evaluate(
                facts, asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day), scope: .all,
                watching: [])
            for finding in looked.findings {
                let name = finding.subject.name
                // What only holds keeps an open episode open, and opens none.
                let isOpen = month - (lastFound[name] ?? -9) <= 2
                if finding.raises != nil, !isOpen {
                    starts[name, default: []].append(period.description)
                }
                if finding.raises != nil || isOpen { lastFound[name] = month }
            }
        }
        return starts
    }

    @Test func `the great cuts start an alarm and mergers do not`() throws {
        let starts = try Self.starts("layoff.statutory")
        let american = starts["American Airlines"] ?? []
        let delta = starts["Delta Air Lines"] ?? []
        let united = starts["United Air Lines"] ?? []
        #expect(american.contains { ("2001-09"..."2001-11").contains($0) })
        #expect(american.contains("2020-10"))
        #expect(delta.contains("2020-04") || delta.contains("2020-05"))
        #expect(united.contains("2001-11"))
        #expect(united.contains("2020-10"))
        #expect(!american.contains("2015-07"))
        #expect(!delta.contains("2010-01"))
        #expect(!united.contains("2012-01"))
        let all = starts.values.reduce(0) { $0 + $1.count }
        #expect((15...60).contains(all), "\(starts)")
    }

    @Test func `trend and statute together miss no great cut and trend is rarely wrong`() throws {
        let trend = try Self.starts("layoff.trend")
        let statutory = try Self.starts("layoff.statutory")
        let wanted: [(String, [String])] = [
            ("American Airlines", ["2001-09", "2001-10", "2001-11"]),
            ("American Airlines", ["2020-10"]), ("Delta Air Lines", ["2001-11"]),
            ("Delta Air Lines", ["2020-04", "2020-05"]), ("United Air Lines", ["2001-11"]),
            ("United Air Lines", ["2003-02"]), ("United Air Lines", ["2020-10"]),
        ]
        for (carrier, months) in wanted {
            let starts = (trend[carrier] ?? []) + (statutory[carrier] ?? [])
            #expect(starts.contains(where: months.contains), "\(carrier) \(months): \(starts)")
        }
        // 136 firm-years; every start must lie in one of the two collapses of the trade or in a
        // carrier's bankruptcy, but for one.
        let starts = trend.values.flatMap { $0 }
        let known = ["2001", "2002", "2003", "2004", "2005", "2008", "2009", "2020", "2021"]
        #expect(starts.count <= 13, "\(trend)")
        #expect(starts.count { start in !known.contains { start.hasPrefix($0) } } <= 1, "\(trend)")
    }
}
