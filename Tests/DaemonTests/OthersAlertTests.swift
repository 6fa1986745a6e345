import Alerting
import Daemon
import Labor
import Store
import Support
import Testing

/// Alerts that another process raised, in the eyes of a daemon that runs.
@Suite(.timeLimit(.minutes(20))) struct OthersAlertTests {
    @Test func `an idle look hands up what another process raised`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T07:00:00+08:00")
            // The daemon does not see this alert by itself, so that nothing but the store tells it.
            let daemon = try bench.components("rules: {disabled: [layoff.statutory]}")
            let store = try await daemon.store()
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            func engine(_ components: Components) throws -> Engine {
                Engine(
                    reader: try components.reader(), history: store,
                    pipeline: components.pipeline(),
                    monotonic: SystemClock.monotonic)
            }
            func cycle(_ engine: Engine, _ moment: String) async throws -> Engine.Outcome {
                let instant = try #require(Instant(rfc3339: moment))
                return try await engine.cycle(
                    asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease)
            }
            let running = try engine(daemon)
            try await eventually("an idle look") {
                try await cycle(running, "2026-06-03T08:00:00+08:00").isIdle
            }
            let other = try engine(try bench.components())
            _ = try await cycle(other, "2026-06-03T08:01:00+08:00")
            func said() async throws -> [String] {
                try await bench.texts(
                    """
                    SELECT what FROM laborwatch.alert_events
                     WHERE rule = 'layoff.statutory' ORDER BY sequence
                    """)
            }
            #expect(try await said() == ["raised"])
            _ = try await cycle(running, "2026-06-03T09:59:59+08:00")
            #expect(try await said() == ["raised"])
            let late = try await cycle(running, "2026-06-03T10:01:00+08:00")
            #expect(!late.isIdle && late.rowsRead == 0)
            #expect(try await said() == ["raised", "escalated"])
            await store.close()
        }
    }
}
