import Foundation

/// The distribution of a monthly count: negative binomial with variance φ × mean, and Poisson where
/// φ is 1 or less.
struct CountDistribution: Sendable {
    let mean: Double
    let phi: Double

    /// Below this mean a count is as good as never; it keeps the logarithms finite.
    private static let meanMin = 1e-9

    /// And this is more than there are people; beyond some 2⁵³ a count and the next are one number.
    private static let meanMax = 1e12
    /// A dispersion beyond this says that nothing is known.
    private static let phiMax = 1e9
    /// Terms of a tail that are added at most: enough for a dispersion of some thousands. The
    /// rest of an upper tail is put at that of a geometric series.
    private static let termsMax = 100_000
    /// Doublings and halvings that lead from any count to any other.
    private static let stepsMax = 100

    /// What is no number is nothing known: then no count is unusual.
    init(mean: Double, phi: Double) {
        self.mean = mean.isNaN ? Self.meanMax : min(max(mean, Self.meanMin), Self.meanMax)
        self.phi = phi.isNaN ? Self.phiMax : min(phi, Self.phiMax)
    }

    /// The probability of the count or more. Terms are added from the count away from the mean, so
    /// that a small tail keeps its digits.
    func upperTail(_ count: Double) -> Double {
        guard count > 0 else { return 1 }
        if count > mean {
            var term = exp(logMass(count))
            var sum = 0.0
            var at = count
            for _ in 0..<Self.termsMax {
                guard term > sum * 1e-14 else { break }
                sum += term
                // Below the normal numbers a product is rounded back to the term it came from, and
                // the terms would never end.
                guard term.isNormal else { break }
                term *= ratio(at)
                at += 1
            }
            // The terms that are left fall by at least as much each, or nearly so.
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

    /// The smallest count whose exceedance has a probability of at most `alpha`.
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

    /// The mass at `at + 1` over the mass at `at`.
    private func ratio(_ at: Double) -> Double {
        if isPoisson { return mean / (at + 1) }
        return (at + mean / (phi - 1)) / (at + 1) * (1 - 1 / phi)
    }

    private func logMass(_ count: Double) -> Double {
        if isPoisson { return count * log(mean) - mean - logGamma(count + 1) }
        let size = mean / (phi - 1)
        return logGamma(count + size) - logGamma(size) - logGamma(count + 1) - size * log(phi)
            + count * log(1 - 1 / phi)
    }
}

/// The logarithm of Γ for a positive number: Stirling's series, reached by the recurrence.
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

/// The normal distribution of mean 0 and variance 1.
enum Normal {
    static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

    /// The number that is exceeded with a probability of `alpha`, by bisection: it is asked for
    /// once a rule.
    static func quantile(above alpha: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if upperTail(middle) > alpha { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// The tests that Benjamini and Hochberg's step-up procedure keeps at a false discovery rate.
package func benjaminiHochberg(_ p: [Double], rate: Double) -> [Bool] {
    let sorted = p.sorted()
    var limit = -1.0
    for (index, value) in sorted.enumerated()
    where value <= rate * Double(index + 1) / Double(p.count) {
        limit = value
    }
    return p.map { $0 <= limit }
}
