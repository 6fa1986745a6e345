import Labor
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("2026-10-31T23:59:59+08:00", 28_800, 1_793_462_399_000_000),
        ("1970-01-01T00:00:00+00:00", 0, 0),
        ("1969-12-31T23:59:59.999999+00:00", 0, -1),
        ("2026-10-31T15:59:59.250+00:00", 0, 1_793_462_399_250_000),
        ("2026-10-31T15:59:59.000250+00:00", 0, 1_793_462_399_000_250),
        ("2026-10-31T10:29:59-05:30", -19_800, 1_793_462_399_000_000),
        ("2026-10-31T21:44:59+05:45", 20_700, 1_793_462_399_000_000),
    ])
    func `a moment is written as RFC 3339 and read back`(
        text: String, offset: Int, microseconds: Int
    ) throws {
        let instant = Instant(microseconds: Int64(microseconds))
        #expect(instant.rfc3339(offsetSeconds: offset) == text)
        #expect(try #require(Instant(rfc3339: text)) == instant)
    }

    @Test(arguments: [
        ("2026-10-31T15:59:59Z", 1_793_462_399_000_000),
        ("2026-10-31 15:59:59z", 1_793_462_399_000_000),
        ("2026-10-31T23:59:59+08", 1_793_462_399_000_000),
        ("2026-10-31T15:59:59.5Z", 1_793_462_399_500_000),
        ("2026-10-31T15:59:59.1234567891Z", 1_793_462_399_123_456),
        ("2026-12-31T23:59:60Z", 1_798_761_600_000_000),
    ])
    func `what others write as RFC 3339 is read`(text: String, microseconds: Int) {
        #expect(Instant(rfc3339: text)?.microseconds == Int64(microseconds))
    }

    @Test(arguments: [
        "", "2026-10-31", "2026-10-31T15:59:59", "2026-10-31T24:00:00Z", "2026-10-31T15:60:00Z",
        "2026-10-31T15:59:61Z", "2026-02-29T00:00:00Z", "2026-10-31T15:59:59Zz",
        "2026-10-31T15:59:59+8:00", "2026-10-31T15:59:59+08:0", "2026-10-31X15:59:59Z",
        "2026-10-31T15x59x59Z", "2026-10-31T15:59:59+08x00", "2026-10-31T15:59:59.Z",
        "2026-10-31T15:59:59+24:00", "2026-10-31T15:59:59+08:60", "2026-10-31T15:59:59 Z",
        "２026-10-31T15:59:59Z",
    ])
    func `anything else is no moment`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(arguments: [
        (0, 0, "1970-01-01"), (-1, 0, "1969-12-31"), (-1, 1, "1970-01-01"),
        (57_600_000_000, 28_800, "1970-01-02"), (57_599_999_999, 28_800, "1970-01-01"),
        (0, -1, "1969-12-31"),
    ])
    func `a moment falls on the day of its offset`(
        microseconds: Int, offset: Int, expected: String
    ) {
        let instant = Instant(microseconds: Int64(microseconds))
        #expect(instant.day(offsetSeconds: offset).description == expected)
    }

    @Test func `seconds between two moments keep their fraction`() {
        let start = Instant(seconds: 100)
        #expect(start.adding(seconds: -40).seconds(since: start) == -40)
        #expect(Instant(microseconds: 100_250_000).seconds(since: start) == 0.25)
    }
}

@Suite struct ZoneTests {
    /// One hour ahead of UTC, two from 2026-03-29T01:00:00Z to 2026-10-25T01:00:00Z.
    static let summer = Zone(name: "Europe/Test") { instant in
        let isSummer =
            instant >= Instant(seconds: 1_774_746_000) && instant < Instant(seconds: 1_792_890_000)
        return isSummer ? 7_200 : 3_600
    }

    @Test(arguments: [
        ("2026-11-05", "2026-11-05T15:59:59.999999Z"),
        ("2024-02-29", "2024-02-29T15:59:59.999999Z"),
        ("1969-12-31", "1969-12-31T15:59:59.999999Z"),
    ])
    func `a day in Shanghai ends at sixteen o'clock universal time`(
        text: String, end: String
    ) throws {
        let day = try #require(Day(text))
        let asOf = Zone.shanghai.asOf(day)
        #expect(asOf.instant == Instant(rfc3339: end))
        #expect(asOf.day == day)
        #expect(Zone.shanghai.day(asOf.instant) == day)
        #expect(Zone.shanghai.day(Instant(microseconds: asOf.instant.microseconds + 1)) > day)
    }

    @Test func `every day of a year with summer time ends where the next begins`() throws {
        let zone = ZoneTests.summer
        var day = try #require(Day("2025-12-31"))
        var lengths: [Int64: Int] = [:]
        for _ in 0..<366 {
            let end = zone.end(of: day)
            let next = day.adding(days: 1)
            #expect(zone.day(end) == day)
            #expect(zone.day(Instant(microseconds: end.microseconds + 1)) == next)
            let hours = (zone.end(of: next).microseconds - end.microseconds) / 3_600_000_000
            lengths[hours, default: 0] += 1
            day = next
        }
        #expect(lengths == [23: 1, 24: 364, 25: 1])
    }

    @Test func `a moment is told with the offset that holds then`() throws {
        let june = try #require(Instant(rfc3339: "2026-06-01T00:00:00Z"))
        #expect(ZoneTests.summer.text(june) == "2026-06-01T02:00:00+02:00")
        #expect(
            ZoneTests.summer.asOf(june) == AsOf(instant: june, day: try #require(Day("2026-06-01")))
        )
        #expect(Zone.utc.text(june) == "2026-06-01T00:00:00+00:00")
        #expect(Zone.shanghai.offsetSeconds(at: june) == 28_800)
    }
}
