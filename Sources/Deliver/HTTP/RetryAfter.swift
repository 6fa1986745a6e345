package import Labor

/// The header `Retry-After` (RFC 9110 section 10.2.3): seconds or a date.
package enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds to wait from now, 0 for a date in the past; nil when the header is neither a number
    /// nor a date.
    package static func seconds(_ text: String, now: Instant) -> Int64? {
        let bare = text.filter { !$0.isWhitespace }
        if !bare.isEmpty, bare.allSatisfy({ $0.isASCII && $0.isNumber }) {
            return Int64(bare) ?? Int64.max
        }
        guard let date = date(text, now: now) else { return nil }
        return max(0, Int64(date.seconds(since: now).rounded(.up)))
    }

    /// Reads the three forms of an HTTP date that RFC 9110 section 5.6.7 requires: `Sun, 06 Nov
    /// 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. Nil for
    /// any other text.
    private static func date(_ text: String, now: Instant) -> Instant? {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
        guard words.count >= 7,
            let monthAt = words.firstIndex(where: { months.contains($0) }),
            let month = months.firstIndex(of: words[monthAt])
        else { return nil }
        let fields: [String] =
            switch monthAt {
            case 1: [words[6], words[2], words[3], words[4], words[5]]
            case 2: [words[3], words[1], words[4], words[5], words[6]]
            default: []
            }
        let numbers = fields.compactMap { Int($0) }
        guard numbers.count == 5, (0...9_999).contains(numbers[0]),
            let day = Day(
                year: fullYear(numbers[0], digits: fields[0].count, now: now), month: month + 1,
                day: numbers[1]),
            (0..<24).contains(numbers[2]), (0..<60).contains(numbers[3]),
            (0...60).contains(numbers[4])
        else { return nil }
        let inDay = numbers[2] * 3_600 + numbers[3] * 60 + numbers[4]
        return day.start(offsetSeconds: 0).adding(seconds: Int64(inDay))
    }

    /// The full year of a two-digit year: the newest one that is at most 50 years in the future.
    private static func fullYear(_ year: Int, digits: Int, now: Instant) -> Int {
        guard digits == 2 else { return year }
        let current = now.day(offsetSeconds: 0).civil.year
        let candidate = current - current % 100 + year
        return candidate > current + 50 ? candidate - 100 : candidate
    }
}
