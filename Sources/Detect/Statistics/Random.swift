import Foundation

/// The random number generator SplitMix64. A seed gives the same numbers on every machine.
struct SplitMix64: RandomNumberGenerator {
    /// The maximum number of rejected draws; after it, a method returns a central value. Each draw
    /// is rejected with a probability of at most one half, so this happens only if a parameter is
    /// NaN or too large for a `Double`.
    private static let drawsMax = 1_000

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A uniform number in the open interval (0, 1).
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A standard normal number, by Marsaglia's polar method.
    mutating func normal() -> Double {
        for _ in 0..<Self.drawsMax {
            let x = 2 * unit() - 1
            let y = 2 * unit() - 1
            let square = x * x + y * y
            if square < 1, square > 0 { return x * (-2 * log(square) / square).squareRoot() }
        }
        return 0
    }

    /// A gamma number with scale 1, by Marsaglia and Tsang (2000). A shape below 1 uses Γ(shape +
    /// 1) × U^(1 / shape).
    mutating func gamma(_ shape: Double) -> Double {
        guard shape > 0, shape.isFinite else { return max(0, shape) }
        if shape < 1 { return gamma(shape + 1) * pow(unit(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        for _ in 0..<Self.drawsMax {
            let x = normal()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            if log(unit()) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube }
        }
        return shape
    }

    /// A Poisson number. Means below 10: multiplication of uniform numbers (Knuth). Other means:
    /// transformed rejection (PTRS, Hörmann 1993).
    mutating func poisson(_ mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        guard mean.isFinite else { return mean }
        if mean < 10 {
            let limit = exp(-mean)
            var product = unit()
            var count = 0.0
            while product > limit {
                product *= unit()
                count += 1
            }
            return count
        }
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverse = 1.1239 + 1.1328 / (b - 3.4)
        let sure = 0.9277 - 3.6224 / (b - 2)
        for _ in 0..<Self.drawsMax {
            let u = unit() - 0.5
            let v = unit()
            let us = 0.5 - abs(u)
            let count = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
            if us >= 0.07, v <= sure { return count }
            if count < 0 || (us < 0.013 && v > us) { continue }
            let left = log(v * inverse / (a / (us * us) + b))
            if left <= count * log(mean) - mean - logGamma(count + 1) { return count }
        }
        return mean.rounded()
    }

    /// A negative binomial number with variance φ × mean, as a Poisson number with a gamma mean.
    /// For φ ≤ 1 the number is Poisson.
    mutating func count(mean: Double, phi: Double) -> Double {
        guard phi > 1 + 1e-6, mean > 0 else { return poisson(mean) }
        return poisson(gamma(mean / (phi - 1)) * (phi - 1))
    }
}
