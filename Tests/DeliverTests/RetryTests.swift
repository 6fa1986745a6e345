import Deliver
import Labor
import Testing

@Suite struct RetryTests {
    @Test func `the standard schedule makes ten tries in 75 hours`() {
        let schedule = RetrySchedule.standard
        #expect(schedule.waits.reduce(0, +) == 272_105)
        var now = morning
        var tries = 1
        while let next = schedule.next(after: tries, now: now, jitter: 0.5) {
            #expect(next == now.adding(seconds: schedule.waits[tries]))
            now = next
            tries += 1
        }
        #expect(tries == 10)
    }

    @Test(arguments: [(0.0, 270.0), (0.25, 285.0), (0.5, 300.0), (0.999_999_999, 330.0)])
    func `jitter moves a wait by a tenth at most`(_ jitter: Double, _ seconds: Double) throws {
        let next = try #require(RetrySchedule.standard.next(after: 2, now: morning, jitter: jitter))
        #expect(abs(next.seconds(since: morning) - seconds) < 0.001)
    }

    @Test func `a schedule of one's own gives its number of tries`() throws {
        let schedule = try RetrySchedule(waits: [0, 60])
        #expect(schedule.next(after: 1, now: morning, jitter: 0.5) == morning.adding(seconds: 60))
        #expect(schedule.next(after: 2, now: morning, jitter: 0.5) == nil)
        #expect(schedule.next(after: 7, now: morning, jitter: 0.5) == nil)
    }

    @Test(arguments: [[], [0, -1], [2_592_001]])
    func `a schedule without sense is refused`(_ waits: [Int64]) {
        #expect(throws: ReceiverError.self) { try RetrySchedule(waits: waits) }
    }

    static let headers: [(String, Int64?)] = [
        ("0", 0), ("120", 120), (" 7 ", 7), ("99999999999999999999", Int64.max),
        ("Thu, 05 Nov 2026 01:00:10 GMT", 10), ("Thursday, 05-Nov-26 01:01:00 GMT", 60),
        ("Thu Nov  5 02:00:00 2026", 3_600), ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 0), ("soon", nil), ("", nil), ("-5", nil),
        ("1.5", nil), ("Thu, 31 Feb 2026 01:00:10 GMT", nil),
        ("Thu, 05 Nov 2026 25:00:10 GMT", nil), ("Nov Nov Nov Nov Nov Nov Nov", nil),
        ("a b c d e Nov 2026", nil), ("٣", nil),
        ("Thu, 05 Nov 9223372036854775807 01:00:10 GMT", nil), ("-9223372036854775808", nil),
        ("315360000", 315_360_000),
    ]

    @Test(arguments: headers)
    func `Retry-After is read as seconds or as a date`(_ text: String, _ seconds: Int64?) {
        #expect(RetryAfter.seconds(text, now: morning) == seconds)
    }

    @Test(arguments: [
        (String(repeating: "x", count: 2_000), String(repeating: "x", count: 1_024)),
        // 1024 is no multiple of three: the character that the cut splits is left out.
        (String(repeating: "西", count: 400), String(repeating: "西", count: 341)),
        (String(repeating: "x", count: 1_023) + "é", String(repeating: "x", count: 1_023)),
        (String(repeating: "x", count: 1_022) + "é", String(repeating: "x", count: 1_022) + "é"),
        ("a\0b", "ab"),
        // A terminal must not be told what to do.
        ("a\u{1B}[2Jb\u{7}c\u{9B}31m\td\ne", "a[2Jbc31m\td\ne"),
    ])
    func `an answer is kept up to one kilobyte and whole characters`(
        _ answer: String, _ kept: String
    ) {
        let failure = DeliveryFailure(message: "no", answer: answer, verdict: .transient)
        #expect(failure.answer == kept)
    }
}
