import Foundation

/// The distribution of a monthly count with mean μ and dispersion φ = variance / μ.
///
/// For φ > 1 the distribution is negative binomial with size μ / (φ − 1). For φ ≤ 1 it is Poisson.
struct CountDistribution: Sendable {
    /// The mean μ, limited to 1e-9 … 1e12.
    let mean: Double
    /// The dispersion φ, limited to at most 1e9. Values of 1 or less mean Poisson.
    let phi: Double

    /// The smallest mean. It keeps the logarithms finite.
    private static let meanMin = 1e-9

    /// The largest mean, above any population. From about 2⁵³ on, a `Double` cannot represent two
    /// neighbouring counts as different numbers.
    private static let meanMax = 1e12
    /// The largest dispersion. With this value no count is unusual.
    private static let phiMax = 1e9
    /// The maximum number of terms summed for one tail. It suffices for a dispersion of some
    /// thousands. The rest of an upper tail is estimated as a geometric series.
    private static let termsMax = 100_000
    /// The maximum number of steps of each search in `quantile(above:)`.
    private static let stepsMax = 100

    /// A distribution with the parameters limited to their ranges. NaN becomes the upper limit, so
    /// that no count is unusual.
    init(mean: Double, phi: Double) {
        self.mean = mean.isNaN ? Self.meanMax : min(max(mean, Self.meanMin), Self.meanMax)
        self.phi = phi.isNaN ? Self.phiMax : min(phi, Self.phiMax)
    }

    /// P(X ≥ `count`). 1 for a count of 0 or less.
    ///
    /// Above the mean, the terms are summed from the count upward, so that a small tail keeps its
    /// significant digits. Otherwise the result is 1 − P(X < `count`).
    func upperTail(_ count: Double) -> Double {
        guard count > 0 else { return 1 }
        if count > mean {
            var term = exp(logMass(count))
            var sum = 0.0
            var at = count
            for _ in 0..<Self.termsMax {
                guard term > sum * 1e-14 else { break }
                sum += term
                // Among subnormal numbers a product may be rounded to the same term again. The sum
                // would then never end.
                guard term.isNormal else { break }
                term *= ratio(at)
                at += 1
            }
            // The remaining terms decrease at least about as fast as a geometric series.
            let left = term > sum * 1e-14 && term.isNormal ? term / max(1 - ratio(at), 1e-12) : 0
            return min(1, sum + left)
        }
        var at = count - 1
        var term = exp(logMass(at))
        var sum = 0.0
        for _ in 0..<Self.termsMax {
            guard at >= 0, term > sum * 1e-16 else { break }
            sum += term
            at -= 1
            if at >= 0 { term /= ratio(at) }
        }
        return max(0, 1 - sum)
    }

    /// The smallest count q with P(X > q) ≤ `alpha`.
    func quantile(above alpha: Double) -> Double {
        var high = (mean + 3 * (max(phi, 1) * mean).squareRoot() + 1).rounded(.up)
        for _ in 0..<Self.stepsMax {
            guard upperTail(high + 1) > alpha else { break }
            high *= 2
        }
        var low = -1.0
        for _ in 0..<Self.stepsMax {
            guard high - low > 1 else { break }
            let middle = ((low + high) / 2).rounded(.down)
            if upperTail(middle + 1) > alpha { low = middle } else { high = middle }
        }
        return high
    }

    private var isPoisson: Bool { phi <= 1 + 1e-9 }

    /// P(X = `at` + 1) / P(X = `at`).
    private func ratio(_ at: Double) -> Double {
        if isPoisson { return mean / (at + 1) }
        return (at + mean / (phi - 1)) / (at + 1) * (1 - 1 / phi)
    }

    /// ln P(X = `count`).
    private func logMass(_ count: Double) -> Double {
        if isPoisson { return count * log(mean) - mean - logGamma(count + 1) }
        let size = mean / (phi - 1)
        return logGamma(count + size) - logGamma(size) - logGamma(count + 1) - size * log(phi)
            + count * log(1 - 1 / phi)
    }
}

/// ln Γ(`number`) for a positive number; NaN for a negative number or NaN.
///
/// Stirling's series with four correction terms, for arguments of 10 or more. Smaller arguments are
/// raised to 10 or more by the recurrence Γ(x + 1) = x Γ(x).
func logGamma(_ number: Double) -> Double {
    guard number >= 0 else { return .nan }
    var x = number
    var shift = 0.0
    while x < 10 {
        shift += log(x)
        x += 1
    }
    let inverse = 1 / (x * x)
    let series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1_260 - inverse / 1_680))) / x
    return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - shift
}

/// The standard normal distribution (mean 0, variance 1).
enum Normal {
    /// P(Z > `z`).
    static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

    /// The number z with P(Z > z) = `alpha`, by 100 bisections of −40 … 40. A closed formula is
    /// not needed because a rule calls this only once.
    static func quantile(above alpha: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if upperTail(middle) > alpha { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// Selects tests by the step-up procedure of Benjamini and Hochberg.
/// - Parameters:
///   - p: the p-values, one per test.
///   - rate: the false discovery rate, 0…1.
/// - Returns: whether each test is rejected, in the order of `p`.
package func benjaminiHochberg(_ p: [Double], rate: Double) -> [Bool] {
    let sorted = p.sorted()
    var limit = -1.0
    for (index, value) in sorted.enumerated()
    where value <= rate * Double(index + 1) / Double(p.count) {
        limit = value
    }
    return p.map { $0 <= limit }
}
