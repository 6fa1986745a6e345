import Labor
import Postgres
import Source
import Support
import Testing

@Suite struct ReadingTests {
    /// Every column of the contract, then a row that leaves out all that it may.
    private static let columns = """
        enterprise_id, period, headcount, hires, separations, employer_separations,
        planned_layoffs, dispatched, idle, wages_due, wages_paid, workers_unpaid, insured,
        contributions_due, contributions_paid, contributions_deferred, operating_state, reported_at
        """

    private func expectFullAndBareRow(_ panel: Panel) {
        let full = Report(
            enterpriseID: 1, period: period("2026-10"), headcount: 406, hires: 3, separations: 12,
            employerSeparations: 5, plannedLayoffs: 1, dispatched: 2, idle: 3,
            wagesDue: 123_456_789, wagesPaid: 100, workersUnpaid: 406,
            insured: 400, contributionsDue: 999_999_999, contributionsPaid: 0,
            contributionsDeferred: true, operatingState: .reduced,
            reportedAt: moment("2026-11-01T09:00:00.123456+08:00"))
        let bare = Report(
            enterpriseID: 2, period: period("2026-10"), headcount: 0,
            reportedAt: moment("2026-11-01T01:00:00Z"))
        #expect(
            panel.cells == [Cell(report: full, isHeld: false), Cell(report: bare, isHeld: false)])
    }

    @Test func `a row inserted with every column comes out as it went in`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.report (\(ReadingTests.columns)) VALUES
                    (1, '2026-10-01', 406, 3, 12, 5, 1, 2, 3, 1234567.89, 1.00, 406, 400,
                     9999999.99, 0, true, 'reduced', '2026-11-01 09:00:00.123456+08'),
                    (2, '2026-10-01', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                     NULL, NULL, NULL, NULL, NULL, '2026-11-01 09:00+08')
                """)
            let reading = try await bureau.read()
            expectFullAndBareRow(reading.facts.panel)
            #expect(reading.rejections.listed == [])
        }
    }

    @Test func `a row loaded with COPY comes out as it went in`() async throws {
        try await withBureau { bureau in
            let lines = [
                "1,2026-10-01,406,3,12,5,1,2,3,1234567.89,1.00,406,400,9999999.99,0,t,reduced,"
                    + "2026-11-01 09:00:00.123456+08",
                "2,2026-10-01,0,,,,,,,,,,,,,,,2026-11-01 09:00+08",
            ]
            let sent = Array((lines.joined(separator: "\n") + "\n").utf8)
            try await bureau.sql.perform { session in
                var isSent = false
                _ = try session.copyText(
                    "COPY labor.report (\(ReadingTests.columns)) FROM STDIN (FORMAT csv)"
                ) {
                    defer { isSent = true }
                    return isSent ? nil : sent
                }
            }
            let reading = try await bureau.read()
            expectFullAndBareRow(reading.facts.panel)
            #expect(reading.rejections.listed == [])
        }
    }

    @Test func `a bare row takes the moment of its transaction`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.report (enterprise_id, period, headcount)
                VALUES (1, date_trunc('month', now())::date, 7)
                """)
            let now = try await bureau.sql.perform { session in
                try session.first("SELECT now()") { try $0.timestamp(0) }
            }
            let asOf = Zone.shanghai.asOf(Instant(microseconds: try #require(now)))
            let reading = try await bureau.reader(months: 2).read(asOf: asOf)
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [7])
        }
    }

    @Test(arguments: [
        ("2026-11-01", nil), ("2026-11-02", 100), ("2026-11-03", 200), ("2026-11-04", 200),
        ("2026-11-05", 150),
    ])
    func `the newest revision known on the day counts`(day: String, heads: Int32?) async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 150, on: "2026-11-05", at: "23:59:59.999999+08")
            try await bureau.report(1, "2026-10", 200, on: "2026-11-03", at: "00:00+08")
            try await bureau.report(1, "2026-10", 100, on: "2026-11-02", at: "00:00+08")
            let reading = try await bureau.read(day)
            #expect(reading.facts.panel.cells.map(\.report.headcount) == (heads.map { [$0] } ?? []))
        }
    }

    @Test func `of two revisions of one moment the one written last counts`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 200)
            try await bureau.report(1, "2026-10", 100)
            // An update moves the row behind the other one in the table, but not in its order.
            try await bureau.run("UPDATE labor.report SET hires = 1 WHERE headcount = 200")
            let reading = try await bureau.read()
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [100])
        }
    }

    @Test func `the window holds so many months and ends with the month of the day`() async throws {
        try await withBureau { bureau in
            for month in ["2026-08", "2026-09", "2026-10", "2026-11"] {
                try await bureau.report(1, month, 10)
            }
            let reader = bureau.reader(months: 3)
            let asOf = endOf("2026-11-05")
            let panel = try await reader.read(asOf: asOf).facts.panel
            #expect(reader.firstPeriod(asOf) == period("2026-09"))
            #expect((panel.first, panel.last) == (period("2026-09"), period("2026-11")))
            #expect(
                panel.cells.map(\.report.period.description) == ["2026-09", "2026-10", "2026-11"])
        }
    }

    @Test func `regions, industries and enterprises come with every column`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.region (code, parent_code) VALUES ('LSGX', '');
                INSERT INTO labor.industry (code, parent_code) VALUES ('C13', 'C');
                INSERT INTO labor.enterprise (enterprise_id, credit_code, name, region_code,
                    industry_code, owner_group, key_monitored, government_project, data_basis,
                    size_class)
                VALUES (4, '91350100M000100Y43', '四建', 'LSGX', 'C13', '集团', true, true,
                    'statistical', '大型'),
                    (5, NULL, '五建', '540102', 'E', NULL, NULL, NULL, NULL, '')
                """)
            let reading = try await bureau.read()
            let facts = reading.facts
            #expect(
                facts.regions[RegionCode("540100")]
                    == Region(
                        code: RegionCode("540100"), name: "拉萨市", parent: RegionCode("540000"),
                        graceDays: 5))
            #expect(facts.regions.name(RegionCode("540000"), in: .english) == "Tibet")
            // A name that is missing is stood in for by the code; an empty parent is none.
            #expect(
                facts.regions[RegionCode("LSGX")] == Region(code: RegionCode("LSGX"), name: "LSGX"))
            #expect(facts.industries.name(IndustryCode("C13"), in: .chinese) == "C13")
            #expect(facts.industries.section(IndustryCode("E47")) == IndustryCode("E"))
            let row = try #require(facts.panel.row(of: 4))
            #expect(
                facts.panel.enterprises[row]
                    == Enterprise(
                        id: 4, creditCode: "91350100M000100Y43", name: "四建",
                        regionCode: RegionCode("LSGX"), industryCode: IndustryCode("C13"),
                        ownerGroup: "集团", keyMonitored: true, governmentProject: true,
                        dataBasis: .statistical, sizeClass: "大型"))
            let bare = try #require(facts.panel.row(of: 5))
            #expect(
                facts.panel.enterprises[bare]
                    == Enterprise(
                        id: 5, name: "五建", regionCode: RegionCode("540102"),
                        industryCode: IndustryCode("E")))
            #expect(reading.rejections.listed == [])
        }
    }

    @Test func `events come in the order of their ids as known on the day`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.event
                    (event_id, enterprise_id, region_code, kind, persons, amount, occurred_on,
                     reported_at)
                VALUES
                    (9, 1, NULL, 'layoff_plan', 30, 12.34, '2026-10-20', '2026-10-21 00:00+08'),
                    (8, NULL, '540102', 'labor_dispute', NULL, NULL, '2026-11-05',
                     '2026-11-05 09:00Z'),
                    (7, 1, NULL, 'closure', NULL, NULL, '2026-11-05', '2026-11-05 16:00Z')
                """)
            let events = try await bureau.read().facts.events
            #expect(
                events == [
                    Event(
                        id: 8, enterpriseID: nil, regionCode: RegionCode("540102"),
                        kind: .laborDispute, occurredOn: endOf("2026-11-05").day,
                        reportedAt: moment("2026-11-05T09:00:00Z")),
                    Event(
                        id: 9, enterpriseID: 1, regionCode: nil, kind: .layoffPlan, persons: 30,
                        amount: 1_234, occurredOn: endOf("2026-10-20").day,
                        reportedAt: moment("2026-10-21T00:00:00+08:00")),
                ])
        }
    }

    @Test func `each kind of event is known`() async throws {
        try await withBureau { bureau in
            let rows = EventKind.allCases.map {
                "(1, '\($0.rawValue)', '2026-10-01', '2026-10-02')"
            }
            try await bureau.run(
                """
                INSERT INTO labor.event (enterprise_id, kind, occurred_on, reported_at)
                VALUES \(rows.joined(separator: ", "))
                """)
            #expect(try await bureau.read().facts.events.map(\.kind) == EventKind.allCases)
        }
    }

    @Test func `the newest known value of each indicator counts`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at) VALUES
                    ('b', '540000', '2026-09-01', 4.5, '2026-10-10 00:00Z'),
                    ('a', '540000', '2026-10-01', 5.3, '2026-11-03 00:00Z'),
                    ('a', '540000', '2026-10-01', 5.0, '2026-11-02 00:00Z'),
                    ('a', '540000', '2026-10-01', 5.4, '2026-11-03 00:00Z'),
                    ('a', '540000', '2026-10-01', 9.9, '2026-11-06 00:00Z'),
                    ('a', '540000', '2020-01-01', 1, '2020-02-01 00:00Z')
                """)
            let indicators = try await bureau.read().facts.indicators
            #expect(indicators.map(\.code) == ["a", "a", "b"])
            #expect(indicators.map(\.value) == [1, 5.4, 4.5])
            #expect(
                indicators.map(\.period)
                    == [period("2020-01"), period("2026-10"), period("2026-09")])
        }
    }

    @Test func `an empty database is read as empty facts`() async throws {
        try await withBureau { bureau in
            try await bureau.run("TRUNCATE labor.region, labor.industry, labor.enterprise")
            let reading = try await bureau.read()
            #expect(reading.facts.panel.enterprises.isEmpty)
            #expect(reading.facts.events.isEmpty && reading.facts.indicators.isEmpty)
            #expect(reading.rowsRead == 0)
            #expect(reading.rejections.count == 0)
            let changes = try await bureau.reader().changes(
                since: reading.watermark, knownEnterprises: 0, asOf: endOf("2026-11-05"))
            #expect(changes.isEmpty)
        }
    }
}
