import Foundation

/// A scan of months of counts: expectations and dispersions of every node, and the judgement.
package struct NodeScan: Sendable {
    /// One for each span of months, the shortest first: the month itself tells of a sudden rise,
    /// the last months together of one that is small and lasts.
    private let expectations: [RateExpectation]
    private let statistic: ScanStatistic
    /// The dispersion that is usual of a node's size counts as so many months of its own. A node
    /// that scatters more is believed sooner: where large enterprises sway a branch, its scatter is
    /// real.
    private let pooled: Double
    private let pooledAbove: Double

    /// A scan by its numbers: years for the season, months for the dispersion, the months that the
    /// usual dispersion counts for below and above itself, the months of the longer sum (1 for none).
    package init(
        years: Int = 5, yearsMin: Int = 1, residuals: Int = 36, pooled: Double = 144,
        pooledAbove: Double = 48, trailing: Int = 3, statistic: ScanStatistic
    ) {
        expectations = (trailing > 1 ? [1, trailing] : [1]).map { window in
            RateExpectation(
                years: years, yearsMin: yearsMin, residuals: residuals, window: window)
        }
        self.pooled = pooled
        self.pooledAbove = pooledAbove
        self.statistic = statistic
    }

    /// A node with what the scan says of it.
    package struct Judged: Sendable {
        /// Its place in the nodes given.
        package var index: Int
        /// What was counted and expected.
        package var node: ScanStatistic.Node
        /// How strong it is.
        package var result: ScanStatistic.Result
        /// How many earlier years the season was compared with.
        package var years: Int
    }

    /// Counts and exposures by leaf and month; an exposure of 0 marks a month without a count.
    package struct Leaves: Sendable {
        /// The counts.
        package var counts: [[Double]]
        /// The exposures.
        package var exposures: [[Double]]
        /// The festival months of each calendar; empty where no festival moves the counts.
        package var festivals: [FestivalMonths]

        /// Leaves from counts and exposures of the same shape.
        package init(
            counts: [[Double]], exposures: [[Double]], festivals: [FestivalMonths] = []
        ) {
            self.counts = counts
            self.exposures = exposures
            self.festivals = festivals
        }

        func series(_ leaves: [Int]) -> RateExpectation.Series {
            guard let first = leaves.first else { return .init(counts: [], exposures: []) }
            var counts = counts[first]
            var exposures = exposures[first]
            for leaf in leaves.dropFirst() {
                for month in counts.indices {
                    counts[month] += self.counts[leaf][month]
                    exposures[month] += self.exposures[leaf][month]
                }
            }
            return .init(counts: counts, exposures: exposures, festivals: festivals)
        }
    }

    /// A node whose sums are known, with the months behind each dispersion.
    private struct Known {
        var index: Int
        var node: ScanStatistic.Node
        var months: [Double]
        /// By sum: the variance that a festival adds, per expectation.
        var festive: [Double]
        /// The counts expected this month and in the months before.
        var expected: [Double]
        /// How many earlier years the season was compared with.
        var years: Int
    }

    /// Judges a month, strongest nodes first; nodes of which too little is known are left out.
    package func judge(_ leaves: Leaves, nodes: [[Int]], month: Int) -> [Judged] {
        var known = nodes.enumerated().compactMap { index, members in
            self.known(index, members, leaves.series(members), month)
        }
        guard !known.isEmpty else { return [] }
        pool(&known)
        for regional in known.indices {
            for span in expectations.indices {
                known[regional].node.sums[span].phi += known[regional].festive[span]
            }
        }
        var ofLeaf = [ScanStatistic.Leaf](
            repeating: .init(expected: [], phi: 1), count: leaves.counts.count)
        for one in known where one.node.leaves.count == 1 {
            ofLeaf[one.node.leaves[0]] = .init(
                expected: one.expected, phi: one.node.sums[0].phi)
        }
        let results = statistic.judge(known.map(\.node), leaves: ofLeaf)
        return zip(known, results).map {
            Judged(index: $0.index, node: $0.node, result: $1, years: $0.years)
        }.sorted { left, right in
            (left.result.searched, -left.result.score, left.index)
                < (right.result.searched, -right.result.score, right.index)
        }
    }

    private func known(
        _ index: Int, _ members: [Int], _ series: RateExpectation.Series, _ month: Int
    ) -> Known? {
        guard month < series.counts.count, series.exposures[month] > 0 else { return nil }
        var known = Known(
            index: index,
            node: .init(leaves: members, sums: [.init(count: 0, expected: 1, phi: 1)]),
            months: [], festive: [], expected: [], years: 0)
        var sums: [ScanStatistic.Sum] = []
        for expectation in expectations {
            // Where the longer sum has too little history, the month itself still speaks.
            guard let expected = expectation.expected(series, month),
                let own = expectation.dispersion(series, before: month)
            else {
                guard let first = sums.first else { return nil }
                sums.append(first)
                known.months.append(known.months[0])
                known.festive.append(known.festive[0])
                continue
            }
            let mean = max(expected.count, RateExpectation.meanMin)
            if sums.isEmpty { known.years = expected.years }
            sums.append(
                ScanStatistic.Sum(
                    months: expectation.window,
                    count: series.sums.count(month, months: expectation.window),
                    expected: mean, phi: own.phi))
            known.months.append(own.months)
            known.festive.append(expected.festiveVariance / mean)
        }
        known.node.sums = sums
        known.expected = (0..<(expectations.last?.window ?? 1)).map { back in
            max(
                expectations[0].expected(series, month - back)?.count ?? 0,
                RateExpectation.meanMin)
        }
        return known
    }

    /// Draws each dispersion towards what is usual of nodes of its size.
    private func pool(_ known: inout [Known]) {
        for span in expectations.indices {
            let line = DispersionLine(
                known.map { ($0.node.sums[span].expected, $0.node.sums[span].phi) })
            for regional in known.indices {
                let sum = known[regional].node.sums[span]
                let usual = line.usual(sum.expected)
                let months = known[regional].months[span]
                let weight = sum.phi > usual ? pooledAbove : pooled
                known[regional].node.sums[span].phi = max(
                    1, (months * sum.phi + weight * usual) / (months + weight))
            }
        }
    }
}
