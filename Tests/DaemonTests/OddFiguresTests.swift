import Daemon
import Labor
import Store
import Support
import Testing

/// Figures, codes and units that cannot be right, from the bureau's tables to what is told.
@Suite(.timeLimit(.minutes(20))) struct OddFiguresTests {
    private func subjects(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT DISTINCT concat_ws(' ', rule, subject_id) FROM laborwatch.alerts
             WHERE kind <> 'system' ORDER BY 1
            """)
    }

    /// Thirty factories of a county with steady figures from 2024-06 on. In October 2026 the first one
    /// dismisses so many, and the second one insures so many of its 100.
    private func factories(
        _ bench: Bench, dismissed: Int, insured: Int, staff: Int = 100
    ) async throws {
        try await bench.run(
            """
            INSERT INTO labor.region (code, name) VALUES ('540102', '城关区');
            INSERT INTO labor.industry (code, name) VALUES ('C', '制造业');
            INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
            SELECT i, '企业' || i, '540102', 'C' FROM generate_series(1, 30) i;
            INSERT INTO labor.report (enterprise_id, period, headcount, hires, separations,
                employer_separations, wages_due, wages_paid, insured, contributions_due,
                contributions_paid, reported_at)
            SELECT i, m::date, CASE WHEN i = 1 AND m = '2026-10-01' THEN \(staff) ELSE 100 END, 0,
                   CASE WHEN i = 1 AND m = '2026-10-01' THEN 100 - \(staff) ELSE 0 END,
                   CASE WHEN i = 1 AND m = '2026-10-01' THEN \(dismissed) ELSE 0 END,
                   500000, 500000,
                   CASE WHEN i = 2 AND m = '2026-10-01' THEN \(insured) ELSE 100 END,
                   80000, 80000, m + interval '1 month 2 days'
              FROM generate_series(1, 30) i,
                   generate_series('2024-06-01'::timestamp, '2026-10-01', '1 month') m;
            """)
    }

    @Test func `figures that contradict their row or their past raise nothing and are listed`()
        async throws
    {
        try await withBench { bench in
            try await factories(bench, dismissed: 400, insured: 1)
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-11-05T08:00:00+08:00")
            #expect(try await subjects(bench) == [])
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', enterprise_name, field, value, reason, relation)
                      FROM laborwatch.quarantine ORDER BY enterprise_id
                    """) == [
                        "企业1 employer_separations 400 more_than_staff labor.report",
                        "企业2 insured 1 insured_step labor.report",
                    ])
            // A revision that says what the staff bears out is believed.
            try await bench.run(
                """
                INSERT INTO labor.report (enterprise_id, period, headcount, hires, separations,
                    employer_separations, wages_due, wages_paid, reported_at)
                VALUES (1, '2026-10-01', 60, 0, 40, 40, 300000, 300000, '2026-11-05 10:00+08')
                """)
            _ = try await ward.cycle("2026-11-05T10:30:00+08:00")
            #expect(try await subjects(bench).contains("layoff.statutory 1"))
            #expect(
                try await bench.texts(
                    """
                    SELECT field FROM laborwatch.quarantine WHERE cleared_at IS NULL
                    """) == ["insured"])
            await ward.store.close()
        }
    }

    @Test func `a declared layoff that the staff bears out is told at once`() async throws {
        try await withBench { bench in
            try await factories(bench, dismissed: 70, insured: 40, staff: 30)
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-11-05T08:00:00+08:00")
            let subjects = try await subjects(bench)
            #expect(subjects.contains("layoff.statutory 1"))
            #expect(subjects.contains("social.arrears 2"))
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.quarantine") == 0)
            await ward.store.close()
        }
    }

    // MARK: Codes

    /// Twelve hotels of a county that lose an eighth of their staff twice, in a rule of their own.
    private func withHotels(
        _ change: String, _ body: (_ bench: Bench, _ told: [String]) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await bench.run(
                """
                INSERT INTO labor.region (code, name, parent_code) VALUES
                    ('540100', '拉萨市', NULL), ('540102', '城关区', '540100');
                INSERT INTO labor.industry (code, name) VALUES ('H', '住宿和餐饮业'), ('C', '制造业');
                INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
                SELECT i, '企业' || i, '540102', 'H' FROM generate_series(1, 12) i;
                INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
                SELECT i, m::date, CASE WHEN m < '2025-04-01' THEN 80 WHEN m < '2025-05-01' THEN 70
                       ELSE 61 END, m + interval '1 month' - interval '14 hours'
                  FROM generate_series(1, 12) i,
                       generate_series('2024-01-01'::timestamp, '2025-12-01', '1 month') m;
                """)
            let components = try bench.components()
            let store = try await components.store()
            let engine = Engine(
                reader: try components.reader(), history: store,
                pipeline: components.pipeline(only: ["mass.rate"]), monotonic: SystemClock.monotonic
            )
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            func look(_ period: Period) async throws {
                let asOf = Zone.shanghai.asOf(period.lastDay)
                _ = try await engine.cycle(asOf: asOf, at: asOf.instant, lease: lease)
            }
            for month in 3...5 { try await look(Period(year: 2025, month: month)) }
            try await bench.run(change)
            for month in 6...12 { try await look(Period(year: 2025, month: month)) }
            await store.close()
            try await body(
                bench,
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', subject_id, what, reason,
                                     to_char(e.as_of AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'))
                      FROM laborwatch.alert_events e JOIN laborwatch.alerts USING (alert_id, rule)
                     WHERE what IN ('raised', 'resolved', 'withdrawn') ORDER BY e.as_of, subject_id
                    """))
        }
    }

    static let raised = [
        "540100 raised threshold_crossed 2025-04", "540102 raised threshold_crossed 2025-04",
        "540102/H raised threshold_crossed 2025-04",
    ]

    @Test func `alerts of an abolished region end a look after it is missed`() async throws {
        try await withHotels(
            """
            INSERT INTO labor.region (code, name, parent_code) VALUES ('540104', '新区', '540100');
            UPDATE labor.enterprise SET region_code = '540104';
            DELETE FROM labor.region WHERE code = '540102';
            """
        ) { _, told in
            #expect(Array(told.prefix(3)) == Self.raised)
            #expect(told.contains("540102 resolved region_removed 2025-07"))
            #expect(told.contains("540102/H resolved region_removed 2025-07"))
            // The city above still stands, and its figures end its own alert.
            #expect(told.contains { $0.hasPrefix("540100 resolved cause_gone") })
        }
    }

    @Test func `alerts of a region that nobody is in any more end like that too`() async throws {
        try await withHotels(
            """
            INSERT INTO labor.region (code, name, parent_code) VALUES ('540104', '新区', '540100');
            UPDATE labor.enterprise SET region_code = '540104';
            """
        ) { _, told in
            #expect(told.contains("540102 resolved region_removed 2025-07"))
            #expect(told.contains("540102/H resolved region_removed 2025-07"))
        }
    }

    @Test func `alerts of an abolished industry end, those of its region go on`() async throws {
        try await withHotels(
            """
            UPDATE labor.enterprise SET industry_code = 'C';
            DELETE FROM labor.industry WHERE code = 'H';
            """
        ) { _, told in
            #expect(told.contains("540102/H resolved industry_removed 2025-07"))
            #expect(!told.contains { $0.contains("region_removed") })
            #expect(told.contains { $0.hasPrefix("540102 resolved cause_gone") })
        }
    }

    @Test func `an unknown industry makes no cell, and its enterprises are watched and listed`()
        async throws
    {
        try await withHotels("SELECT 1") { bench, _ in
            try await bench.run(
                """
                TRUNCATE laborwatch.alert CASCADE;
                UPDATE labor.enterprise SET industry_code = 'ZZ';
                UPDATE labor.report SET headcount = 20
                 WHERE enterprise_id = 1 AND period >= '2025-05-01';
                """)
            let components = try bench.components()
            let store = try await components.store()
            let engine = Engine(
                reader: try components.reader(), history: store, pipeline: components.pipeline(),
                monotonic: SystemClock.monotonic)
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            let asOf = Zone.shanghai.asOf(Day("2026-01-10") ?? Period(year: 2026, month: 1).lastDay)
            _ = try await engine.cycle(asOf: asOf, at: asOf.instant, lease: lease, full: true)
            await store.close()
            #expect(try await subjects(bench).allSatisfy { !$0.contains("ZZ") })
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', table_name, reason, total)
                      FROM laborwatch.quarantine_totals WHERE reason = 'unknown_industry'
                    """) == ["labor.enterprise unknown_industry 12"])
        }
    }

    // MARK: Units

    @Test func `a table loaded in ten thousands is told once and shown by source check`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(12, from: "2025-06", through: "2026-04")
            try await bench.run(
                """
                UPDATE labor.report SET wages_due = wages_due / 10000, wages_paid = wages_paid / 10000
                """)
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-05-05T08:00:00+08:00")
            #expect(
                try await bench.told() == ["system.units laborwatch raised orange 08:00"])
            let said = try await bench.texts(
                "SELECT title FROM laborwatch.alerts WHERE rule = 'system.units'")
            #expect(said == ["12户企业的金额疑似以万元填列"])
            try bench.configure("language: zh-CN")
            let checked = try await bench.laborwatch("source", "check")
            #expect(checked.code == 0, "\(checked.errors)")
            #expect(
                checked.lines.contains {
                    $0.contains("wages_due")
                        && $0.contains("unit in doubt: median 0.6 a head in 12")
                }, "\(checked.output)")
            #expect(checked.output.contains("疑似以万元填列"))
            try await bench.run(
                """
                UPDATE labor.report SET wages_due = wages_due * 10000, wages_paid = wages_paid * 10000
                """)
            _ = try await ward.cycle("2026-05-05T09:00:00+08:00")
            #expect(try await bench.told().last == "system.units laborwatch resolved orange 09:00")
            let mended = try await bench.laborwatch("source", "check")
            #expect(mended.code == 0 && !mended.output.contains("unit in doubt"))
            await ward.store.close()
        }
    }

    // MARK: The listing

    @Test func `a list that is cut says of how many, and all can be seen`() async throws {
        try await withBench { bench in
            try await bench.settle(2_970, from: "2026-04", through: "2026-04")
            try await bench.run(
                """
                UPDATE labor.enterprise SET industry_code = 'ZZ';
                CREATE VIEW public.firms AS SELECT * FROM labor.enterprise;
                """)
            let map = "source: {dsn: \"\(bench.dsn)\", maps: {enterprise: public.firms}}"
            let path = try bench.scratch.write(
                "mapped.yaml", "\(map)\nstore: {dsn: \"\(bench.dsn)\"}\nlanguage: en\n")
            let components = try Components(path: path, environment: [:])
            let store = try await components.store()
            let engine = Engine(
                reader: try components.reader(), history: store,
                pipeline: components.pipeline(only: []),
                monotonic: SystemClock.monotonic)
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            let now = SystemClock.now()
            _ = try await engine.cycle(asOf: Zone.shanghai.asOf(now), at: now, lease: lease)
            await store.close()
            func asked(_ more: String...) async throws -> Program.Outcome {
                let outcome = try await Program.run(
                    ["status"] + more + ["--config", path], in: bench.scratch)
                #expect(outcome.code == 0, "\(outcome.errors)")
                return outcome
            }
            let few = try await asked("--quarantine")
            #expect(few.lines.count == 103)
            #expect(few.lines.last?.hasPrefix("100 of 2970 shown: see more with --limit") == true)
            #expect(few.lines[2].contains("public.firms") && few.lines[2].contains("企业"))
            let many = try await asked("--quarantine", "--limit", "5000", "--format", "jsonl")
            #expect(many.lines.count == 1_000)
            #expect(many.errors.hasPrefix("1000 of 2970 shown:"))
            let all = try await asked("--quarantine", "--all", "--format", "jsonl")
            #expect(all.lines.count == 2_970 && all.errors.isEmpty)
            #expect(
                try Set(all.lines.map { try JSONValue(line: $0)["enterprise"].text }).count == 2_970
            )
            let status = try await asked("--format", "jsonl")
            let rows = try status.lines.map { try JSONValue(line: $0) }
            func value(_ item: String) -> String {
                rows.first { $0["item"].text == item }?["value"].text ?? ""
            }
            #expect(value("quarantine") == "2970" && value("  unknown_industry") == "2970")
        }
    }
}
