import Labor
import Postgres
import Source
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct WatermarkTests {
    private static let asOf = endOf("2026-11-05")

    private func changes(
        _ bureau: Bureau, since watermark: Watermark, known: Int = 3, asOf: AsOf = asOf
    ) async throws -> SourceChanges {
        try await bureau.reader().changes(since: watermark, knownEnterprises: known, asOf: asOf)
    }

    @Test func `nothing changed after a read`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100)
            let reading = try await bureau.read()
            let first = try await changes(bureau, since: reading.watermark)
            #expect(first.isEmpty)
            #expect(first.rowsRead == 0)
            #expect(try await changes(bureau, since: first.watermark).isEmpty)
        }
    }

    @Test func `a new row is found once`() async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            try await bureau.report(2, "2026-10", 100)
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.enterprises == [2])
            #expect(found.reports.map(\.headcount) == [100])
            #expect(found.events == nil && found.indicators == nil)
            #expect(try await changes(bureau, since: found.watermark).isEmpty)
        }
    }

    @Test func `a row whose transaction began before a poll and commits after it is found`()
        async throws
    {
        try await withBureau { bureau in
            let slow = try await Connection.open(ConnectionOptions(dsn: bureau.dsn))
            let reading = try await bureau.read()
            try await bureau.run("SELECT pg_advisory_lock(1)")
            async let commit: Void = slow.perform { session in
                try session.script(
                    """
                    BEGIN;
                    INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
                    VALUES (1, '2026-10-01', 77, '2026-11-01 00:00Z');
                    SELECT pg_advisory_xact_lock(1);
                    COMMIT
                    """)
            }
            try await bureau.waitUntilLockIsAwaited()
            // A later transaction is over before the slow one, so numbers do not come in order.
            try await bureau.report(2, "2026-10", 100)
            let before = try await changes(bureau, since: reading.watermark)
            #expect(before.enterprises == [2])
            try await bureau.run("SELECT pg_advisory_unlock(1)")
            try await commit
            await slow.close()
            let after = try await changes(bureau, since: before.watermark)
            #expect(after.enterprises.contains(1))
            #expect(after.reports.contains { $0.headcount == 77 })
            #expect(try await changes(bureau, since: after.watermark).isEmpty)
        }
    }

    @Test func `rows that were rolled back are never seen`() async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            try await bureau.run(
                """
                BEGIN;
                INSERT INTO labor.report (enterprise_id, period, headcount)
                VALUES (1, '2026-10-01', 77);
                ROLLBACK
                """)
            #expect(try await changes(bureau, since: reading.watermark).isEmpty)
            #expect(try await bureau.read().facts.panel.cells == [])
        }
    }

    @Test func `an update of a row is found`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100)
            var reading = try await bureau.read()
            try await bureau.run("UPDATE labor.report SET headcount = 90")
            let found = try await changes(bureau, since: reading.watermark)
            reading.take(found)
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [90])
        }
    }

    @Test func `a row that is dated a little ahead is found when its moment has come`() async throws
    {
        try await withBureau { bureau in
            try await bureau.report(2, "2026-10", 60, on: "2026-11-05", at: "12:10+08")
            let noon = Zone.shanghai.asOf(moment("2026-11-05T12:00:00+08:00"))
            var reading = try await bureau.reader().read(asOf: noon)
            #expect(reading.facts.panel.cells == [])
            try await bureau.report(1, "2026-10", 100, on: "2026-11-05", at: "12:05+08")
            reading.take(try await changes(bureau, since: reading.watermark, asOf: noon))
            #expect(reading.facts.panel.cells == [])
            let later = Zone.shanghai.asOf(moment("2026-11-05T12:30:00+08:00"))
            reading.take(try await changes(bureau, since: reading.watermark, asOf: later))
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [100, 60])
            #expect(try await changes(bureau, since: reading.watermark, asOf: later).isEmpty)
        }
    }

    @Test func `a row that is dated ahead makes no change of an enterprise be found again`()
        async throws
    {
        try await withBureau { bureau in
            try await bureau.report(2, "2026-10", 60, on: "2026-11-05", at: "14:00+08")
            try await bureau.run("UPDATE labor.enterprise SET name = '新名' WHERE enterprise_id = 1")
            let noon = Zone.shanghai.asOf(moment("2026-11-05T12:00:00+08:00"))
            var reading = try await bureau.reader().read(asOf: noon)
            for _ in 0..<2 {
                // What the store keeps is what the next poll begins with.
                let kept = try #require(Watermark(texts: reading.watermark.texts))
                #expect(kept == reading.watermark)
                let found = try await changes(bureau, since: kept, asOf: noon)
                #expect(!found.needsFullRead)
                reading.take(found)
                #expect(reading.facts.panel.cells == [])
            }
            let later = Zone.shanghai.asOf(moment("2026-11-05T14:30:00+08:00"))
            reading.take(try await changes(bureau, since: reading.watermark, asOf: later))
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [60])
            #expect(try await changes(bureau, since: reading.watermark, asOf: later).isEmpty)
        }
    }

    @Test func `the snapshot of a standby is not kept, for it lists no running transactions`() {
        let primary = Watermark(transaction: 42, snapshot: "42:44:43", isStandby: false)
        #expect(primary.snapshot == "42:44:43")
        let standby = Watermark(transaction: 42, snapshot: "42:44:", isStandby: true)
        #expect(standby.transaction == 42)
        #expect(standby.snapshot == nil)
    }

    @Test(arguments: [
        "UPDATE labor.enterprise SET name = '新名' WHERE enterprise_id = 1",
        "INSERT INTO labor.region (code, name) VALUES ('540103', '堆龙德庆区')",
        "UPDATE labor.industry SET name_en = 'Building' WHERE code = 'E'",
    ])
    func `a change of enterprises, regions or industries asks for a full read`(
        sql: String
    ) async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            try await bureau.run(sql)
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.needsFullRead)
            #expect(!found.isEmpty)
            let again = try await bureau.read()
            #expect(try await changes(bureau, since: again.watermark).isEmpty)
        }
    }

    @Test func `a watermark beyond the database's transactions asks for a full read`() async throws
    {
        try await withBureau { bureau in
            let restored = try #require(
                Watermark(texts: ["source.transaction": "18446744073709551615"]))
            #expect(try await changes(bureau, since: restored).needsFullRead)
        }
    }

    @Test func `more changed enterprises than a share of all ask for a full read`() async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            try await bureau.run(
                """
                INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
                SELECT n, '2026-10-01', 1, '2026-11-01' FROM generate_series(1, 1001) AS n
                """)
            #expect(try await changes(bureau, since: reading.watermark).needsFullRead)
            let large = try await changes(bureau, since: reading.watermark, known: 10_000)
            #expect(large.enterprises.count == 1_001)
            #expect(large.reports.count == 1_001)
        }
    }

    @Test func `changed events and indicators come whole, with what is wrong in them`() async throws
    {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
                VALUES (1, 1, 'closure', '2026-10-01', '2026-10-02'),
                    (2, 2, 'rumour', '2026-10-01', '2026-10-02')
                """)
            var reading = try await bureau.read()
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
                VALUES (3, 3, 'gossip', '2026-10-01', '2026-10-02');
                UPDATE labor.event SET kind = 'closure' WHERE event_id = 2;
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                VALUES ('a', '540000', '2026-10-01', 'NaN', '2026-11-01')
                """)
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.enterprises == [2, 3])
            reading.take(found)
            #expect(reading.facts.events.map(\.id) == [1, 2])
            #expect(
                reading.rejections.counts
                    == ["labor.event unknown_code": 1, "labor.indicator not_a_number": 1])
            #expect(reading.rejections.listed.map(\.value).sorted() == ["gossip", "nan"])
        }
    }

    @Test func `a long transaction elsewhere makes no row be found twice`() async throws {
        try await withBureau { bureau in
            let slow = try await Connection.open(ConnectionOptions(dsn: bureau.dsn))
            try await bureau.run("SELECT pg_advisory_lock(2)")
            async let commit: Void = slow.perform { session in
                try session.script(
                    "BEGIN; SELECT pg_current_xact_id(); SELECT pg_advisory_xact_lock(2); COMMIT")
            }
            try await bureau.waitUntilLockIsAwaited()
            let reading = try await bureau.read()
            try await bureau.report(1, "2026-10", 100)
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.enterprises == [1])
            #expect(try await changes(bureau, since: found.watermark).isEmpty)
            // Who lost the snapshot finds the row again, which does no harm.
            var coarse = found.watermark
            coarse.snapshot = nil
            #expect(try await changes(bureau, since: coarse).enterprises == [1])
            try await bureau.run("SELECT pg_advisory_unlock(2)")
            try await commit
            await slow.close()
        }
    }

    @Test func `a watermark comes back from what the store keeps`() async throws {
        #expect(Watermark(texts: [:]) == nil)
        #expect(Watermark(texts: ["source.transaction": "x", "other": "1"]) == nil)
        let texts = [
            "source.transaction": "42", "source.snapshot": "42:44:43", "source.report": "-5",
            "source.indicator": "7", "source.looked_at": "41", "source.origin": "a",
        ]
        let watermark = try #require(Watermark(texts: texts))
        #expect(watermark.transaction == 42)
        #expect(watermark.snapshot == "42:44:43")
        #expect(watermark.lookedAt == Instant(microseconds: 41))
        #expect(watermark.origin == "a")
        #expect(
            watermark.reportedAt
                == [.report: Instant(microseconds: -5), .indicator: Instant(microseconds: 7)])
        #expect(watermark.texts == texts)
        var coarse = watermark
        coarse.snapshot = nil
        coarse.lookedAt = nil
        coarse.origin = nil
        let kept = texts.merging(coarse.texts) { _, new in new }
        #expect(Watermark(texts: kept) == coarse)
    }
}

extension WatermarkTests {
    @Test(arguments: [
        "UPDATE labor.report SET headcount = headcount",
        """
        BEGIN;
        CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
            SELECT enterprise_id, period, headcount, reported_at FROM labor.report;
        DELETE FROM labor.report;
        INSERT INTO labor.report (enterprise_id, period, headcount, reported_at) TABLE kept;
        COMMIT
        """,
        "UPDATE labor.event SET persons = persons", "UPDATE labor.indicator SET value = value",
    ])
    func `rows that are loaded again as they were are no change`(sql: String) async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100)
            try await bureau.report(2, "2026-10", -1)
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
                VALUES (1, 1, 'closure', '2026-10-01', '2026-10-02'),
                    (2, 1, 'rumour', '2026-10-01', '2026-10-02');
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                VALUES ('a', '540000', '2026-09-01', 5, '2026-10-02')
                """)
            var reading = try await bureau.read()
            let before = Picture(reading)
            try await bureau.run(sql)
            let found = try await bureau.reader().changes(
                since: reading.watermark, knownEnterprises: 3, asOf: endOf("2026-11-05"))
            #expect(!found.isEmpty)
            #expect(reading.take(found) == nil)
            #expect(Picture(reading).differences(before) == [])
            try await bureau.run("UPDATE labor.report SET headcount = 90 WHERE enterprise_id = 1")
            let real = try await bureau.reader().changes(
                since: reading.watermark, knownEnterprises: 3, asOf: endOf("2026-11-05"))
            #expect(reading.take(real) == [1])
        }
    }
}
