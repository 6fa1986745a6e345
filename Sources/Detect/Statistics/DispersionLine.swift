/// The usual dispersion φ (variance / expectation) of nodes, as a line over their expectation: φ =
/// max(1, base + slope × expectation).
///
/// The dispersion grows with the expectation, because variation that is common to all leaves does
/// not average out in a large node. Random variation does.
///
/// The line is fitted by iteratively weighted least squares to the dispersions of the nodes. The
/// weight of a node is 1 / (usual dispersion)², because the error of an estimated dispersion is
/// proportional to the dispersion.
struct DispersionLine {
    private let base: Double
    private let slope: Double

    /// The maximum dispersion of a node in the fit, as a multiple of the usual dispersion. A node
    /// that varies much more than the others therefore does not raise the line.
    private static let mostTimes = 2.5
    /// The number of iterations. Each one computes the weights from the line of the previous one;
    /// the weights converge within a few.
    private static let steps = 6

    /// Fits the line.
    /// - Parameter nodes: expectation and dispersion of each node; at least one node.
    init(_ nodes: [(expected: Double, phi: Double)]) {
        var base = max(1, quantile(nodes.map(\.phi).sorted(), 0.5))
        var slope = 0.0
        for _ in 0..<Self.steps {
            var (weights, first, second, cross, own) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for node in nodes {
                let usual = max(1, base + slope * node.expected)
                let weight = 1 / (usual * usual)
                let phi = min(node.phi, Self.mostTimes * usual)
                weights += weight
                first += weight * node.expected
                second += weight * node.expected * node.expected
                own += weight * phi
                cross += weight * node.expected * phi
            }
            let spread = second - first * first / weights
            slope = spread > 1e-9 * second ? max(0, (cross - first * own / weights) / spread) : 0
            base = (own - slope * first) / weights
        }
        (self.base, self.slope) = (base, slope)
    }

    /// The usual dispersion of a node with this expectation, at least 1.
    func usual(_ expected: Double) -> Double { max(1, base + slope * expected) }
}
