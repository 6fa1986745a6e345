import Labor
import Postgres
import Source
import Support
import Testing

/// Values of a bureau's own tables, which no constraint keeps in order.
@Suite struct MappedValueTests {
    private func reading(_ bureau: Bureau, _ table: SourceTable) async throws -> SourceReading {
        let map = SourceMap(relations: [table: .named("bureau.\(table.rawValue)")])
        return try await bureau.read(map: map)
    }

    private func listed(_ reading: SourceReading) -> Set<String> {
        Set(
            reading.rejections.listed.map { "\($0.row) \($0.field) \($0.value) \($0.reason)" })
    }

    @Test
    func `a report without its moment or its month is listed, and its enterprise is not late`()
        async throws
    {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE SCHEMA bureau;
                CREATE TABLE bureau.report (
                    enterprise_id bigint, period date, headcount int, reported_at timestamptz);
                INSERT INTO bureau.report VALUES
                    (1, '2026-10-01', 100, NULL), (2, NULL, 100, '2026-11-02 09:00+08'),
                    (3, NULL, NULL, NULL), (NULL, '2026-10-01', 100, '2026-11-02 09:00+08')
                """)
            let reading = try await reading(bureau, .report)
            #expect(
                listed(reading) == [
                    "enterprise_id=1 period=2026-10 reported_at NULL missing",
                    "enterprise_id=2 period=NULL period NULL missing",
                    "enterprise_id=3 period=NULL period NULL missing",
                    "enterprise_id=3 period=NULL headcount NULL missing",
                    "enterprise_id=3 period=NULL reported_at NULL missing",
                    "enterprise_id=NULL period=2026-10 enterprise_id NULL missing",
                ])
            let panel = reading.facts.panel
            #expect(panel.cells == [])
            let october = try #require(panel.month(of: period("2026-10")))
            for row in 0..<3 {
                #expect(panel.hasArrived(row, october), "row \(row)")
                #expect(!panel.hasArrived(row, october - 1), "row \(row)")
            }
        }
    }

    @Test func `columns of text are converted row by row`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE SCHEMA bureau;
                CREATE TABLE bureau.report (
                    enterprise_id text, period text, headcount text, hires text, wages_due text,
                    contributions_deferred text, reported_at text);
                INSERT INTO bureau.report VALUES
                    ('1', '2026-10', ' 100 ', '', '12.50', '是', '2026/11/05 23:00'),
                    ('1', '202609', '99', NULL, '1.5e3', 'f', '2026-11-05T15:59:59Z'),
                    ('1', '2026-08-01', '98', '0', '0', NULL, '2026-11-06 00:00'),
                    ('2', '2026-02-30', '100', '1', '1', NULL, '2026-11-05 09:00'),
                    ('2', '2026-10-01', '十二', '1', '1', NULL, '2026-11-05 09:00'),
                    ('3', '2026-09-01', '5', '1', '1', NULL, '上周'),
                    ('3', '2026-10-01', '99999999999', '1', '1', NULL, '2026-11-05 09:00'),
                    ('x', '2026-10-01', '5', '1', '1.234', 'maybe', '2026-11-05 09:00')
                """)
            let reading = try await reading(bureau, .report)
            #expect(
                reading.facts.panel.cells.map(\.report) == [
                    Report(
                        enterpriseID: 1, period: period("2026-09"), headcount: 99,
                        wagesDue: 150_000, reportedAt: moment("2026-11-05T15:59:59Z")),
                    Report(
                        enterpriseID: 1, period: period("2026-10"), headcount: 100,
                        wagesDue: 1_250, contributionsDeferred: true,
                        reportedAt: moment("2026-11-05T23:00:00+08:00")),
                ])
            #expect(
                listed(reading) == [
                    "enterprise_id=2 period=2026-02-30 period 2026-02-30 not_a_date",
                    "enterprise_id=2 period=2026-10 headcount 十二 not_a_number",
                    "enterprise_id=3 period=2026-09 reported_at 上周 not_a_time",
                    "enterprise_id=3 period=2026-10 headcount 99999999999 absurd",
                    "enterprise_id=x period=2026-10 enterprise_id x not_a_number",
                    "enterprise_id=x period=2026-10 wages_due 1.234 not_an_amount",
                    "enterprise_id=x period=2026-10 contributions_deferred maybe not_a_flag",
                ])
        }
    }

    @Test func `a poll finds rows whose moments are texts`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE SCHEMA bureau;
                CREATE TABLE bureau.report (
                    enterprise_id text, period date, headcount int, reported_at text);
                INSERT INTO bureau.report VALUES
                    ('1', '2026-10-01', 100, '2026-11-05 08:00:00'), ('2', '2026-10-01', 5, '?')
                """)
            let map = SourceMap(relations: [.report: .named("bureau.report")])
            let reader = bureau.reader(map: map)
            let ten = Zone.shanghai.asOf(moment("2026-11-05T10:00:00+08:00"))
            let reading = try await reader.read(asOf: ten)
            #expect(reading.facts.panel.cells.count == 1)
            try await bureau.run(
                "INSERT INTO bureau.report VALUES ('3', '2026-10-01', 70, '2026-11-05 10:05:00')")
            let later = Zone.shanghai.asOf(moment("2026-11-05T10:10:00+08:00"))
            let found = try await reader.changes(
                since: reading.watermark, knownEnterprises: 3, asOf: later)
            #expect(found.enterprises == [3])
            #expect(found.reports.map(\.headcount) == [70])
        }
    }

    @Test func `a time without an offset is one of the bureau's clock, in a query's own cast too`()
        async throws
    {
        try await withBureau { bureau in
            let query = """
                SELECT 1::bigint AS enterprise_id, date '2026-10-01' AS period, 5 AS headcount,
                    ('2026-11-05'::text || ' 23:30')::timestamptz AS reported_at
                """
            let map = SourceMap(relations: [.report: .query(query)])
            let reading = try await bureau.read(map: map)
            #expect(
                reading.facts.panel.cells.map(\.report.reportedAt)
                    == [moment("2026-11-05T23:30:00+08:00")])
        }
    }

    @Test func `an enterprise without name, region or industry is watched and listed`() async throws
    {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE SCHEMA bureau;
                CREATE TABLE bureau.enterprise (
                    enterprise_id bigint, name text, region_code text, industry_code text);
                INSERT INTO bureau.enterprise VALUES
                    (1, NULL, NULL, NULL), (2, E'甲\\u202E乙\\n丙', '540102', 'E47'),
                    (3, repeat('长', 1000000), '540102', 'E47'), (NULL, '丁', '540102', 'E47')
                """)
            let reading = try await reading(bureau, .enterprise)
            let names = reading.facts.panel.enterprises.map(\.name)
            #expect(names == ["1", "甲乙 丙", String(repeating: "长", count: 200) + "…"])
            let found = Set(reading.rejections.listed.map { "\($0.row) \($0.field) \($0.reason)" })
            #expect(
                found.isSuperset(of: [
                    "enterprise_id=1 name missing", "enterprise_id=1 region_code missing",
                    "enterprise_id=1 industry_code missing", "enterprise_id=2 name unsafe_text",
                    "enterprise_id=3 name too_long", "enterprise_id=NULL enterprise_id missing",
                ]), "\(found)")
            let quoted = reading.rejections.listed.filter { $0.field == "name" }.map(\.value)
            #expect(quoted.contains("甲\\u{202E}乙\\u{A}丙"))
            #expect(
                quoted.contains(
                    String(repeating: "长", count: 200) + "… (1000000 characters)"))
        }
    }
}
