package import Labor

/// Times that come again, `the nights of working days`: the union of its spans.
package struct ClockInterval: Sendable {
    /// What days off mean to a span.
    package enum Holidays: String, CaseIterable, Hashable, Sendable {
        /// It holds on days off by decree only.
        case only
        /// It does not hold on days off by decree.
        case except
    }

    /// Times of days. What is empty or nil does not narrow; all conditions must hold.
    package struct Span: Hashable, Sendable {
        /// Minutes of the day, `0..<1440` at most.
        package var times: [Range<Int>] = []
        /// Days of the week, 1 for Monday to 7 for Sunday. Where `holidays` is given, a weekend day
        /// that is worked counts as a working day.
        package var weekdays: Set<Int> = []
        /// Days of the month; -1 is the last one.
        package var daysOfMonth: [ClosedRange<Int>] = []
        /// Months of the year.
        package var months: Set<Int> = []
        /// Years.
        package var years: [ClosedRange<Int>] = []
        /// What days off mean.
        package var holidays: Holidays?

        /// A span that always holds.
        package init() {}

        /// Whether it has to do with a day at all.
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

    /// Its name.
    package let name: String
    /// What it consists of.
    package let spans: [Span]
    /// Where its clock is; nil for the bureau's own zone.
    package let zone: Zone?

    /// An interval from its parts.
    package init(name: String, spans: [Span], zone: Zone? = nil) {
        self.name = name
        self.spans = spans
        self.zone = zone
    }

    /// Whether a moment lies in it.
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

    /// The moments of the bureau's day at which it may begin or end, midnights included.
    func edges(of day: Day, in zone: Zone) -> [Instant] {
        let zone = self.zone ?? zone
        let times = spans.flatMap(\.times)
        let minutes = Set([0] + times.map(\.lowerBound) + times.map(\.upperBound))
        let offset = zone.offsetSeconds(at: day.start(offsetSeconds: 0))
        return minutes.map { minute in
            let seconds = Int64(minute) * 60
            // By the offset at the edge itself, for clocks that are put forward and back.
            let guess = day.start(offsetSeconds: offset).adding(seconds: seconds)
            return day.start(offsetSeconds: zone.offsetSeconds(at: guess))
                .adding(seconds: seconds)
        }
    }

    /// 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday.
    static func weekday(_ day: Day) -> Int {
        let number = (Int(day.daysSince1970) + 3) % 7
        return (number < 0 ? number + 7 : number) + 1
    }
}
