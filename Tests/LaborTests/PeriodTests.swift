import Foundation
import Labor
import Testing

@Suite struct PeriodTests {
    @Test(arguments: [
        ("2026-10", 2026, 10), ("2026-01", 2026, 1), ("2026-12-01", 2026, 12),
        ("0001-01", 1, 1), ("9999-12", 9999, 12),
    ])
    func `a period is read as year and month`(text: String, year: Int, month: Int) throws {
        let period = try #require(Period(text))
        #expect(period == Period(year: year, month: month))
        #expect((period.year, period.month) == (year, month))
        #expect(period.description == text.prefix(7))
    }

    @Test(arguments: [
        "", "2026", "2026-00", "2026-13", "2026-1", "2026/10", "2026-10-02", "2026-10-1",
        " 2026-10", "2026-10 ", "20261001", "２０２６-10", "-026-10", "2026-+1",
    ])
    func `anything else is no period`(text: String) {
        #expect(Period(text) == nil)
    }

    @Test(arguments: [
        (2026, 10, 0, "2026-10"), (2026, 10, 3, "2027-01"), (2026, 1, -1, "2025-12"),
        (2026, 12, 1, "2027-01"), (2026, 6, -30, "2023-12"), (2000, 1, 1_200, "2100-01"),
    ])
    func `months are added over the turn of the year`(
        year: Int, month: Int, added: Int, expected: String
    ) {
        let start = Period(year: year, month: month)
        let end = start.adding(added)
        #expect(end.description == expected)
        #expect(end.months(since: start) == added)
        #expect((start < end) == (added > 0))
    }

    @Test(arguments: [
        ("2026-02", "2026-02-28"), ("2024-02", "2024-02-29"), ("1900-02", "1900-02-28"),
        ("2000-02", "2000-02-29"), ("2026-04", "2026-04-30"), ("2026-12", "2026-12-31"),
    ])
    func `a month ends on its last day`(text: String, last: String) throws {
        let period = try #require(Period(text))
        #expect(period.lastDay.description == last)
        #expect(period.firstDay.description == "\(text)-01")
        #expect(period.lastDay.period == period)
        #expect(period.lastDay.adding(days: 1).period == period.adding(1))
    }

    @Test func `a month before our era keeps a month between 1 and 12`() throws {
        let day = try #require(Day(year: -43, month: 3, day: 15))
        #expect((day.period.year, day.period.month) == (-43, 3))
        #expect(day.period.firstDay.adding(days: 14) == day)
    }

    @Test func `a period is the text YYYY-MM in JSON and nothing else`() throws {
        let periods = [Period(year: 2026, month: 2), Period(year: 2025, month: 12)]
        let data = try JSONEncoder().encode(periods)
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-02","2025-12"]"#)
        #expect(try JSONDecoder().decode([Period].self, from: data) == periods)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Period].self, from: Data(#"["2026-2"]"#.utf8))
        }
    }
}

@Suite struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1970-01-02", 1), ("1969-12-31", -1), ("2000-02-29", 11_016),
        ("2000-03-01", 11_017), ("2026-11-05", 20_762), ("1900-03-01", -25_508),
    ])
    func `a day is counted from 1970`(text: String, days: Int) throws {
        let day = try #require(Day(text))
        #expect(day.daysSince1970 == Int32(days))
        #expect(day.description == text)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
        "2026-1-01", "2026-01-1", "2026/01/01", "2026-01-01 ", "", "26-01-01",
    ])
    func `a day that is not in the calendar is none`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func `every day of four centuries follows the one before`() throws {
        var day = try #require(Day("1800-01-01"))
        let end = try #require(Day("2200-01-01"))
        var previous = day.civil
        var count = 0
        while day < end {
            day = day.adding(days: 1)
            let civil = day.civil
            let isNextDay = civil.month == previous.month && civil.day == previous.day + 1
            let isNewMonth = civil.day == 1 && civil.month == previous.month % 12 + 1
            if !isNextDay && !isNewMonth { Issue.record("\(previous) is followed by \(civil)") }
            if Day(year: civil.year, month: civil.month, day: civil.day) != day {
                Issue.record("\(civil) is not read back")
            }
            previous = civil
            count += 1
        }
        #expect(count == 146_097)
    }

    @Test func `days between two days are those added`() throws {
        let start = try #require(Day("2024-02-28"))
        #expect(start.adding(days: 2).description == "2024-03-01")
        #expect(start.adding(days: 2).days(since: start) == 2)
        #expect(start.adding(days: -59).description == "2023-12-31")
    }
}
