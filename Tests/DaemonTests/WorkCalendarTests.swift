import Alerting
import Foundation
import Labor
import Support
import Testing
import Verbs

/// How far the calendar of days off reaches, and who is told when it ends.
struct WorkCalendarTests {
    @Test(
        arguments: [
            ("2026-10-31", nil), ("2026-11-01", .ending(year: 2026, days: 60)),
            ("2026-12-31", .ending(year: 2026, days: 0)),
            ("2025-12-31", nil), ("2027-01-01", .missing(year: 2027)),
            ("2024-12-31", .missing(year: 2024)),
        ] as [(String, WorkCalendar.Shortage?)])
    func `a calendar without the notice of the year, or soon at its end, is short`(
        day: String, shortage: WorkCalendar.Shortage?
    ) throws {
        let today = try #require(Day(day))
        let calendar = WorkCalendar(years: [2025, 2026])
        #expect(calendar.shortage(on: today) == shortage)
        let longer = calendar.adding(WorkCalendar(years: [2024, 2027, 2028]))
        #expect(longer.shortage(on: today) == nil)
    }

    @Test(arguments: [
        ("2026-10-15T08:00:00+08:00", nil),
        ("2026-12-30T23:30:00+08:00", "ends on 2026-12-31, in 1 day: add"),
        ("2026-12-31T23:30:00+08:00", "ends on 2026-12-31, in 0 days: add"),
        ("2027-01-01T00:00:00+08:00", "does not know 2027: add"),
    ])
    func `check and status warn of it where a route asks, until the notice is written down`(
        moment: String, words: String?
    ) async throws {
        let at = try #require(Instant(rfc3339: moment))
        try await withBench { bench in
            let asks = "route: {receivers: ['*'], active_intervals: [office_hours]}\n"
            try bench.scratch.write("routing.yaml", asks)
            let plain = try bench.components("routing: {file: routing.yaml}")
            let lines = try CheckVerb(plain).summary(at: at).filter { $0.contains("days off") }
            let rows = try await StatusVerb(plain).run(at: at).rows
                .filter { $0.first == "calendar of days off" }
            #expect(lines.count == (words == nil ? 0 : 1))
            #expect(rows.count == lines.count)
            if let words {
                #expect(
                    lines.first?.hasPrefix("warning: the calendar of days off \(words)") == true)
                #expect(rows.first?[1].text.hasPrefix(words) == true)
            }
            for enough in [asks + "calendar: {years: [2027, 2028]}\n", "{}\n"] {
                try bench.scratch.write("routing.yaml", enough)
                let own = try bench.components("routing: {file: routing.yaml}")
                #expect(try CheckVerb(own).summary(at: at).allSatisfy { !$0.contains("days off") })
            }
        }
    }

    @Test func `of the year without a notice only the days of the law are there`() throws {
        var gregorian = Calendar(identifier: .gregorian)
        var chinese = Calendar(identifier: .chinese)
        let zone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        gregorian.timeZone = zone
        chinese.timeZone = zone
        // 全国年节及纪念日放假办法 (2024) 2; Qingming 2027 is 5 April.
        let solar: Set = [[1, 1], [4, 5], [5, 1], [5, 2], [10, 1], [10, 2], [10, 3]]
        let lunar: Set = [[1, 1], [1, 2], [1, 3], [5, 5], [8, 15]]
        var days: Set<Day> = []
        let start = try #require(Day("2027-01-01"))
        for offset in 0..<365 {
            let day = start.adding(days: offset)
            let civil = day.civil
            func date(_ shift: Int) throws -> Date {
                try #require(
                    gregorian.date(
                        from: DateComponents(
                            year: civil.year, month: civil.month, day: civil.day + shift, hour: 12))
                )
            }
            func moon(_ shift: Int) throws -> [Int] {
                let parts = chinese.dateComponents([.month, .day], from: try date(shift))
                return [parts.month ?? 0, parts.day ?? 0]
            }
            let isEve = try moon(1) == [1, 1]
            if solar.contains([civil.month, civil.day]) || isEve { days.insert(day) }
            if lunar.contains(try moon(0)) { days.insert(day) }
        }
        let known = WorkCalendar.china.holidays.filter { $0.civil.year == 2027 }
        #expect(known == days)
        #expect(known.count == 13)
        #expect(WorkCalendar.china.workdays.allSatisfy { $0.civil.year < 2027 })
    }
}
