import Foundation
import Labor

/// How often something as unlikely as a fall came about where nothing had happened: the rank of its
/// standardised residual among those of the same trade, size and month in earlier years.
///
/// The tails of Student's t are too thin for reports with slips, late branches and dips that come
/// back. A past month is one in which nothing had happened unless it showed a fall beyond the
/// limits that no later report denied. Where too few such months are known, size and month alone
/// compare, then the month, then the last months of all; else nothing is said.
struct EmpiricalP {
    /// What a past alarm was, and how many months without one make a rank.
    struct Limits: Sendable {
        var alpha: Double
        var share: Double
        var kept: Double
        var least: Int
    }

    /// The window of a month that stands out most, with how far.
    struct Strongest {
        /// Scales below what was expected.
        var z: Double
        var p: Double
        var residual: Baseline.Residual
    }

    struct Rank: Equatable {
        var p: Double
        /// The months without an alarm among which it was ranked.
        var nulls: Int
        /// What they have in common, as a mark.
        var basis: String
    }

    /// Months without an alarm: how many, and the residuals of those that fell, group by group.
    private struct Nulls {
        var counts: [Int]
        var falls: [[Double]]

        init(groups: Int) {
            counts = Array(repeating: 0, count: groups)
            falls = Array(repeating: [], count: groups)
        }

        /// The rank in some groups, if they hold enough.
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

    /// The same month one and two years back.
    private static let yearsBack = [12, 24]
    /// Where no year is known: months young enough to tell of, and old enough to have been denied.
    private static let monthsBack = 3...8
    /// The staff from which an enterprise is small, medium and large: 统计上大中小微型企业划分办法
    /// (国统字〔2017〕213号), industry.
    private static let sizes = [20.0, 300, 1_000]
    private static let bands = sizes.count + 1

    private let baseline: Baseline
    private let limits: Limits
    private let rows: Int
    private let trades: Int
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

    /// The ranks of rows in one month, in the order of the rows; nil where too little is known.
    func ranks(of rows: [Int], month: Int) -> [Rank?] {
        var scratch = [Float](repeating: 0, count: Peers.span)
        let asked = rows.map { strongest($0, month, atMost: .infinity, &scratch)?.z }
        guard let weakest = asked.compactMap(\.self).min() else { return asked.map { _ in nil } }
        let years = Self.yearsBack.map { month - $0 }.filter { $0 > 0 }
        let seasonal = nulls(years, from: weakest, &scratch)
        var recent: Nulls?
        return zip(rows, asked).map { row, z in
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

    /// How many enterprises a month judges: as many tests were made.
    func judged(_ month: Int) -> Int { (0..<rows).count { isJudged($0, month) } }

    private func isJudged(_ row: Int, _ month: Int) -> Bool {
        baseline.peers.level(row, month).isFinite
            && baseline.reference(row, month, window: 1).isFinite
    }

    private func size(_ row: Int, _ month: Int) -> Int {
        let before = (1...3).map { baseline.peers.level(row, month - $0) }
        let level = before.first(where: \.isFinite) ?? baseline.peers.level(row, month)
        let staff = exp(level)
        return Self.sizes.count { staff >= $0 }
    }

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

    private func nulls(
        _ months: [Int], from weakest: Double, _ scratch: inout [Float]
    ) -> Nulls {
        // No scale is smaller than the prior's part of it, so that most months are passed over.
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

    /// Whether a past fall was beyond the limits, and neither of the two months after it denied it.
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

/// The false discovery rates at which Benjamini and Hochberg's procedure would list each of the
/// smallest probabilities of so many tests; never above 1.
func falseDiscoveryRates(_ p: [Double], tests: Int) -> [Double] {
    let order = p.indices.sorted { p[$0] > p[$1] }
    var rates = p
    var least = 1.0
    for (regional, index) in order.enumerated() {
        least = min(least, p[index] * Double(max(tests, p.count)) / Double(p.count - regional))
        rates[index] = least
    }
    return rates
}
