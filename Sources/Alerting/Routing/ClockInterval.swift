package import Labor

/// A named set of recurring times, for example the nights of working days: the union of its spans.
package struct ClockInterval: Sendable {
    /// How public holidays restrict a span.
    package enum Holidays: String, CaseIterable, Hashable, Sendable {
        /// The span applies on public holidays only.
        case only
        /// The span does not apply on public holidays.
        case except
    }

    /// A set of times. A time is in the set when all conditions hold. An empty set or nil means
    /// that there is no such condition.
    package struct Span: Hashable, Sendable {
        /// Ranges of minutes of the day, 0 to 1440, with an exclusive upper bound; empty for the
        /// whole day.
        package var times: [Range<Int>] = []
        /// Days of the week, 1 for Monday to 7 for Sunday; empty for every day. If `holidays` is
        /// set, a weekend day that is worked by decree counts as a working day.
        package var weekdays: Set<Int> = []
        /// Days of the month; empty for every day. Negative numbers count from the end: -1 is the
        /// last day.
        package var daysOfMonth: [ClosedRange<Int>] = []
        /// Months of the year, 1 to 12; empty for every month.
        package var months: Set<Int> = []
        /// Calendar years; empty for every year.
        package var years: [ClosedRange<Int>] = []
        /// How public holidays restrict the span; nil when they do not.
        package var holidays: Holidays?

        /// A span without conditions, which applies always.
        package init() {}

        /// Whether the conditions on the date hold on this day; the times of day are not checked.
        func holds(on day: Day, _ calendar: WorkCalendar) -> Bool {
            let (year, month, dayOfMonth) = day.civil
            if !years.isEmpty, !years.contains(where: { $0.contains(year) }) { return false }
            if !months.isEmpty, !months.contains(month) { return false }
            if !daysOfMonth.isEmpty {
                let fromEnd = dayOfMonth - day.period.lastDay.civil.day - 1
                let meant = daysOfMonth.contains {
                    $0.contains(dayOfMonth) || $0.contains(fromEnd)
                }
                if !meant { return false }
            }
            if let holidays, (holidays == .only) != calendar.holidays.contains(day) {
                return false
            }
            if weekdays.isEmpty { return true }
            if holidays != nil, calendar.workdays.contains(day) {
                return !weekdays.isDisjoint(with: 1...5)
            }
            return weekdays.contains(ClockInterval.weekday(day))
        }
    }

    /// The name of the interval in routing.yaml.
    package let name: String
    /// The spans of the interval; a moment is in the interval when it is in one of them.
    package let spans: [Span]
    /// The time zone of the spans; nil for the zone of the bureau.
    package let zone: Zone?

    /// Creates an interval. Each argument sets the property of the same name.
    package init(name: String, spans: [Span], zone: Zone? = nil) {
        self.name = name
        self.spans = spans
        self.zone = zone
    }

    /// Whether the interval contains a moment.
    package func contains(_ moment: Instant, in zone: Zone, _ calendar: WorkCalendar) -> Bool {
        let zone = self.zone ?? zone
        let offset = zone.offsetSeconds(at: moment)
        let day = moment.day(offsetSeconds: offset)
        let start = day.start(offsetSeconds: offset)
        let minute = Int((moment.microseconds - start.microseconds) / 60_000_000)
        return spans.contains { span in
            span.holds(on: day, calendar)
                && (span.times.isEmpty || span.times.contains { $0.contains(minute) })
        }
    }

    /// The moments of the day at which the interval may begin or end, including midnight.
    func edges(of day: Day, in zone: Zone) -> [Instant] {
        let zone = self.zone ?? zone
        let times = spans.flatMap(\.times)
        let minutes = Set([0] + times.map(\.lowerBound) + times.map(\.upperBound))
        let offset = zone.offsetSeconds(at: day.start(offsetSeconds: 0))
        return minutes.map { minute in
            let seconds = Int64(minute) * 60
            // Use the offset at the edge itself, because the zone may change its offset during the
            // day.
            let guess = day.start(offsetSeconds: offset).adding(seconds: seconds)
            return day.start(offsetSeconds: zone.offsetSeconds(at: guess))
                .adding(seconds: seconds)
        }
    }

    /// The day of the week, 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday.
    static func weekday(_ day: Day) -> Int {
        let number = (Int(day.daysSince1970) + 3) % 7
        return (number < 0 ? number + 7 : number) + 1
    }
}
