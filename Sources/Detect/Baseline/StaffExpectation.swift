import Foundation
package import Labor

/// The expected headcount of an enterprise for each month, from the baseline of the layoff rules,
/// for an explanation or a chart.
///
/// The expectation is computed from the facts of one as-of and covers the 36 months up to it. Later
/// reports can change it.
package struct StaffExpectation {
    /// One month of one enterprise.
    package struct Month: Hashable, Sendable {
        /// The month of the figures.
        package var period: Period
        /// The headcount at the end of the month, persons; nil where no report counts.
        package var staff: Int32?
        /// The headcount expected from peers, level and season, persons; nil without a baseline.
        package var expected: Double?
        /// The scale of ordinary variation around `expected`, ln staff; nil where `expected` is
        /// nil.
        package var scale: Double?

        /// The range expected ÷ exp(scales × scale) … expected × exp(scales × scale), persons; nil
        /// without an expectation.
        package func band(_ scales: Double) -> ClosedRange<Double>? {
            guard let expected, let scale else { return nil }
            let factor = exp(scale * max(0, scales))
            return expected / factor...expected * factor
        }
    }

    /// The maximum length of a window in months. A fall that lasts longer is the new level, so the
    /// old baseline no longer applies.
    private static let windowMax = 12

    private let context: EvaluationContext
    private let rules: [RuleID: Rule]
    private let standard: Rule?

    /// Prepares the expectation from facts.
    ///
    /// - Parameters:
    ///   - facts: the facts known at the as-of.
    ///   - asOf: the moment of the evaluation.
    ///   - rules: the catalogue. A rule with a baseline uses its own parameters; other rules use
    ///     those of the first rule with the detector `layoff.trend`.
    package init(_ facts: Facts, asOf: AsOf, rules: [Rule]) {
        let standard = rules.first { type(of: $0.detector).schema.detector == "layoff.trend" }
        self.standard = standard
        self.rules = Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let peers = rules.map { Self.options($0, standard).peers }
        context = EvaluationContext(
            facts, asOf: asOf, scope: .all, measuring: Set(peers.map { SharedMeasure.peers($0) }))
    }

    /// The months of an enterprise, oldest first. Months outside the panel are left out.
    ///
    /// - Parameters:
    ///   - id: the enterprise; the result for an unknown one is empty.
    ///   - range: the months, both ends included.
    ///   - rule: the rule whose parameters are used.
    ///   - onset: the first month of a fall. From this month on, for a year at most, the baseline
    ///     stays at the level before it, so that the baseline does not follow the fall. Nil: the
    ///     baseline moves on with each month.
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

    /// The baseline options of a rule, with the defaults for missing parameters.
    private static func options(_ rule: Rule?, _ standard: Rule?) -> Baseline.Options {
        let own = rule.flatMap { hasBaseline($0) ? $0 : nil }
        let given = (own ?? standard)?.definition.parameters ?? [:]
        var complete: [String: ParameterValue] = [:]
        for parameter in Baseline.Options.parameters {
            complete[parameter.name] = given[parameter.name] ?? parameter.fallback
        }
        return Baseline.Options(Settings(parameters: complete, ladder: Ladder(steps: [])))
    }

    /// Whether the detector of a rule has all parameters of the baseline.
    private static func hasBaseline(_ rule: Rule) -> Bool {
        let known = Set(type(of: rule.detector).schema.parameters.map(\.name))
        return Baseline.Options.parameters.allSatisfy { known.contains($0.name) }
    }
}

extension Baseline {
    /// The expected staff in persons and the scale in ln staff, also of a month that was not
    /// reported. Nil when the month is not open or has no reference level.
    fileprivate func expectation(
        _ row: Int, _ month: Int, window: Int, _ scratch: inout [Float]
    ) -> (staff: Double, scale: Double)? {
        guard month >= 0, month <= peers.opened else { return nil }
        if let residual = residual(row, month, window: window) {
            return (residual.expected, certainty(row, month, residual, &scratch).scale)
        }
        let level = reference(row, month, window: window) + peers.drift(row, month)
        guard level.isFinite else { return nil }
        // The enterprise did not report: the expectation is the reference level plus the peers'
        // drift.
        let silent = Residual(
            window: window, value: 0, byPeers: 0, bySeason: nil, expected: exp(level), raw: 0,
            deepest: 0, before: .nan, seasonal: 0, staff: exp(level))
        return (silent.expected, certainty(row, month, silent, &scratch).scale)
    }
}
