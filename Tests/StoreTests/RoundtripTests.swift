import Alerting
import Labor
import Store
import Support
import Testing

/// Whatever an episode or event holds comes back from the database as it went in.
@Suite struct RoundtripTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `random episodes and events come back as they were`(seed: UInt64) async throws {
        try await withStore { bench in
            var maker = Maker(random: SeededGenerator(seed: seed))
            let stories = (1...8).map { maker.story($0) }
            try await bench.store.commit(cycleRecord(stories, ["file"]), under: bench.lease())
            let open = stories.map(\.episode).filter(\.state.isOpen).sorted { $0.key < $1.key }
            let recalled = try await bench.store.recall().open
            #expect(recalled == open, "seed \(seed)")
            for story in stories {
                let history = try await bench.store.alert(story.episode.id.rawValue)
                #expect(history.alert.episode == story.episode, "seed \(seed)")
                #expect(history.notices == story.notices, "seed \(seed)")
            }
        }
    }

    @Test func `the columns hold yuan, months and evidence as the contract says`() async throws {
        try await withStore { bench in
            var story = Story(1)
            story.episode.amount = -123_456_789
            story.episode.evidence.rows = [
                EvidenceRow(
                    table: "labor.report", period: Period(year: 2026, month: 9),
                    values: ["headcount": 406], reportedAt: noon(0))
            ]
            try await bench.commit(story.told(.raised))
            let line = try await bench.text(
                """
                SELECT concat_ws(' ', a.amount, a.started_period, a.title, e.subject ->> 'name',
                                 a.evidence -> 'rows' -> 0 ->> 'period',
                                 (a.evidence -> 'rows' -> 0 ->> 'reported_at')::timestamptz
                                     = a.as_of)
                  FROM laborwatch.alerts a JOIN laborwatch.alert_events e USING (alert_id)
                """)
            #expect(line == "-1234567.89 2026-10-01 裁员 企业1 企业1 2026-09 t")
        }
    }
}

/// Makes stories with every optional field there or not, and odd texts and numbers.
private struct Maker {
    var random: SeededGenerator

    mutating func story(_ number: Int) -> Story {
        var story = Story(number)
        story.episode.kind = pick(AlertKind.allCases)
        story.episode.subject.name = text()
        story.episode.subject.regionCode = maybe { RegionCode("54\($0.next() % 100)") }
        story.episode.subject.industryCode = maybe { _ in IndustryCode(rawValue: "E47") }
        story.episode.tier = pick(Tier.allCases)
        story.episode.peakTier = .red
        story.episode.certainty = pick([.provisional, .confirmed, .observed])
        story.episode.persons = maybe { Int($0.next() % 100_000) }
        story.episode.share = maybe { Double.random(in: 0...1, using: &$0) }
        story.episode.amount = maybe { Int64.random(in: -1_000_000...1_000_000_000, using: &$0) }
        story.episode.quietPeriod = maybe { _ in Period(year: 2026, month: 12) }
        story.episode.quietSince = maybe { Instant(microseconds: Int64($0.next() >> 12)) }
        story.episode.acknowledgedTier = maybe { _ in Tier.orange }
        story.episode.verdict = maybe { _ in Verdict.seasonal }
        story.episode.level = Int.random(in: 0...2, using: &random)
        story.episode.nextClockAt = maybe { Instant(microseconds: Int64($0.next() >> 12)) }
        story.episode.evidence = evidence()
        story.episode.asOf = Instant(microseconds: Int64(random.next() >> 12))
        story = story.told(.raised)
        if Bool.random(using: &random) { story = story.told(.reminder, on: 1, actor: text()) }
        if Bool.random(using: &random) { story = story.told(.resolved, on: 2) }
        story.notices[0].event.onBehalfOf = maybe { _ in "局长" }
        story.notices[0].event.level = story.episode.level
        story.notices[0].dueAt = maybe { Instant(microseconds: Int64($0.next() >> 12)) }
        story.notices[0].texts[.english] = maybe { _ in AlertText(title: "t", summary: "") }
        return story
    }

    private mutating func evidence() -> Evidence {
        let numbers: [Double] = [0, -0.1, 1e-300, 1.797e308, 0.1 + 0.2, 1_234_567.89, .infinity]
        var measures: [String: Double] = [:]
        var values: [String: JSONValue] = [:]
        for index in 0..<Int.random(in: 0...3, using: &random) {
            measures["m\(index)"] = pick(numbers)
            values["列\(index)"] = pick([.null, .bool(true), .int(-5), .double(0.5), .string("x")])
        }
        var rows: [EvidenceRow] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            rows.append(
                EvidenceRow(
                    table: "labor.report", period: maybe { _ in Period(year: 2025, month: 2) },
                    values: values,
                    reportedAt: maybe { Instant(microseconds: Int64($0.next() >> 12)) }))
        }
        return Evidence(
            value: maybe { numbers[Int($0.next() % 7)] }, previous: maybe { _ in 406 },
            expected: maybe { _ in 401.2 }, scale: maybe { _ in 0.02 }, p: maybe { _ in 4e-17 },
            threshold: maybe { _ in
                Threshold(tier: .orange, limits: ["persons": 100, "share": 0.1], source: "法 41")
            },
            measures: measures, marks: Bool.random(using: &random) ? ["basis": text()] : [:],
            rows: rows)
    }

    private mutating func text() -> String {
        pick(["拉萨 \"城关\" 区", "a\\b{c},d", "NULL", "", "line\nline\ttab", "😀é", "'; DROP TABLE"])
    }

    private mutating func pick<T>(_ values: [T]) -> T {
        values[Int(random.next() % UInt64(values.count))]
    }

    private mutating func maybe<T>(_ make: (inout SeededGenerator) -> T) -> T? {
        Bool.random(using: &random) ? make(&random) : nil
    }
}
