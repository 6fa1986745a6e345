import Alerting
import Labor
import Postgres
import Store
import Support
import Testing

@Suite struct SchemaTests {
    @Test func `every table, view and column says what it means`() async throws {
        try await withConnection(template: migrated) { connection in
            let silent = try await connection.perform { session in
                try session.query(
                    """
                    SELECT format('%s.%s', c.oid::regclass, coalesce(a.attname, ''))
                      FROM pg_class c
                      LEFT JOIN pg_attribute a
                        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                     WHERE c.relnamespace IN ('labor'::regnamespace, 'laborwatch'::regnamespace)
                       AND c.relkind IN ('r', 'v')
                       AND (coalesce(obj_description(c.oid, 'pg_class'), '') = ''
                            OR coalesce(col_description(c.oid, a.attnum), '') = '')
                    """
                ) { try $0.text(0) }
            }
            #expect(silent.isEmpty)
        }
    }

    @Test(arguments: [
        (
            "alerts",
            """
            alert_id rule kind subject_type subject_id region_code industry_code tier peak_tier \
            state title started_period first_raised_at last_event_at resolved_at persons amount \
            as_of verdict
            """
        ),
        (
            "alert_events",
            """
            event_id alert_id at as_of what from_tier to_tier from_state to_state reason evidence \
            actor
            """
        ),
    ])
    func `a view begins with the columns of the contract`(
        view: String, columns: String
    ) async throws {
        try await withConnection(template: migrated) { connection in
            let found = try await connection.perform { session in
                try session.query(
                    """
                    SELECT column_name::text FROM information_schema.columns
                     WHERE table_schema = 'laborwatch' AND table_name = $1
                     ORDER BY ordinal_position
                    """,
                    [.text(view)]
                ) { try $0.text(0) }
            }
            let wanted = columns.split(separator: " ").map(String.init)
            #expect(Array(found.prefix(wanted.count)) == wanted)
        }
    }

    /// The words of the program and of the database's checks are the same ones.
    @Test(arguments: [
        ("laborwatch.tier", Tier.allCases.map(\.rawValue)),
        ("laborwatch.alert_state", AlertState.allCases.map(\.rawValue)),
        ("laborwatch.alert_kind", AlertKind.allCases.map(\.rawValue)),
        ("laborwatch.certainty", ["provisional", "confirmed", "observed"]),
        ("laborwatch.subject_type", SubjectType.allCases.map(\.rawValue)),
    ])
    func `a domain knows the words of the program`(
        domain: String, words: [String]
    ) async throws {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                for word in words {
                    _ = try session.execute("SELECT $1::\(domain)", [.text(word)])
                }
                #expect(throws: PostgresError.self) {
                    try session.execute("SELECT 'purple'::\(domain)")
                }
            }
        }
    }

    @Test(arguments: [
        ("alert_event", "what", AlertWhat.allCases.map(\.rawValue)),
        ("alert", "verdict", Verdict.allCases.map(\.rawValue)),
        ("delivery", "state", DeliveryState.allCases.map(\.rawValue)),
        ("request", "verb", StepVerb.allCases.map(\.rawValue)),
    ])
    func `a check names exactly the words of the program`(
        table: String, column: String, words: [String]
    ) async throws {
        try await withConnection(template: migrated) { connection in
            let checks = try await connection.perform { session in
                try session.query(
                    """
                    SELECT pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE conrelid = $1::regclass AND conname = $2
                    """,
                    [.text("laborwatch.\(table)"), .text("\(table)_\(column)_check")]
                ) { try $0.text(0) }
            }
            let check = try #require(checks.first)
            let named = check.split(separator: "'").filter { $0.allSatisfy(isWordCharacter) }
            #expect(Set(named.map(String.init)) == Set(words))
        }
    }

    @Test func `every reason of the program can be stored`() {
        for reason in Reason.allCases {
            #expect(reason.rawValue.allSatisfy(isWordCharacter), "\(reason)")
        }
    }

    @Test func `an analyst reads the views and nothing else`() async throws {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                try session.script("SET ROLE laborwatch_analyst")
                for view in [
                    "alerts", "alert_events", "deliveries", "delivery_attempts", "cycles",
                    "quarantine", "quarantine_totals", "silences", "alert_notes", "ledger_cases",
                    "ledger_measures", "ledger_checks", "ledger_follow_ups", "requests",
                    "evaluator", "receivers",
                ] {
                    _ = try session.execute("SELECT * FROM laborwatch.\(view)")
                }
                for table in [
                    "alert", "alert_event", "delivery", "lease", "watermark", "alert_note",
                    "ledger_case", "request", "receiver_state",
                ] {
                    expectRefusal("SELECT * FROM laborwatch.\(table)", &session)
                }
                expectRefusal("DELETE FROM laborwatch.alerts", &session)
                expectRefusal("SELECT * FROM labor.report", &session)
            }
        }
    }

    @Test func `the source's reader reads every table and writes none`() async throws {
        try await withConnection(template: migrated) { connection in
            try await connection.perform { session in
                try session.script("SET ROLE laborwatch_source; LISTEN laborwatch_source")
                for table in [
                    "region", "industry", "enterprise", "report", "event", "indicator",
                    "schema_version",
                ] {
                    _ = try session.execute("SELECT * FROM labor.\(table)")
                }
                expectRefusal("INSERT INTO labor.region (code) VALUES ('1')", &session)
                expectRefusal("DELETE FROM labor.report", &session)
                expectRefusal("SELECT * FROM laborwatch.alerts", &session)
            }
        }
    }

    @Test func `the store's role is enough for the daemon's life`() async throws {
        try await withDatabase(template: migrated) { dsn in
            let user = TestDatabase.uniqueName("lw_daemon")
            let admin = try await Connection.open(ConnectionOptions(dsn: dsn))
            try await admin.perform { session in
                try session.script("CREATE ROLE \(user) LOGIN IN ROLE laborwatch_store")
            }
            let store = PostgresStore(ConnectionOptions(dsn: dsn + " user=\(user)"))
            let lease = try #require(
                try await store.acquireLease(holder: "host:1:test", seconds: 60))
            let record = Story(1).told(.raised).record(["file"])
            try await store.commit(record, under: lease)
            let claimed = try await store.claim(
                receivers: ["file"], limit: 1, leaseSeconds: 60, now: noon(1))
            let attempt = DeliveryAttempt(
                startedAt: noon(1), endedAt: noon(1), outcome: .delivered)
            let delivery = try #require(claimed.first)
            #expect(try await store.settle(delivery, attempt))
            #expect(try await store.recall().open.count == 1)
            #expect(try await store.prune(before: noon(9)).deliveries == 0)
            let end = Story(2).told(.raised).told(.resolved).record(["file"])
            try await store.commit(end, under: lease)
            #expect(try await store.drop(receiver: "file", now: noon(1)) == 2)
            #expect(try await store.prune(before: noon(9)).deliveries == 2)
            #expect(try await store.releaseClaims() == 0)
            await store.close()
            try await admin.perform { session in try session.script("DROP ROLE \(user)") }
            await admin.close()
        }
    }
}

private func isWordCharacter(_ character: Character) -> Bool {
    ("a"..."z").contains(character) || character == "_"
}

private func expectRefusal(_ statement: String, _ session: inout Session) {
    do {
        try session.execute(statement)
        Issue.record("'\(statement)' was allowed")
    } catch let error as PostgresError {
        #expect(error.sqlState == "42501", "\(statement): \(error)")
    } catch {
        Issue.record(error)
    }
}
