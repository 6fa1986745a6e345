import Foundation

/// A scan of months of counts: expectations and dispersions of every node, and the judgement.
package struct NodeScan: Sendable {
    private let expectation: RateExpectation
    private let statistic: ScanStatistic
    /// The median dispersion of all nodes counts as so many months of a node's own. A node that
    /// scatters more than most is believed sooner: where large enterprises sway a branch, its
    /// scatter is real.
    private let pooled: Double
    private let pooledAbove: Double

    /// A scan by its numbers: years for the season, months for the dispersion, the months that the
    /// common dispersion counts for below and above itself.
    package init(
        years: Int = 5, yearsMin: Int = 1, residuals: Int = 36, pooled: Double = 72,
        pooledAbove: Double = 24,
        statistic: ScanStatistic
    ) {
        expectation = RateExpectation(
            years: years, yearsMin: yearsMin, residuals: residuals)
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
    }

    /// Counts and exposures by leaf and month; an exposure of 0 marks a month without a count.
    package struct Leaves: Sendable {
        /// The counts.
        package var counts: [[Double]]
        /// The exposures.
        package var exposures: [[Double]]

        /// Leaves from counts and exposures of the same shape.
        package init(counts: [[Double]], exposures: [[Double]]) {
            self.counts = counts
            self.exposures = exposures
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
            return .init(counts: counts, exposures: exposures)
        }
    }

    /// Judges a month, strongest nodes first; nodes of which too little is known are left out.
    package func judge(_ leaves: Leaves, nodes: [[Int]], month: Int) -> [Judged] {
        var known: [(index: Int, node: ScanStatistic.Node, months: Double)] = []
        for (index, members) in nodes.enumerated() {
            let series = leaves.series(members)
            guard month < series.counts.count, series.exposures[month] > 0,
                let expected = expectation.expected(series, month),
                let own = expectation.dispersion(series, before: month)
            else { continue }
            known.append(
                (
                    index,
                    ScanStatistic.Node(
                        leaves: members, count: series.counts[month],
                        expected: max(expected, RateExpectation.meanMin), phi: own.phi),
                    own.months
                ))
        }
        guard !known.isEmpty else { return [] }
        let usual = quantile(known.map(\.node.phi).sorted(), 0.5)
        var ofLeaf = [(expected: Double, phi: Double)](
            repeating: (0, 1), count: leaves.counts.count)
        for place in known.indices {
            let (own, months) = (known[place].node.phi, known[place].months)
            let weight = own > usual ? pooledAbove : pooled
            known[place].node.phi = max(1, (months * own + weight * usual) / (months + weight))
            let node = known[place].node
            if node.leaves.count == 1 { ofLeaf[node.leaves[0]] = (node.expected, node.phi) }
        }
        let results = statistic.judge(known.map(\.node), leaves: ofLeaf)
        return zip(known, results).map { Judged(index: $0.index, node: $0.node, result: $1) }
            .sorted { left, right in
                (left.result.searched, -left.result.score, left.index)
                    < (right.result.searched, -right.result.score, right.index)
            }
    }
}
