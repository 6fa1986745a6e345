import Alerting
import Labor
import Store
import Support
import Testing

@Suite struct QuarantineTests {
    private func rejection(
        _ enterprise: Int64, value: String = "-3", reason: String = "negative"
    ) -> Rejection {
        Rejection(
            table: "labor.report", row: "enterprise_id=\(enterprise) period=2026-10",
            enterpriseID: enterprise, period: Period(year: 2026, month: 10), field: "headcount",
            value: value, reason: reason, expected: "0 or more", hint: "ask the enterprise",
            reportedAt: noon(0))
    }

    private func cycle(
        _ bench: Bench, day: Int, _ rejections: [Rejection], complete: Bool = false,
        mode: String = "incremental"
    ) async throws {
        let record = cycleRecord(
            [], rejections: rejections, isComplete: complete, mode: mode, asOf: noon(day))
        try await bench.store.commit(record, under: bench.lease())
    }

    @Test func `a fault is one entry however often it is seen`() async throws {
        try await withStore { bench in
            try await cycle(bench, day: 0, [rejection(1), rejection(1), rejection(2)])
            try await cycle(bench, day: 1, [rejection(1)], mode: "full")
            let entries = try await bench.store.quarantine(limit: 10)
            #expect(entries.map(\.rejection) == [rejection(1), rejection(2)])
            #expect(entries.map(\.firstSeen) == [noon(0), noon(0)])
            #expect(entries.map(\.lastSeen) == [noon(1), noon(0)])
            let totals = try await bench.store.quarantineTotals()
            #expect(
                totals == [RejectionTotal(table: "labor.report", reason: "negative", count: 2)])
        }
    }

    @Test func `what stands on record is not written again before the next full cycle`()
        async throws
    {
        try await withStore { bench in
            let versions = """
                SELECT string_agg(concat_ws(' ', enterprise_id, ctid, xmin, xmax), ', '
                                  ORDER BY enterprise_id)
                  FROM laborwatch.quarantine_entry
                """
            let faults = (1...1_500).map { rejection($0) }
            try await cycle(bench, day: 0, faults, complete: true, mode: "full")
            let before = try await bench.text(versions)
            try await cycle(bench, day: 1, faults, complete: true)
            try await cycle(bench, day: 1, [faults[3]])
            #expect(try await bench.text(versions) == before)
            try await cycle(bench, day: 2, faults.dropLast() + [rejection(2_000)], complete: true)
            let changed = try await bench.number(
                "SELECT count(*) FROM laborwatch.quarantine_entry WHERE last_seen > first_seen")
            #expect(changed == 0)
            #expect(try await bench.store.status().quarantined == 1_500)
            try await cycle(bench, day: 3, faults, complete: true, mode: "full")
            let seen = try await bench.store.quarantine(limit: 2_000).map(\.lastSeen)
            #expect(seen == Array(repeating: noon(3), count: 1_500))
        }
    }

    @Test func `what a complete cycle no longer lists is mended, and may come back`() async throws {
        try await withStore { bench in
            try await cycle(bench, day: 0, [rejection(1), rejection(2)])
            try await cycle(bench, day: 1, [])
            #expect(try await bench.store.quarantine(limit: 10).count == 2)
            try await cycle(bench, day: 2, [rejection(2)], complete: true)
            #expect(
                try await bench.store.quarantine(limit: 10).map(\.rejection.enterpriseID) == [2])
            #expect(try await bench.store.status().quarantined == 1)
            try await cycle(bench, day: 3, [], complete: true)
            #expect(try await bench.store.quarantine(limit: 10).isEmpty)
            try await cycle(bench, day: 4, [rejection(1)])
            let again = try await bench.store.quarantine(limit: 10)
            #expect(again.map(\.firstSeen) == [noon(0)])
            #expect(try await bench.store.prune(before: noon(9)).quarantine == 1)
        }
    }

    @Test func `another unusable value in the same field takes the old one's place`() async throws {
        try await withStore { bench in
            try await cycle(bench, day: 0, [rejection(1), rejection(2)])
            try await cycle(bench, day: 1, [rejection(1, value: "999999", reason: "spike")])
            let totals = try await bench.store.quarantineTotals()
            #expect(totals.map(\.reason) == ["negative", "spike"])
            #expect(totals.map(\.count) == [1, 1])
        }
    }

    @Test func `what a list leaves out is counted, and counts as new as far as the list is new`()
        async throws
    {
        try await withStore { bench in
            var named = rejection(1, reason: "unknown_industry")
            named.relation = "bureau.firms"
            named.enterpriseName = "企业1"
            var record = cycleRecord(
                [], rejections: [named, rejection(2)], isComplete: true, mode: "full",
                asOf: noon(1))
            record.rejectionTotals = [
                RejectionTotal(table: "labor.report", reason: "negative", count: 1),
                RejectionTotal(table: "labor.report", reason: "unknown_industry", count: 2_970),
            ]
            try await bench.store.commit(record, under: bench.lease())
            #expect(try await bench.store.quarantineTotals() == record.rejectionTotals)
            #expect(try await bench.store.status().quarantined == 2_971)
            #expect(try await bench.store.vitals(now: noon(1)).quarantinedLastDay == 2_971)
            #expect(try await bench.store.vitals(now: noon(3)).quarantinedLastDay == 0)
            let first = try await bench.store.quarantine(limit: 10).first { $0.rejection == named }
            #expect(first != nil)
            try await cycle(bench, day: 2, [rejection(2)], complete: true)
            #expect(try await bench.store.quarantineTotals().map(\.count) == [1])
        }
    }

    @Test func `whatever a source holds, its rejection is stored and comes back`() async throws {
        let hostile = [
            ("0001-01-01 BC", Period(year: 0, month: 1), Instant(seconds: -62_167_219_200)),
            ("a\u{0}b\\u0000\u{202E}", Period(year: -4_712, month: 1), Instant(microseconds: 0)),
            (String(repeating: "长", count: 1_000_000), Period(year: 5_874_897, month: 12), nil),
            ("", Period(year: 1, month: 1), Instant(seconds: 9_224_318_015_999)),
        ]
        try await withStore { bench in
            let rejections = hostile.map { value, period, reportedAt in
                var found = Rejection(
                    table: "labor.report", row: value, period: period, field: "period",
                    value: value, reason: "past_period", expected: "a month", hint: "correct it",
                    reportedAt: reportedAt)
                // A reason never holds a NUL, but what is stored must bear one.
                found.hint += value.hasPrefix("a") ? "\u{0}" : ""
                return found
            }
            try await cycle(bench, day: 0, rejections, complete: true, mode: "full")
            let entries = try await bench.store.quarantine(limit: 10).map(\.rejection)
            #expect(entries.count == 4)
            for rejection in rejections {
                var wanted = rejection
                if wanted.hint.hasSuffix("\u{0}") { wanted.hint = "correct it\u{FFFD}" }
                #expect(entries.contains(wanted), "\(rejection.value.prefix(20))")
            }
            #expect(entries.allSatisfy { $0.value.count < 250 && !$0.value.isEmpty })
        }
    }
}
