import Alerting
import Labor
import Support
import Testing

/// Times that come again, with days off by decree.
@Suite struct ClockIntervalTests {
    private func span(_ change: (inout ClockInterval.Span) -> Void) -> ClockInterval.Span {
        var span = ClockInterval.Span()
        change(&span)
        return span
    }

    private func holds(_ span: ClockInterval.Span, _ moment: String) throws -> Bool {
        ClockInterval(name: "i", spans: [span])
            .contains(try Town.at(moment), in: .shanghai, .china)
    }

    @Test func `each condition of a span narrows by itself`() throws {
        // 2026-11-02 is a Monday.
        let noon = "2026-11-02T12:00:00+08:00"
        let cases: [(ClockInterval.Span, Bool)] = [
            (span { _ in }, true),
            (span { $0.times = [540..<720] }, false), (span { $0.times = [540..<721] }, true),
            (span { $0.weekdays = [1] }, true), (span { $0.weekdays = [2, 7] }, false),
            (span { $0.daysOfMonth = [1...2] }, true), (span { $0.daysOfMonth = [3...9] }, false),
            (span { $0.daysOfMonth = [-29 ... -28] }, true),
            (span { $0.daysOfMonth = [-1 ... -1] }, false),
            (span { $0.months = [11] }, true), (span { $0.months = [10] }, false),
            (span { $0.years = [2026...2027] }, true), (span { $0.years = [2025...2025] }, false),
            (span { $0.holidays = .except }, true), (span { $0.holidays = .only }, false),
        ]
        for (index, (span, expected)) in cases.enumerated() {
            #expect(try holds(span, noon) == expected, "case \(index)")
        }
    }

    @Test(arguments: [
        ("2026-10-01", true, false), ("2026-10-08", false, true), ("2026-02-14", false, true),
        ("2026-02-15", true, false), ("2026-02-23", true, false), ("2026-02-24", false, true),
        ("2025-01-26", false, true), ("2025-06-02", true, false), ("2027-02-06", true, false),
        ("2026-11-07", false, false),
    ])
    func `days off and exchanged days are those of the decrees`(
        day: String, isOff: Bool, isWorked: Bool
    ) throws {
        let noon = day + "T12:00:00+08:00"
        #expect(try holds(span { $0.holidays = .only }, noon) == isOff)
        let working = span {
            $0.weekdays = [1, 2, 3, 4, 5]
            $0.holidays = .except
        }
        #expect(try holds(working, noon) == isWorked)
    }

    @Test func `a bureau's own days win over the decrees`() throws {
        let own = WorkCalendar(
            holidays: [try #require(Day("2026-11-03"))], workdays: [try #require(Day("2026-10-07"))]
        )
        let calendar = WorkCalendar.china.adding(own)
        #expect(calendar.holidays.contains(try #require(Day("2026-11-03"))))
        #expect(!calendar.holidays.contains(try #require(Day("2026-10-07"))))
        #expect(calendar.holidays.contains(try #require(Day("2026-10-06"))))
    }

    @Test(arguments: 0..<200)
    func `the end of a quiet time is its first minute that is not quiet`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var intervals: [String: ClockInterval] = [:]
        for name in ["a", "b"] {
            let span = span {
                let start = Int.random(in: 0..<1_400, using: &random)
                $0.times = [start..<Int.random(in: start + 1...1_440, using: &random)]
                if random.chance(50) {
                    $0.weekdays = Set((1...7).filter { _ in random.chance(60) })
                }
                if random.chance(30) { $0.holidays = random.chance(50) ? .only : .except }
            }
            let zone: Zone? = random.chance(30) ? .utc : nil
            intervals[name] = ClockInterval(name: name, spans: [span], zone: zone)
        }
        let routing = Routing(intervals: intervals)
        var settings = RouteSettings()
        settings.muteIntervals = ["a"]
        if random.chance(50) {
            settings.activeIntervals = ["b"]
        } else {
            settings.muteIntervals?.append("b")
        }
        let start = try Town.at("2026-09-18T00:00:00+08:00")
            .adding(seconds: Int64.random(in: 0..<864_000, using: &random))
        let opening = routing.opening(settings, from: start, in: .shanghai)
        func isQuiet(_ moment: Instant) -> Bool {
            routing.quiet(settings, at: moment, in: .shanghai) != nil
        }
        guard isQuiet(start) else {
            #expect(opening == start)
            return
        }
        // Minute by minute, up to ten days.
        let minute: Int64 = 60
        let base = Instant(microseconds: start.microseconds / 60_000_000 * 60_000_000)
        let found = (1...14_400).lazy.map { base.adding(seconds: $0 * minute) }
            .first { !isQuiet($0) }
        if let found {
            #expect(opening == found)
        } else {
            #expect(opening.map { $0 > base.adding(seconds: 14_400 * minute) } ?? true)
        }
    }
}
