import Postgres

/// Parses numbers from texts, for columns with another type than the contract's.
enum DecimalText {
    /// An integer. Fractions are rounded to the nearest integer, halves away from 0, as the
    /// server's cast does. A number beyond 64 bits gives `Int64.min` or `Int64.max`. Nil when the
    /// text is no decimal number.
    static func whole(_ text: String) -> Int64? {
        if let number = Int64(text) { return number }
        guard let parts = parts(text) else { return nil }
        var value: Int64 = 0
        for digit in parts.whole {
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = scaled.addingReportingOverflow(Int64(digit))
            if tooLarge || overflows { return parts.isNegative ? .min : .max }
            value = sum
        }
        if let first = parts.decimals.first, first >= 5, value < .max { value += 1 }
        return parts.isNegative ? -value : value
    }

    /// An amount in fen (0.01 yuan); nil when the text is no decimal number with at most two
    /// decimals.
    static func fen(_ text: String) -> Fen? {
        guard let parts = parts(text), parts.decimals.dropFirst(2).allSatisfy({ $0 == 0 }),
            parts.whole.count <= 16
        else { return nil }
        var value: Int64 = 0
        for digit in parts.whole { value = value * 10 + Int64(digit) }
        for place in 0..<2 {
            value = value * 10
            if place < parts.decimals.count { value += Int64(parts.decimals[place]) }
        }
        return .value(parts.isNegative ? -value : value)
    }

    private struct Parts {
        var isNegative: Bool
        /// The digits before the point, without leading zeros.
        var whole: [UInt8]
        /// The digits after the point.
        var decimals: [UInt8]
    }

    /// The digits of a text such as `-123.45` or `1.5e+20`; nil for any other text and for
    /// exponents beyond ±40.
    private static func parts(_ text: String) -> Parts? {
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        var exponent = 0
        if let mark = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let found = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)),
                (-40...40).contains(found)
            else { return nil }
            exponent = found
            bytes = bytes[..<mark]
        }
        let halves = bytes.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = halves.joined()
        guard !digits.isEmpty,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        var all = digits.map { $0 - UInt8(ascii: "0") }
        var point = halves[0].count + exponent
        if point > all.count { all += [UInt8](repeating: 0, count: point - all.count) }
        if point < 0 {
            all = [UInt8](repeating: 0, count: -point) + all
            point = 0
        }
        return Parts(
            isNegative: isNegative, whole: Array(all[..<point].drop { $0 == 0 }),
            decimals: Array(all[point...]))
    }
}
