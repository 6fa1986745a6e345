import Alerting
import Daemon
import Labor
import Postgres
import Store
import Support
import Synchronization
import Testing
import Verbs

/// The watching watches itself, on a real source and a real store.
@Suite(.timeLimit(.minutes(20))) struct SystemTests {
    private func marks(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            "SELECT source || ' ' || value FROM laborwatch.watermark ORDER BY source")
    }

    @Test func `cycles that fail are told of while they fail, and the first that succeeds ends it`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-06-03T08:00:00+08:00")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T08:30:00+08:00")
            let before = try await marks(bench)
            try await bench.run("ALTER TABLE labor.report RENAME TO report_away")
            #expect(try await !ward.fail("2026-06-03T09:00:00+08:00"))
            #expect(try await !ward.fail("2026-06-03T09:09:00+08:00"))
            #expect(try await ward.fail("2026-06-03T09:10:00+08:00"))
            #expect(try await !ward.fail("2026-06-03T09:50:00+08:00"))
            #expect(try await ward.fail("2026-06-03T10:00:00+08:00"))
            #expect(try await marks(bench) == before)
            #expect(
                try await bench.texts(
                    "SELECT coalesce(mode, 'none') FROM laborwatch.cycles ORDER BY cycle_id")
                    == ["full", "none", "none"])
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.alerts WHERE rule LIKE 'layoff%'") == 0)
            try await bench.run("ALTER TABLE labor.report_away RENAME TO report")
            _ = try await ward.cycle("2026-06-03T10:05:00+08:00")
            #expect(
                try await bench.told() == [
                    "system.evaluation laborwatch raised yellow 09:10",
                    "system.evaluation laborwatch tier_changed orange 10:00",
                    "system.evaluation laborwatch resolved orange 10:05",
                ])
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.alerts WHERE rule = 'layoff.statutory'") == 1)
            await ward.store.close()
        }
    }

    @Test func `no cycle that fails ends another alert or counts as a good one`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T07:00:00+08:00")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-06-03T08:00:00+08:00")
            let open = try await ward.store.recall().open
            #expect(!open.isEmpty)
            try await bench.run("ALTER TABLE labor.report RENAME TO report_away")
            _ = try await ward.fail("2026-06-03T09:00:00+08:00")
            _ = try await ward.fail("2026-06-03T10:00:00+08:00")
            #expect(try await ward.fail("2026-06-03T11:00:00+08:00"))
            let now = try await ward.store.recall().open
            #expect(now.filter { $0.kind != .system } == open)
            // The alert about the service, and its incident.
            #expect(now.count == open.count + 2)
            let status = try await ward.store.status()
            #expect(status.lastGoodCycle?.mode == "full")
            await ward.store.close()
        }
    }

    @Test func `a source without new reports raises in an idle look, and a report ends it`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-06-06T23:00:00+08:00")
            #expect(try await bench.told() == [])
            try await eventually("an idle look") {
                try await ward.cycle("2026-06-06T23:30:00+08:00").isIdle
            }
            _ = try await ward.cycle("2026-06-07T09:00:00+08:00")
            let raised = "system.source_stale laborwatch raised yellow 09:00"
            #expect(try await bench.told() == [raised])
            try await eventually("an idle look") {
                try await ward.cycle("2026-06-07T09:30:00+08:00").isIdle
            }
            try await bench.report(1, "2026-05", staff: 400, at: "2026-06-07T09:40:00+08:00")
            _ = try await ward.cycle("2026-06-07T10:00:00+08:00")
            #expect(
                try await bench.told()
                    == [raised, "system.source_stale laborwatch resolved yellow 10:00"])
            await ward.store.close()
        }
    }

    @Test func `values that cannot be used raise when they are too many`() async throws {
        try await withBench { bench in
            try await bench.settle(24, from: "2025-06", through: "2026-04")
            try await bench.run(
                """
                INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
                SELECT 900 + n, '2026-04-01', 5, '2026-05-03 08:00+08'
                  FROM generate_series(1, 24) AS n;
                """)
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-05-20T08:00:00+08:00")
            #expect(
                try await bench.told()
                    == ["system.quarantine laborwatch raised yellow 08:00"])
            await ward.store.close()
        }
    }

    @Test func `a receiver that fails raises without news from the source, others do not count`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(
                bench,
                "receivers: [{name: all, type: file, directory: \(bench.scratch.path)/all}]")
            _ = try await ward.cycle("2026-05-20T08:00:00+08:00")
            try await eventually("an idle look") {
                try await ward.cycle("2026-05-20T08:10:00+08:00").isIdle
            }
            try await bench.run(
                """
                INSERT INTO laborwatch.receiver_state (receiver, failing_since) VALUES
                    ('all', '2026-05-20 08:10+08'), ('former', '2026-05-01 08:10+08');
                """)
            #expect(try await ward.cycle("2026-05-20T09:09:59+08:00").isIdle)
            #expect(try await !ward.cycle("2026-05-20T09:10:00+08:00").isIdle)
            #expect(try await ward.cycle("2026-05-20T09:11:00+08:00").isIdle)
            try await ward.store.disable(
                receiver: "all", fingerprint: "f", reason: "410 Gone",
                at: try #require(Instant(rfc3339: "2026-05-20T09:20:00+08:00")))
            #expect(try await !ward.cycle("2026-05-20T09:21:00+08:00").isIdle)
            try await bench.run("DELETE FROM laborwatch.receiver_state")
            #expect(try await !ward.cycle("2026-05-20T09:30:00+08:00").isIdle)
            #expect(
                try await bench.told() == [
                    "system.receiver all raised yellow 09:10",
                    "system.receiver all tier_changed orange 09:21",
                    "system.receiver all resolved orange 09:30",
                ])
            await ward.store.close()
        }
    }

    @Test func `a clock that is moved is told`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-05-20T08:00:00+08:00")
            #expect(try await bench.told() == [])
            ward.shift.seconds.withLock { $0 = -150 }
            _ = try await ward.cycle("2026-05-20T08:01:00+08:00")
            #expect(
                try await bench.told() == ["system.clock laborwatch raised orange 08:01"])
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', evidence->'marks'->>'clock', evidence->'marks'->>'jump')
                      FROM laborwatch.alert_events WHERE rule = 'system.clock'
                    """) == ["clock_behind jump_back"])
            await ward.store.close()
        }
    }

    @Test func `the end of a silence is announced with what it holds`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T07:00:00+08:00")
            try await bench.run(
                """
                INSERT INTO laborwatch.silence
                    (rule, starts_at, ends_at, reason, created_by, created_at)
                VALUES ('layoff.statutory', '2026-06-01 00:00+08', '2026-06-04 12:00+08', 'r', 'c',
                        '2026-06-01 00:00+08');
                """)
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-06-03T08:00:00+08:00")
            #expect(try await bench.told() == [])
            try await eventually("an idle look") {
                try await ward.cycle("2026-06-03T08:01:00+08:00").isIdle
            }
            #expect(try await !ward.cycle("2026-06-03T12:00:00+08:00").isIdle)
            #expect(
                try await bench.told() == ["system.silence_ending silence/1 raised blue 12:00"])
            #expect(
                try await bench.texts(
                    "SELECT title FROM laborwatch.alerts WHERE kind = 'system'")
                    == ["静默1将在24小时内结束，暂缓1条预警"])
            await ward.store.close()
        }
    }

    @Test func `when all reports stop one alert stands, and the single ones wait for its end`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(30, from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-06-05T08:00:00+08:00")
            _ = try await ward.cycle("2026-06-06T08:00:00+08:00")
            let raised = "system.reporting_storm laborwatch raised orange 08:00"
            let storm = try await bench.told().filter { $0.hasPrefix("system.reporting_storm") }
            #expect(storm == [raised])
            #expect(try await silent(bench) == 0)
            // Most reports come: those that are still missing are told of, touched or not.
            try await bench.run(
                """
                INSERT INTO labor.report
                    (enterprise_id, period, headcount, wages_due, wages_paid, reported_at)
                SELECT n, '2026-05-01', 400, 2400000, 2400000, '2026-06-06 09:00+08'
                  FROM generate_series(1, 25) AS n;
                """)
            _ = try await ward.cycle("2026-06-06T10:00:00+08:00")
            let after = try await bench.told().filter { $0.hasPrefix("system.reporting_storm") }
            #expect(
                after == [raised, "system.reporting_storm laborwatch resolved orange 10:00"])
            #expect(try await silent(bench) == 5)
            await ward.store.close()
        }
    }

    /// How many enterprises were told of as missing.
    private func silent(_ bench: Bench) async throws -> Int {
        try await bench.number(
            "SELECT count(*) FROM laborwatch.alerts WHERE rule = 'report.missing'")
    }

    @Test func `the status tells first what ails the watching`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-06-07T09:00:00+08:00")
            let rows = try await StatusVerb(try bench.components()).run(at: SystemClock.now()).rows
            let first = try #require(rows.first)
            #expect(
                first.map(\.text) == [
                    "system.source_stale laborwatch", "yellow, since 2026-06-07T09:00:00+08:00",
                ])
            await ward.store.close()
        }
    }

    @Test func `a right to evaluate that keeps changing hands is told`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            for round in 0..<5 {
                let ward = try await Ward(bench)
                _ = try await ward.cycle("2026-05-20T08:0\(round):00+08:00")
                if round < 4 { try await ward.store.release(ward.lease) }
                #expect(try await bench.told() == [])
                if round == 4 {
                    _ = try await ward.cycle("2026-05-20T08:09:00+08:00")
                    #expect(
                        try await bench.told() == [
                            "system.lease laborwatch raised yellow 08:09"
                        ])
                }
                await ward.store.close()
            }
        }
    }

    @Test func `past days know no health`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-02")
            let components = try bench.components()
            let store = try await components.store()
            let engine = Engine(
                reader: try components.reader(), history: store,
                pipeline: components.pipeline(waits: false), monotonic: SystemClock.monotonic)
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            let instant = try #require(Instant(rfc3339: "2025-12-01T08:00:00+08:00"))
            _ = try await engine.cycle(
                asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease)
            #expect(try await bench.told() == [])
            await store.close()
        }
    }
}
