import Alerting
import Daemon
import Foundation
import Labor
import Store
import Support
import Testing

/// Silences over cycles, the idle ones too.
@Suite(.timeLimit(.minutes(20))) struct HoldingTests {
    private func instant(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }

    @Test func `what a silence held is let go at its end, though nothing new was reported`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            var matcher = SilenceMatcher()
            matcher.region = RegionCode("540000")
            let components = try bench.components()
            let store = try await components.store()
            let silence = try await store.silence(
                matcher, from: instant("2026-06-03T00:00:00+08:00"),
                to: instant("2026-06-03T14:00:00+08:00"))
            let works = try await Works(components, store)
            func deliveries(_ condition: String) async throws -> Int {
                try await bench.number("SELECT count(*) FROM laborwatch.deliveries \(condition)")
            }
            let first = try await works.cycle("2026-06-03T12:00:00+08:00")
            #expect(first.events > 0)
            let count = try await deliveries("")
            let held = "WHERE is_held AND state = 'suppressed' AND reason = 'silenced:\(silence)'"
            #expect(try await deliveries(held) == count)
            try await eventually("an idle look") {
                try await works.cycle("2026-06-03T13:59:59+08:00").isIdle
            }
            #expect(try await deliveries(held) == count)
            let release = try await works.cycle("2026-06-03T14:00:00+08:00")
            #expect(!release.isIdle)
            #expect(release.events == 0)
            #expect(try await deliveries("WHERE state = 'pending'") == count)
            #expect(try await works.cycle("2026-06-03T14:00:01+08:00").isIdle)
            await store.close()
        }
    }

    @Test func `what nobody takes on is told again to people, in cycles that read nothing new`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let secret = try bench.scratch.write(
                "secret", "whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
            let components = try bench.components(
                """
                receivers:
                  - {name: file, type: file, directory: \(bench.scratch.path)/alerts}
                  - {name: chat, type: webhook, url: "http://127.0.0.1:9/x",
                     secret_file: "\(secret)", groups: true}
                """)
            let store = try await components.store()
            let works = try await Works(components, store)
            let first = try await works.cycle("2026-06-03T12:00:00+08:00").events
            let urgent = try await bench.number(
                "SELECT count(*) FROM laborwatch.incidents WHERE tier IN ('orange', 'red')")
            #expect(urgent > 0 && urgent < first)
            try await eventually("an idle look") {
                try await works.cycle("2026-06-03T15:59:59+08:00").isIdle
            }
            #expect(try await works.cycle("2026-06-03T16:00:00+08:00").events == urgent)
            let told = try await bench.texts(
                """
                SELECT DISTINCT e.reason || ' ' || e.to_tier || ' ' || d.receiver
                  FROM laborwatch.incident_events e JOIN laborwatch.deliveries d USING (event_id)
                 WHERE e.what = 'reminder'
                """)
            #expect(!told.isEmpty)
            #expect(
                Set(told).isSubset(of: ["repeat_due orange chat", "repeat_due red chat"]))
            #expect(try await works.cycle("2026-06-03T16:01:00+08:00").isIdle)
            #expect(try await works.cycle("2026-06-03T20:00:00+08:00").events == urgent)
            await store.close()
        }
    }

    enum Lateness: CaseIterable { case silence, night }

    /// A bureau with a machine's receiver, where nights may be quiet.
    private func office(_ bench: Bench, _ lateness: Lateness) throws -> Components {
        let routing = try bench.scratch.write(
            "routing.yaml",
            "route: {receivers: [file, hook], mute_intervals: [quiet_nights]}")
        let secret = try bench.scratch.write(
            "secret", "whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        return try bench.components(
            """
            \(lateness == .night ? "routing: {file: \"\(routing)\"}" : "")
            receivers:
              - {name: file, type: file, directory: \(bench.scratch.path)/alerts}
              - {name: hook, type: webhook, url: "http://127.0.0.1:9/x",
                 secret_file: "\(secret)"}
            """)
    }

    /// Holds everything back until the morning.
    private func silence(_ store: PostgresStore) async throws {
        var matcher = SilenceMatcher()
        matcher.region = RegionCode("540000")
        try await store.silence(
            matcher, from: instant("2026-06-03T00:00:00+08:00"),
            to: instant("2026-06-04T07:30:00+08:00"))
    }

    @Test(arguments: Lateness.allCases)
    func `who is told late is told of the clock that runs, and no escalation comes before`(
        lateness: Lateness
    ) async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let components = try office(bench, lateness)
            let store = try await components.store()
            if lateness == .silence { try await silence(store) }
            let engine = Engine(
                reader: try components.reader(), history: store, pipeline: components.pipeline(),
                monotonic: SystemClock.monotonic)
            let lease = try #require(
                try await store.acquireLease(holder: "test", seconds: 600))
            for text in ["03T22:30:00", "04T03:00:00", "04T07:29:59", "04T07:30:00"] {
                let moment = try instant("2026-06-\(text)+08:00")
                _ = try await engine.cycle(
                    asOf: Zone.shanghai.asOf(moment), at: moment, lease: lease)
            }
            let clocks = try await bench.texts(
                """
                SELECT DISTINCT alert_id || ' ' || next_clock_at FROM laborwatch.alerts
                 WHERE next_clock_at IS NOT NULL AND kind <> 'system'
                 ORDER BY 1
                """)
            #expect(!clocks.isEmpty)
            #expect(
                try await bench.texts(
                    """
                    SELECT a.alert_id || ' ' || d.due_at
                      FROM laborwatch.delivery d JOIN laborwatch.alerts a USING (alert_id)
                     WHERE d.receiver = 'hook' AND d.due_at IS NOT NULL AND kind <> 'system'
                     ORDER BY 1
                    """) == clocks)
            let told = try await store.claim(
                receivers: ["hook"], limit: 100, leaseSeconds: 60,
                now: instant("2026-06-04T07:30:00+08:00")
            ).flatMap(\.message.notices)
            let due = Set(told.filter { $0.event.toTier >= .orange }.map(\.dueAt))
            #expect(due == [try instant("2026-06-04T09:30:00+08:00")])
            #expect(told.allSatisfy { $0.event.what == .raised })
            await store.close()
        }
    }
}
