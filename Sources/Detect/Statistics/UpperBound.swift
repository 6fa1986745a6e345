import Foundation

/// The method that computes the upper bound of an ordinary count from a fitted expectation.
package enum UpperBound: String, CaseIterable, Sendable {
    /// The quantile of the negative binomial distribution with the expectation as its mean.
    case plugIn = "negative_binomial"
    /// The same with the upper confidence limit of the expectation as the mean, so that the error
    /// of the expectation counts, too.
    case interval = "negative_binomial_interval"
    /// The bound of Farrington: counts to the power of 2/3 are approximately normal.
    case twoThirds = "two_thirds_power"

    /// A count compared with its bound.
    package struct Judgement: Sendable {
        /// The largest count that is still ordinary.
        package var upper: Double
        /// The probability of this count or more if nothing happened.
        package var p: Double
        /// The position of the count between the expectation (0) and the bound (1); above 1 the
        /// count exceeds the bound.
        package var exceedance: Double
    }

    /// Compares a count with the bound.
    /// - Parameters:
    ///   - fit: the expectation with dispersion and error.
    ///   - alpha: the one-sided level of the bound, 0…1.
    package func judge(_ count: Double, _ fit: SeasonalModel.Fit, alpha: Double) -> Judgement {
        let (upper, p) = limits(count, fit, alpha)
        let room = max(upper - fit.expected, 1e-9)
        return Judgement(upper: upper, p: p, exceedance: (count - fit.expected) / room)
    }

    /// The bound and the p-value of the count, by method. For `twoThirds` the standard deviation
    /// of count^(2/3) is √(4/9 μ^(1/3) τ), with τ = φ + (standard error of μ)² / μ.
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
