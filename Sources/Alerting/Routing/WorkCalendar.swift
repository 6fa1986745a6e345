package import Labor

/// Which days are off by decree, and which days of a weekend are worked instead.
package struct WorkCalendar: Hashable, Sendable {
    /// Days off.
    package var holidays: Set<Day>
    /// Days of a weekend that are worked (调休上班).
    package var workdays: Set<Day>

    /// A calendar from its days.
    package init(holidays: Set<Day> = [], workdays: Set<Day> = []) {
        self.holidays = holidays
        self.workdays = workdays
    }

    /// This calendar with a bureau's own entries, which win.
    package func adding(_ own: WorkCalendar) -> WorkCalendar {
        WorkCalendar(
            holidays: holidays.subtracting(own.workdays).union(own.holidays),
            workdays: workdays.subtracting(own.holidays).union(own.workdays))
    }

    /// China, 2025 to 2027.
    ///
    /// 2025: 国办发明电〔2024〕12号; 2026: 国办发明电〔2025〕7号, each with the weekends that are
    /// worked. 2027 holds the thirteen days of 全国年节及纪念日放假办法 (2024) alone: the yearly
    /// notice with its exchanged days is announced in the autumn before, and a bureau adds them
    /// under `calendar:`.
    package static let china = WorkCalendar(
        holidays: days(
            "2025-01-01/1 2025-01-28/8 2025-04-04/3 2025-05-01/5 2025-05-31/3 2025-10-01/8 "
                + "2026-01-01/3 2026-02-15/9 2026-04-04/3 2026-05-01/5 2026-06-19/3 2026-09-25/3 "
                + "2026-10-01/7 "
                + "2027-01-01/1 2027-02-05/4 2027-04-05/1 2027-05-01/2 2027-06-09/1 2027-09-15/1 "
                + "2027-10-01/3"),
        workdays: days(
            "2025-01-26/1 2025-02-08/1 2025-04-27/1 2025-09-28/1 2025-10-11/1 "
                + "2026-01-04/1 2026-02-14/1 2026-02-28/1 2026-05-09/1 2026-09-20/1 2026-10-10/1"))

    /// Reads first days and numbers of days.
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
