/// The dispersion that nodes of a size usually have: variance per expectation grows with the
/// expectation, for what is common to all leaves does not even out in large nodes as chance does.
///
/// A line through the nodes' own dispersions over their expectations, each weighted by what it
/// should be: an estimated dispersion errs in proportion to itself.
struct DispersionLine {
    private let base: Double
    private let slope: Double

    /// A node's dispersion above this many times what is usual counts as so many: one that scatters
    /// far more than its like does not lift the others.
    private static let mostTimes = 2.5
    /// Each step weighs by the step before; the weights settle in a few.
    private static let steps = 6

    /// The line through nodes; there must be one at least.
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

    /// What is usual of a node with such an expectation, at least 1.
    func usual(_ expected: Double) -> Double { max(1, base + slope * expected) }
}
