package import Labor

/// Past days that are evaluated in order, as if each were today.
package struct Replay: Hashable, Sendable {
    /// The distance between the days.
    package enum Step: String, CaseIterable, Hashable, Sendable {
        /// Every day.
        case day
        /// Every Sunday, and the last day.
        case week
        /// The last day of every month.
        case month
    }

    /// The days, in ascending order.
    package let days: [Day]

    /// The days of a range of months; none when the range is empty.
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
