import Foundation
import Labor

/// The empirical p-value of a fall: the share of months without an event whose fall was at least as
/// unusual.
///
/// The p-value is the rank of the standardised residual among those of enterprises of the same
/// industry, size and calendar month in earlier years: p = (1 + number of nulls with z at least as
/// large) / (number of nulls + 1).
///
/// Student's t has too thin tails for reports with errors, late branches and temporary falls, so
/// p-values of the t distribution would be too small.
///
/// A null is a past month in which an enterprise had no alarm. The month had an alarm if its fall
/// crossed the limits and neither of the two following months shows that the fall came back.
///
/// If too few nulls are known, the comparison widens in steps: same size and month, same month, the
/// recent months of all enterprises. If these are still too few, there is no rank.
struct EmpiricalP {
    /// The limits that define a past alarm, and the number of nulls that a rank needs.
    struct Limits: Hashable, Sendable {
        /// The largest p-value (Student's t) of an alarm.
        var alpha: Double
        /// The smallest share of staff lost in an alarm, 0…1.
        var share: Double
        /// The part of the loss that must still be missing in each of the two following months,
        /// 0…1.
        var kept: Double
        /// The minimum number of nulls of a rank.
        var least: Int
    }

    /// The window of a month with the largest standardised fall.
    struct Strongest {
        /// The standardised fall: −residual / scale.
        var z: Double
        /// P(T > z) of Student's t.
        var p: Double
        var residual: Baseline.Residual
    }

    /// The rank of a fall among the nulls.
    struct Rank: Equatable {
        /// The empirical p-value.
        var p: Double
        /// The number of nulls.
        var nulls: Int
        /// What the nulls have in common, as a mark of the evidence: `trade_size_month`,
        /// `size_month`, `month` or `recent_months`.
        var basis: String
    }

    /// The nulls by group (industry × size): their number, and z of those with a fall.
    private struct Nulls {
        var counts: [Int]
        var falls: [[Double]]

        init(groups: Int) {
            counts = Array(repeating: 0, count: groups)
            falls = Array(repeating: [], count: groups)
        }

        /// The rank of z among the nulls of some groups; nil when they have fewer than `least`
        /// nulls.
        func rank(
            _ z: Double, least: Int, _ basis: String, in groups: some Sequence<Int>
        ) -> Rank? {
            var (count, above) = (0, 0)
            for group in groups {
                count += counts[group]
                above += falls[group].count { $0 >= z }
            }
            guard count >= max(least, 1) else { return nil }
            return Rank(p: Double(1 + above) / Double(count + 1), nulls: count, basis: basis)
        }
    }

    /// Months back of the nulls in earlier years.
    private static let yearsBack = [12, 24]
    /// Months back of the nulls when no earlier year is known: recent, but old enough that two
    /// later reports exist.
    private static let monthsBack = 3...8
    /// The headcount from which an enterprise is small, medium and large. Source: 统计上大中小微型企业划分办法
    /// (国统字〔2017〕213号), limits of industry.
    private static let sizes = [20.0, 300, 1_000]
    /// The number of size classes: micro, small, medium, large.
    private static let bands = sizes.count + 1

    private let baseline: Baseline
    private let limits: Limits
    private let rows: Int
    private let trades: Int
    /// The number of the industry of each row.
    private let tradeOf: [Int32]

    init(_ context: EvaluationContext, _ baseline: Baseline, _ limits: Limits) {
        self.baseline = baseline
        self.limits = limits
        var known: [IndustryCode: Int32] = [:]
        tradeOf = context.facts.panel.enterprises.map { enterprise in
            if let trade = known[enterprise.industryCode] { return trade }
            let trade = Int32(known.count)
            known[enterprise.industryCode] = trade
            return trade
        }
        trades = known.count
        rows = tradeOf.count
    }

    /// The rank of each row in one month, in the order of `rows`; nil where too few nulls are
    /// known or the row has no residual.
    func ranks(of rows: [Int], month: Int) -> [Rank?] {
        var scratch = [Float](repeating: 0, count: Peers.span)
        return ranks(
            of: rows.map { ($0, strongest($0, month, atMost: .infinity, &scratch)?.z) },
            month: month)
    }

    /// The rank of a standardised fall of each row in one month, in the order of `asked`; nil where
    /// too few nulls are known or the fall is nil.
    func ranks(of asked: [(row: Int, z: Double?)], month: Int) -> [Rank?] {
        var scratch = [Float](repeating: 0, count: Peers.span)
        guard let weakest = asked.compactMap(\.z).min() else { return asked.map { _ in nil } }
        let years = Self.yearsBack.map { month - $0 }.filter { $0 > 0 }
        let seasonal = nulls(years, from: weakest, &scratch)
        var recent: Nulls?
        return asked.map { row, z in
            guard let z else { return nil }
            let size = size(row, month)
            let own = Int(tradeOf[row]) * Self.bands + size
            let alike = stride(from: size, to: seasonal.counts.count, by: Self.bands)
            let all = seasonal.counts.indices
            let least = limits.least
            if let rank = seasonal.rank(z, least: least, "trade_size_month", in: [own])
                ?? seasonal.rank(z, least: least, "size_month", in: alike)
                ?? seasonal.rank(z, least: least, "month", in: all)
            {
                return rank
            }
            let months = Self.monthsBack.map { month - $0 }.filter { $0 > 0 }
            let late = recent ?? nulls(months, from: weakest, &scratch)
            recent = late
            return late.rank(z, least: least, "recent_months", in: all)
        }
    }

    /// The number of enterprises that have a residual in a month. This is the number of tests for
    /// the false discovery rate.
    func judged(_ month: Int) -> Int { (0..<rows).count { isJudged($0, month) } }

    /// Whether the enterprise has a headcount in the month and a reference level for a window of
    /// one month.
    private func isJudged(_ row: Int, _ month: Int) -> Bool {
        baseline.peers.level(row, month).isFinite
            && baseline.reference(row, month, window: 1).isFinite
    }

    /// The size class, 0…3, by the latest known headcount of the three months before; if there is
    /// none, by that of the month.
    private func size(_ row: Int, _ month: Int) -> Int {
        let before = (1...3).map { baseline.peers.level(row, month - $0) }
        let level = before.first(where: \.isFinite) ?? baseline.peers.level(row, month)
        let staff = exp(level)
        return Self.sizes.count { staff >= $0 }
    }

    /// The window with the largest standardised fall among those whose residual is at most
    /// `limit`, ln staff; nil when there is none.
    private func strongest(
        _ row: Int, _ month: Int, atMost limit: Double, _ scratch: inout [Float]
    ) -> Strongest? {
        var best: Strongest?
        for window in Baseline.windows {
            guard
                let residual = baseline.residual(row, month, window: window, atMost: limit)
            else { continue }
            let certainty = baseline.certainty(row, month, residual, &scratch)
            let z = -residual.value / certainty.scale
            if let best, best.z >= z { continue }
            best = Strongest(z: z, p: certainty.p, residual: residual)
        }
        return best
    }

    /// Collects the nulls of some months.
    /// - Parameter weakest: the smallest z that will be ranked. Smaller falls are counted but not
    ///   stored.
    private func nulls(
        _ months: [Int], from weakest: Double, _ scratch: inout [Float]
    ) -> Nulls {
        // The scale is never smaller than its part from the prior. Most months cannot reach
        // `weakest` then and are skipped without computing their scale.
        let options = baseline.options
        let part = options.priorMonths / (options.priorMonths + 24)
        let limit = -max(0, weakest) * options.scalePrior * part.squareRoot()
        var nulls = Nulls(groups: trades * Self.bands)
        for month in months {
            for row in 0..<rows where isJudged(row, month) {
                let group = Int(tradeOf[row]) * Self.bands + size(row, month)
                if let fall = strongest(row, month, atMost: limit, &scratch), fall.z >= weakest {
                    if wasAlarm(fall, row, month) { continue }
                    nulls.falls[group].append(fall.z)
                }
                nulls.counts[group] += 1
            }
        }
        return nulls
    }

    /// Whether a past fall crosses the limits and neither of the two following months shows that
    /// it came back.
    private func wasAlarm(_ fall: Strongest, _ row: Int, _ month: Int) -> Bool {
        let residual = fall.residual
        guard fall.p <= limits.alpha, residual.share >= limits.share else { return false }
        let now = baseline.peers.adjusted(row, month)
        for later in month + 1...month + 2 where later < baseline.peers.months {
            let value = baseline.peers.adjusted(row, later) - now + residual.value
            if value.isFinite, 1 - exp(value) < limits.kept * (1 - exp(residual.value)) {
                return false
            }
        }
        return true
    }
}

/// The adjusted p-values (q-values) of Benjamini and Hochberg's procedure: the smallest false
/// discovery rate at which each test is listed, at most 1.
/// - Parameters:
///   - p: the smallest p-values of all tests.
///   - tests: the number of all tests, also of those whose p-value is not in `p`.
func falseDiscoveryRates(_ p: [Double], tests: Int) -> [Double] {
    let order = p.indices.sorted { p[$0] > p[$1] }
    var rates = p
    var least = 1.0
    for (position, index) in order.enumerated() {
        least = min(least, p[index] * Double(max(tests, p.count)) / Double(p.count - position))
        rates[index] = least
    }
    return rates
}
