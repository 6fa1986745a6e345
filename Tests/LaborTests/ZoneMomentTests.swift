import Labor
import Testing

@Suite struct ZoneMomentTests {
    @Test(arguments: [
        ("2026-10-31 18:00", "2026-10-31T18:00:00+08:00"),
        ("2026-10-31T18:00:00", "2026-10-31T18:00:00+08:00"),
        ("2026/10/31 18:00:01.25", "2026-10-31T18:00:01.250+08:00"),
        ("2026-10-31", "2026-10-31T00:00:00+08:00"), ("20261031", "2026-10-31T00:00:00+08:00"),
        ("2026-10-31T18:00:00Z", "2026-11-01T02:00:00+08:00"),
        ("2026-10-31 18:00+00", "2026-11-01T02:00:00+08:00"),
        ("2026-10-31 18:00:00-0330", "2026-11-01T05:30:00+08:00"),
    ])
    func `a time without an offset is one of the clock here`(text: String, rfc3339: String) {
        #expect(Zone.shanghai.moment(text).map { Zone.shanghai.text($0) } == rfc3339)
    }

    @Test(arguments: [
        "", "now", "infinity", "2026-02-30 18:00", "2026-10-31 24:00", "2026-10-31 18",
        "2026-10-31 18:00 BC", "0001-01-01 00:05:43+08:05:43", "2026-10-31 18:00+", "12:00",
        "0000-01-01", "2026-10/31", "2026-10-31 18:00:00.",
    ])
    func `what is no moment is none`(text: String) {
        #expect(Zone.shanghai.moment(text) == nil)
    }

    @Test func `a change of the clock is followed`() {
        // An hour ahead from 2026-03-29T01:00Z to 2026-10-25T01:00Z.
        let berlin = Zone(name: "Europe/Berlin") { instant in
            (1_774_746_000..<1_792_890_000).contains(instant.microseconds / 1_000_000)
                ? 7_200 : 3_600
        }
        let texts = [
            "2026-03-29 01:59", "2026-03-29 03:00", "2026-10-25 02:30", "2026-10-25 03:00",
        ]
        #expect(
            texts.map { berlin.moment($0).map { Zone.utc.text($0) } ?? "" } == [
                "2026-03-29T00:59:00+00:00", "2026-03-29T01:00:00+00:00",
                "2026-10-25T00:30:00+00:00", "2026-10-25T02:00:00+00:00",
            ])
    }

    @Test(arguments: [
        ("2026-10", "2026-10"), ("202610", "2026-10"), ("2026/10", "2026-10"),
        ("2026-10-15", "2026-10"), ("2026-10-01 00:00:00", "2026-10"),
    ])
    func `a month is read as sources write it`(text: String, period: String) {
        #expect(Period(sourceText: text)?.description == period)
    }

    @Test(arguments: ["2026-13", "2026", "0000-10", "2026-02-30", "October", "2026-1", "infinity"])
    func `what is no month is none`(text: String) {
        #expect(Period(sourceText: text) == nil)
    }

    @Test func `arithmetic at the ends of time stays there`() {
        let last = Instant(microseconds: .max)
        let first = Instant(microseconds: .min)
        #expect(last.adding(seconds: 1) == last)
        #expect(first.adding(seconds: .min) == first)
        #expect(last.seconds(since: first) > 1e13)
        #expect(Zone.shanghai.day(last) > Zone.shanghai.day(first))
        #expect(Day(daysSince1970: .max).adding(days: .max) == Day(daysSince1970: .max))
        #expect(Day(daysSince1970: .max).days(since: Day(daysSince1970: .min)) == 4_294_967_295)
        #expect(Period(index: .max).adding(1) == Period(index: .max))
        #expect(Day(daysSince1970: -719_529).description == "-0001-12-31")
        #expect(Day(daysSince1970: -719_528).description == "0000-01-01")
    }
}
