import Daemon
import Foundation
import Store
import Support
import Testing

/// A store with open alerts of a version of the program that had no incidents.
@Suite(.timeLimit(.minutes(20))) struct IncidentUpgradeTests {
    /// Makes the store what the older version left: no incident, and deliveries of alerts to people.
    private func makeOld(_ bench: Bench) async throws {
        try await bench.run(
            """
            INSERT INTO laborwatch.delivery
                (event_id, alert_id, sequence, receiver, state, attempts, created_at,
                 next_attempt_at, finished_at)
            SELECT d.event_id, d.alert_id, d.sequence, people.name, people.state, 0, d.created_at,
                   d.created_at, CASE people.state WHEN 'delivered' THEN d.created_at END
              FROM laborwatch.delivery d
              JOIN laborwatch.alert a USING (alert_id)
             CROSS JOIN (VALUES ('chat', 'delivered'), ('late', 'pending')) AS people (name, state)
             WHERE d.receiver = 'hook' AND a.rule <> 'incident';
            DELETE FROM laborwatch.delivery d USING laborwatch.alert a
             WHERE a.alert_id = d.alert_id AND a.rule = 'incident';
            DELETE FROM laborwatch.alert_event e USING laborwatch.alert a
             WHERE a.alert_id = e.alert_id AND a.rule = 'incident';
            UPDATE laborwatch.alert SET incident_id = NULL;
            UPDATE laborwatch.alert_event SET incident = NULL;
            DELETE FROM laborwatch.alert WHERE rule = 'incident';
            """)
    }

    /// Deliveries of incidents to a receiver: the type of the event, the state, and their number.
    private func ofIncidents(_ receiver: String, _ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT e.what || ' ' || d.state || ' ' || count(*)
              FROM laborwatch.deliveries d JOIN laborwatch.incident_events e USING (event_id)
             WHERE d.receiver = '\(receiver)' GROUP BY e.what, d.state ORDER BY 1
            """)
    }

    @Test func `an upgrade tells nobody again, and who was told gets each end once`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let secret = try bench.scratch.write(
                "secret", "whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
            let receivers = ["chat", "late", "hook"].map {
                """
                  - {name: \($0), type: webhook, url: "http://127.0.0.1:9/\($0)",
                     secret_file: "\(secret)", groups: \($0 != "hook")}
                """
            }
            let lines = "receivers:\n" + receivers.joined(separator: "\n") + "\n"
            let works = try await Works(bench, lines, waits: true)
            _ = try await works.cycle("2026-06-03T12:00:00+08:00")
            let told = try await ofIncidents("chat", bench)
            #expect(!told.isEmpty)
            try await makeOld(bench)
            let alerts = try await bench.number("SELECT count(*) FROM laborwatch.alerts")
            #expect(alerts > 0)
            let deadline = """
                SELECT coalesce(min(next_clock_at)::text, 'none') FROM laborwatch.
                """
            let before = try await bench.texts(deadline + "alerts")
            _ = try await works.cycle("2026-06-03T12:30:00+08:00")
            let count = try await bench.number("SELECT count(*) FROM laborwatch.incidents")
            #expect(count > 0)
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.alerts WHERE incident_id IS NULL") == 0)
            #expect(try await bench.texts(deadline + "incidents") == before)
            #expect(try await ofIncidents("chat", bench) == ["opened delivered \(count)"])
            #expect(try await ofIncidents("late", bench) == ["opened pending \(count)"])
            #expect(
                try await bench.texts(
                    """
                    SELECT DISTINCT state || ' ' || coalesce(reason, '') FROM laborwatch.deliveries
                     WHERE receiver = 'late' AND alert_id IS NOT NULL
                    """) == ["dropped known_by_alerts"])
            await works.store.close()
            // Without their rules all alerts end.
            let later = try await Works(
                bench, lines + "rules: {enabled: [indicator.level]}\n", waits: true)
            _ = try await later.cycle("2026-06-04T12:00:00+08:00")
            let ended = try await bench.number(
                """
                SELECT count(*) FROM laborwatch.incidents WHERE state IN ('withdrawn', 'resolved')
                """)
            #expect(ended == count)
            let ends = try await bench.number(
                """
                SELECT count(*)
                  FROM laborwatch.deliveries d JOIN laborwatch.incident_events e USING (event_id)
                 WHERE d.receiver = 'chat' AND d.state = 'pending'
                   AND e.what IN ('withdrawn', 'resolved')
                """)
            #expect(ends == ended)
            await later.store.close()
        }
    }
}
