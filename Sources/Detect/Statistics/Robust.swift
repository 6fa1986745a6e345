import Foundation

/// Robust statistics: they remain usable when a tenth of the figures is wrong.
enum Robust {
    /// The factor from the median absolute deviation (MAD) to the standard deviation of a normal
    /// distribution.
    static let madScale: Float = 1.4826

    /// The median of the first `count` values, by quickselect; the lower of the two middle values
    /// for an even count. NaN for a count of 0. The order of the array changes.
    static func median(_ values: inout [Float], count: Int) -> Float {
        guard count > 0 else { return .nan }
        let middle = (count - 1) / 2
        return values.withUnsafeMutableBufferPointer { buffer in
            var low = 0
            var high = count - 1
            while low < high {
                let pivot = middleOf(
                    buffer[low], buffer[low + (high - low) / 2], buffer[high])
                var left = low
                var right = high
                while left <= right {
                    while buffer[left] < pivot { left += 1 }
                    while buffer[right] > pivot { right -= 1 }
                    if left <= right {
                        buffer.swapAt(left, right)
                        left += 1
                        right -= 1
                    }
                }
                if middle <= right {
                    high = right
                } else if middle >= left {
                    low = left
                } else {
                    break
                }
            }
            return buffer[middle]
        }
    }

    /// The median absolute deviation from `centre`, times `madScale`. The values are overwritten.
    static func spread(_ values: inout [Float], count: Int, around centre: Float) -> Float {
        for index in 0..<count { values[index] = abs(values[index] - centre) }
        return median(&values, count: count) * madScale
    }

    /// The median of three values, of which NaN ones are missing: the mean of two values; NaN for
    /// fewer.
    static func middle(_ first: Double, _ second: Double, _ third: Double) -> Double {
        if first.isNaN { return (second + third) / 2 }
        if second.isNaN { return (first + third) / 2 }
        if third.isNaN { return (first + second) / 2 }
        return max(min(first, second), min(max(first, second), third))
    }

    /// The median of three values, none of them NaN.
    private static func middleOf(_ first: Float, _ second: Float, _ third: Float) -> Float {
        max(min(first, second), min(max(first, second), third))
    }

    /// P(T > `t`) of Student's t with an integer number of degrees of freedom. Source: the finite
    /// sums of Abramowitz and Stegun 26.7.3 and 26.7.4.
    static func studentTail(_ t: Double, degrees: Int) -> Double {
        guard t.isFinite, degrees > 0 else { return t > 0 ? 0 : 1 }
        let angle = atan(abs(t) / Double(degrees).squareRoot())
        let cosine = cos(angle)
        let sine = sin(angle)
        var inside: Double
        if degrees % 2 == 1 {
            var sum = 0.0
            var term = cosine
            for step in stride(from: 1, through: degrees - 2, by: 2) {
                sum += term
                term *= cosine * cosine * Double(step + 1) / Double(step + 2)
            }
            inside = (angle + sine * sum) * 2 / .pi
        } else {
            var sum = 0.0
            var term = 1.0
            for step in stride(from: 0, through: degrees - 2, by: 2) {
                sum += term
                term *= cosine * cosine * Double(step + 1) / Double(step + 2)
            }
            inside = sine * sum
        }
        inside = min(1, max(0, inside))
        return t > 0 ? (1 - inside) / 2 : (1 + inside) / 2
    }

    /// P(Z > `z`) of the standard normal distribution.
    static func normalTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }
}
