import Labor
import Postgres
import Source
import Support
import Testing

/// A bad row, and how it is listed.
struct BadRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var sql: String
    var table = "labor.report"
    var row = "enterprise_id=2 period=2026-10"
    var field: String
    var value: String
    var reason: String

    init(_ name: String, _ sql: String, _ field: String, _ value: String, _ reason: String) {
        testDescription = name
        self.sql = sql
        self.field = field
        self.value = value
        self.reason = reason
    }

    /// A report of enterprise 2 with one column given.
    static func report(
        _ name: String, _ column: String, _ literal: String, _ value: String, _ reason: String
    ) -> BadRow {
        var columns = ["headcount": "50"]
        columns[column] = literal
        columns["reported_at"] = "'2026-11-02 01:00Z'"
        let names = columns.keys.sorted()
        let values = names.compactMap { columns[$0] }.joined(separator: ", ")
        return BadRow(
            name,
            """
            INSERT INTO labor.report (enterprise_id, period, \(names.joined(separator: ", ")))
            VALUES (2, '2026-10-01', \(values))
            """, column, value, reason)
    }

    func at(_ table: String, _ row: String) -> BadRow {
        var copy = self
        copy.table = table
        copy.row = row
        return copy
    }
}

@Suite struct QuarantineTests {
    /// The good row that every reading must still have.
    private func expectGoodRow(_ reading: SourceReading) {
        let cell = reading.facts.panel.cell(1, period("2026-10"))
        #expect(cell?.report.headcount == 100)
        #expect(cell?.isHeld == false)
        #expect(reading.facts.events.contains { $0.id == 1_000 })
        #expect(reading.facts.indicators.contains { $0.code == "good" })
    }

    private func addGoodRows(_ bureau: Bureau) async throws {
        try await bureau.report(1, "2026-10", 100)
        try await bureau.run(
            """
            INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
            VALUES (1000, 1, 'closure', '2026-10-01', '2026-10-02 00:00Z');
            INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
            VALUES ('good', '540000', '2026-09-01', 5, '2026-10-02 00:00Z')
            """)
    }

    private func expectListed(_ bad: BadRow, _ reading: SourceReading) throws {
        let found = reading.rejections.listed.filter { $0.reason == bad.reason }
        let rejection = try #require(found.first, "\(reading.rejections.listed)")
        #expect(found.count == 1)
        #expect(rejection.table == bad.table)
        #expect(rejection.row == bad.row)
        #expect(rejection.field == bad.field)
        #expect(rejection.value == bad.value)
        #expect(!rejection.expected.isEmpty && !rejection.hint.isEmpty)
        #expect(reading.rejections.counts == ["\(bad.table) \(bad.reason)": 1])
    }

    @Test(arguments: [
        BadRow.report("headcount", "headcount", "-1", "-1", "negative"),
        .report("headcount", "headcount", "5000001", "5000001", "absurd"),
        .report("headcount", "headcount", "2147483647", "2147483647", "absurd"),
        .report("headcount", "headcount", "-2147483648", "-2147483648", "negative"),
        .report("hires", "hires", "-3", "-3", "negative"),
        .report("separations", "separations", "5000001", "5000001", "absurd"),
        .report("employer_separations", "employer_separations", "-1", "-1", "negative"),
        .report("workers_unpaid", "workers_unpaid", "-1", "-1", "negative"),
        .report("insured", "insured", "-1", "-1", "negative"),
        .report("planned", "planned_layoffs", "-1", "-1", "negative"),
        .report("dispatched", "dispatched", "5000001", "5000001", "absurd"),
        .report("idle", "idle", "-1", "-1", "negative"),
        .report("wages", "wages_due", "-0.50", "-0.50", "negative"),
        .report("wages", "wages_paid", "'NaN'", "NaN", "not_an_amount"),
        .report("contributions", "contributions_due", "'NaN'", "NaN", "not_an_amount"),
        .report(
            "paid", "contributions_paid", "9999999999999.99", "9999999999999.99", "absurd"),
    ])
    func `a report with a value that cannot be is turned away`(bad: BadRow) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.run(bad.sql)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            try expectListed(bad, reading)
            #expect(reading.facts.panel.cell(2, period("2026-10")) == nil)
            let rejection = try #require(reading.rejections.listed.first)
            #expect(rejection.enterpriseID == 2)
            #expect(rejection.period == period("2026-10"))
            #expect(rejection.reportedAt == moment("2026-11-02T01:00:00Z"))
        }
    }

    @Test(arguments: [
        BadRow(
            "a month that is not over",
            "INSERT INTO labor.report VALUES (2, '2026-12-01', 5)", "period", "2026-12",
            "future_period"
        ).at("labor.report", "enterprise_id=2 period=2026-12"),
        BadRow(
            "a month that stands for none",
            "INSERT INTO labor.report VALUES (2, '1900-01-01', 5)", "period", "1900-01",
            "past_period"
        ).at("labor.report", "enterprise_id=2 period=1900-01"),
        BadRow(
            "a year far ahead",
            "INSERT INTO labor.report VALUES (2, '20260-10-01', 5)", "period", "20260-10",
            "future_period"
        ).at("labor.report", "enterprise_id=2 period=20260-10"),
        BadRow(
            "a month without end",
            "INSERT INTO labor.report VALUES (2, 'infinity', 5)", "period", "infinity",
            "infinite"
        ).at("labor.report", "enterprise_id=2 period=infinity"),
        BadRow(
            "a month before our era",
            "INSERT INTO labor.report VALUES (2, '0001-01-01 BC', 5)", "period", "0001-01-01 BC",
            "past_period"
        ).at("labor.report", "enterprise_id=2 period=0001-01-01 BC"),
        BadRow(
            "nobody's report",
            "INSERT INTO labor.report VALUES (99, '2026-10-01', 5)", "enterprise_id", "99",
            "unknown_enterprise"
        ).at("labor.report", "enterprise_id=99 period=2026-10"),
        BadRow(
            "a negative id",
            "INSERT INTO labor.report VALUES (-9223372036854775808, '2026-10-01', 5)",
            "enterprise_id", "-9223372036854775808", "unknown_enterprise"
        ).at("labor.report", "enterprise_id=-9223372036854775808 period=2026-10"),
        BadRow(
            "an unknown state",
            """
            ALTER TABLE labor.report DROP CONSTRAINT report_operating_state_check;
            INSERT INTO labor.report (enterprise_id, period, headcount, operating_state)
            VALUES (2, '2026-10-01', 5, '停产')
            """, "operating_state", "停产", "unknown_code"),
    ])
    func `a report that belongs nowhere is turned away`(bad: BadRow) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.run(bad.sql)
            try await bureau.run("UPDATE labor.report SET reported_at = '2026-11-02 01:00Z'")
            let reading = try await bureau.read()
            expectGoodRow(reading)
            try expectListed(bad, reading)
            #expect(reading.facts.panel.cells.count == 1)
        }
    }

    @Test func `each fault of a report is listed`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", -5, ["hires": "-1", "wages_due": "'NaN'"])
            let reading = try await bureau.read()
            #expect(reading.rejections.listed.map(\.field) == ["headcount", "hires", "wages_due"])
            #expect(reading.facts.panel.cells == [])
        }
    }

    @Test func `a bad revision does not hide the good one before it`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100, on: "2026-11-01")
            try await bureau.report(1, "2026-10", -100, on: "2026-11-02")
            let reading = try await bureau.read()
            #expect(reading.facts.panel.cells.map(\.report.headcount) == [100])
            #expect(reading.rejections.counts == ["labor.report negative": 1])
        }
    }

    @Test(arguments: [
        BadRow(
            "region", "UPDATE labor.enterprise SET region_code = '549999' WHERE enterprise_id = 2",
            "region_code", "549999", "unknown_region"),
        BadRow(
            "industry", "UPDATE labor.enterprise SET industry_code = 'Z9' WHERE enterprise_id = 2",
            "industry_code", "Z9", "unknown_industry"),
        BadRow(
            "credit code",
            """
            UPDATE labor.enterprise SET credit_code = '91350100M000100Y44' WHERE enterprise_id = 2
            """,
            "credit_code", "91350100M000100Y44", "credit_code_check"),
        BadRow(
            "data basis",
            """
            ALTER TABLE labor.enterprise DROP CONSTRAINT enterprise_data_basis_check;
            UPDATE labor.enterprise SET data_basis = 'hearsay' WHERE enterprise_id = 2
            """, "data_basis", "hearsay", "unknown_code"),
    ])
    func `an enterprise with an odd code is listed and watched all the same`(
        bad: BadRow
    ) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.report(2, "2026-10", 50)
            try await bureau.run(bad.sql)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            try expectListed(bad.at("labor.enterprise", "enterprise_id=2"), reading)
            #expect(reading.facts.panel.cell(2, period("2026-10"))?.report.headcount == 50)
            #expect(reading.rejections.listed.map(\.enterpriseID) == [2])
        }
    }

    @Test(arguments: [
        BadRow("kind", "kind = 'rumour'", "kind", "rumour", "unknown_code"),
        BadRow("persons", "persons = -4", "persons", "-4", "negative"),
        BadRow("persons", "persons = 2147483647", "persons", "2147483647", "absurd"),
        BadRow(
            "no moment", "reported_at = '-infinity'", "reported_at", "-infinity", "infinite"),
        BadRow(
            "never", "reported_at = 'infinity'", "reported_at", "infinity", "infinite"),
    ])
    func `an event that cannot be is turned away`(bad: BadRow) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
                VALUES (5, 1, 'closure', '2026-10-01', '2026-10-02 00:00Z');
                UPDATE labor.event SET \(bad.sql) WHERE event_id = 5
                """)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            try expectListed(bad.at("labor.event", "event_id=5"), reading)
            #expect(reading.facts.events.map(\.id) == [1_000])
        }
    }

    @Test(arguments: ["NULL", "'540102'"])
    func `an event of an unknown enterprise is listed and kept`(region: String) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            var polled = try await bureau.read()
            try await bureau.run(
                """
                INSERT INTO labor.event
                    (event_id, enterprise_id, region_code, kind, occurred_on, reported_at)
                VALUES (5, 99, \(region), 'closure', '2026-10-01', '2026-10-02 00:00Z')
                """)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            #expect(reading.facts.events.map(\.id) == [5, 1_000])
            let bad = BadRow("", "", "enterprise_id", "99", "unknown_enterprise")
            try expectListed(bad.at("labor.event", "event_id=5"), reading)
            polled.take(
                try await bureau.reader().changes(
                    since: polled.watermark, knownEnterprises: 3, asOf: endOf("2026-11-05")))
            #expect(Picture(polled).differences(Picture(reading)) == [])
            let tape = try await bureau.reader().tape(
                from: period("2026-01"), through: endOf("2026-11-05"))
            #expect(tape.facts(endOf("2026-10-01")).rejections.listed == [])
            let known = tape.facts(endOf("2026-11-05")).rejections
            #expect(known.listed == reading.rejections.listed)
        }
    }

    @Test func `an event keeps its place without an amount that is none`() async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.run("UPDATE labor.event SET amount = 'NaN'")
            let reading = try await bureau.read()
            try expectListed(
                BadRow("", "", "amount", "NaN", "not_an_amount").at("labor.event", "event_id=1000"),
                reading)
            #expect(reading.facts.events.map(\.amount) == [nil])
        }
    }

    @Test(arguments: [("NaN", "nan"), ("Infinity", "inf"), ("-Infinity", "-inf")])
    func `an indicator that is no number leaves the one before it`(
        literal: String, value: String
    ) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.run(
                """
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                VALUES ('good', '540000', '2026-09-01', '\(literal)', '2026-10-03 00:00Z')
                """)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            let bad = BadRow("", "", "value", value, "not_a_number")
            try expectListed(
                bad.at("labor.indicator", "code=good region_code=540000 period=2026-09"), reading)
            #expect(reading.facts.indicators.map(\.value) == [5])
        }
    }

    @Test(arguments: [
        ("reported_at = '-infinity'", "infinite"), ("period = 'infinity'", "infinite"),
        ("period = '5874897-12-01'", "absurd_date"), ("value = 1e300", "absurd"),
        ("value = 5e-324", "absurd"), ("code = ''", "missing"),
        ("region_code = repeat('x', 65)", "too_long"),
        ("reported_at = '0001-01-01 00:00:00+08:05'", "absurd_time"),
        ("reported_at = '294276-12-31 23:59:59Z'", "absurd_time"),
        ("reported_at = '2131-01-01'", "future_time"),
    ])
    func `an indicator without a date is turned away`(
        change: String, reason: String
    ) async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.run(
                """
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                VALUES ('bad', '540000', '2026-09-01', 1, '2026-10-03 00:00Z');
                UPDATE labor.indicator SET \(change) WHERE code = 'bad'
                """)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            #expect(reading.facts.indicators.map(\.code) == ["good"])
            #expect(reading.rejections.counts == ["labor.indicator \(reason)": 1])
        }
    }

    @Test func `two revisions of one moment with different figures are listed`() async throws {
        try await withBureau { bureau in
            try await addGoodRows(bureau)
            try await bureau.report(2, "2026-10", 50)
            try await bureau.report(2, "2026-10", 60)
            let reading = try await bureau.read()
            expectGoodRow(reading)
            try expectListed(
                BadRow("", "", "reported_at", "headcount 50 and 60", "duplicate_revision"), reading)
            #expect(reading.facts.panel.cell(2, period("2026-10"))?.report.headcount == 60)
        }
    }

    @Test func `the same row loaded twice is no contradiction`() async throws {
        try await withBureau { bureau in
            for _ in 0..<2 { try await bureau.report(2, "2026-10", 50, ["hires": "4"]) }
            let reading = try await bureau.read()
            #expect(reading.rejections.listed == [])
        }
    }

    @Test func `a newer revision settles a contradiction`() async throws {
        try await withBureau { bureau in
            try await bureau.report(2, "2026-10", 50, on: "2026-11-01")
            try await bureau.report(2, "2026-10", 60, on: "2026-11-01")
            try await bureau.report(2, "2026-10", 55, on: "2026-11-02")
            #expect(try await bureau.read("2026-11-01").rejections.count == 1)
            #expect(try await bureau.read("2026-11-02").rejections.listed == [])
        }
    }
}
