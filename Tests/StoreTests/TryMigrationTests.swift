import Alerting
import Labor
import LaborSQL
import Postgres
import Store
import Support
import Testing

/// The result of migration `laborwatch_tries` for deliveries that an older program tried.
@Suite(.timeLimit(.minutes(20))) struct TryMigrationTests {
    private static let columns = """
        SELECT string_agg(concat_ws(' ', d.delivery_id, d.state, d.was_tried, d.may_come_forward,
                                    extract(epoch FROM d.scheduled_at)::bigint,
                                    (SELECT string_agg(t.was_tried::text, ',' ORDER BY attempt_id)
                                       FROM laborwatch.delivery_attempt t
                                      WHERE t.delivery_id = d.delivery_id)), '; '
                          ORDER BY d.delivery_id)
          FROM laborwatch.delivery d
        """

    /// Tries a delivery once for each outcome.
    private func play(
        _ bench: Bench, _ number: Int, _ outcomes: [(DeliveryAttempt.Outcome, wasTried: Bool)]
    ) async throws {
        try await bench.commit(Story(number).told(.raised), ["r\(number)"])
        for (step, outcome) in outcomes.enumerated() {
            let now = noon(0).adding(seconds: Int64(step) * 60)
            _ = try await bench.store.bringForward(receiver: "r\(number)", now: now)
            let message = try #require(try await bench.messages(["r\(number)"], at: now).first)
            let attempt = DeliveryAttempt(
                startedAt: now, endedAt: now, outcome: outcome.0, wasTried: outcome.wasTried,
                error: outcome.wasTried ? "500" : "not tried: the courier stops")
            #expect(try await bench.store.settle(message, attempt))
        }
    }

    @Test func `the columns say of old tries what the program would have written`() async throws {
        try await withStore { bench in
            let later = noon(5)
            let now = noon(0).adding(seconds: 60)
            try await play(bench, 1, [(.retry(at: later), true)])
            try await play(bench, 2, [(.retry(at: later), true), (.retry(at: later), true)])
            try await play(bench, 3, [(.retry(at: now), true), (.retry(at: later), true)])
            try await play(bench, 4, [(.snooze(until: later), true)])
            try await play(bench, 5, [(.retry(at: later), true), (.snooze(until: later), false)])
            try await play(bench, 6, [(.delivered, true)])
            try await play(bench, 7, [(.retry(at: later), true), (.dead, true)])
            try await play(bench, 8, [])
            let written = try await bench.text(Self.columns)
            try await bench.run("DROP INDEX laborwatch.delivery_failed")
            try await bench.run(
                """
                ALTER TABLE laborwatch.delivery
                    DROP COLUMN was_tried CASCADE, DROP COLUMN scheduled_at,
                    DROP COLUMN may_come_forward
                """)
            try await bench.run(
                "ALTER TABLE laborwatch.delivery_attempt DROP COLUMN was_tried CASCADE")
            try await bench.run("CREATE INDEX delivery_failed ON laborwatch.delivery (receiver)")
            let migration = try #require(
                Migrations.laborwatch.migrations.first { $0.name.hasSuffix("_laborwatch_tries") })
            try await bench.sql.perform { try $0.script(migration.sql) }
            #expect(try await bench.text(Self.columns) == written)
            #expect(written?.contains("1 pending t t") == true)
            #expect(written?.contains("2 pending t f") == true)
        }
    }
}
