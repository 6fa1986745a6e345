/// An instant in whole microseconds since 1970-01-01T00:00:00Z, which is PostgreSQL's resolution.
///
/// The value is an integer, so that "the newest revision known at T" is an exact comparison.
package struct Instant: Hashable, Comparable, Sendable, Codable {
    /// Microseconds since the Unix epoch; negative before it.
    package var microseconds: Int64

    /// An instant from microseconds since the Unix epoch.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A moment from whole seconds since the Unix epoch. Beyond what a moment can hold, the first
    /// or the last moment.
    package init(seconds: Int64) {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        microseconds = overflows ? (seconds < 0 ? .min : .max) : product
    }

    /// Reads the number of microseconds that `encode(to:)` wrote.
    package init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the number of microseconds since the Unix epoch.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }

    /// Whether the left instant is before the right one.
    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment that is `seconds` seconds later; a negative number gives an earlier moment.
    /// Outside the range of `Instant`, the result is the first or the last moment of the range.
    package func adding(seconds: Int64) -> Instant {
        let added = Instant(seconds: seconds).microseconds
        let (sum, overflows) = microseconds.addingReportingOverflow(added)
        return Instant(microseconds: overflows ? (added < 0 ? .min : .max) : sum)
    }

    /// Seconds from another instant to this one, with fractions.
    package func seconds(since earlier: Instant) -> Double {
        let (difference, overflows) = microseconds.subtractingReportingOverflow(
            earlier.microseconds)
        guard overflows else { return Double(difference) / 1_000_000 }
        return (Double(microseconds) - Double(earlier.microseconds)) / 1_000_000
    }

    /// The civil day of this instant at an offset from UTC, in seconds east.
    package func day(offsetSeconds: Int) -> Day {
        let local = adding(seconds: Int64(offsetSeconds)).microseconds
        return Day(daysSince1970: Int32(floorDivide(local, 86_400_000_000).quotient))
    }

    /// RFC 3339 with a numeric offset, `2026-10-31T23:59:59+08:00`. The fraction has 3 or 6 digits
    /// and is left out when it is zero.
    package func rfc3339(offsetSeconds: Int) -> String {
        let local = adding(seconds: Int64(offsetSeconds)).microseconds
        let (dayNumber, inDay) = floorDivide(local, 86_400_000_000)
        let seconds = inDay / 1_000_000
        let fraction = inDay % 1_000_000
        var text = Day(daysSince1970: Int32(dayNumber)).description
        text += "T\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        if fraction > 0 {
            let digits = String(fraction + 1_000_000).dropFirst()
            text += "." + digits.prefix(fraction % 1_000 == 0 ? 3 : 6)
        }
        let offset = abs(offsetSeconds) / 60
        let sign = offsetSeconds < 0 ? "-" : "+"
        return text + "\(sign)\(two(Int64(offset / 60))):\(two(Int64(offset % 60)))"
    }

    /// Reads RFC 3339: `Z` or a numeric offset, `T` or a space between day and time; nil for any
    /// other text.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let day = Day(String(text.prefix(10))) else { return nil }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2),
            let second = number(bytes, 17, 2), hour < 24, minute < 60, second < 61
        else { return nil }
        var index = 19
        var micros: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            var unit: Int64 = 100_000
            while index < bytes.count, let digit = number(bytes, index, 1) {
                micros += digit * unit
                unit /= 10
                index += 1
            }
            guard index > 20 else { return nil }
        }
        guard let offset = Instant.offset(bytes, at: index) else { return nil }
        let seconds = Int64(day.daysSince1970) * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(microseconds: (seconds - offset) * 1_000_000 + micros)
    }

    private static func offset(_ bytes: [UInt8], at index: Int) -> Int64? {
        guard index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "Z") || bytes[index] == UInt8(ascii: "z") {
            return index + 1 == bytes.count ? 0 : nil
        }
        let sign: Int64 = bytes[index] == UInt8(ascii: "-") ? -1 : 1
        guard bytes[index] == UInt8(ascii: "+") || sign < 0,
            let hours = number(bytes, index + 1, 2), hours < 24
        else { return nil }
        if bytes.count == index + 3 { return sign * hours * 3_600 }
        guard bytes.count == index + 6, bytes[index + 3] == UInt8(ascii: ":"),
            let minutes = number(bytes, index + 4, 2), minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}

/// Division that rounds towards minus infinity, so that instants before 1970 fall on the right day.
func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// The decimal number in `count` digits from `start`; nil when a byte is missing or not a digit.
func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64? {
    guard start >= 0, start + count <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[start..<start + count] {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
}

/// A number from 0 to 99 in two digits.
func two(_ value: Int64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
}
