import Foundation
package import Labor

/// What the staff of an enterprise should have been, month by month: the very baseline that the
/// rules of layoffs judge by, made visible for an explanation or a chart.
///
/// It is of one moment, and of the 36 months before it: figures that come later make another one.
package struct StaffExpectation {
    /// One month of one enterprise.
    package struct Month: Hashable, Sendable {
        /// The month.
        package var period: Period
        /// Staff at its end; nil where no report counts.
        package var staff: Int32?
        /// Staff that peers, level and season let expect; nil where nothing founds it.
        package var expected: Double?
        /// The scale of ordinary variation around it, in ln staff; nil where `expected` is.
        package var scale: Double?

        /// What lies within so many scales of what was expected; nil where nothing was.
        package func band(_ scales: Double) -> ClosedRange<Double>? {
            guard let expected, let scale else { return nil }
            let factor = exp(scale * max(0, scales))
            return expected / factor...expected * factor
        }
    }

    /// A fall this old is the level, months; a baseline before it says nothing any more.
    private static let windowMax = 12

    private let context: EvaluationContext
    private let rules: [RuleID: Rule]
    private let standard: Rule?

    /// The expectation from what was known at a moment.
    ///
    /// - Parameter rules: the catalogue. A rule that judges by a baseline gives the parameters of
    ///   its own; the others take those of the first rule of `layoff.trend`.
    package init(_ facts: Facts, asOf: AsOf, rules: [Rule]) {
        let standard = rules.first { type(of: $0.detector).schema.detector == "layoff.trend" }
        self.standard = standard
        self.rules = Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let peers = rules.map { Self.options($0, standard).peers }
        context = EvaluationContext(
            facts, asOf: asOf, scope: .all, measuring: Set(peers.map { SharedMeasure.peers($0) }))
    }

    /// An enterprise's months, oldest first; those outside the panel are left out.
    ///
    /// - Parameters:
    ///   - id: the enterprise; an unknown one has no months.
    ///   - rule: the rule whose parameters hold.
    ///   - onset: from this month on the baseline stays where it was before, for a year at most, so
    ///     that it does not follow the fall that is shown; nil lets it move on month by month.
    package func months(
        of id: Int64, in range: ClosedRange<Period>, by rule: RuleID, onset: Period? = nil
    ) -> [Month] {
        let panel = context.facts.panel
        guard let row = panel.row(of: id) else { return [] }
        let baseline = Baseline(context, Self.options(rules[rule], standard))
        var scratch = [Float](repeating: 0, count: Peers.span)
        let count = range.upperBound.months(since: range.lowerBound) + 1
        return (0..<count).compactMap { offset in
            let period = range.lowerBound.adding(offset)
            guard let month = panel.month(of: period) else { return nil }
            let window = onset.map { max(1, period.months(since: $0) + 1) } ?? 1
            let expected = baseline.expectation(
                row, month - baseline.peers.start, window: window, &scratch)
            let isFounded = window <= StaffExpectation.windowMax
            return Month(
                period: period, staff: panel.headcount(row, month),
                expected: isFounded ? expected?.staff : nil,
                scale: isFounded ? expected?.scale : nil)
        }
    }

    /// The baseline's settings in a rule, the defaults where it says nothing.
    private static func options(_ rule: Rule?, _ standard: Rule?) -> Baseline.Options {
        let own = rule.flatMap { hasBaseline($0) ? $0 : nil }
        let given = (own ?? standard)?.definition.parameters ?? [:]
        var complete: [String: ParameterValue] = [:]
        for parameter in Baseline.Options.parameters {
            complete[parameter.name] = given[parameter.name] ?? parameter.fallback
        }
        return Baseline.Options(Settings(parameters: complete, ladder: Ladder(steps: [])))
    }

    private static func hasBaseline(_ rule: Rule) -> Bool {
        let known = Set(type(of: rule.detector).schema.parameters.map(\.name))
        return Baseline.Options.parameters.allSatisfy { known.contains($0.name) }
    }
}

extension Baseline {
    /// The staff expected in a month over a window and its scale, also of a month that was not
    /// reported; nil while the month is not open or has no level to compare with.
    fileprivate func expectation(
        _ row: Int, _ month: Int, window: Int, _ scratch: inout [Float]
    ) -> (staff: Double, scale: Double)? {
        guard month >= 0, month <= peers.opened else { return nil }
        if let residual = residual(row, month, window: window) {
            return (residual.expected, certainty(row, month, residual, &scratch).scale)
        }
        let level = reference(row, month, window: window) + peers.drift(row, month)
        guard level.isFinite else { return nil }
        // Nobody reported: the level before, moved as the peers moved.
        let silent = Residual(
            window: window, value: 0, byPeers: 0, bySeason: nil, expected: exp(level), raw: 0,
            deepest: 0, before: .nan, seasonal: 0, staff: exp(level))
        return (silent.expected, certainty(row, month, silent, &scratch).scale)
    }
}
