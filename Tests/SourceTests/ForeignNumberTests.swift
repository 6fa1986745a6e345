import Labor
import LaborSQL
import Postgres
import Source
import Store
import Support
import Testing

/// Rows that come with the transaction numbers of another database.
@Suite struct ForeignNumberTests {
    private static let asOf = endOf("2026-11-05")

    private func changes(_ bureau: Bureau, since watermark: Watermark) async throws
        -> SourceChanges
    {
        try await bureau.reader().changes(
            since: watermark, knownEnterprises: 3, asOf: ForeignNumberTests.asOf)
    }

    private static func insert(_ number: String) -> String {
        """
        INSERT INTO labor.report (enterprise_id, period, headcount, reported_at, changed_xid)
        VALUES (2, '2026-10-01', 77, '2026-11-01 00:00Z', '\(number)')
        """
    }

    @Test(arguments: ["3", "18446744073709551615"], ["origin", "replica"])
    func `a row with a foreign number is seen at the next poll, and once`(
        number: String, role: String
    ) async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            try await bureau.run(
                """
                SET session_replication_role = \(role);
                \(ForeignNumberTests.insert(number));
                RESET session_replication_role
                """)
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.enterprises == [2])
            #expect(found.reports.map(\.headcount) == [77])
            #expect(try await changes(bureau, since: found.watermark).isEmpty)
        }
    }

    @Test func `COPY stamps the rows that it brings`() async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            let lines = "2\t2026-10-01\t77\t2026-11-01 00:00Z\t3\n"
            let pieces = [Array(lines.utf8)]
            let rows = try await bureau.sql.perform { session in
                var rest = pieces[...]
                return try session.copyText(
                    """
                    COPY labor.report (enterprise_id, period, headcount, reported_at, changed_xid)
                    FROM STDIN
                    """
                ) { rest.popFirst() }
            }
            #expect(rows == 1)
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.enterprises == [2])
            #expect(try await changes(bureau, since: found.watermark).isEmpty)
        }
    }

    @Test(arguments: ["3", "18446744073709551615"])
    func `rows that were loaded past the triggers are read at the next poll, and no poll after it`(
        number: String
    ) async throws {
        try await withBureau { bureau in
            let reading = try await bureau.read()
            try await bureau.run(
                """
                ALTER TABLE labor.report DISABLE TRIGGER ALL;
                \(ForeignNumberTests.insert(number));
                ALTER TABLE labor.report ENABLE TRIGGER ALL
                """)
            #expect(try await changes(bureau, since: reading.watermark).needsFullRead)
            let again = try await bureau.read()
            #expect(again.facts.panel.cells.map(\.report.headcount) == [77])
            #expect(try await changes(bureau, since: again.watermark).isEmpty)
        }
    }

    @Test func `a table that was emptied and filled anew is read anew`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-10", 100)
            let reading = try await bureau.read()
            try await bureau.run(
                "BEGIN; TRUNCATE labor.report; \(ForeignNumberTests.insert("3")); COMMIT")
            #expect(try await changes(bureau, since: reading.watermark).needsFullRead)
        }
    }

    @Test(arguments: SourceTable.allCases)
    func `numbers that were not given out yet make no poll read anything`(
        table: SourceTable
    ) async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
                VALUES (1, 1, 'closure', '2026-10-01', '2026-10-02');
                INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                VALUES ('a', '540000', '2026-09-01', 5, '2026-10-02');
                \(ForeignNumberTests.insert("3"));
                ALTER TABLE labor.\(table.rawValue) DISABLE TRIGGER ALL;
                UPDATE labor.\(table.rawValue) SET changed_xid = '9223372036854775809';
                ALTER TABLE labor.\(table.rawValue) ENABLE TRIGGER ALL
                """)
            let reading = try await bureau.read()
            let found = try await changes(bureau, since: reading.watermark)
            #expect(found.isEmpty)
            #expect(found.rowsRead == 0)
        }
    }

    @Test func `a watermark of another database asks for a full read`() async throws {
        try await withBureau { bureau in
            var watermark = try await bureau.read().watermark
            #expect(watermark.origin?.isEmpty == false)
            #expect(try await changes(bureau, since: watermark).isEmpty)
            try await withBureau { other in
                let foreign = try await other.read().watermark.origin
                #expect(foreign != watermark.origin)
                watermark.origin = foreign
            }
            #expect(try await changes(bureau, since: watermark).needsFullRead)
        }
    }

    @Test func `the migration stamps rows whose number cannot be of this database`() async throws {
        try await withConnection { sql in
            let first = MigrationSet(
                name: "labor", purpose: "", migrations: [Migrations.labor.migrations[0]], roles: [],
                grants: "")
            _ = try await Migrator(first).migrate(sql)
            try await sql.perform { session in
                try session.script(
                    """
                    \(ForeignNumberTests.insert("18446744073709551615"));
                    INSERT INTO labor.region (code, changed_xid)
                    VALUES ('54', '9223372036854775809'), ('53', '3')
                    """)
            }
            _ = try await Migrator(Migrations.labor).migrate(sql)
            let ahead = try await sql.perform { session in
                try session.query(
                    """
                    SELECT changed_xid < pg_snapshot_xmax(pg_current_snapshot())
                      FROM (SELECT changed_xid FROM labor.report
                            UNION ALL SELECT changed_xid FROM labor.region) AS rows
                    """
                ) { try $0.bool(0) }
            }
            #expect(ahead == [true, true, true])
        }
    }
}
