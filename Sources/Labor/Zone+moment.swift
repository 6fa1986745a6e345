extension Zone {
    /// Reads a moment; a text without an offset is a time of the clock here.
    ///
    /// The forms: a day (`2026-10-31` or `2026/10/31`), alone or followed by `T` or a blank and a
    /// time (`18:00`, `18:00:59`, `18:00:59.25`), which may have an offset (`Z`, `+08`, `+08:00`,
    /// `+0800`). A day alone is its first moment.
    /// - Returns: the moment; nil when the text is not a moment.
    package func moment(_ text: String) -> Instant? {
        var reader = MomentText(text)
        guard let day = reader.day() else { return nil }
        if reader.isAtEnd { return instant(day, microsOfDay: 0) }
        guard let micros = reader.time() else { return nil }
        if reader.isAtEnd { return instant(day, microsOfDay: micros) }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        let start = day.start(offsetSeconds: Int(offset))
        return Instant(microseconds: start.microseconds + micros)
    }

    /// The moment at which the local clock shows a time of a day. A time that a clock change skips
    /// is read with the offset before the change. A time that occurs twice means the first of the
    /// two moments.
    package func instant(_ day: Day, microsOfDay: Int64) -> Instant {
        let local = day.start(offsetSeconds: 0).microseconds + microsOfDay
        // The offset is that of the day before or that of the day after; no other offset is
        // possible.
        let offsets = [-86_400, 86_400].map { shift in
            offsetSeconds(at: Instant(microseconds: local).adding(seconds: shift))
        }
        let candidates = offsets.map { Instant(microseconds: local).adding(seconds: -Int64($0)) }
        let matching = candidates.filter { candidate in
            candidate.adding(seconds: Int64(offsetSeconds(at: candidate))).microseconds == local
        }
        return matching.min() ?? candidates[0]
    }
}

extension Day {
    /// Reads a day as sources write it: `2026-10-31`, `2026/10/31` or `20261031`. A time after a
    /// blank or a `T`, with or without an offset, must be valid but is ignored: the day is not
    /// shifted. The result is nil when the text is not a day.
    package init?(sourceText text: String) {
        var reader = MomentText(text)
        guard let day = reader.day() else { return nil }
        if !reader.isAtEnd {
            guard reader.time() != nil, reader.isAtEnd || reader.offset() != nil, reader.isAtEnd
            else { return nil }
        }
        self = day
    }
}

extension Period {
    /// Reads a month as sources write it: `2026-10`, `2026/10`, `202610`, or any day of the month.
    /// The result is nil when the text is not a month.
    package init?(sourceText text: String) {
        if let day = Day(sourceText: text) {
            self = day.period
            return
        }
        let digits = Array(text.trimmed.utf8)
        let isMarked = digits.count == 7 && MomentText.separators.contains(digits[4])
        guard isMarked || digits.count == 6, let year = number(digits, 0, 4), year > 0,
            let month = number(digits, isMarked ? 5 : 4, 2), (1...12).contains(month)
        else { return nil }
        self.init(year: Int(year), month: Int(month))
    }
}

extension String {
    /// The text without blanks at both ends.
    fileprivate var trimmed: String {
        let kept = drop { $0.isWhitespace }
        guard let last = kept.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(kept[...last])
    }
}

/// Reads the parts of a moment one after the other.
private struct MomentText {
    static let separators: Set<UInt8> = [UInt8(ascii: "-"), UInt8(ascii: "/")]

    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = Array(text.trimmed.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    /// Reads a day from the year 1 on; nil when the text does not begin with one.
    mutating func day() -> Day? {
        let isMarked = bytes.count > 4 && MomentText.separators.contains(bytes[4])
        let length = isMarked ? 10 : 8
        guard bytes.count >= length, !isMarked || bytes[7] == bytes[4],
            let year = number(bytes, 0, 4), year > 0,
            let month = number(bytes, isMarked ? 5 : 4, 2),
            let day = number(bytes, isMarked ? 8 : 6, 2)
        else { return nil }
        index = length
        return Day(year: Int(year), month: Int(month), day: Int(day))
    }

    /// Reads a time after a `T` or a blank, as microseconds of the day; nil when there is none.
    mutating func time() -> Int64? {
        guard index + 6 <= bytes.count,
            bytes[index] == UInt8(ascii: "T") || bytes[index] == UInt8(ascii: " "),
            bytes[index + 3] == UInt8(ascii: ":"), let hour = number(bytes, index + 1, 2),
            let minute = number(bytes, index + 4, 2), hour < 24, minute < 60
        else { return nil }
        index += 6
        var micros = (hour * 3_600 + minute * 60) * 1_000_000
        guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return micros }
        guard let second = number(bytes, index + 1, 2), second < 60 else { return nil }
        index += 3
        micros += second * 1_000_000
        guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return micros }
        index += 1
        let first = index
        var unit: Int64 = 100_000
        while let digit = number(bytes, index, 1) {
            micros += digit * unit
            unit /= 10
            index += 1
        }
        return index > first ? micros : nil
    }

    /// Reads an offset, as seconds east of UTC; nil when there is none.
    mutating func offset() -> Int64? {
        guard index < bytes.count else { return nil }
        let mark = bytes[index]
        index += 1
        if mark == UInt8(ascii: "Z") || mark == UInt8(ascii: "z") { return 0 }
        guard mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-"),
            let hours = number(bytes, index, 2), hours < 16
        else { return nil }
        index += 2
        var minutes: Int64 = 0
        if !isAtEnd {
            if bytes[index] == UInt8(ascii: ":") { index += 1 }
            guard let found = number(bytes, index, 2), found < 60 else { return nil }
            minutes = found
            index += 2
        }
        let seconds = hours * 3_600 + minutes * 60
        return mark == UInt8(ascii: "-") ? -seconds : seconds
    }
}
