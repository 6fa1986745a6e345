import Labor

import Detect
import Support

/// A county of one trade for the tests of trends: every enterprise moves as the season says, with a
/// small own noise, until something is done to it.
struct Cohort {
    var town: Town
    /// Staff by enterprise and month.
    var heads: [[Double]]

    /// So many enterprises of so much staff; the season is a factor for each month.
    init(_ count: Int, staff: Double = 200, seed: UInt64 = 7, season: (Int) -> Double = { _ in 1 })
    {
        town = Town(count)
        var random = SeededGenerator(seed: seed)
        heads = (0..<count).map { index in
            let size = staff * (1 + Double(index % 7) / 10)
            return (0..<Town.months).map { month in
                size * season(month) * Double.random(in: 0.99...1.01, using: &random)
            }
        }
    }

    /// Multiplies the staff of an enterprise, numbered from 1, from a month on.
    mutating func scale(_ id: Int, from month: Int, by factor: Double, until end: Int? = nil) {
        for at in month..<(end ?? Town.months) { heads[id - 1][at] *= factor }
    }

    /// The town as it reports up to a month; `silent` keeps an enterprise quiet from a month on.
    func reported(through month: Int, silent: [Int: Int] = [:]) -> Town {
        var town = town
        for (index, series) in heads.enumerated() {
            for at in 0...month where at < silent[index + 1] ?? Town.months {
                town.report(month: at, of: Int64(index + 1)) { report in
                    report.headcount = Int32(series[at].rounded())
                }
            }
        }
        return town
    }

    /// What a rule says of an enterprise at the end of a month.
    func look(
        _ rule: RuleDefinition, at month: Int, of id: Int = 1, silent: [Int: Int] = [:]
    ) throws -> (finding: Finding?, status: SubjectStatus?) {
        let key = key(rule.id.rawValue, Int64(id))
        let looked = try reported(through: month, silent: silent)
            .look(rule, month: month, watching: [key])
        return (looked.findings.first { $0.subject.id == String(id) }, looked.statuses[key])
    }
}
