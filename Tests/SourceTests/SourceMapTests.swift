import Labor
import Postgres
import Source
import Support
import Testing

@Suite struct SourceMapTests {
    private func map(_ table: SourceTable, _ relation: SourceMap.Relation) -> SourceMap {
        SourceMap(relations: [table: relation])
    }

    /// The bureau's own monthly table, with types of its own and only some of the columns.
    private static let ownTable = """
        CREATE SCHEMA bureau;
        CREATE TABLE bureau.monthly (
            enterprise_id text, period timestamp, headcount bigint, hires numeric, insured text,
            wages_due numeric, wages_paid double precision, operating_state varchar(9),
            reported_at timestamp(0));
        INSERT INTO bureau.monthly VALUES
            ('1', '2026-10-15 00:00', 100, NULL, ' 90', 12.5, 0.25, 'normal', '2026-11-05 23:00'),
            ('2', '2026-10-01 00:00', 99999999999, 1, NULL, 1, 1, NULL, '2026-11-05 09:00'),
            ('3', '2026-10-01 00:00', 70, -99999999999, NULL, 1, 1, NULL, '2026-11-05 09:00'),
            ('3', '2026-09-01 00:00', 80, NULL, NULL, 1.005, 1, '停产', '2026-11-05 09:00'),
            ('1', '2026-09-01 00:00', 101, 4, NULL, NULL, NULL, 'normal', '2026-11-06 00:00')
        """

    @Test func `a view with other types is converted and checked row by row`() async throws {
        try await withBureau { bureau in
            try await bureau.run(SourceMapTests.ownTable)
            let reading = try await bureau.read(map: map(.report, .named("bureau.monthly")))
            // A moment without zone is one of the bureau's clock: eleven at night is before the end
            // of the day, midnight is not.
            #expect(
                reading.facts.panel.cells.map(\.report) == [
                    Report(
                        enterpriseID: 1, period: period("2026-10"), headcount: 100,
                        wagesDue: 1_250, wagesPaid: 25, insured: 90, operatingState: .normal,
                        reportedAt: moment("2026-11-05T23:00:00+08:00"))
                ])
            let found = Set(reading.rejections.listed.map { "\($0.row) \($0.field) \($0.reason)" })
            #expect(
                found == [
                    "enterprise_id=2 period=2026-10 headcount absurd",
                    "enterprise_id=3 period=2026-10 hires negative",
                    "enterprise_id=3 period=2026-09 wages_due not_an_amount",
                    "enterprise_id=3 period=2026-09 operating_state unknown_code",
                ])
            #expect(reading.rejections.listed.contains { $0.value == "1.005" })
        }
    }

    @Test func `columns that are missing count as not reported`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE VIEW public.short AS
                    SELECT 1 AS enterprise_id, date '2026-10-01' AS period, 5 AS headcount,
                        timestamptz '2026-11-01 00:00Z' AS reported_at
                """)
            let map = map(.report, .named("short"))
            let reading = try await bureau.read(map: map)
            let expected = Report(
                enterpriseID: 1, period: period("2026-10"), headcount: 5,
                reportedAt: moment("2026-11-01T00:00:00Z"))
            #expect(reading.facts.panel.cells.map(\.report) == [expected])
            let shapes = try await bureau.reader(map: map).inspect()
            let shape = try #require(shapes.first { $0.table == .report })
            #expect(shape.relation == "short" && !shape.hasWatermark)
            let findings = Dictionary(
                uniqueKeysWithValues: SourceTable.report.columns.map {
                    ($0.name, shape.finding($0))
                })
            #expect(findings["headcount"] == .asContracted)
            #expect(findings["enterprise_id"] == .converted(from: "integer"))
            #expect(findings["hires"] == .missing)
        }
    }

    @Test func `the contract's own tables are as contracted in every column`() async throws {
        try await withBureau { bureau in
            for shape in try await bureau.reader().inspect() {
                #expect(shape.hasWatermark)
                for column in shape.table.columns {
                    #expect(
                        shape.finding(column) == .asContracted, "\(shape.relation) \(column.name)")
                }
            }
        }
    }

    @Test func `padded codes are cut to what they hold`() async throws {
        try await withBureau { bureau in
            let query = """
                SELECT enterprise_id, name, region_code::char(12), industry_code::varchar
                FROM labor.enterprise
                """
            let reading = try await bureau.read(map: map(.enterprise, .query(query)))
            #expect(reading.facts.panel.enterprises.map(\.regionCode.rawValue).contains("540102"))
            #expect(reading.rejections.listed == [])
        }
    }

    @Test(arguments: [
        "SELECT * FROM labor.report WHERE headcount > 10",
        "SELECT * FROM labor.report WHERE headcount > 10;\n ; ",
        "SELECT * FROM labor.report WHERE headcount > 10 -- the small ones do not count",
        "WITH r AS (TABLE labor.report) SELECT * FROM r WHERE headcount > 10",
    ])
    func `a query stands for a table`(query: String) async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100)
            try await bureau.report(2, "2026-10", 5)
            let map = map(.report, .query(query))
            let reading = try await bureau.read(map: map)
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [100])
            try await bureau.report(3, "2026-10", 11)
            let changes = try await bureau.reader(map: map).changes(
                since: reading.watermark, knownEnterprises: 3, asOf: endOf("2026-11-05"))
            #expect(changes.enterprises == [3])
        }
    }

    @Test func `an odd name is only a name`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE SCHEMA "My Bureau";
                CREATE VIEW "My Bureau"."a.b ""c"" " AS SELECT * FROM labor.report
                """)
            try await bureau.report(1, "2026-10", 100)
            let map = map(.report, .named(#""My Bureau"."a.b ""c"" ""#))
            #expect(try await bureau.read(map: map).facts.panel.cells.count == 1)
            let bare = self.map(.report, .named("My Bureau.short"))
            try await bureau.run(#"CREATE VIEW "My Bureau".short AS TABLE labor.report"#)
            #expect(try await bureau.read(map: bare).facts.panel.cells.count == 1)
        }
    }

    @Test(arguments: [
        "labor.report AS s LIMIT 0) AS r ON true; DROP TABLE labor.report; --",
        #""labor"."report" AS s; DROP TABLE labor.report; --"#,
        #""labor"."report" WHERE pg_sleep(60) IS NULL --"#,
        "(SELECT 1)", "no.such.table", "no_schema.report", "labor.nothing", "", "\"", ".", "labor.",
    ])
    func `a name that names nothing is an error and nothing else`(name: String) async throws {
        try await withBureau { bureau in
            let error = await #expect(throws: (any Error).self) {
                _ = try await bureau.read(map: map(.report, .named(name)))
            }
            let found = try #require(error as? SourceError)
            #expect([.missingRelation, .unsuitableRelation].contains(found.code))
            #expect(!found.hint.isEmpty)
            #expect(try await bureau.read().facts.panel.enterprises.count == 3)
        }
    }

    @Test(arguments: [
        ("SELECT 1 AS enterprise_id, 5 AS headcount", SourceError.Code.missingColumn),
        ("SELECT", .missingColumn), ("SELEKT 1", .unsuitableRelation),
        ("SELECT nothing FROM labor.report", .unsuitableRelation),
        ("SELECT * FROM labor.report, labor.event", .unsuitableRelation),
        (
            "SELECT enterprise_id, period, 'x'::text::int AS headcount, reported_at FROM labor.report",
            .unsuitableRelation
        ),
        ("SELECT * FROM labor.nothing", .missingRelation),
        ("DELETE FROM labor.region RETURNING *", .unsuitableRelation),
    ])
    func `a query that does not fit is told with what to do`(
        query: String, code: SourceError.Code
    ) async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100)
            let error = await #expect(throws: SourceError.self) {
                _ = try await bureau.read(map: map(.report, .query(query)))
            }
            #expect(error?.code == code)
            #expect(error?.message.contains("the query for report") == true)
            #expect(error?.hint.isEmpty == false)
        }
    }

    @Test func `a query cannot write`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                CREATE FUNCTION public.sneak() RETURNS SETOF labor.report LANGUAGE sql AS
                'DELETE FROM labor.region; SELECT * FROM labor.report'
                """)
            await #expect(throws: (any Error).self) {
                _ = try await bureau.read(map: map(.report, .query("SELECT * FROM sneak()")))
            }
            #expect(try await bureau.read().facts.regions.regions.count == 3)
        }
    }

    @Test func `a missing column is named`() async throws {
        try await withBureau { bureau in
            try await bureau.run("ALTER TABLE labor.report DROP COLUMN headcount")
            let error = await #expect(throws: SourceError.self) { _ = try await bureau.read() }
            #expect(error?.code == .missingColumn)
            #expect(error?.message == "labor.report has no column headcount")
        }
    }

    @Test func `a database without the schema is told how to get one`() async throws {
        try await withDatabase { dsn in
            let slot = ConnectionSlot(ConnectionOptions(dsn: dsn))
            let reader = SourceReader(connection: slot, windowMonths: 3, zone: .shanghai)
            let error = await #expect(throws: SourceError.self) {
                _ = try await reader.read(asOf: endOf("2026-11-05"))
            }
            #expect(error?.code == .missingRelation)
            #expect(error?.hint.contains("laborwatch migrate") == true)
            await slot.close()
        }
    }

    @Test func `a role without the privilege is told which`() async throws {
        try await withBureau { bureau in
            let role = TestDatabase.uniqueName("clerk")
            try await bureau.run("CREATE ROLE \(role) LOGIN")
            let slot = ConnectionSlot(ConnectionOptions(dsn: bureau.dsn + " user=\(role)"))
            let reader = SourceReader(connection: slot, windowMonths: 3, zone: .shanghai)
            let asOf = endOf("2026-11-05")
            let outside = await #expect(throws: SourceError.self) {
                _ = try await reader.read(asOf: asOf)
            }
            #expect(outside?.code == .missingPrivilege)
            try await bureau.run("GRANT USAGE ON SCHEMA labor TO \(role)")
            let inside = await #expect(throws: SourceError.self) {
                _ = try await reader.read(asOf: asOf)
            }
            #expect(inside?.code == .missingPrivilege)
            #expect(inside?.message.contains("labor.region") == true)
            try await bureau.run("GRANT laborwatch_source TO \(role)")
            let reading = try await reader.read(asOf: asOf)
            #expect(reading.facts.panel.enterprises.count == 3)
            #expect(
                try await reader.changes(
                    since: reading.watermark, knownEnterprises: 3, asOf: asOf
                ).isEmpty)
            await slot.close()
            try await bureau.run("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }
}
