package import Labor

/// Public holidays, and weekend days that are worked by decree.
package struct WorkCalendar: Hashable, Sendable {
    /// The public holidays, which are days off for everybody.
    package var holidays: Set<Day>
    /// Weekend days that are worked (调休上班).
    package var workdays: Set<Day>

    /// The years whose official notice the calendar contains. For other years it has only the days
    /// that the law itself fixes.
    package var years: Set<Int>

    /// A calendar counts as short in its last 60 days. The State Council publishes the next year's
    /// notice in November (2025: on the 4th), and somebody must enter it.
    package static let shortDays = 60

    /// Creates a calendar. Each argument sets the property of the same name.
    package init(holidays: Set<Day> = [], workdays: Set<Day> = [], years: Set<Int> = []) {
        self.holidays = holidays
        self.workdays = workdays
        self.years = years
    }

    /// Why the calendar is too short.
    package enum Shortage: Hashable, Sendable {
        /// The notice of the current year is missing.
        case missing(year: Int)
        /// The calendar ends with the current year, in this many days.
        case ending(year: Int, days: Int)
    }

    /// What an operator must correct on this day; nil when the calendar is long enough.
    package func shortage(on today: Day) -> Shortage? {
        let year = today.civil.year
        guard years.contains(year) else { return .missing(year: year) }
        guard !years.contains(year + 1), let end = Day(year: year, month: 12, day: 31) else {
            return nil
        }
        let days = end.days(since: today)
        return days <= WorkCalendar.shortDays ? .ending(year: year, days: days) : nil
    }

    /// This calendar with a bureau's own entries, which take precedence.
    package func adding(_ own: WorkCalendar) -> WorkCalendar {
        WorkCalendar(
            holidays: holidays.subtracting(own.workdays).union(own.holidays),
            workdays: workdays.subtracting(own.holidays).union(own.workdays),
            years: years.union(own.years))
    }

    /// China, 2025 to 2027.
    ///
    /// Sources: 国办发明电〔2024〕12号 for 2025 and 国办发明电〔2025〕7号 for 2026, each with the weekend days that
    /// are worked. The notice for 2027 is not published yet, so 2027 has only the thirteen days of
    /// 全国年节及纪念日放假办法 (2024); a bureau adds the rest under `calendar:`.
    package static let china = WorkCalendar(
        holidays: days(
            "2025-01-01/1 2025-01-28/8 2025-04-04/3 2025-05-01/5 2025-05-31/3 2025-10-01/8 "
                + "2026-01-01/3 2026-02-15/9 2026-04-04/3 2026-05-01/5 2026-06-19/3 2026-09-25/3 "
                + "2026-10-01/7 "
                + "2027-01-01/1 2027-02-05/4 2027-04-05/1 2027-05-01/2 2027-06-09/1 2027-09-15/1 "
                + "2027-10-01/3"),
        workdays: days(
            "2025-01-26/1 2025-02-08/1 2025-04-27/1 2025-09-28/1 2025-10-11/1 "
                + "2026-01-04/1 2026-02-14/1 2026-02-28/1 2026-05-09/1 2026-09-20/1 2026-10-10/1"),
        years: [2025, 2026])

    /// Parses a list of `FIRST-DAY/NUMBER-OF-DAYS`, separated by blanks.
    private static func days(_ text: String) -> Set<Day> {
        var days: Set<Day> = []
        for span in text.split(separator: " ") {
            let parts = span.split(separator: "/")
            guard let first = parts.first.flatMap({ Day(String($0)) }),
                let count = parts.last.flatMap({ Int($0) })
            else { continue }
            days.formUnion((0..<count).map { first.adding(days: $0) })
        }
        return days
    }
}
