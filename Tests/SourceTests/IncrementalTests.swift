import Labor
import Postgres
import Source
import Support
import Testing

/// A bureau at work: random rows, good and bad, corrections, and rows that come late.
struct Clerk {
    var random: SeededGenerator
    /// Minutes since the beginning of 2026-11-01 in Shanghai; reports come in this order or not.
    var minute = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func moment() -> String {
        let range = chance(20) ? 0...1_440 : minute...(minute + 30)
        // Few distinct moments, so that revisions of one moment do occur.
        let at = Int.random(in: range, using: &random) / 10 * 10
        return "timestamptz '2026-11-01 00:00+08' + interval '\(at) minutes'"
    }

    private mutating func count(_ usual: ClosedRange<Int>) -> String {
        if chance(4) { return pick(["-1", "5000001", "2147483647"]) }
        if chance(6) { return "\(Int.random(in: usual, using: &random) * 10)" }
        if chance(20) { return "NULL" }
        return "\(Int.random(in: usual, using: &random))"
    }

    private mutating func report() -> String {
        let enterprise = chance(5) ? "99" : "\(Int.random(in: 1...3, using: &random))"
        let period =
            chance(4)
            ? pick(["'infinity'", "'2027-01-01'", "'2020-01-01'"])
            : "'2026-\(pick(["07", "08", "09", "10", "11"]))-01'"
        let heads = count(90...160)
        let wages = pick(["NULL", "1000.50", "0", "'NaN'", "-3"])
        let state = pick(["NULL", "'normal'", "'suspended'"])
        return """
            INSERT INTO labor.report (enterprise_id, period, headcount, hires, separations,
                wages_due, wages_paid, operating_state, reported_at)
            VALUES (\(enterprise), \(period), \(heads == "NULL" ? "120" : heads), \(count(0...9)),
                \(count(0...9)), \(chance(80) ? "NULL" : wages), NULL, \(state), \(moment()));
            """
    }

    private mutating func event() -> String {
        let kind = pick(["closure", "layoff_plan", "rumour"])
        let enterprise = pick(["1", "2", "NULL", "99"])
        return """
            INSERT INTO labor.event (enterprise_id, kind, persons, amount, occurred_on, reported_at)
            VALUES (\(enterprise), '\(kind)', \(count(1...50)), \(pick(["NULL", "1.5", "'NaN'"])),
                \(pick(["'2026-10-05'", "'infinity'", "'2026-10-06'"])), \(moment()));
            """
    }

    private mutating func indicator() -> String {
        """
        INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
        VALUES ('\(pick(["a", "b"]))', '540000', '2026-\(pick(["09", "10"]))-01',
            \(pick(["4.5", "5.1", "'NaN'"])), \(moment()));
        """
    }

    private mutating func correction() -> String {
        """
        UPDATE labor.report SET \(pick(["headcount = 130", "hires = NULL", "separations = 4",
            "headcount = -2", "wages_paid = 7"]))
        WHERE revision_id = (SELECT max(revision_id) - \(Int.random(in: 0...5, using: &random))
            FROM labor.report);
        """
    }

    /// A few statements, sometimes one transaction, sometimes one that is rolled back.
    mutating func work() -> String {
        minute += 20
        let statements = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            switch Int.random(in: 0..<10, using: &random) {
            case 0: event()
            case 1: indicator()
            case 2: correction()
            default: report()
            }
        }
        let script = statements.joined(separator: "\n")
        if statements.isEmpty { return "SELECT 1" }
        return chance(10) ? "BEGIN;\n\(script)\nROLLBACK;" : script
    }

    /// Now, as the clerk's clock has it; rows may be dated a little later.
    var asOf: AsOf {
        let midnight = Instant(rfc3339: "2026-11-01T00:00:00+08:00") ?? Instant(microseconds: 0)
        return Zone.shanghai.asOf(midnight.adding(seconds: Int64(minute) * 60))
    }
}

@Suite struct IncrementalTests {
    @Test(arguments: 1...12)
    func `what is read poll by poll is what a full read gives`(seed: Int) async throws {
        try await withBureau { bureau in
            var clerk = Clerk(seed: UInt64(seed))
            let reader = bureau.reader(months: 6)
            var reading = try await reader.read(asOf: clerk.asOf)
            var polls = 0
            for step in 0..<40 {
                try await bureau.run(clerk.work())
                let asOf = clerk.asOf
                let changes = try await reader.changes(
                    since: reading.watermark, knownEnterprises: 3, asOf: asOf)
                #expect(!changes.needsFullRead)
                if !changes.isEmpty { polls += 1 }
                reading.take(changes)
                let fresh = try await reader.read(asOf: asOf)
                let differences = Picture(reading).differences(Picture(fresh))
                #expect(differences == [], "seed \(seed), step \(step)")
                if !differences.isEmpty { return }
            }
            #expect(polls > 20)
            #expect(reading.rejections.count > 0)
        }
    }

    @Test func `taking the same changes twice does no harm`() async throws {
        try await withBureau { bureau in
            var reading = try await bureau.read()
            try await bureau.report(1, "2026-09", 0)
            try await bureau.report(1, "2026-10", 5_000)
            try await bureau.report(2, "2026-10", -1)
            try await bureau.report(99, "2026-10", 1)
            let changes = try await bureau.reader().changes(
                since: reading.watermark, knownEnterprises: 3, asOf: endOf("2026-11-05"))
            reading.take(changes)
            let once = Picture(reading)
            reading.take(changes)
            #expect(Picture(reading).differences(once) == [])
            #expect(
                once.counts.keys.sorted() == [
                    "labor.report negative", "labor.report step", "labor.report unknown_enterprise",
                ])
        }
    }
}

@Suite struct TapeTests {
    @Test(arguments: 101...106)
    func `a tape gives the facts of any earlier day as a read would`(seed: Int) async throws {
        try await withBureau { bureau in
            var clerk = Clerk(seed: UInt64(seed))
            for _ in 0..<40 { try await bureau.run(clerk.work()) }
            let reader = bureau.reader(months: 6)
            let last = clerk.asOf
            let tape = try await reader.tape(from: period("2026-01"), through: last)
            for step in 0...16 {
                let minutes = Int64(step * 50)
                let asOf = Zone.shanghai.asOf(last.instant.adding(seconds: -minutes * 60))
                let read = try await reader.read(asOf: asOf)
                let known = tape.facts(asOf)
                let ofRead = Picture(read)
                var ofTape = Picture(known.facts, known.rejections)
                ofTape.counts = ofRead.counts
                #expect(ofRead.differences(ofTape) == [], "seed \(seed), \(minutes) minutes before")
            }
        }
    }

    @Test func `a window of an earlier day lies earlier`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2025-06", 90, on: "2025-07-01")
            try await bureau.report(1, "2026-10", 100)
            let reader = bureau.reader(months: 3)
            let tape = try await reader.tape(from: period("2025-05"), through: endOf("2026-11-05"))
            #expect(tape.rowsRead == 2)
            let early = tape.facts(endOf("2025-07-31")).facts.panel
            #expect((early.first, early.last) == (period("2025-05"), period("2025-07")))
            #expect(early.cells.map(\.report.headcount) == [90])
            let late = tape.facts(endOf("2026-11-05")).facts.panel
            #expect(late.cells.map(\.report.headcount) == [100])
            #expect(tape.reportingMonths(.shanghai) == [1: [period("2025-07"), period("2026-11")]])
        }
    }
}
