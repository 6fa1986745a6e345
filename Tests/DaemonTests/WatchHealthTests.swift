import Alerting
import Daemon
import Deliver
import Foundation
import Labor
import LaborRules
import Postgres
import Store
import Support
import Testing

/// What a watch says of itself, with its whole assembly, by clocks that the test moves.
@Suite(.timeLimit(.minutes(20))) struct WatchHealthTests {
    /// A configuration with limits that are reached before the clocks lie too far apart: the store's
    /// clock does not move with ours.
    private static func configure(
        _ bench: Bench, _ lines: String = "", limits: [String: (String, String)],
        source: String? = nil
    ) throws -> Components {
        for (rule, (old, new)) in limits {
            let file = try #require(RuleFiles.all.first { $0.name == "rules/\(rule).yaml" })
            let text = String(decoding: file.bytes, as: UTF8.self)
            try #require(text.contains(old))
            try bench.scratch.write("rules/\(rule).yaml", text.replacing(old, with: new))
        }
        return try bench.components(
            """
            rules: {directory: \(bench.scratch.path)/rules, disabled: [system.clock]}
            \(lines)
            """, source: source)
    }

    /// Runs a watch while the body has its way with it.
    private func withWatch(
        _ components: Components, _ time: ManualTime, _ body: () async throws -> Void
    ) async throws {
        let assembly = try await Assembly(
            components, replay: nil, manager: ServiceManager(environment: [:]),
            logger: silent,
            time: time.timekeeper)
        let stop = Latch()
        async let ending = assembly.watch.run(until: stop)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        stop.open()
        #expect(try await ending == .stopped)
        try await assembly.close()
        try result.get()
    }

    /// Lets time pass until something holds, at most the 300 s that clocks may differ.
    private func pass(
        _ time: ManualTime, until what: String, whenAsleep count: Int,
        _ holds: () async throws -> Bool
    ) async throws {
        try await eventually(what) {
            if try await holds() { return true }
            if time.passed < 290 { time.pass(2, whenAsleep: count) }
            return false
        }
    }

    /// How the source fails, and what is told of it.
    struct Failing: Sendable, CustomTestStringConvertible {
        var rule: String
        var isShut: Bool
        var testDescription: String { rule }
    }

    @Test(arguments: [
        Failing(rule: "system.evaluation", isShut: false),
        Failing(rule: "system.source_unreachable", isShut: true),
    ])
    func `the loop tells of itself while cycles fail, and of the end`(_ failing: Failing)
        async throws
    {
        try await withBench { source in
            try await source.settle(from: "2025-06", through: "2026-04")
            try await withBench { bench in
                let components = try WatchHealthTests.configure(
                    bench, limits: [failing.rule: ("minutes: 10\n", "minutes: 1\n")],
                    source: source.dsn)
                let time = ManualTime()
                try await withWatch(components, time) {
                    try await eventually("a cycle") {
                        try await bench.number("SELECT count(*) FROM laborwatch.cycles") > 0
                    }
                    if failing.isShut {
                        try await bench.shut(source.database, true)
                    } else {
                        try await source.run("ALTER TABLE labor.report RENAME TO report_away")
                    }
                    func said() async throws -> [String] {
                        try await bench.texts(
                            """
                            SELECT e.what || ' ' || e.to_tier FROM laborwatch.alert_events e
                             WHERE e.rule = '\(failing.rule)' ORDER BY e.sequence
                            """)
                    }
                    // One task renews the lease, the other is the loop.
                    try await pass(time, until: "the alert", whenAsleep: 2) {
                        try await said() == ["raised yellow"]
                    }
                    #expect(time.passed >= 60)
                    if failing.isShut {
                        try await bench.shut(source.database, false)
                    } else {
                        try await source.run("ALTER TABLE labor.report_away RENAME TO report")
                    }
                    try await pass(time, until: "its end", whenAsleep: 2) {
                        try await said() == ["raised yellow", "resolved yellow"]
                    }
                }
            }
        }
    }

    /// Receivers that want the notice, one that does not, and one that is not there.
    private func outageWorkshop(_ bench: Bench, _ hook: Hook) throws -> Components {
        let folder = bench.scratch.path
        let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()
        return try WatchHealthTests.configure(
            bench,
            """
            receivers:
              - name: bureau
                type: webhook
                url: "http://127.0.0.1:\(hook.port)/hook"
                secret_file: \(try bench.scratch.write("secret", secret))
                kinds: [system]
              - {name: file, type: file, directory: \(folder)/alerts}
              - {name: red, type: file, directory: \(folder)/red, tiers: [red]}
              - {name: dead, type: webhook, url: "http://127.0.0.1:9/", \
                 secret_file: \(folder)/secret, fallback: spare}
              - {name: spare, type: file, directory: \(folder)/spare, tiers: [red]}
            """, limits: ["system.store": ("minutes: 5\n", "minutes: 1\n")])
    }

    /// The history has the outage that a notice told, with its length and who was told.
    private func expectEntry(
        of notice: JSONValue, in bench: Bench, before passed: Double
    ) async throws {
        let alert = notice["alert_id"].text
        let entry = try await bench.texts(
            """
            SELECT concat_ws(' ', alert_id, evidence->'marks'->>'told',
                       evidence->'marks'->>'untold', evidence->'marks'->>'record')
              FROM laborwatch.alerts WHERE rule = 'system.store'
            """)
        #expect(entry == ["\(alert) bureau,file,spare dead"])
        let length = try await bench.number(
            """
            SELECT extract(epoch FROM resolved_at - first_raised_at)::bigint
              FROM laborwatch.alerts WHERE rule = 'system.store'
            """)
        #expect(length >= 120 && Double(length) <= passed)
        let raised = try await bench.texts(
            """
            SELECT event_id::text FROM laborwatch.alert_events
             WHERE alert_id = '\(alert)' AND what = 'raised'
            """)
        #expect(raised == [notice["event_id"].text])
    }

    @Test func `an outage of the store is told past it once, and entered when it is back`()
        async throws
    {
        try await withBench { admin in
            try await withBench { bench in
                try await bench.settle(from: "2025-06", through: "2026-04")
                let hook = try Hook()
                let components = try outageWorkshop(bench, hook)
                func lines(_ folder: String) throws -> [JSONValue] {
                    try bench.lines(in: folder).filter { $0["rule"].text == "system.store" }
                }
                func hooked() -> [JSONValue] {
                    hook.documents.filter { $0["rule"].text == "system.store" }
                }
                let time = ManualTime()
                try await hook.open {
                    try await withWatch(components, time) {
                        try await eventually("a cycle") {
                            try await bench.number("SELECT count(*) FROM laborwatch.cycles") > 0
                        }
                        try await admin.shut(bench.database, true)
                        try await pass(time, until: "the notices", whenAsleep: 1) {
                            try hooked().count == 1 && lines("spare").count == 1
                        }
                        let since = time.passed
                        try await pass(time, until: "a minute more", whenAsleep: 1) {
                            time.passed >= since + 60
                        }
                        #expect(hooked().count == 1)
                        #expect(try lines("alerts").count == 1)
                        #expect(try lines("red").isEmpty)
                        let notice = try #require(try lines("alerts").first)
                        #expect(notice["title"].text.hasPrefix("【未入库】预警库中断1分钟"))
                        #expect(notice["evidence"]["marks"]["record"].text == "unrecorded")
                        #expect(notice["summary"].text.contains("本通知未入库"))
                        try await admin.shut(bench.database, false)
                        let again = try await Bench.reopened(bench)
                        try await pass(time, until: "the entry", whenAsleep: 1) {
                            try await again.number(
                                """
                                SELECT count(*) FROM laborwatch.alerts
                                 WHERE rule = 'system.store' AND state = 'resolved'
                                """) == 1
                        }
                        let alert = notice["alert_id"].text
                        try await expectEntry(of: notice, in: again, before: time.passed)
                        try await pass(time, until: "the end at the receivers", whenAsleep: 1) {
                            try lines("alerts").contains {
                                $0["alert_id"].text == alert && $0["what"].text == "resolved"
                            }
                        }
                        await again.sql.close()
                    }
                }
            }
        }
    }

    @Test(arguments: [(Int64(-400), "clock_behind"), (400, "clock_ahead")])
    func `clocks too far apart are told by the store's clock, and nothing is evaluated`(
        ahead: Int64, mark: String
    ) async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.abscond(1)
            let components = try bench.components()
            try await withWatch(components, ManualTime(ahead: ahead)) {
                try await eventually("the alert in the file") {
                    try bench.lines().contains { $0["rule"].text == "system.clock" }
                }
            }
            let said = try await bench.texts(
                """
                SELECT concat_ws(' ', what, to_tier, evidence->'marks'->>'clock',
                           abs(extract(epoch FROM at - now())) < 100)
                  FROM laborwatch.alert_events
                """)
            #expect(said == ["raised orange \(mark) t"])
        }
    }
}
