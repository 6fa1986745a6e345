import Alerting
import Daemon
import Labor
import Postgres
import Store
import Support
import Testing
import Verbs

/// Cycles on a real source and a real store.
@Suite(.timeLimit(.minutes(20))) struct EngineTests {
    /// Cycles until there is nothing new: what was just written stays in sight as long as an older
    /// transaction runs elsewhere in the cluster.
    private func idle(_ works: Works, _ moment: String) async throws {
        try await eventually("an idle look") { try await works.cycle(moment).isIdle }
    }

    /// What became of the alerts of one rule, in order.
    private func told(_ bench: Bench, _ rule: String = "layoff.statutory") async throws -> [String]
    {
        try await bench.texts(
            """
            SELECT subject_id || ' ' || what || ' ' || to_tier || ' ' || reason
              FROM laborwatch.alert_events e JOIN laborwatch.alerts USING (alert_id, rule)
             WHERE rule = '\(rule)' ORDER BY alert_id, e.sequence
            """)
    }

    private static func instant(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }

    /// Everything that a cycle writes, as one text.
    private func written(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT 'alert ' || a::text FROM laborwatch.alert a
            UNION ALL SELECT 'event ' || e.event_id FROM laborwatch.alert_events e
            UNION ALL SELECT 'delivery ' || d.delivery_id FROM laborwatch.deliveries d
            UNION ALL SELECT 'mark ' || source || ' ' || value FROM laborwatch.watermark
            UNION ALL SELECT 'cycle ' || cycle_id FROM laborwatch.cycles
            UNION ALL SELECT 'quarantine ' || entry_id FROM laborwatch.quarantine
            ORDER BY 1
            """)
    }

    @Test func `a cycle raises, remembers and orders what is to be delivered`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let works = try await Works(
                bench,
                """
                receivers:
                  - {name: all, type: file, directory: \(bench.scratch.path)/all}
                  - {name: red, type: file, directory: \(bench.scratch.path)/red, tiers: [red]}
                """)
            let outcome = try await works.cycle("2026-06-03T12:00:00+08:00")
            #expect(outcome.isFull)
            #expect(!outcome.isIdle)
            let story = try await told(bench)
            #expect(story == ["1 raised orange threshold_crossed"])
            #expect(
                try await bench.number("SELECT count(*) FROM laborwatch.episode_events")
                    == outcome.events)
            let orders = try await bench.texts(
                """
                SELECT receiver || ' ' || d.state || ' ' || coalesce(d.reason, '')
                  FROM laborwatch.alert_events JOIN laborwatch.deliveries d USING (event_id)
                 WHERE rule = 'layoff.statutory' ORDER BY receiver
                """)
            #expect(orders == ["all pending ", "red suppressed tier_not_wanted"])
            #expect(
                try await bench.texts("SELECT outcome || ' ' || mode FROM laborwatch.cycles")
                    == ["ok full"])
            await works.store.close()
        }
    }

    @Test func `an unanswered alert goes up in an idle look, until somebody takes it on`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T08:00:00+08:00")
            let works = try await Works(bench, waits: true)
            _ = try await works.cycle("2026-06-03T09:00:00+08:00")
            try await idle(works, "2026-06-03T09:00:01+08:00")
            #expect(try await works.cycle("2026-06-03T10:59:59+08:00").isIdle)
            let late = try await works.cycle("2026-06-03T11:00:00+08:00")
            #expect(!late.isIdle)
            #expect(!late.isFull)
            #expect(try await works.cycle("2026-06-03T11:00:01+08:00").isIdle)
            let escalated = [
                "1 raised orange threshold_crossed", "1 escalated orange clock_ran_out",
            ]
            #expect(try await told(bench) == escalated)
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', a.level, d.state, to_char(
                               e.due_at AT TIME ZONE 'Asia/Shanghai', 'HH24:MI'))
                      FROM laborwatch.alert_events e JOIN laborwatch.alerts a USING (alert_id)
                      JOIN laborwatch.deliveries d USING (event_id)
                     WHERE e.what = 'escalated' AND e.rule = 'layoff.statutory'
                    """) == ["1 pending 13:00"])
            let noon = try EngineTests.instant("2026-06-03T12:00:00+08:00")
            for episode in try await works.store.recall().open {
                try await bench.components().apply(
                    .acknowledge(alert: episode.id.rawValue), at: noon, bench)
            }
            #expect(try await works.cycle("2026-06-03T13:00:00+08:00").events == 0)
            #expect(try await works.cycle("2026-06-03T23:00:00+08:00").isIdle)
            #expect(
                try await told(bench) == escalated + ["1 acknowledged orange taken_on"])
            await works.store.close()
        }
    }

    @Test func `a cycle that may not write changes nothing, and the next reads all anew`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let works = try await Works(bench)
            _ = try await works.cycle("2026-06-03T09:00:00+08:00")
            try await works.store.release(works.lease)
            let other = try #require(
                try await works.store.acquireLease(holder: "another", seconds: 600))
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let before = try await written(bench)
            await #expect { try await works.cycle("2026-06-03T12:00:00+08:00") } throws: {
                ($0 as? StoreError)?.code == .leaseLost
            }
            #expect(try await written(bench) == before)
            try await works.store.release(other)
            let lease = try #require(
                try await works.store.acquireLease(holder: "test", seconds: 600))
            let outcome = try await works.cycle("2026-06-03T12:00:00+08:00", under: lease)
            #expect(outcome.isFull)
            let story = try await told(bench)
            #expect(story == ["1 raised orange threshold_crossed"])
            await works.store.close()
        }
    }

    @Test func `within a day only what changed is looked at, on a new day everything`() async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let works = try await Works(bench)
            #expect(try await works.cycle("2026-06-03T09:00:00+08:00").isFull)
            try await idle(works, "2026-06-03T09:00:00+08:00")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let changed = try await works.cycle("2026-06-03T12:00:00+08:00")
            #expect(!changed.isFull)
            let story = try await told(bench)
            #expect(story == ["1 raised orange threshold_crossed"])
            // Midnight where the bureau works, not in universal time.
            #expect(try await !works.cycle("2026-06-03T23:59:59+08:00").isFull)
            #expect(try await works.cycle("2026-06-04T00:00:01+08:00").isFull)
            #expect(try await works.cycle("2026-06-04T00:00:02+08:00", full: true).isFull)
            await works.store.close()
        }
    }

    @Test func `a look that finds nothing new writes nothing`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let works = try await Works(bench)
            _ = try await works.cycle("2026-06-03T09:00:00+08:00")
            try await eventually("an idle look") {
                let before = try await written(bench)
                let outcome = try await works.cycle("2026-06-03T12:00:00+08:00")
                if outcome.isIdle { #expect(try await written(bench) == before) }
                #expect(outcome.events == 0)
                return outcome.isIdle
            }
            await works.store.close()
        }
    }

    @Test func `a region that changes its name within a day is read with everything else`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let works = try await Works(bench)
            _ = try await works.cycle("2026-06-03T09:00:00+08:00")
            try await bench.run(
                """
                UPDATE labor.region SET name = '新城' WHERE code = '540102';
                INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
                VALUES (99, '新来', '540102', 'E47');
                INSERT INTO labor.event (enterprise_id, kind, persons, occurred_on, reported_at)
                VALUES (99, 'owner_absconded', 40, '2026-06-02', '2026-06-03T10:00:00+08:00');
                """)
            #expect(try await works.cycle("2026-06-03T12:00:00+08:00").isFull)
            #expect(
                try await bench.texts("SELECT DISTINCT subject_id FROM laborwatch.alerts") == ["99"]
            )
            await works.store.close()
        }
    }

    @Test func `a rule that is taken out ends its alerts at the next look`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let works = try await Works(bench)
            _ = try await works.cycle("2026-06-03T12:00:00+08:00")
            let fewer = try await Works(bench, "rules: {disabled: [layoff.statutory]}")
            _ = try await fewer.cycle("2026-06-03T13:00:00+08:00")
            let story = try await told(bench)
            #expect(
                story == ["1 raised orange threshold_crossed", "1 resolved orange rule_removed"])
            await works.store.close()
            await fewer.store.close()
        }
    }
}
