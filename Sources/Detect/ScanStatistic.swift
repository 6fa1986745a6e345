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

    /// A set of leaves with what was counted and expected in it.
    package struct Node: Sendable {
        /// The leaves, as indices.
        package var leaves: [Int]
        /// The count.
        package var count: Double
        /// The count expected.
        package var expected: Double
        /// The variance per expectation, at least 1.
        package var phi: Double

        /// A node from its parts.
        package init(leaves: [Int], count: Double, expected: Double, phi: Double) {
            self.leaves = leaves
            self.count = count
            self.expected = expected
            self.phi = phi
        }

        var score: Double { ScanStatistic.score(count, expected) / phi }
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
    ///   - nodes: the nodes.
    ///   - leaves: what is expected in each leaf, and its dispersion.
    package func judge(_ nodes: [Node], leaves: [(expected: Double, phi: Double)]) -> [Result] {
        let gumbel = gumbel(of: maxima(nodes, leaves))
        return nodes.map { node in
            let tail = CountDistribution(mean: node.expected, phi: node.phi)
            let score = node.score
            return Result(
                score: score, p: tail.upperTail(node.count),
                searched: score > 0 ? -expm1(-exp(-(score - gumbel.place) / gumbel.scale)) : 1)
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

    /// The strongest node of each replicate. The leaves are drawn apart, so a node's dispersion is
    /// then the mean of its leaves'.
    private func maxima(
        _ nodes: [Node], _ leaves: [(expected: Double, phi: Double)]
    ) -> [Double] {
        let sums = nodes.map { node in
            var (expected, variance) = (0.0, 0.0)
            for leaf in node.leaves {
                expected += leaves[leaf].expected
                variance += leaves[leaf].expected * max(leaves[leaf].phi, 1)
            }
            return (expected: expected, phi: expected > 0 ? variance / expected : 1)
        }
        var random = SplitMix64(seed: seed)
        var drawn = [Double](repeating: 0, count: leaves.count)
        return (0..<replicates).map { _ in
            for (index, leaf) in leaves.enumerated() {
                drawn[index] = random.count(mean: leaf.expected, phi: leaf.phi)
            }
            var strongest = 0.0
            for (node, sum) in zip(nodes, sums) {
                let count = node.leaves.reduce(0) { $0 + drawn[$1] }
                strongest = max(strongest, Self.score(count, sum.expected) / sum.phi)
            }
            return strongest
        }
    }

    /// The Gumbel distribution with the mean and the variance of the maxima.
    private func gumbel(of maxima: [Double]) -> (place: Double, scale: Double) {
        let mean = maxima.reduce(0, +) / Double(maxima.count)
        let squares = maxima.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(max(1, maxima.count - 1))).squareRoot()
        let scale = max(deviation * 6.0.squareRoot() / Double.pi, 1e-9)
        return (mean - 0.577_215_664_901_532_9 * scale, scale)
    }
}
