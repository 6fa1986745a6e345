import Foundation

/// How far above its expectation a count may stand.
package enum UpperBound: String, CaseIterable, Sendable {
    /// The quantile of the negative binomial distribution around the expectation.
    case plugIn = "negative_binomial"
    /// The same around the upper limit of the expectation, whose own error then counts too.
    case interval = "negative_binomial_interval"
    /// Farrington's: counts to the power of 2/3 are nearly normal.
    case twoThirds = "two_thirds_power"

    /// What a count is to a bound.
    package struct Judgement: Sendable {
        /// The largest count that is still ordinary.
        package var upper: Double
        /// The probability of the count or more where nothing happened.
        package var p: Double
        /// How far the count stands between the expectation (0) and the bound (1), or beyond it.
        package var exceedance: Double
    }

    /// Judges a count at a one-sided level.
    package func judge(_ count: Double, _ fit: SeasonalModel.Fit, alpha: Double) -> Judgement {
        let (upper, p) = limits(count, fit, alpha)
        let room = max(upper - fit.expected, 1e-9)
        return Judgement(upper: upper, p: p, exceedance: (count - fit.expected) / room)
    }

    private func limits(
        _ count: Double, _ fit: SeasonalModel.Fit, _ alpha: Double
    ) -> (upper: Double, p: Double) {
        switch self {
        case .plugIn:
            let distribution = CountDistribution(mean: fit.expected, phi: fit.phi)
            return (distribution.quantile(above: alpha), distribution.upperTail(count))
        case .interval:
            let mean = fit.expected * exp(Normal.quantile(above: alpha) * fit.error)
            let distribution = CountDistribution(mean: mean, phi: fit.phi)
            return (distribution.quantile(above: alpha), distribution.upperTail(count))
        case .twoThirds:
            let mean = max(fit.expected, 1e-9)
            let error = fit.expected * fit.error
            let tau = fit.phi + error * error / mean
            let scale = (4.0 / 9 * pow(mean, 1.0 / 3) * tau).squareRoot()
            let centre = pow(mean, 2.0 / 3)
            let upper = pow(centre + Normal.quantile(above: alpha) * scale, 1.5)
            return (upper, Normal.upperTail((pow(count, 2.0 / 3) - centre) / scale))
        }
    }
}
