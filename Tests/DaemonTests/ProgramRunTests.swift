import Foundation
import Glibc
import Labor
import Support
import Testing

/// The daemon as a process: how it ends, how it takes a new configuration, what survives a kill.
@Suite(.timeLimit(.minutes(20))) struct ProgramRunTests {
    private func eventIDs(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            "SELECT alert_id || ' ' || event_id FROM laborwatch.alert_events ORDER BY 1")
    }

    private func fileIDs(_ bench: Bench) throws -> Set<String> {
        Set(try bench.lines().map { "\($0["alert_id"].text) \($0["event_id"].text)" })
    }

    private func holder(_ bench: Bench) async throws -> String {
        try await bench.texts("SELECT holder FROM laborwatch.lease").first ?? ""
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal to end ends it in order, soon and with 0`(signal: Int32) async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try await bench.abscond(1)
            try bench.configure()
            let daemon = try bench.start("run")
            try await bench.raised(1)
            daemon.send(signal)
            let outcome = try await daemon.end(within: .seconds(60))
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try await holder(bench) == "")
            // What was raised was told before the end, or will be at the next start.
            let pending = try await bench.number(
                """
                SELECT count(*) FROM laborwatch.deliveries
                 WHERE state = 'pending' AND alert_id IS NOT NULL
                """)
            let known = try await eventIDs(bench).count
            #expect(try fileIDs(bench).count + pending == known)
        }
    }

    @Test func `an evaluation that is killed keeps the daemon waiting for a short lease only`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try bench.configure(lease: 5)
            // The evaluation reads until the lock is gone, longer than its lease lasts.
            try await bench.run(
                """
                ALTER TABLE labor.report RENAME TO report_kept;
                CREATE VIEW labor.report AS SELECT * FROM labor.report_kept
                 WHERE (SELECT true FROM pg_advisory_lock_shared(1));
                SELECT pg_advisory_lock(1)
                """)
            let evaluation = try bench.start("evaluate", "--full")
            try await eventually("a renewed lease") {
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.lease WHERE renewed_at > acquired_at") == 1
            }
            let left = "ceil(extract(epoch FROM expires_at - clock_timestamp()))::bigint"
            #expect(try await bench.number("SELECT \(left) FROM laborwatch.lease") <= 5)
            #expect(try await holder(bench).hasPrefix("evaluate:"))
            evaluation.kill()
            _ = try await evaluation.end(within: .seconds(60))
            try await bench.run("SELECT pg_advisory_unlock(1)")
            let daemon = try bench.start("run")
            try await daemon.says("lease taken")
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: .seconds(60)).code == 0)
        }
    }

    @Test func `a wrong configuration is not taken, a good one is, and nothing is lost on the way`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            func configure(_ folder: String) throws {
                try bench.configure(
                    """
                    receivers:
                      - {name: \(folder), type: file, directory: \(bench.scratch.path)/\(folder)}
                    """)
            }
            func subjects(_ folder: String) throws -> Set<String> {
                Set(
                    try bench.lines(in: folder).map { $0["subject"] }
                        .filter { $0["type"].text == "enterprise" }.map { $0["id"].text })
            }
            try configure("old")
            let daemon = try bench.start("run")
            try await bench.abscond(1)
            try await eventually("the first alert") { try subjects("old") == ["1"] }
            for wrong in [
                "receivers: [{name: new, type: file}]\nsorce: {}\n",
                "receivers: [{name: new, type: webhook, url: \"http://127.0.0.1:9/\", "
                    + "secret_file: \(try bench.scratch.write("secret", "no secret"))}]",
                "store: {dsn: \"host=/nonexistent dbname=none\"}",
            ].enumerated() {
                if wrong.offset < 2 {
                    try bench.configure(wrong.element)
                } else {
                    try bench.scratch.write(
                        "laborwatch.yaml", "source: {dsn: \"\(bench.dsn)\"}\n\(wrong.element)\n")
                }
                daemon.send(SIGHUP)
                try await daemon.says("the last good one goes on", times: wrong.offset + 1)
            }
            try await bench.abscond(2)
            try await eventually("the second alert") { try subjects("old") == ["1", "2"] }
            try configure("new")
            daemon.send(SIGHUP)
            try await daemon.says("receivers=new")
            try await bench.abscond(3)
            try await eventually("the third alert") { try subjects("new") == ["3"] }
            #expect(try subjects("old") == ["1", "2"])
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: .seconds(60)).code == 0)
        }
    }

    @Test func `hang-ups in quick succession neither end it nor stop it from working`() async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try bench.configure()
            let daemon = try bench.start("run")
            try await daemon.says("watching")
            for count in 1...6 {
                daemon.send(SIGHUP)
                if count % 2 == 0 {
                    try await daemon.says("configuration read anew", times: count / 2)
                }
            }
            try await bench.abscond(1)
            try await eventually("the alert") {
                #expect(!daemon.isOver, "\(daemon.errors)")
                return try fileIDs(bench).count >= 1
            }
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: .seconds(60)).code == 0)
        }
    }

    @Test func `a webhook that was dead gets everything once it is there`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            let hook = try Hook()
            let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()
            try bench.configure(
                """
                delivery: {schedule: [0s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]}
                receivers:
                  - name: bureau
                    type: webhook
                    url: "http://127.0.0.1:\(hook.port)/hook"
                    secret_file: \(try bench.scratch.write("secret", secret))
                  - {name: file, type: file, directory: \(bench.scratch.path)/alerts}
                """)
            let daemon = try bench.start("run")
            for firm in 1...3 { try await bench.abscond(firm) }
            try await bench.raised(3)
            try await eventually("two refusals") {
                try await bench.number(
                    """
                    SELECT count(*) FROM laborwatch.delivery_attempts
                     WHERE receiver = 'bureau' AND outcome = 'retry'
                    """) >= 2
            }
            // The file does not wait for the webhook.
            try await eventually("the files") { try fileIDs(bench).count >= 3 }
            #expect(hook.events == [])
            try await hook.open {
                let known = Set(
                    try await bench.texts("SELECT event_id::text FROM laborwatch.alert_events"))
                try await hook.wait { known.isSubset(of: $0.map { $0["event_id"].text }) }
            }
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: .seconds(60)).code == 0)
        }
    }

    @Test func `killed in the middle of a replay, it says in the end what it would have said`()
        async throws
    {
        let arguments = ["run", "--replay-from", "2025-01", "--replay-to", "2025-12"]
        try await withBench { calm in
            try await calm.live()
            try calm.configure()
            let undisturbed = try Running(
                arguments + ["--config", calm.scratch.path + "/laborwatch.yaml"], in: calm.scratch)
            try await withBench { bench in
                try await bench.live()
                try bench.configure()
                let config = ["--config", bench.scratch.path + "/laborwatch.yaml"]
                // First with a cycle half written, then with a line in the file that is not yet
                // written down as delivered.
                for (table, days) in [("cycle", 3), ("delivery_attempt", 7)] {
                    try await bench.halt(at: table, after: days)
                    let daemon = try Running(arguments + config, in: bench.scratch)
                    try await bench.halted()
                    daemon.kill()
                    #expect(try await daemon.end().code == nil)
                    try await bench.letGo(of: table)
                }
                let last = try await Program.run(arguments + config, in: bench.scratch)
                #expect(last.code == 0, "\(last.errors)")
                #expect(try await undisturbed.end().code == 0)
                let said = try await eventIDs(bench)
                #expect(said.count > 20)
                #expect(said == (try await eventIDs(calm)))
                #expect(try fileIDs(bench) == Set(said))
                #expect(try bench.lines().count == said.count + 1)
                #expect(try fileIDs(calm) == Set(said))
                #expect(
                    try await bench.number("SELECT count(DISTINCT as_of) FROM laborwatch.cycles")
                        == (try await bench.number("SELECT count(*) FROM laborwatch.cycles")))
            }
        }
    }

    @Test func `connections that break are made anew, and nothing is lost`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try bench.configure()
            let daemon = try bench.start("run")
            try await daemon.says("lease taken")
            for firm in 1...3 {
                try await bench.abscond(firm)
                try await bench.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
                try await bench.raised(firm)
            }
            // A claim whose answer was lost with its connection is free again after two minutes.
            try await eventually("every event in the file", within: .seconds(180)) {
                try await Set(eventIDs(bench)) == fileIDs(bench)
            }
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: .seconds(60)).code == 0)
        }
    }

    @Test func `of two daemons one evaluates, and the other when the first is killed`() async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try bench.configure(lease: 5)
            let first = try bench.start("run")
            try await first.says("lease taken")
            let leader = try await holder(bench)
            let second = try bench.start("run")
            try await second.says("info standing by")
            let third = try bench.start("run")
            try await third.says("standing by")
            third.send(SIGTERM)
            #expect(try await third.end(within: .seconds(60)).code == 0)
            try await bench.abscond(1)
            try await bench.raised(1)
            #expect(
                try await bench.texts("SELECT DISTINCT holder FROM laborwatch.cycles") == [leader])
            first.kill()
            #expect(try await first.end().code == nil)
            try await bench.abscond(2)
            try await second.says("lease taken")
            try await bench.raised(2)
            let follower = try await holder(bench)
            #expect(follower != leader)
            let inhibitors = try await bench.texts("SELECT DISTINCT holder FROM laborwatch.cycles")
            #expect(Set(inhibitors) == [leader, follower])
            try await eventually("the alert in the file") {
                try bench.lines().contains { $0["subject"]["id"].text == "2" }
            }
            let status = try await bench.laborwatch("status")
            #expect(status.output.contains(follower))
            second.send(SIGTERM)
            #expect(try await second.end(within: .seconds(60)).code == 0)
        }
    }
}

extension Bench {
    /// Makes whoever inserts into a table of the store wait, once so many cycles are on record.
    fileprivate func halt(at table: String, after cycles: Int) async throws {
        try await run(
            """
            SELECT pg_advisory_lock(1);
            CREATE FUNCTION public.halt() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT count(*) FROM laborwatch.cycle) >= \(cycles) THEN
                    PERFORM pg_advisory_xact_lock(1);
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER halt BEFORE INSERT ON laborwatch.\(table)
                FOR EACH ROW EXECUTE FUNCTION public.halt();
            """)
    }

    /// Waits until somebody waits there.
    fileprivate func halted() async throws {
        try await waitUntilLockIsAwaited()
    }

    /// Ends what still waits for a dead daemon, and lets time pass: what that held falls free. Its
    /// statement must not be let go, for the server would carry it out without anybody asking.
    fileprivate func letGo(of table: String) async throws {
        try await run(
            """
            SELECT pg_terminate_backend(pid)
              FROM pg_locks JOIN pg_database d ON d.oid = database
             WHERE locktype = 'advisory' AND NOT granted AND datname = current_database();
            SELECT pg_advisory_unlock(1)
            """)
        try await run(
            """
            DROP TRIGGER halt ON laborwatch.\(table);
            DROP FUNCTION public.halt();
            UPDATE laborwatch.delivery SET locked_until = now() WHERE locked_until IS NOT NULL;
            UPDATE laborwatch.lease SET expires_at = now();
            """)
    }
}
