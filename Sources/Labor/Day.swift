/// A civil day in the proleptic Gregorian calendar, without a time zone.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01; negative before it.
    package var daysSince1970: Int32

    /// A day from the number of days since 1970-01-01.
    package init(daysSince1970: Int32) {
        self.daysSince1970 = daysSince1970
    }

    /// A day from year, month (1–12) and day of month; nil when the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Day.length(year: year, month: month)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    /// Reads `YYYY-MM-DD`; nil when it is anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes, 0, 4), let month = number(bytes, 5, 2),
            let day = number(bytes, 8, 2)
        else { return nil }
        self.init(year: Int(year), month: Int(month), day: Int(day))
    }

    /// The algorithm "days from civil". The caller has checked that the day exists.
    init(unchecked year: Int, _ month: Int, _ day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSince1970 = Int32(clamping: era * 146_097 + dayOfEra - 719_468)
    }

    /// Year, month (1–12) and day of month.
    package var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSince1970) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The month this day lies in.
    package var period: Period {
        let (year, month, _) = civil
        return Period(year: year, month: month)
    }

    /// The day that is `days` days later; a negative number gives an earlier day. Outside the range
    /// of `Day`, the result is the first or the last day of the range.
    package func adding(days: Int) -> Day {
        let (sum, overflows) = Int(daysSince1970).addingReportingOverflow(days)
        if overflows { return Day(daysSince1970: days < 0 ? .min : .max) }
        return Day(daysSince1970: Int32(clamping: sum))
    }

    /// The number of days from another day to this one.
    package func days(since earlier: Day) -> Int {
        Int(daysSince1970) - Int(earlier.daysSince1970)
    }

    /// Midnight of this day at an offset from UTC, in seconds east.
    package func start(offsetSeconds: Int) -> Instant {
        Instant(seconds: Int64(daysSince1970) * 86_400 - Int64(offsetSeconds))
    }

    /// Whether the left day is before the right one.
    package static func < (left: Day, right: Day) -> Bool {
        left.daysSince1970 < right.daysSince1970
    }

    /// `YYYY-MM-DD`; before the year 1 the year of ISO 8601 with its sign, `-0001-12-31`.
    package var description: String {
        let (year, month, day) = civil
        let digits = String(year.magnitude)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(year < 0 ? "-" : "")\(padded)-\(two(Int64(month)))-\(two(Int64(day)))"
    }

    static func length(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// The point in time of an evaluation: only facts known by then count. It holds the instant and its
/// civil day in the bureau's time zone.
///
/// Detectors see only the day, so two evaluations on the same day with the same facts agree.
package struct AsOf: Hashable, Sendable {
    /// Facts that were reported after this instant are not known.
    package var instant: Instant
    /// The civil day of `instant` in the bureau's time zone.
    package var day: Day

    /// An as-of from an instant and its civil day.
    package init(instant: Instant, day: Day) {
        self.instant = instant
        self.day = day
    }
}
