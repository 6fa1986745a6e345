import Labor

/// The dates of the moving festivals at which enterprises lose and regain staff, by year.
///
/// A report gives the headcount of one day in the month (`snapshot_day`). With a snapshot day
/// between the 20th and the 25th, the same festival lowers the January report in one year and the
/// February report in the next. The same calendar month of the year before is then the wrong
/// comparison.
struct Festivals: Hashable, Sendable {
    /// The days of Spring Festival. Sources: up to 2026 the holiday notices of the General Office
    /// of the State Council; after that the Chinese calendar (GB/T 33661—2017).
    static let spring = [
        "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25",
        "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17",
        "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11",
        "2033-01-31", "2034-02-19", "2035-02-08",
    ]
    /// The days of Tibetan New Year by the Phugpa calendar, which the region's government uses.
    static let tibetan = [
        "2015-02-19", "2016-02-09", "2017-02-27", "2018-02-16", "2019-02-05", "2020-02-24",
        "2021-02-12", "2022-03-03", "2023-02-21", "2024-02-10", "2025-02-28", "2026-02-18",
        "2027-02-07", "2028-02-26", "2029-02-14", "2030-03-05", "2031-02-22", "2032-02-12",
        "2033-03-02", "2034-02-19", "2035-02-09",
    ]

    static let parameters: [Schema.Parameter] = [
        .init("snapshot_day", .whole(1...31), .number(31)),
        .init("spring_festival", .dates, .table([:])),
        .init("tibetan_new_year", .dates, .table([:])),
    ]

    /// The largest distance in days at which a festival affects a month.
    private static let reach = 45

    private let snapshotDay: Int
    /// For each festival, in the order of the list of festivals: its day by civil year.
    let calendars: [[Int: Day]]

    init(_ settings: Settings) {
        snapshotDay = settings.whole("snapshot_day")
        calendars = [
            Self.merged(Self.spring, settings.textTable("spring_festival")),
            Self.merged(Self.tibetan, settings.textTable("tibetan_new_year")),
        ]
    }

    /// The built-in dates; the operator's dates replace those of the same year.
    static func merged(_ known: [String], _ own: [String: String]) -> [Int: Day] {
        var days: [Int: Day] = [:]
        for day in (known + own.values.sorted()).compactMap({ Day($0) }) {
            days[day.civil.year] = day
        }
        return days
    }

    /// The distances of 11 or 13 months at which a month of the year before is more similar in its
    /// distance from a festival than the same calendar month. Empty for a month that is more than
    /// `reach` days away from every festival.
    func shifts(_ period: Period) -> [Int] {
        var shifts: [Int] = []
        for dates in calendars {
            guard let now = distance(period, dates), abs(now) <= Self.reach else { continue }
            let best = [12, 11, 13].compactMap { shift in
                distance(period.adding(-shift), dates).map { (shift, abs($0 - now)) }
            }.min { $0.1 < $1.1 }
            if let best, best.0 != 12, !shifts.contains(best.0) { shifts.append(best.0) }
        }
        return shifts
    }

    /// The number of days from the nearest festival to the snapshot day of a month, negative before
    /// the festival; nil when no date is known.
    func distance(_ period: Period, _ dates: [Int: Day]) -> Int? {
        let last = period.lastDay
        let day = period.firstDay.adding(days: min(snapshotDay, last.civil.day) - 1)
        return (period.year - 1...period.year + 1).compactMap { dates[$0] }
            .map { day.days(since: $0) }.min { abs($0) < abs($1) }
    }
}
