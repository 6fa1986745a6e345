import Alerting
import Daemon
import Labor
import Postgres
import Source
import Store
import Support
import Testing

/// No value that a column can hold stops a cycle, changes what is said of anybody else, or is lost.
///
/// Each column of each table gets rows with every edge of its type, beside good rows; then a real
/// cycle reads, evaluates and commits.
@Suite struct AnyValueTests {
    /// The good enterprises; what is said of them and of their cells must not move.
    private static let good = 24
    /// Enterprises that reported until the month before; each gets one of the rows.
    private static let victims = 130
    private static let moment = "2026-11-28T12:00:00+08:00"

    /// Enterprises of whom there is something to say, and those that wait for a last report.
    private func settle(_ bench: Bench, _ doorway: Doorway) async throws {
        try await bench.settle(AnyValueTests.good, from: "2025-06", through: "2026-10")
        try await bench.run(
            """
            UPDATE labor.report SET headcount = 190 WHERE enterprise_id = 1 AND period = '2026-10-01';
            UPDATE labor.report SET wages_paid = 0 WHERE enterprise_id = 2 AND period > '2026-06-01';
            INSERT INTO labor.event (event_id, enterprise_id, kind, persons, occurred_on, reported_at)
            VALUES (3, 3, 'owner_absconded', 40, '2026-11-20', '2026-11-21');
            INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
            SELECT 100 + n, '待报' || n, '540102', 'E47'
              FROM generate_series(1, \(AnyValueTests.victims)) AS n;
            INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
            SELECT 100 + n, month, 400, month + interval '1 month 2 days'
              FROM generate_series(1, \(AnyValueTests.victims)) AS n,
                   generate_series('2025-06-01'::date, '2026-09-01', '1 month') AS month;
            INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
            SELECT 'surveyed_unemployment_rate', '540000', month, 5.0, month + interval '40 days'
              FROM generate_series('2025-06-01'::date, '2026-09-01', '1 month') AS month;
            """)
        if doorway != .contract { try await bench.run(doorway.script) }
    }

    /// One full cycle of a new engine, on a store that knows nothing yet.
    private func cycle(_ bench: Bench, _ store: PostgresStore, _ components: Components)
        async throws
    {
        try await bench.run(
            """
            TRUNCATE laborwatch.alert, laborwatch.alert_event, laborwatch.delivery, laborwatch.cycle,
                laborwatch.quarantine_entry, laborwatch.watermark CASCADE
            """)
        let instant = try #require(Instant(rfc3339: AnyValueTests.moment))
        let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
        let engine = Engine(
            reader: try components.reader(), history: store,
            pipeline: components.pipeline(waits: false), monotonic: SystemClock.monotonic)
        _ = try await engine.cycle(
            asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease, full: true)
    }

    /// What is said of everything but the enterprises that wait and the rows that are put in.
    private func said(_ bench: Bench) async throws -> Set<String> {
        Set(
            try await bench.texts(
                """
                SELECT concat_ws(' ', rule, subject_type, subject_id, tier, state, persons, share,
                                 amount, title, evidence)
                  FROM laborwatch.alerts
                 WHERE CASE subject_type WHEN 'enterprise'
                       THEN subject_id::bigint BETWEEN 1 AND \(AnyValueTests.good) ELSE true END
                """))
    }

    /// Of whom it is said that no report came.
    private func late(_ bench: Bench) async throws -> Set<String> {
        Set(
            try await bench.texts(
                """
                SELECT subject_id FROM laborwatch.alert
                 WHERE rule IN ('report.missing', 'layoff.silence')
                """))
    }

    /// The columns of a table with their types.
    private func columns(
        _ bench: Bench, _ table: SourceTable, _ doorway: Doorway
    ) async throws -> [(name: String, type: String)] {
        try await bench.sql.perform { session in
            try session.query(
                """
                SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
                 WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
                   AND attname <> 'is_bad' AND attidentity <> 'a'
                 ORDER BY attnum
                """, [.text("\(doorway.schema).\(table.rawValue)")]
            ) { (try $0.text(0), try $0.text(1)) }
        }
    }

    /// Puts rows in that differ from a good one in one column.
    /// - Returns: the values of the rows that the table took.
    private func insert(
        _ bench: Bench, _ table: SourceTable, _ doorway: Doorway, _ column: String,
        _ values: [EdgeValue], after first: Int = 0
    ) async throws -> [EdgeValue] {
        var taken: [EdgeValue] = []
        for value in values {
            var row = table.goodRow(first + taken.count + 1)
            row[column] = value.sql
            let names = row.keys.sorted()
            let list = names.compactMap { row[$0] }.joined(separator: ", ")
            do {
                try await bench.run(
                    """
                    INSERT INTO \(doorway.schema).\(table.rawValue)
                        (\(names.joined(separator: ", "))) VALUES (\(list))
                    """)
                taken.append(value)
            } catch let error as PostgresError
                where ["22", "23", "42", "54"].contains(error.sqlState?.prefix(2) ?? "")
            {
                // The table itself refuses the value: then no read meets it.
            }
        }
        return taken
    }

    @Test(.timeLimit(.minutes(20)), arguments: Doorway.allCases)
    func `a row at the edge of its types is listed, and nobody else notices`(
        doorway: Doorway
    ) async throws {
        try await withBench { bench in
            try await settle(bench, doorway)
            let components = try Components(
                path: bench.configure(), environment: doorway.environment)
            let store = try await components.store()
            let start = try #require(
                try await bench.texts("SELECT pg_current_xact_id()::text").first)
            try await cycle(bench, store, components)
            let before = try await said(bench)
            let waiting = try await late(bench)
            #expect(before.count >= 3, "\(before)")
            #expect(waiting.count == AnyValueTests.victims)
            for table in SourceTable.allCases {
                var tried = 0
                for lots in try await batches(bench, table, doorway) {
                    var put: [Lot] = []
                    for lot in lots {
                        let next = put.last.map { $0.first + $0.values.count } ?? 0
                        let taken = try await insert(
                            bench, table, doorway, lot.column, lot.values, after: next)
                        put.append(
                            Lot(column: lot.column, type: lot.type, first: next, values: taken))
                        tried += taken.count
                    }
                    try await judge(bench, store, components, table, doorway, put, before)
                    try await clean(bench, table, doorway, since: start)
                }
                #expect(tried > 20, "\(doorway) \(table)")
            }
            await store.close()
        }
    }

    /// The edge values of all columns of a table, in batches of at most one value for each victim.
    private func batches(
        _ bench: Bench, _ table: SourceTable, _ doorway: Doorway
    ) async throws -> [[Lot]] {
        var batches: [[Lot]] = [[]]
        for (column, type) in try await columns(bench, table, doorway) {
            var values = EdgeValue.edges(of: type)
            let declared = table.columns.first { $0.name == column }?.type
            if type == "text", declared != "text" { values += EdgeValue.misfits }
            // An indicator can have any number, and the rules evaluate the number.
            if column == "value" { values.removeAll(where: \.isNumber) }
            let lot = Lot(column: column, type: type, first: 0, values: values)
            let size = batches[batches.count - 1].reduce(0) { $0 + $1.values.count }
            if size + values.count > AnyValueTests.victims { batches.append([]) }
            batches[batches.count - 1].append(lot)
        }
        return batches
    }

    /// The rows of one column.
    private struct Lot {
        var column: String
        var type: String
        /// The number of rows of the batch that precede these.
        var first: Int
        /// The values to put in, or those that the table took.
        var values: [EdgeValue]
    }

    /// Takes out what was put in since a transaction.
    private func clean(
        _ bench: Bench, _ table: SourceTable, _ doorway: Doorway, since start: String
    ) async throws {
        let isBad = doorway == .contract ? "changed_xid >= '\(start)'::xid8" : "is_bad"
        try await bench.run("DELETE FROM \(doorway.schema).\(table.rawValue) WHERE \(isBad)")
    }

    /// One cycle over what was put in, and what must come of it.
    private func judge(
        _ bench: Bench, _ store: PostgresStore, _ components: Components, _ table: SourceTable,
        _ doorway: Doorway, _ lots: [Lot], _ before: Set<String>
    ) async throws {
        try await cycle(bench, store, components)
        let place = "\(doorway) \(table) \(lots.map(\.column).joined(separator: " "))"
        #expect(try await said(bench) == before, "\(place)")
        let missing = try await late(bench)
        for lot in lots { try await check(bench, table, lot, missing, "\(doorway) \(table)") }
    }

    /// Checks that the rows of a column are in quarantine, and that their enterprises are not late.
    private func check(
        _ bench: Bench, _ table: SourceTable, _ lot: Lot, _ late: Set<String>, _ place: String
    ) async throws {
        let entries = try await bench.texts(
            """
            SELECT concat_ws(' ', row_key, field, value, reason, expected, hint)
              FROM laborwatch.quarantine
             WHERE table_name = 'labor.\(table.rawValue)' AND row_key <> '' AND value <> ''
               AND expected <> '' AND hint <> '' AND length(value) < 300
               AND field = '\(lot.column)'
            """)
        let bad = lot.values.indices.filter {
            table.mustList(lot.column, lot.values[$0], as: lot.type)
        }
        let wanted = Set(bad.map { lot.values[$0] })
        let words = wanted.map(\.sql).joined(separator: " · ")
        #expect(
            entries.count >= wanted.count,
            "\(place) \(lot.column): \(words) in \(entries.map { $0.prefix(120) })")
        guard table == .report, lot.column != "enterprise_id" else { return }
        let ids = bad.map { "\(101 + lot.first + $0)" }
        #expect(late.isDisjoint(with: ids), "\(place) \(lot.column): \(late.intersection(ids))")
    }

    @Test(.timeLimit(.minutes(20)), arguments: [Doorway.contract, .unconstrained])
    func `a poll lists the rows of the edges as a full read does`(doorway: Doorway) async throws {
        try await withBench { bench in
            try await settle(bench, doorway)
            let components = try Components(
                path: bench.configure(), environment: doorway.environment)
            let store = try await components.store()
            let instant = try #require(Instant(rfc3339: AnyValueTests.moment))
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            let engine = Engine(
                reader: try components.reader(), history: store,
                pipeline: components.pipeline(waits: false), monotonic: SystemClock.monotonic)
            let asOf = Zone.shanghai.asOf(instant)
            _ = try await engine.cycle(asOf: asOf, at: instant, lease: lease)
            let before = try await said(bench)
            for (table, columns) in [
                (SourceTable.report, ["period", "reported_at", "headcount", "wages_due"]),
                (.event, ["occurred_on", "amount", "kind"]), (.indicator, ["period", "value"]),
            ] {
                for (column, type) in try await self.columns(bench, table, doorway)
                where columns.contains(column) {
                    _ = try await insert(
                        bench, table, doorway, column, EdgeValue.edges(of: type))
                }
            }
            // What a table of the bureau's own has no transaction for is found by the day's read.
            if doorway != .contract {
                try await bench.run(
                    """
                    UPDATE bureau.report SET changed_xid = pg_current_xact_id() WHERE is_bad;
                    UPDATE bureau.event SET changed_xid = pg_current_xact_id() WHERE is_bad;
                    UPDATE bureau.indicator SET changed_xid = pg_current_xact_id() WHERE is_bad;
                    """)
            }
            let polled = try await engine.cycle(asOf: asOf, at: instant, lease: lease)
            #expect(!polled.isFull && !polled.isIdle)
            #expect(try await said(bench) == before)
            let listed = try await self.listed(bench)
            let full = try await engine.cycle(asOf: asOf, at: instant, lease: lease, full: true)
            #expect(full.isFull)
            #expect(try await self.listed(bench) == listed)
            #expect(listed.count > 40, "\(listed)")
            await store.close()
        }
    }

    /// What is in quarantine now.
    private func listed(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT concat_ws(' ', table_name, row_key, field, value, reason)
              FROM laborwatch.quarantine WHERE cleared_at IS NULL ORDER BY 1
            """)
    }
}
