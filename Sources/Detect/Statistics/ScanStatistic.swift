import Foundation

/// The expectation-based Poisson scan statistic of Neill (2009) over overlapping nodes of leaves,
/// such as the branches of regions × industries. Each node has its own dispersion.
///
/// The score of a sum with count c, expectation e and dispersion φ is (c ln(c / e) + e − c) / φ
/// for c > e, and 0 otherwise. The score of a node is that of its strongest sum.
///
/// The p-value of a score is taken from replicates in which nothing happened: each replicate gives
/// the score of its strongest node. A Gumbel distribution fitted to these maxima gives finer
/// p-values than ranks (Abrams 2010).
package struct ScanStatistic: Sendable {
    /// The number of replicates.
    package var replicates: Int
    /// The seed of the random numbers.
    package var seed: UInt64

    /// A scan with this number of replicates and this seed.
    package init(replicates: Int = 199, seed: UInt64 = 1) {
        self.replicates = replicates
        self.seed = seed
    }

    /// The count and the expected count of a node over the latest months.
    package struct Sum: Sendable {
        /// The number of months, including the month judged.
        package var months: Int
        /// The number of persons observed.
        package var count: Double
        /// The expected count.
        package var expected: Double
        /// The dispersion: variance / expectation, at least 1.
        package var phi: Double

        /// Creates a sum. Each argument sets the property of the same name.
        package init(months: Int = 1, count: Double, expected: Double, phi: Double) {
            self.months = months
            self.count = count
            self.expected = expected
            self.phi = phi
        }

        /// The log likelihood ratio divided by the dispersion.
        var score: Double { ScanStatistic.score(count, expected) / phi }
    }

    /// A set of leaves with its sums over one or more periods.
    package struct Node: Sendable {
        /// The leaves, as indices into the list of all leaves.
        package var leaves: [Int]
        /// The sums, at least one.
        package var sums: [Sum]

        /// Creates a node. Each argument sets the property of the same name.
        package init(leaves: [Int], sums: [Sum]) {
            precondition(!sums.isEmpty, "a node has a sum")
            self.leaves = leaves
            self.sums = sums
        }

        /// The sum with the largest score; the first one among equal scores.
        package var strongest: Sum {
            sums.dropFirst().reduce(sums[0]) { $1.score > $0.score ? $1 : $0 }
        }

        var score: Double { strongest.score }
    }

    /// The expectation of one leaf if nothing happened.
    package struct Leaf: Sendable {
        /// The expected count in the month judged, in the month before, and so on.
        package var expected: [Double]
        /// The dispersion: variance / expectation.
        package var phi: Double

        /// Creates a leaf. Each argument sets the property of the same name.
        package init(expected: [Double], phi: Double) {
            self.expected = expected
            self.phi = phi
        }
    }

    /// The result of a scan for one node.
    package struct Result: Sendable {
        /// The log likelihood ratio divided by the dispersion.
        package var score: Double
        /// The p-value of this node alone: P(count or more) of the smallest p-value of its sums,
        /// times the number of sums (Bonferroni), at most 1.
        package var p: Double
        /// The p-value of the score as the maximum over all nodes. It accounts for the search over
        /// many nodes.
        package var searched: Double
    }

    /// Computes the score and the p-values of every node.
    /// - Parameters:
    ///   - nodes: the nodes, all with sums over the same months.
    ///   - leaves: the expectation of each leaf, for as many months as the longest sum has.
    package func judge(_ nodes: [Node], leaves: [Leaf]) -> [Result] {
        let gumbel = gumbel(of: maxima(nodes, leaves))
        return nodes.map { node in
            let p = node.sums.map { sum in
                CountDistribution(mean: sum.expected, phi: sum.phi).upperTail(sum.count)
            }
            let score = node.score
            // Each sum is a separate test, so the smallest p-value is multiplied by their number.
            return Result(
                score: score, p: min(1, (p.min() ?? 1) * Double(p.count)),
                searched: score > 0 ? -expm1(-exp(-(score - gumbel.location) / gumbel.scale)) : 1)
        }
    }

    /// The nodes that share no leaf with a stronger selected one.
    /// - Parameter order: indices of nodes in decreasing order of strength.
    package static func apart(_ order: [Int], _ nodes: [Node]) -> [Int] {
        var taken: Set<Int> = []
        return order.filter { index in
            guard taken.isDisjoint(with: nodes[index].leaves) else { return false }
            taken.formUnion(nodes[index].leaves)
            return true
        }
    }

    /// The log likelihood ratio c ln(c / e) + e − c of a Poisson count; 0 unless c > e > 0.
    static func score(_ count: Double, _ expected: Double) -> Double {
        guard count > expected, expected > 0 else { return 0 }
        return count * log(count / expected) + expected - count
    }

    /// The score of the strongest node of each replicate, over all periods. The leaves are drawn
    /// independently, so the dispersion of a node is the mean of the dispersions of its leaves,
    /// weighted by expectation.
    private func maxima(_ nodes: [Node], _ leaves: [Leaf]) -> [Double] {
        // A node with too little history for a longer sum repeats the shorter sum. The longest
        // period at each index counts.
        let spans = (0..<(nodes.first?.sums.count ?? 1)).map { position in
            nodes.reduce(1) { max($0, $1.sums[position].months) }
        }
        let sums = nodes.map { node in
            spans.map { months in
                var (expected, variance) = (0.0, 0.0)
                for leaf in node.leaves {
                    let own = leaves[leaf].expected.prefix(months).reduce(0, +)
                    expected += own
                    variance += own * max(leaves[leaf].phi, 1)
                }
                return (expected: expected, phi: expected > 0 ? variance / expected : 1)
            }
        }
        var random = SplitMix64(seed: seed)
        var drawn = [[Double]](
            repeating: [Double](repeating: 0, count: leaves.count), count: spans.count)
        return (0..<replicates).map { _ in
            for (index, leaf) in leaves.enumerated() {
                var (count, month) = (0.0, 0)
                for (span, months) in spans.enumerated() {
                    while month < min(months, leaf.expected.count) {
                        count += random.count(mean: leaf.expected[month], phi: leaf.phi)
                        month += 1
                    }
                    drawn[span][index] = count
                }
            }
            var strongest = 0.0
            for (node, own) in zip(nodes, sums) {
                for span in spans.indices {
                    let count = node.leaves.reduce(0) { $0 + drawn[span][$1] }
                    strongest = max(
                        strongest, Self.score(count, own[span].expected) / own[span].phi)
                }
            }
            return strongest
        }
    }

    /// The Gumbel distribution with the mean and the variance of the maxima: scale = s √6 / π,
    /// location = mean − γ × scale, with Euler's constant γ.
    private func gumbel(of maxima: [Double]) -> (location: Double, scale: Double) {
        let mean = maxima.reduce(0, +) / Double(maxima.count)
        let squares = maxima.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(max(1, maxima.count - 1))).squareRoot()
        let scale = max(deviation * 6.0.squareRoot() / Double.pi, 1e-9)
        return (mean - 0.577_215_664_901_532_9 * scale, scale)
    }
}
