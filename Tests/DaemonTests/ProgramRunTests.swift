import Foundation
import Glibc
import Labor
import Support
import Testing

/// The daemon as a process: how it ends, how it takes a new configuration, what survives a kill.
struct ProgramRunTests {
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
            let outcome = try await daemon.end(within: .seconds(10))
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try await holder(bench) == "")
            // What was raised was told before the end, or will be at the next start.
            let pending = try await bench.number(
                "SELECT count(*) FROM laborwatch.deliveries WHERE state = 'pending'")
            let known = try await eventIDs(bench).count
            #expect(try fileIDs(bench).count + pending == known)
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
                Set(try bench.lines(in: folder).map { $0["subject"]["id"].text })
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
            #expect(try await daemon.end(within: .seconds(10)).code == 0)
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
            #expect(try await daemon.end(within: .seconds(10)).code == 0)
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
                try await eventually("everything at the webhook") {
                    known.isSubset(of: hook.events)
                }
            }
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: .seconds(10)).code == 0)
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
                for days in [3, 7] {
                    let daemon = try Running(arguments + config, in: bench.scratch)
                    try await eventually("\(days) days") {
                        try await bench.number("SELECT count(*) FROM laborwatch.cycles") >= days
                    }
                    daemon.kill()
                    #expect(try await daemon.end().code == nil)
                    // Time goes by: what the dead one held falls free.
                    try await bench.run(
                        """
                        UPDATE laborwatch.delivery SET locked_until = now()
                         WHERE locked_until IS NOT NULL;
                        UPDATE laborwatch.lease SET expires_at = now();
                        """)
                }
                let last = try await Program.run(arguments + config, in: bench.scratch)
                #expect(last.code == 0, "\(last.errors)")
                #expect(try await undisturbed.end().code == 0)
                let said = try await eventIDs(bench)
                #expect(said.count > 20)
                #expect(said == (try await eventIDs(calm)))
                #expect(try fileIDs(bench) == Set(said))
                #expect(try fileIDs(calm) == Set(said))
                #expect(
                    try await bench.number("SELECT count(DISTINCT as_of) FROM laborwatch.cycles")
                        == (try await bench.number("SELECT count(*) FROM laborwatch.cycles")))
            }
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
            try await second.says("standing by")
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
            #expect(
                try await bench.texts(
                    "SELECT DISTINCT holder FROM laborwatch.cycles ORDER BY 1")
                    == [leader, follower].sorted())
            try await eventually("the alert in the file") {
                try bench.lines().contains { $0["subject"]["id"].text == "2" }
            }
            let status = try await bench.laborwatch("status")
            #expect(status.output.contains(follower))
            second.send(SIGTERM)
            #expect(try await second.end(within: .seconds(10)).code == 0)
        }
    }
}
