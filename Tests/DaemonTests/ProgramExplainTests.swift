import Alerting
import Daemon
import Foundation
import Labor
import Store
import Support
import Testing
import Verbs

/// What an explanation says of alerts that stand: that the same comes out again, or why it does not.
@Suite(.timeLimit(.minutes(20))) struct ProgramExplainTests {
    /// A county of forty builders with six years of history: five cut a third of their staff in one
    /// month, one owes wages, one falls silent, and unemployment rises.
    private func trouble(_ bench: Bench) async throws {
        try await bench.settle(40, from: "2019-07", through: "2025-09")
        try await bench.run(
            """
            UPDATE labor.report SET headcount = 300 + enterprise_id * 5
                + (enterprise_id * 7 + extract(month FROM period)::int * 13
                   + extract(year FROM period)::int * 5) % 9
                - CASE WHEN enterprise_id BETWEEN 3 AND 7 AND period >= '2025-04-01' THEN 130
                       WHEN enterprise_id = 8 AND period >= '2025-06-01' THEN 60 ELSE 0 END;
            UPDATE labor.report SET wages_paid = 400000
             WHERE enterprise_id = 9 AND period >= '2025-02-01';
            DELETE FROM labor.report WHERE enterprise_id = 12 AND period >= '2025-06-01';
            INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
            SELECT 'surveyed_unemployment_rate', '540000', month,
                   CASE WHEN month >= '2025-05-01' THEN 6.1 ELSE 4.9 END,
                   month + interval '1 month 10 days'
              FROM generate_series('2023-01-01'::date, '2025-09-01', '1 month') AS month;
            """)
        try bench.configure(
            """
            language: en
            receivers:
              - {name: file, type: file, directory: "\(bench.scratch.path)/alerts"}
              - {name: reds, type: file, directory: "\(bench.scratch.path)/reds", tiers: [red]}
            """)
        let replay = try await bench.laborwatch(
            "run", "--replay-from", "2025-03", "--replay-to", "2025-10")
        #expect(replay.code == 0, "\(replay.errors)")
    }

    /// The id of an alert of a rule, of an enterprise where one is named.
    private func alert(_ bench: Bench, _ rule: String, of id: String? = nil) async throws -> String
    {
        let condition = id.map { " AND subject_id = '\($0)'" } ?? ""
        let found = try await bench.texts(
            """
            SELECT alert_id::text FROM laborwatch.alerts
             WHERE rule = '\(rule)'\(condition) ORDER BY alert_id LIMIT 1
            """)
        return try #require(found.first, "no alert of \(rule)")
    }

    @Test func `every event of every rule comes out again`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            let components = try Components(
                path: bench.scratch.path + "/laborwatch.yaml", environment: [:])
            let store = try await components.store()
            var agreed: [String: Int] = [:]
            for id in try await bench.texts("SELECT alert_id::text FROM laborwatch.alerts") {
                for notice in try await store.alert(id).notices {
                    let event = notice.event
                    let answer = try await AlertVerbs(components).explain(
                        .init(id, event: event.id, format: .json, language: .english))
                    let said = try JSONValue(line: answer.text)["recomputed"]
                    let isCarried = event.reason == .reminderDue
                    #expect(
                        said["result"].text == (isCarried ? "not_applicable" : "agrees"),
                        "\(event.rule) \(event.what) \(event.asOf): \(said)")
                    #expect(answer.failure == nil)
                    if !isCarried { agreed[event.rule.rawValue, default: 0] += 1 }
                }
            }
            await store.close()
            for rule in [
                "layoff.statutory", "layoff.trend", "layoff.silence", "wage.arrears",
                "mass.excess", "mass.cluster", "mass.scan", "indicator.target", "report.missing",
            ] {
                #expect(agreed[rule] ?? 0 > 0, "\(rule) said nothing")
            }
        }
    }

    @Test func `an explanation tells the whole chain in both languages`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            let id = try await alert(bench, "layoff.trend", of: "3")
            let note = try await bench.laborwatch(
                "alerts", "verdict", id, "confirmed", "--note", "seen on the spot")
            #expect(note.code == 0, "\(note.errors)")
            let english = try await bench.laborwatch("alerts", "explain", id)
            #expect(english.code == 0, "\(english.errors)")
            for words in [
                "value ", " → expected ", " → scale ", " → p ", " → threshold ", "source  ",
                "re-computed: agrees", "█", "▓", "rows used", "threshold_crossed: ",
                "  file      told",
                "  reds      not told  tier_not_wanted  the receiver does not want",
                "  root\n", "→ file: delivered, 1 try ",
                "→ reds: suppressed", "confirmed  seen on the spot",
            ] {
                #expect(english.output.contains(words), "\(words)")
            }
            let chinese = try await bench.laborwatch("alerts", "explain", id, "--lang", "zh-CN")
            for words in [
                "复算：一致", "预期", "离散", "界限", "所用数据", "不通知", "核实结论", "layoff.trend",
                "后期证实", "新发预警", "时间窗  ", "（达到发出界限）", "属实  seen on the spot",
            ] {
                #expect(chinese.output.contains(words), "\(words)")
            }
            let object = try JSONValue(
                line: try await bench.laborwatch("alerts", "explain", id, "--format", "json").output
            )
            #expect(object["schema"].text == "laborwatch.explanation/1")
            #expect(object["verdict_note"].text == "seen on the spot")
            let routed = object["route"].items
            #expect(routed.map { $0["receiver"] } == ["file", "reds"])
            #expect(routed.map { $0["told"] } == [true, false])
            #expect(routed.map { $0["reason"] } == [.null, "tier_not_wanted"])
            #expect(routed.map { $0["route"] } == ["root", "root"])
            let stored = try JSONValue(
                line: try await bench.laborwatch(
                    "alerts", "explain", id, "--no-recompute", "--format", "json"
                ).output)
            #expect(stored["route"].items.map { $0["reason"] } == [.null, "tier_not_wanted"])
            #expect(stored["route"].items.map { $0["route"] } == ["", ""])
            #expect(object["event"]["schema"].text == "laborwatch.alert/1")
            #expect(object["recomputed"]["result"].text == "agrees")
            guard case .array(let series) = object["series"], let staff = series.first,
                case .array(let points) = staff["points"]
            else {
                Issue.record("no series in \(object["series"])")
                return
            }
            #expect(points.count == 18)
            #expect(staff["measure"].text == "headcount")
            let last = try #require(points.last)
            #expect(try real(last, "value") < real(last, "low"))
            let ordinary = points[10]
            #expect(try real(ordinary, "value") > real(ordinary, "low"))
            #expect(try real(ordinary, "value") < real(ordinary, "high"))
        }
    }

    private func real(_ point: JSONValue, _ key: String) throws -> Double {
        switch point[key] {
        case .int(let value): Double(value)
        case .double(let value): value
        default: try #require(nil as Double?, "\(key) of \(point)")
        }
    }

    @Test func `another event is chosen by the beginning of its id`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            let id = try await alert(bench, "mass.excess")
            let events = try await bench.texts(
                """
                SELECT event_id::text FROM laborwatch.alert_events
                 WHERE alert_id = '\(id)' ORDER BY sequence
                """)
            let last = try #require(events.last)
            let chosen = try await bench.laborwatch(
                "alerts", "explain", id, "--event", String(last.prefix(8)))
            #expect(chosen.code == 0, "\(chosen.errors)")
            #expect(chosen.output.contains("why  resolved"))
            let none = try await bench.laborwatch("alerts", "explain", id, "--event", "zz")
            #expect(none.code == 1)
            #expect(none.errors.contains(last))
            let csv = try await bench.laborwatch("alerts", "explain", id, "--format", "csv")
            #expect(csv.code == 2)
        }
    }

    @Test func `a dead letter was not told, and its fallback was`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            let id = try await alert(bench, "layoff.trend", of: "3")
            try await bench.run(
                """
                UPDATE laborwatch.delivery SET state = 'dead', last_error = 'it answered 500'
                 WHERE receiver = 'file';
                UPDATE laborwatch.delivery SET state = 'delivered', reason = 'fallback_of:1'
                 WHERE receiver = 'reds';
                """)
            let text = try await bench.laborwatch("alerts", "explain", id)
            #expect(text.output.contains(/file +not told, given up/))
            #expect(text.output.contains(/reds +told +fallback_of:1/))
            let json = try await bench.laborwatch("alerts", "explain", id, "--format", "json")
            #expect(json.output.contains(/"receiver":"file"[^}]*"told":false/))
            #expect(json.output.contains(/"receiver":"reds"[^}]*"told":true/))
        }
    }

    @Test func `a row that was dated back is found out`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            try await bench.run(
                """
                INSERT INTO labor.report
                    (enterprise_id, period, headcount, wages_due, wages_paid, reported_at)
                SELECT enterprise_id, period, headcount + 25, wages_due, wages_paid,
                       reported_at + interval '1 hour'
                  FROM labor.report
                 WHERE enterprise_id = 3 AND period BETWEEN '2025-02-01' AND '2025-04-01';
                """)
            let layoff = try await bench.laborwatch(
                "alerts", "explain", try await alert(bench, "layoff.statutory", of: "3"))
            #expect(layoff.code == 1)
            #expect(layoff.errors.contains("differ from what was stored"))
            #expect(layoff.output.contains("re-computed: disagrees"))
            #expect(layoff.output.contains("evidence.previous  stored "))
            #expect(
                layoff.output.contains("likely: rows came later that bear an older reported_at"))
            #expect(layoff.output.contains("who was told of this event"))
            let cell = try await bench.laborwatch(
                "alerts", "explain", try await alert(bench, "mass.cluster"), "--format", "json")
            #expect(cell.code == 1)
            let said = try JSONValue(line: cell.output)["recomputed"]
            #expect(said["result"].text == "disagrees")
            guard case .array(let causes) = said["likely"] else {
                Issue.record("no causes in \(said)")
                return
            }
            #expect(causes.map { $0["code"].text }.contains("rows_came"))
            let other = try await bench.laborwatch(
                "alerts", "explain", try await alert(bench, "wage.arrears"))
            #expect(other.code == 0, "\(other.output)")
        }
    }

    @Test func `a rule that was changed or taken out is found out`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            let root = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let text = try String(
                contentsOf: root.appending(path: "alerts/rules/indicator.target.yaml"),
                encoding: .utf8)
            let id = try await alert(bench, "indicator.target")
            let evidence = try await bench.texts(
                """
                SELECT evidence->'threshold'->>'source' FROM laborwatch.alert_events
                 WHERE alert_id = '\(id)' LIMIT 1
                """)
            let source = try #require(evidence.first)
            try #require(text.contains(source))
            try bench.scratch.write(
                "rules/indicator.target.yaml", text.replacing(source, with: "自定：另一出处"))
            let changed = try bench.configure(
                "rules: {directory: \(bench.scratch.path)/rules}", as: "changed.yaml")
            let other = try await bench.laborwatch("alerts", "explain", id, config: changed)
            #expect(other.code == 1)
            #expect(other.output.contains("可能原因: 此后规则的阈值已修改"), "\(other.output)")
            #expect(other.output.contains("evidence.threshold.source"))
            let without = try bench.configure(
                "rules: {disabled: [indicator.target]}\nlanguage: en", as: "without.yaml")
            let gone = try await bench.laborwatch("alerts", "explain", id, config: without)
            #expect(gone.code == 1)
            #expect(gone.output.contains("taken out of the catalogue"))
        }
    }

    @Test func `a source out of reach leaves what was stored`() async throws {
        try await withBench { bench in
            try await trouble(bench)
            let id = try await alert(bench, "layoff.trend", of: "8")
            let lost = try bench.scratch.write(
                "lost.yaml",
                """
                source: {dsn: "host=\(bench.scratch.path) dbname=none"}
                store: {dsn: "\(bench.dsn)"}
                state_directory: \(bench.scratch.path)
                language: en
                """)
            let blind = try await bench.laborwatch("alerts", "explain", id, config: lost)
            #expect(blind.code == 3)
            #expect(blind.output.contains("re-computed: the source cannot be read"))
            #expect(blind.output.contains("rows used"))
            #expect(blind.output.contains("█"))
            #expect(blind.errors.contains("--no-recompute"))
            let asked = try await bench.laborwatch(
                "alerts", "explain", id, "--no-recompute", config: lost)
            #expect(asked.code == 0, "\(asked.errors)")
            #expect(asked.output.contains("re-computed: not asked for"))
        }
    }
}
