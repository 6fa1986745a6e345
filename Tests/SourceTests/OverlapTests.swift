import Labor
import Postgres
import Source
import Support
import Testing

/// Tables of a bureau that keep no transaction numbers.
@Suite struct OverlapTests {
    private static let map = SourceMap(relations: [
        .report: .query(
            """
            SELECT enterprise_id, period, headcount, hires, separations, reported_at
            FROM labor.report
            """),
        .event: .query("SELECT event_id, region_code, kind, reported_at FROM labor.event"),
        .indicator: .query(
            "SELECT code, region_code, period, value, reported_at FROM labor.indicator"),
        .region: .query("SELECT code, name, reported_at FROM labor.region"),
        .industry: .query("SELECT code, name FROM labor.industry"),
        .enterprise: .query(
            """
            SELECT enterprise_id, name, region_code, industry_code,
                timestamp '2026-01-01' AS reported_at
            FROM labor.enterprise
            """),
    ])

    private func at(_ time: String) -> AsOf {
        Zone.shanghai.asOf(moment("2026-11-05T\(time):00+08:00"))
    }

    private func bureauOfOld(_ bureau: Bureau) async throws {
        try await bureau.run("UPDATE labor.region SET reported_at = '2026-01-01'")
    }

    @Test func `polling with an overlap finds new rows, and repeats are harmless`() async throws {
        try await withBureau { bureau in
            try await bureauOfOld(bureau)
            let reader = bureau.reader(map: OverlapTests.map)
            try await bureau.report(1, "2026-10", 100, on: "2026-11-05", at: "08:00+08")
            var reading = try await reader.read(asOf: at("10:00"))
            #expect(reading.watermark.reportedAt[.report] == at("10:00").instant)
            // The overlap of an hour from ten o'clock does not reach back to eight.
            let quiet = try await reader.changes(
                since: reading.watermark, knownEnterprises: 3, asOf: at("10:10"))
            #expect(quiet.isEmpty)
            // A row that took ten minutes from its moment to its commit.
            try await bureau.report(2, "2026-10", 50, on: "2026-11-05", at: "10:05+08")
            for time in ["10:15", "10:20", "11:00"] {
                let changes = try await reader.changes(
                    since: reading.watermark, knownEnterprises: 3, asOf: at(time))
                #expect(changes.enterprises == [2])
                reading.take(changes)
                let fresh = try await reader.read(asOf: at(time))
                #expect(Picture(reading).differences(Picture(fresh)) == [])
            }
            let late = try await reader.changes(
                since: reading.watermark, knownEnterprises: 3, asOf: at("12:10"))
            #expect(late.enterprises == [2])
            let later = try await reader.changes(
                since: late.watermark, knownEnterprises: 3, asOf: at("13:10"))
            #expect(later.isEmpty)
        }
    }

    @Test func `a bureau of many enterprises is not read whole at every poll`() async throws {
        try await withBureau { bureau in
            try await bureauOfOld(bureau)
            try await bureau.run(
                """
                INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
                SELECT n, 'x', '540102', 'E' FROM generate_series(10, 2000) AS n;
                INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
                SELECT n, '2026-10-01', 5, '2026-11-01' FROM generate_series(10, 2000) AS n
                """)
            let reader = bureau.reader(map: OverlapTests.map)
            let reading = try await reader.read(asOf: at("10:00"))
            let changes = try await reader.changes(
                since: reading.watermark, knownEnterprises: 1_994, asOf: at("10:01"))
            #expect(!changes.needsFullRead)
            #expect(changes.isEmpty)
        }
    }

    @Test func `a changed region, event or indicator is found by its moment`() async throws {
        try await withBureau { bureau in
            try await bureauOfOld(bureau)
            let reader = bureau.reader(map: OverlapTests.map)
            let reading = try await reader.read(asOf: at("10:00"))
            try await bureau.run(
                """
                INSERT INTO labor.event (region_code, kind, occurred_on, reported_at)
                VALUES ('540000', 'closure', '2026-11-01', '2026-11-05 10:05+08');
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                VALUES ('a', '540000', '2026-10-01', 5, '2026-11-05 10:05+08')
                """)
            let timed = try await reader.changes(
                since: reading.watermark, knownEnterprises: 3, asOf: at("10:10"))
            #expect(timed.events?.map(\.kind) == [.closure])
            // Without a day of its own an event is of the day it was learnt.
            #expect(timed.events?.map(\.occurredOn) == [at("10:10").day])
            #expect(timed.indicators?.map(\.value) == [5])
            #expect(timed.enterprises == [])
            try await bureau.run(
                """
                INSERT INTO labor.region (code, name, reported_at)
                VALUES ('x', 'x', '2026-11-05 10:20+08')
                """)
            let region = try await reader.changes(
                since: timed.watermark, knownEnterprises: 3, asOf: at("10:30"))
            #expect(region.needsFullRead)
        }
    }
}
