import Alerting
import Daemon
import Foundation
import Labor
import Postgres
import Store
import Support
import Testing

/// Every role by a login of its own, as docs/roles.md says.
@Suite(.timeLimit(.minutes(20)))
struct RoleTests {
    /// A login that has one of the roles.
    private struct Login: Sendable {
        let bench: Bench
        let name: String

        /// Makes a login in a role; the source's role besides, unless it is left out.
        init(_ bench: Bench, _ role: StoreRole, readsSource: Bool = false) async throws {
            self.bench = bench
            name = TestDatabase.uniqueName("lw_person")
            try await bench.run(
                "CREATE ROLE \(name) LOGIN; GRANT \(role.rawValue) TO \(name);"
                    + (readsSource ? "GRANT laborwatch_source TO \(name);" : ""))
            try bench.scratch.write(
                "\(name).yaml",
                """
                language: en
                source: {dsn: "\(bench.dsn) user=\(name)"}
                store: {dsn: "\(bench.dsn) user=\(name)", lease: 5s}
                state_directory: \(bench.scratch.path)
                """)
        }

        func laborwatch(_ words: [String]) async throws -> Program.Outcome {
            try await Program.run(
                words + ["--config", "\(bench.scratch.path)/\(name).yaml"], in: bench.scratch)
        }

        /// Runs statements as this login.
        func sql(_ statement: String) async throws -> PostgresError? {
            let connection = try await Connection.open(
                ConnectionOptions(dsn: "\(bench.dsn) user=\(name)"))
            var failure: PostgresError?
            do {
                try await connection.perform { try $0.script(statement) }
            } catch let error as PostgresError {
                failure = error
            }
            await connection.close()
            return failure
        }

        func drop() async throws {
            try await bench.run("DROP OWNED BY \(name); DROP ROLE \(name)")
        }
    }

    /// A bench with two alerts, of which the first is red and opened a case, and with two logins.
    private func withLogins(
        _ roles: [StoreRole], readsSource: Bool = false,
        _ body: (Bench, [Login], [String]) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await bench.settle(from: "2026-01", through: "2026-03")
            for enterprise in 1...2 { try await bench.abscond(enterprise) }
            try bench.configure("language: en")
            let outcome = try await bench.laborwatch("evaluate")
            #expect(outcome.code == 0, "\(outcome.errors)")
            let alerts = try await bench.texts(
                """
                SELECT alert_id::text FROM laborwatch.alerts
                 WHERE rule = 'wage.absconding' ORDER BY subject_id
                """)
            try #require(alerts.count == 2)
            var logins: [Login] = []
            for role in roles {
                logins.append(try await Login(bench, role, readsSource: readsSource))
            }
            try await body(bench, logins, alerts)
            for login in logins { try await login.drop() }
        }
    }

    /// Verbs that only read, with what they need of an alert's id.
    private static func reading(_ alert: String) -> [[String]] {
        [
            ["alerts", "list"], ["alerts", "list", "--state", "open", "--format", "jsonl"],
            ["alerts", "overdue"], ["alerts", "show", alert], ["alerts", "export"],
            ["alerts", "explain", alert, "--no-recompute"], ["deliveries", "list"],
            ["deliveries", "show", "1"], ["receivers", "health"], ["silences", "list", "--all"],
            ["ledger", "list", "--all"], ["ledger", "show", "1"],
            ["ledger", "export", "--format", "csv"], ["requests", "list"], ["status"],
            ["status", "--quality"], ["status", "--quarantine"],
        ]
    }

    @Test(arguments: [StoreRole.analyst, .officer, .store])
    func `whoever has a role reads everything through the views`(role: StoreRole) async throws {
        try await withLogins([role]) { _, logins, alerts in
            for words in RoleTests.reading(alerts[0]) {
                let outcome = try await logins[0].laborwatch(words)
                #expect(outcome.code == 0, "\(words): \(outcome.errors)")
                #expect(!outcome.output.isEmpty || words.contains("list"), "\(words)")
            }
            let closed = try await logins[0].laborwatch(["alerts", "list", "--region", "540102"])
            #expect(closed.code == 3)
            #expect(
                closed.errors.contains("GRANT laborwatch_source TO \(logins[0].name);"),
                "\(closed.errors)")
        }
    }

    @Test func `who has the source's role, too, asks all that needs the source`() async throws {
        try await withLogins([.analyst], readsSource: true) { _, logins, alerts in
            for words in [
                ["alerts", "list", "--region", "城关区"], ["alerts", "explain", alerts[0]],
                ["status", "--risk"], ["routes", "test", "--alert", alerts[0]],
                ["source", "check"], ["evaluate", "--dry-run"],
            ] {
                let outcome = try await logins[0].laborwatch(words)
                #expect(outcome.code == 0, "\(words): \(outcome.errors)")
            }
        }
    }

    /// Every step, on the alerts, the first case and a receiver.
    private static func steps(_ alerts: [String]) -> [[String]] {
        [
            ["alerts", "ack", alerts[0]], ["alerts", "assign", alerts[0], "监察大队"],
            ["alerts", "note", alerts[0], "called"], ["alerts", "verdict", alerts[0], "confirmed"],
            ["alerts", "resolve", alerts[1]],
            ["silences", "add", "--kind", "layoff", "--for", "2h", "--reason", "r"],
            ["silences", "expire", "1"], ["ledger", "open", "3"],
            ["ledger", "measure", "1", "rotation"], ["ledger", "check", "1", "names", "yes"],
            ["ledger", "follow-up", "1", "seen"], ["ledger", "close", "1", "recovered"],
            ["deliveries", "retry"],
        ]
    }

    @Test func `an analyst asks for nothing, and learns what would help`() async throws {
        try await withLogins([.analyst]) { bench, logins, alerts in
            let more = [["receivers", "enable", "file"], ["deliveries", "drop", "gone"]]
            for words in RoleTests.steps(alerts) + more {
                let outcome = try await logins[0].laborwatch(words)
                #expect(outcome.code == 3, "\(words)")
                #expect(
                    outcome.errors.contains("GRANT laborwatch_officer TO \(logins[0].name);"),
                    "\(words): \(outcome.errors)")
            }
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.request") == 0)
            for words in [["evaluate"], ["run"], ["check", "--connect"]] {
                let outcome = try await logins[0].laborwatch(words)
                #expect(outcome.code == 3, "\(words)")
            }
            let denied = try await logins[0].laborwatch(["evaluate"])
            #expect(denied.errors.contains("GRANT laborwatch_store"), "\(denied.errors)")
        }
    }

    @Test func `an officer's steps wait on file, and the next evaluator applies them in order`()
        async throws
    {
        try await withLogins([.officer]) { bench, logins, alerts in
            for words in RoleTests.steps(alerts) {
                let outcome = try await logins[0].laborwatch(words)
                #expect(outcome.code == 0, "\(words): \(outcome.errors)")
                #expect(outcome.output.contains("is on file; no laborwatch evaluates now"))
            }
            let count = RoleTests.steps(alerts).count
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.requests WHERE state = 'pending'") == count)
            let outcome = try await bench.laborwatch("evaluate")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(
                try await bench.texts(
                    """
                    SELECT verb || ': ' || coalesce(outcome, 'none') FROM laborwatch.requests
                     WHERE state <> 'done'
                    """) == [])
            let account = logins[0].name
            #expect(
                try await bench.texts(
                    "SELECT DISTINCT account FROM laborwatch.requests") == [account])
            #expect(
                try await bench.texts(
                    """
                    SELECT what || ' ' || actor FROM laborwatch.incident_events
                     WHERE actor IS NOT NULL ORDER BY what
                    """) == ["acknowledged \(account)", "resolved \(account)"])
            // The event bears the moment at which the officer asked.
            #expect(
                try await bench.number(
                    """
                    SELECT count(*) FROM laborwatch.incident_events e, laborwatch.requests r
                     WHERE e.what = 'acknowledged' AND r.verb = 'acknowledge' AND e.at = r.asked_at
                    """) == 1)
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', state, assignee, verdict) FROM laborwatch.alerts
                     WHERE alert_id = '\(alerts[0])'
                    """) == ["acknowledged 监察大队 confirmed"])
            #expect(
                try await bench.texts(
                    "SELECT close_reason FROM laborwatch.ledger_cases WHERE case_id = 1")
                    == ["recovered"])
        }
    }

    @Test func `a daemon answers an officer at once, and says why it refuses`() async throws {
        try await withLogins([.officer]) { bench, logins, alerts in
            let daemon = try bench.start("run")
            try await daemon.says("lease taken")
            let taken = try await logins[0].laborwatch(["alerts", "ack", alerts[0]])
            #expect(taken.code == 0, "\(taken.errors)")
            try await eventually("the alert is taken on") {
                try await bench.texts(
                    "SELECT state FROM laborwatch.alerts WHERE alert_id = '\(alerts[0])'")
                    == ["acknowledged"]
            }
            let wrong = try await logins[0].laborwatch(["ledger", "measure", "1", "prayer"])
            let refusal = try await eventually("the refusal") {
                try await bench.texts(
                    """
                    SELECT exit_code || ' ' || outcome FROM laborwatch.requests
                     WHERE state = 'refused'
                    """
                ).first
            }
            #expect(refusal == "2 'prayer' is not among the measures")
            // Where the machine is slow the refusal comes after the command has said that it waits.
            #expect(wrong.code == 2 || wrong.output.contains("has not answered"), "\(wrong)")
            daemon.send(SIGTERM)
            #expect(try await daemon.end().code == 0)
        }
    }

    @Test func `nobody forges texts, actors or states`() async throws {
        let tables = [
            "alert", "alert_event", "alert_note", "delivery", "silence", "ledger_case",
            "ledger_measure", "lease", "request", "watermark", "receiver_state", "cycle",
        ]
        let views = ["alerts", "silences", "requests", "ledger_cases", "receivers"]
        try await withLogins([.analyst, .officer]) { bench, logins, _ in
            for login in logins {
                var attempts =
                    tables.flatMap {
                        [
                            "SELECT * FROM laborwatch.\($0)", "DELETE FROM laborwatch.\($0)",
                            "INSERT INTO laborwatch.\($0) DEFAULT VALUES",
                        ]
                    } + views.map { "DELETE FROM laborwatch.\($0)" }
                attempts += [
                    "UPDATE laborwatch.alerts SET verdict = 'confirmed'",
                    "UPDATE laborwatch.requests SET account = 'boss'",
                    """
                    INSERT INTO laborwatch.requests (verb, arguments, account)
                    VALUES ('note', '{}', 'boss')
                    """,
                    "SET ROLE laborwatch_store", "SET SESSION AUTHORIZATION postgres",
                    "ALTER FUNCTION laborwatch.ask(text, text, jsonb, text, text) OWNER TO "
                        + login.name,
                    "CREATE TABLE laborwatch.mine ()",
                    "UPDATE laborwatch.schema_version SET number = 99",
                ]
                for attempt in attempts {
                    let error = try await login.sql(attempt)
                    #expect(
                        error?.sqlState == "42501", "\(attempt): \(error?.message ?? "allowed")")
                }
            }
            let asked = try await logins[0].sql("SELECT laborwatch.ask('resolve', 'x')")
            #expect(asked?.sqlState == "42501")
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.request") == 0)
        }
    }

    @Test func `who calls the function by hand has their own account on record, and no nonsense`()
        async throws
    {
        try await withLogins([.officer]) { bench, logins, alerts in
            let officer = logins[0]
            for call in [
                "'note', '\(alerts[0])', '{\"text\": \"by hand\"}', 'boss', 'boss'",
                "'note', '\(alerts[0])', '{\"text\": \"x\", \"actor\": \"boss\"}'",
                "'note', '\(alerts[0])', '{\"text\": \"  \"}'", "'resolve'",
                "'silence_add', NULL, '{\"reason\": \"r\", \"seconds\": 99}'",
                "'silence_expire', 'first'", "'verdict', '\(alerts[0])', '{\"verdict\": \"x\"}'",
            ] {
                #expect(try await officer.sql("SELECT laborwatch.ask(\(call))") == nil)
            }
            let invented = try await officer.sql("SELECT laborwatch.ask('purge', 'x')")
            #expect(invented?.sqlState == "23514")
            let long = "'note', 'x', jsonb_build_object('text', repeat('x', 70000))"
            #expect(try await officer.sql("SELECT laborwatch.ask(\(long))")?.sqlState == "54000")
            let outcome = try await bench.laborwatch("evaluate")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws('|', state, exit_code, account) FROM laborwatch.requests
                     ORDER BY request_id
                    """)
                    == ["done|0|\(officer.name)"]
                    + Array(repeating: "refused|2|\(officer.name)", count: 6))
            #expect(
                try await bench.texts(
                    "SELECT concat_ws('|', body, actor, on_behalf_of) FROM laborwatch.alert_notes")
                    == ["by hand|\(officer.name)|boss (login boss)"])
        }
    }

    @Test func `the daemon's account evaluates and answers, but asks only in its own name`()
        async throws
    {
        try await withLogins([.store], readsSource: true) { bench, logins, alerts in
            let store = logins[0]
            let done = try await store.laborwatch(["alerts", "ack", alerts[0], "--by", "王科长"])
            #expect(done.code == 0, "\(done.errors)")
            #expect(done.output.contains("acknowledged by \(store.name) for 王科长"))
            let cycle = try await store.laborwatch(["evaluate", "--full"])
            #expect(cycle.code == 0, "\(cycle.errors)")
            for attempt in [
                """
                INSERT INTO laborwatch.request (verb, arguments, account)
                VALUES ('note', '{}', 'boss')
                """,
                """
                INSERT INTO laborwatch.requests (verb, arguments, account)
                VALUES ('note', '{}', 'boss')
                """,
                "UPDATE laborwatch.request SET account = 'boss'",
                "UPDATE laborwatch.requests SET account = 'boss'",
                "DELETE FROM laborwatch.request", "DELETE FROM laborwatch.requests",
            ] {
                let error = try await store.sql(attempt)
                #expect(error?.sqlState == "42501", "\(attempt): \(error?.message ?? "allowed")")
            }
        }
    }

    @Test func `two databases: an officer needs no account where the figures are`() async throws {
        try await withLogins([.officer]) { bench, logins, alerts in
            try bench.scratch.write(
                "\(logins[0].name).yaml",
                "store: {dsn: \"\(bench.dsn) user=\(logins[0].name)\"}\nlanguage: zh-CN\n")
            for words in [
                ["alerts", "list"], ["alerts", "show", alerts[0]],
                ["alerts", "explain", alerts[0], "--no-recompute"], ["status"],
                ["ledger", "list"],
            ] {
                let outcome = try await logins[0].laborwatch(words)
                #expect(outcome.code == 0, "\(words): \(outcome.errors)")
            }
            let asked = try await logins[0].laborwatch(["alerts", "ack", alerts[0]])
            #expect(asked.code == 0, "\(asked.errors)")
            #expect(asked.output.contains("已登记；目前没有 laborwatch 在运行"))
        }
    }
}
