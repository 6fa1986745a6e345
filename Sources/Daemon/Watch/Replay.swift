package import Labor

/// Past days that are evaluated one after the other, as if each were today.
package struct Replay: Hashable, Sendable {
    /// How far apart the days lie.
    package enum Step: String, CaseIterable, Hashable, Sendable {
        /// Each day.
        case day
        /// Each Sunday, and the last day.
        case week
        /// Each month's last day.
        case month
    }

    /// The days, ascending.
    package let days: [Day]

    /// The days of a span of months.
    package init(from first: Period, through last: Period, every step: Step = .month) {
        let start = first.firstDay
        let end = last.lastDay
        guard start <= end else {
            days = []
            return
        }
        days = (0...end.days(since: start)).map { start.adding(days: $0) }.filter { day in
            switch step {
            case .day: true
            // 1970-01-04 was a Sunday.
            case .week: (day.daysSince1970 - 3) % 7 == 0 || day == end
            case .month: day == day.period.lastDay
            }
        }
    }
}
