import Labor
import Postgres
import Store
import Support
import Testing

/// What ails the source is told in words of its own: nobody answers, nothing is new, or what came is
/// not evaluated yet.
struct SourceHealthTests {
    @Test func `a source where nobody answers is told as that, and the first answer ends it`()
        async throws
    {
        try await withBench { source in
            try await source.settle(from: "2025-06", through: "2026-04")
            try await withBench { bench in
                let ward = try await Ward(bench, source: source.dsn)
                _ = try await ward.cycle("2026-06-06T23:00:00+08:00")
                #expect(try await bench.told() == [])
                try await bench.shut(source.database, true)
                #expect(try await !ward.fail("2026-06-07T08:00:00+08:00"))
                #expect(try await !ward.fail("2026-06-07T08:09:00+08:00"))
                // By now the newest report is stale, but nobody knows whether it still is the newest.
                #expect(try await ward.fail("2026-06-07T08:10:00+08:00"))
                #expect(try await ward.fail("2026-06-07T09:00:00+08:00"))
                let said = try await bench.texts(
                    """
                    SELECT concat_ws(' ', title, left(evidence->'marks'->>'error', 28))
                      FROM laborwatch.alerts WHERE kind = 'system'
                    """)
                #expect(said == ["数据源已10分钟连接不上 cannot connect to PostgreSQL"])
                try await bench.shut(source.database, false)
                _ = try await ward.cycle("2026-06-07T09:10:00+08:00")
                #expect(
                    try await bench.told() == [
                        "system.source_unreachable laborwatch raised yellow 08:10",
                        "system.source_unreachable laborwatch tier_changed orange 09:00",
                        "system.source_stale laborwatch raised yellow 09:10",
                        "system.source_unreachable laborwatch resolved orange 09:10",
                    ])
                #expect(
                    try await bench.texts(
                        "SELECT title FROM laborwatch.alerts WHERE rule = 'system.source_stale'")
                        == ["已35天没有新报表"])
                await ward.store.close()
            }
        }
    }

    @Test func `changes that were seen and not evaluated are told, and evaluating them ends it`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-05-20T08:00:00+08:00")
            try await bench.run(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$BEGIN RAISE EXCEPTION 'no'; END$$;
                CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON laborwatch.watermark
                    FOR EACH ROW EXECUTE FUNCTION public.refuse();
                """)
            try await bench.report(1, "2026-04", staff: 399, at: "2026-05-20T08:30:00+08:00")
            _ = try await ward.fail("2026-05-20T09:00:00+08:00")
            _ = try await ward.fail("2026-05-20T09:29:59+08:00")
            _ = try await ward.fail("2026-05-20T09:30:00+08:00")
            try await bench.run("DROP TRIGGER refuse ON laborwatch.watermark")
            _ = try await ward.cycle("2026-05-20T09:40:00+08:00")
            let lag = try await bench.told().filter { $0.hasPrefix("system.lag") }
            #expect(
                lag == [
                    "system.lag laborwatch raised yellow 09:30",
                    "system.lag laborwatch resolved yellow 09:40",
                ])
            #expect(
                try await bench.texts(
                    """
                    SELECT evidence->'marks'->>'lag' FROM laborwatch.alerts
                     WHERE rule = 'system.lag'
                    """) == ["not_evaluated"])
            await ward.store.close()
        }
    }

    @Test
    func `rows that are dated hours ahead are told until their time is near`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(bench)
            _ = try await ward.cycle("2026-05-20T08:00:00+08:00")
            try await bench.report(1, "2026-04", staff: 399, at: "2026-05-20T16:00:00+08:00")
            _ = try await ward.cycle("2026-05-20T08:01:00+08:00")
            _ = try await ward.cycle("2026-05-20T15:30:00+08:00")
            _ = try await ward.cycle("2026-05-20T15:31:00+08:00")
            _ = try await ward.cycle("2026-05-20T16:00:00+08:00")
            let told = try await bench.told()
            #expect(
                told == [
                    "system.lag laborwatch raised orange 08:01",
                    "system.lag laborwatch tier_changed yellow 15:30",
                    "system.lag laborwatch resolved yellow 15:31",
                ])
            #expect(
                try await bench.texts(
                    "SELECT evidence->'marks'->>'lag' FROM laborwatch.alerts")
                    == ["dated_ahead"])
            await ward.store.close()
        }
    }
}
