import Foundation

/// A scan of the counts of one month: estimates the expectation and the dispersion of every node,
/// then computes the scan statistic.
package struct NodeScan: Sendable {
    /// The expectations, one for each length of sum, the shortest first. The month alone shows a
    /// sudden rise. The sum of the last months shows a small rise that lasts.
    private let expectations: [RateExpectation]
    private let statistic: ScanStatistic
    /// The weight of the usual dispersion in the pooled one, in months, for a node whose own
    /// dispersion is not above the usual one.
    private let pooled: Double
    /// The same weight for a node whose own dispersion is above the usual one. It is smaller,
    /// because a large dispersion is often real: large enterprises dominate the node.
    private let pooledAbove: Double

    /// A scan from its parameters.
    /// - Parameters:
    ///   - years: the maximum number of earlier years for the season.
    ///   - yearsMin: the minimum number of earlier years.
    ///   - residuals: the number of past months for the dispersion.
    ///   - pooled: the weight of the usual dispersion, months.
    ///   - pooledAbove: the same for a node whose own dispersion is above the usual one.
    ///   - trailing: the number of months of the longer sum; 1 for none.
    ///   - statistic: the scan statistic.
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

    /// The result of one node.
    package struct Judged: Sendable {
        /// The index of the node in the nodes given.
        package var index: Int
        /// The counts and expectations of the node.
        package var node: ScanStatistic.Node
        /// The score and the p-values of the node.
        package var result: ScanStatistic.Result
        /// The number of earlier years used for the season.
        package var years: Int
    }

    /// Counts and exposures of the leaves. Shape: leaves (first index) × months (second index,
    /// oldest first). An exposure of 0 marks a month without a count.
    package struct Leaves: Sendable {
        /// The counts, persons; leaves × months.
        package var counts: [[Double]]
        /// The exposures: the staff that each count refers to, persons; leaves × months.
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

        /// The sum of some leaves as one series.
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

    /// A node with its sums, before the scan.
    private struct Known {
        var index: Int
        var node: ScanStatistic.Node
        /// For each sum of the node: the number of past months from which the dispersion is
        /// estimated.
        var months: [Double]
        /// For each sum of the node: the variance that a festival adds, divided by the expectation.
        var festive: [Double]
        /// The expected counts of the month judged, of the month before, and so on.
        var expected: [Double]
        /// The number of earlier years used for the season.
        var years: Int
    }

    /// Judges every node in a month, the strongest node first. Nodes without enough history are
    /// left out.
    /// - Parameters:
    ///   - nodes: for each node, the indices of its leaves.
    ///   - month: the month judged, as an index of the series.
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

    /// Estimates the sums of one node; nil without enough history.
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
            // If the longer sum has too little history, the sum of the month alone takes its place.
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

    /// Shrinks each dispersion towards the usual dispersion of nodes of the same size.
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
