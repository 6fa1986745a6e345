import Detect
import Foundation

/// FPR is the share of months with an alarm before the test outbreak. POD is the share of outbreaks
/// with an alarm in one of their months. Both are means over the scenarios.
enum Noufaily {
    struct Series {
        var scenario = 0
        var rep = 0
        var counts: [Double] = []
        var start = 0
        var end = 0
    }

    /// Fewer cases than this within four months raise no alarm (limit54 of the R package).
    static let (casesMin, casesMonths) = (5.0, 4)

    static func series(_ directory: String) throws -> [Series] {
        let table = try Table(directory + "/noufaily.csv")
        let truth = try Table(directory + "/noufaily_truth.csv")
        var places: [String: Int] = [:]
        var series: [Series] = []
        for row in 0..<table.count {
            let key = table.text(row, "scenario") + "/" + table.text(row, "rep")
            let place = places[key] ?? series.count
            if place == series.count {
                places[key] = place
                series.append(
                    Series(
                        scenario: table.whole(row, "scenario"), rep: table.whole(row, "rep")))
            }
            series[place].counts.append(Double(table.whole(row, "count")))
        }
        for row in 0..<truth.count where truth.text(row, "where") == "test" {
            let key = truth.text(row, "scenario") + "/" + truth.text(row, "rep")
            guard let place = places[key] else { continue }
            series[place].start = truth.whole(row, "start")
            series[place].end = truth.whole(row, "end")
        }
        return series
    }

    static func run(_ directory: String) throws {
        let series = try series(directory)
        print("series \(series.count); years, bound, alpha: FPR, POD")
        for years in [5, 8] {
            for bound in [UpperBound.plugIn, .interval, .twoThirds] {
                var model = SeasonalModel()
                model.years = years
                let judged = series.map { judge($0, model, bound) }
                for alpha in [0.005, 0.008, 0.01, 0.015, 0.02, 0.05, 0.06, 0.07] {
                    let (fpr, pod) = score(series, judged, alpha)
                    print(years, bound.rawValue, alpha, fixed(fpr, 4), fixed(pod, 3))
                }
            }
        }
    }

    /// Writes the alarms of the model of mass.excess by level. A separate scorer reads this file
    /// and the files of other programs.
    static func alarms(_ directory: String, _ file: String) throws {
        let series = try series(directory)
        var model = SeasonalModel()
        model.years = 8
        let start = ContinuousClock().now
        let judged = series.map { judge($0, model, .plugIn) }
        let took = (ContinuousClock().now - start) / .seconds(1)
        var text = "method,scenario,rep,t,alarm,seconds\n"
        for (name, level) in [("wide", 0.05), ("strict", 0.015), ("catalogue", 0.01)] {
            for (one, p) in zip(series, judged) {
                for month in p.indices.suffix(12) {
                    text += "mass.excess \(name) 8 years \(fixed(level, 3)),"
                    text += "\(one.scenario),\(one.rep),\(month),\(p[month] <= level ? 1 : 0),"
                    text += "\(fixed(took, 3))\n"
                }
            }
        }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The probabilities of the test months; 1 if the counts are too small.
    static func judge(_ series: Series, _ model: SeasonalModel, _ bound: UpperBound) -> [Double] {
        let exposures = [Double](repeating: 1, count: series.counts.count)
        return series.counts.indices.map { month in
            let last = series.counts[max(0, month - casesMonths + 1)...month].reduce(0, +)
            guard month >= series.counts.count - 12, last >= casesMin,
                let fit = model.fit(counts: series.counts, exposures: exposures, month: month)
            else { return 1 }
            return bound.judge(series.counts[month], fit, alpha: 0.01).p
        }
    }

    static func score(
        _ series: [Series], _ judged: [[Double]], _ alpha: Double
    ) -> (fpr: Double, pod: Double) {
        var sums: [Int: (false: Double, months: Double, found: Double, all: Double)] = [:]
        for (one, p) in zip(series, judged) {
            var sum = sums[one.scenario] ?? (0, 0, 0, 0)
            let before = p[(p.count - 12)..<one.start]
            sum.false += Double(before.count { $0 <= alpha })
            sum.months += Double(before.count)
            sum.found += p[one.start...one.end].contains { $0 <= alpha } ? 1 : 0
            sum.all += 1
            sums[one.scenario] = sum
        }
        let scenarios = Double(sums.count)
        return (
            sums.values.reduce(0) { $0 + $1.false / max($1.months, 1) } / scenarios,
            sums.values.reduce(0) { $0 + $1.found / $1.all } / scenarios
        )
    }
}
