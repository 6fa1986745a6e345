import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct LoadingTests {
    @Test func `rows are loaded by plain inserts into the columns of the contract`() async throws {
        try await withConnection(template: migrated) { connection in
            let defaults = try await connection.perform { session in
                try session.script(contractInserts)
                return try session.query(
                    """
                    SELECT reported_at IS NOT NULL AND changed_xid IS NOT NULL
                           AND revision_id IS NOT NULL AND contributions_deferred = false
                      FROM labor.report
                    """
                ) { try $0.bool(0) }
            }
            #expect(defaults == [true])
        }
    }

    @Test func `a row that is wrong is loaded all the same`() async throws {
        try await withConnection(template: migrated) { connection in
            let count = try await connection.perform { session in
                try session.script(
                    """
                    INSERT INTO labor.report (enterprise_id, period, headcount, wages_due)
                    VALUES (404, '2026-10-01', -3, 'NaN'), (404, '2026-10-01', -3, 'NaN');
                    INSERT INTO labor.event (event_id, kind, occurred_on)
                    VALUES (1, 'no_such_kind', '2026-10-09'), (1, 'closure', '2026-10-09');
                    INSERT INTO labor.indicator (code, region_code, period, value)
                    VALUES ('x', 'nowhere', '2026-10-01', 'NaN'),
                           ('x', 'nowhere', '2026-10-01', 1);
                    """)
                return try session.first(
                    """
                    SELECT (SELECT count(*) FROM labor.report) + (SELECT count(*) FROM labor.event)
                           + (SELECT count(*) FROM labor.indicator)
                    """
                ) { try $0.int(0) }
            }
            #expect(count == 6)
        }
    }

    @Test(arguments: [
        "INSERT INTO labor.report (enterprise_id, period, headcount) VALUES (1, '2026-10-02', 1)",
        "INSERT INTO labor.report (enterprise_id, period) VALUES (1, '2026-10-01')",
        """
        INSERT INTO labor.report (enterprise_id, period, headcount, operating_state)
        VALUES (1, '2026-10-01', 1, 'resting')
        """,
        """
        INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code, data_basis)
        VALUES (1, 'a', '54', 'E', 'rumour')
        """,
        """
        INSERT INTO labor.indicator (code, region_code, period, value)
        VALUES ('x', '54', '2026-10-31', 1)
        """,
    ])
    func `what the contract forbids is refused`(statement: String) async throws {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                let error = #expect(throws: PostgresError.self) { try session.execute(statement) }
                #expect(error?.sqlState?.hasPrefix("23") == true)
            }
        }
    }

    @Test func `reports are loaded by COPY into listed columns`() async throws {
        try await withConnection(template: migrated) { connection in
            let copied = try await connection.perform { session in
                var pieces = (1...3).map {
                    Array("\($0),2026-10-01,100,123.45,2026-11-05 20:00:00+08\n".utf8)
                }
                return try session.copyText(
                    """
                    COPY labor.report (enterprise_id, period, headcount, wages_due, reported_at)
                    FROM STDIN (FORMAT csv)
                    """
                ) { pieces.isEmpty ? nil : pieces.removeFirst() }
            }
            #expect(copied == 3)
        }
    }

    @Test func `an updated row is stamped with the transaction that wrote it`() async throws {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                try session.script(contractInserts)
                for table in [
                    "region", "industry", "enterprise", "report", "event", "indicator",
                ] {
                    try session.transaction { session in
                        _ = try session.execute("UPDATE labor.\(table) SET reported_at = now()")
                        let stamped = try session.first(
                            """
                            SELECT count(*) FROM labor.\(table)
                             WHERE changed_xid = pg_current_xact_id()
                            """
                        ) { try $0.int(0) }
                        #expect(stamped == 1, "\(table)")
                    }
                }
            }
        }
    }

    @Test func `each changed table wakes the daemon with its name`() async throws {
        try await withDatabase(template: migrated) { dsn in
            let listener = try await Connection.open(ConnectionOptions(dsn: dsn))
            let writer = try await Connection.open(ConnectionOptions(dsn: dsn))
            try await listener.perform { try $0.listen("laborwatch_source") }
            try await writer.perform { try $0.script(contractInserts) }
            var heard: Set<String> = []
            while heard.count < 6 {
                let note = try await listener.perform { session in
                    try session.waitForNotification(deadline: .seconds(60))
                }
                heard.insert(try #require(note).payload)
            }
            #expect(
                heard == ["region", "industry", "enterprise", "report", "event", "indicator"])
            try await writer.perform { try $0.script("DELETE FROM labor.report") }
            let note = try await listener.perform { session in
                try session.waitForNotification(deadline: .seconds(60))
            }
            #expect(note?.payload == "report")
            await listener.close()
            await writer.close()
        }
    }
}

/// One row for every table, with every column that the contract lists.
private let contractInserts = """
    INSERT INTO labor.region (code, name, name_en, parent_code, grace_days)
    VALUES ('540102', '城关区', 'Chengguan', '5401', 3);
    INSERT INTO labor.industry (code, name, name_en, parent_code)
    VALUES ('E47', '房屋建筑业', 'Building', 'E');
    INSERT INTO labor.enterprise
        (enterprise_id, credit_code, name, region_code, industry_code, size_class, ownership,
         owner_group, key_monitored, government_project, tags, data_basis)
    VALUES (1, '91540000MA6T1K2B3C', '甲', '540102', 'E47', 'large', 'private', 'g', true, false,
            '{a,b}', 'administrative');
    INSERT INTO labor.report
        (enterprise_id, period, headcount, hires, separations, employer_separations,
         planned_layoffs, dispatched, idle, wages_due, wages_paid, workers_unpaid, insured,
         contributions_due, contributions_paid, operating_state)
    VALUES (1, '2026-10-01', 406, 1, 2, 3, 4, 5, 6, 7.01, 8.02, 9, 10, 11.5, 12, 'reduced');
    INSERT INTO labor.event
        (enterprise_id, region_code, kind, persons, amount, occurred_on, detail)
    VALUES (1, '540102', 'layoff_plan', 30, 0.5, '2026-10-09', 'x');
    INSERT INTO labor.indicator (code, region_code, period, value)
    VALUES ('surveyed_unemployment_rate', '54', '2026-10-01', 5.2);
    """
