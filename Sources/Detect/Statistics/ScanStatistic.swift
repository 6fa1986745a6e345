import Foundation

/// The expectation-based Poisson scan of Neill (2009) over overlapping nodes of leaves, such as the
/// branches of regions × industries, with each node's own dispersion.
///
/// The strongest node is judged against the strongest of replicates in which nothing happened. A
/// Gumbel distribution fitted to those gives finer probabilities than their ranks (Abrams 2010).
package struct ScanStatistic: Sendable {
    /// How many replicates are drawn.
    package var replicates: Int
    /// Where the random numbers start.
    package var seed: UInt64

    /// A scan with so many replicates from a seed.
    package init(replicates: Int = 199, seed: UInt64 = 1) {
        self.replicates = replicates
        self.seed = seed
    }

    /// What was counted and expected over the last months together.
    package struct Sum: Sendable {
        /// How many months, the one judged included.
        package var months: Int
        /// The count.
        package var count: Double
        /// The count expected.
        package var expected: Double
        /// The variance per expectation, at least 1.
        package var phi: Double

        /// A sum from its parts.
        package init(months: Int = 1, count: Double, expected: Double, phi: Double) {
            self.months = months
            self.count = count
            self.expected = expected
            self.phi = phi
        }

        var score: Double { ScanStatistic.score(count, expected) / phi }
    }

    /// A set of leaves with its sums over one or several spans of months.
    package struct Node: Sendable {
        /// The leaves, as indices.
        package var leaves: [Int]
        /// The sums; there is one at least.
        package var sums: [Sum]

        /// A node from its parts.
        package init(leaves: [Int], sums: [Sum]) {
            precondition(!sums.isEmpty, "a node has a sum")
            self.leaves = leaves
            self.sums = sums
        }

        /// The sum that stands out most; the shortest among equals.
        package var strongest: Sum {
            sums.dropFirst().reduce(sums[0]) { $1.score > $0.score ? $1 : $0 }
        }

        var score: Double { strongest.score }
    }

    /// What is expected of one leaf where nothing happened.
    package struct Leaf: Sendable {
        /// The count expected this month, in the month before, and so on.
        package var expected: [Double]
        /// The variance per expectation.
        package var phi: Double

        /// A leaf from its parts.
        package init(expected: [Double], phi: Double) {
            self.expected = expected
            self.phi = phi
        }
    }

    /// What a scan says of one node.
    package struct Result: Sendable {
        /// The log likelihood ratio per dispersion.
        package var score: Double
        /// The upper-tail probability of the node alone.
        package var p: Double
        /// The same of the strongest of all nodes: the one that allows for the search.
        package var searched: Double
    }

    /// Judges every node.
    /// - Parameters:
    ///   - nodes: the nodes, all with sums over the same months.
    ///   - leaves: what is expected in each leaf, for as many months as the longest sum has.
    package func judge(_ nodes: [Node], leaves: [Leaf]) -> [Result] {
        let gumbel = gumbel(of: maxima(nodes, leaves))
        return nodes.map { node in
            let p = node.sums.map { sum in
                CountDistribution(mean: sum.expected, phi: sum.phi).upperTail(sum.count)
            }
            let score = node.score
            // Each sum is a test of its own; the smallest of several is allowed for.
            return Result(
                score: score, p: min(1, (p.min() ?? 1) * Double(p.count)),
                searched: score > 0 ? -expm1(-exp(-(score - gumbel.regional) / gumbel.scale)) : 1)
        }
    }

    /// Of nodes in falling order of strength, those that share no leaf with a stronger one.
    package static func apart(_ order: [Int], _ nodes: [Node]) -> [Int] {
        var taken: Set<Int> = []
        return order.filter { index in
            guard taken.isDisjoint(with: nodes[index].leaves) else { return false }
            taken.formUnion(nodes[index].leaves)
            return true
        }
    }

    static func score(_ count: Double, _ expected: Double) -> Double {
        guard count > expected, expected > 0 else { return 0 }
        return count * log(count / expected) + expected - count
    }

    /// The strongest node of each replicate, whatever its months. The leaves are drawn apart, so a
    /// node's dispersion is then the mean of its leaves'.
    private func maxima(_ nodes: [Node], _ leaves: [Leaf]) -> [Double] {
        // A node without the history for a longer sum repeats the shorter one.
        let spans = (0..<(nodes.first?.sums.count ?? 1)).map { regional in
            nodes.reduce(1) { max($0, $1.sums[regional].months) }
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

    /// The Gumbel distribution with the mean and the variance of the maxima.
    private func gumbel(of maxima: [Double]) -> (regional: Double, scale: Double) {
        let mean = maxima.reduce(0, +) / Double(maxima.count)
        let squares = maxima.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(max(1, maxima.count - 1))).squareRoot()
        let scale = max(deviation * 6.0.squareRoot() / Double.pi, 1e-9)
        return (mean - 0.577_215_664_901_532_9 * scale, scale)
    }
}
