import Daemon
import Labor
import Store
import Support
import Testing

/// What leaves the source while an alert of it is open.
@Suite(.timeLimit(.minutes(20))) struct EngineRemovalTests {
    /// Cycles of one engine on a bench.
    private func withCycles(
        _ bench: Bench,
        _ body: ((_ moment: String) async throws -> Engine.Outcome) async throws -> Void
    ) async throws {
        let components = try bench.components()
        let store = try await components.store()
        let engine = Engine(
            reader: try components.reader(), history: store, pipeline: components.pipeline(),
            monotonic: SystemClock.monotonic)
        let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
        try await body { moment in
            let instant = try #require(Instant(rfc3339: moment))
            return try await engine.cycle(
                asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease)
        }
        await store.close()
    }

    private func told(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT subject_id || ' ' || what || ' ' || reason
              FROM laborwatch.alert_events e JOIN laborwatch.alerts USING (alert_id, rule)
             WHERE rule = 'layoff.statutory' AND what <> 'escalated' ORDER BY e.at, subject_id, e.sequence
            """)
    }

    @Test func `the alert of an enterprise that was deleted ends a day after it is missed`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            try await withCycles(bench) { cycle in
                _ = try await cycle("2026-06-03T12:00:00+08:00")
                try await bench.run(
                    """
                    DELETE FROM labor.report WHERE enterprise_id = 1;
                    DELETE FROM labor.enterprise WHERE enterprise_id = 1;
                    """)
                _ = try await cycle("2026-06-04T00:00:10+08:00")
                let before = try await told(bench)
                #expect(before == ["1 raised threshold_crossed"])
                _ = try await cycle("2026-06-05T00:00:05+08:00")
                let after = try await told(bench)
                #expect(
                    after == ["1 raised threshold_crossed", "1 resolved enterprise_removed"])
            }
        }
    }

    @Test func `a transfer that moves to another enterprise is looked at for both`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            for enterprise in 1...2 {
                try await bench.report(
                    enterprise, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            }
            try await bench.run(
                """
                INSERT INTO labor.event
                    (enterprise_id, kind, persons, occurred_on, reported_at)
                VALUES (1, 'staff_transfer', 210, '2026-05-10', '2026-06-01T00:00:00+08:00');
                """)
            try await withCycles(bench) { cycle in
                _ = try await cycle("2026-06-03T12:00:00+08:00")
                #expect(try await told(bench) == ["2 raised threshold_crossed"])
                try await bench.run("UPDATE labor.event SET enterprise_id = 2;")
                let outcome = try await cycle("2026-06-03T13:00:00+08:00")
                #expect(!outcome.isFull)
                #expect(
                    Set(try await told(bench)) == [
                        "2 raised threshold_crossed", "1 raised threshold_crossed",
                        "2 withdrawn report_corrected",
                    ])
            }
        }
    }
}
