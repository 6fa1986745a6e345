import Alerting
import Daemon
import Foundation
import Labor
import Support
import Testing
import Verbs

/// What people see of incidents, and how they answer them.
@Suite(.timeLimit(.minutes(20))) struct ProgramIncidentTests {
    @Test func `the list shows each thing once, with its kinds and the number of its alerts`()
        async throws
    {
        try await withBench { bench in
            let incidents = try await bench.openIncidents(3)
            let listed = try await bench.incidentRows("list", "--kind", "wage_arrears")
            #expect(Set(listed.map { $0["incident_id"].text }) == Set(incidents))
            for row in listed {
                let alerts = try await bench.number(
                    """
                    SELECT count(*) FROM laborwatch.alerts
                     WHERE incident_id = '\(row["incident_id"].text)'
                    """)
                #expect(row["alerts"].number == alerts)
                #expect(alerts > 1)
                #expect(row["kinds"].text.contains("wage_arrears"))
                #expect(row["title"].text.isEmpty == false)
            }
            let county = try await bench.incidentRows(
                "list", "--region", "540103", "--state", "open", "--kind", "欠薪")
            #expect(county.map { $0["subject"].text } == ["enterprise:2"])
            let few = try await bench.incidents(["list", "--limit", "1", "--lang", "zh-CN"])
            #expect(few.output.contains("拖欠工资"))
            #expect(few.output.contains("用 --limit 显示更多"))
            let wrong = try await bench.incidents(["list", "--state", "opn"])
            #expect(wrong.code == 2)
            // The list of alerts names the incident of each.
            let alerts = try await bench.laborwatch(
                "alerts", "list", "--rule", "wage.absconding", "--format", "jsonl")
            let named = try alerts.lines.map { try JSONValue(line: $0)["incident_id"].text }
            #expect(Set(named) == Set(incidents))
        }
    }

    @Test func `what is on record only is listed on request, and is never overdue`() async throws {
        try await withBench { bench in
            let incidents = try await bench.openIncidents(2)
            try await bench.run(
                """
                UPDATE laborwatch.alert SET next_clock_at = now() - interval '1 hour'
                 WHERE rule = 'incident';
                """)
            let due = try await bench.incidentRows("overdue")
            #expect(
                Set(due.filter { $0["cause"] == "unanswered" }.map { $0["incident_id"].text })
                    .isSuperset(of: incidents))
            try await bench.run(
                """
                UPDATE laborwatch.alert
                   SET incident = jsonb_set(incident, '{record_only}', 'true')
                 WHERE alert_id = '\(incidents[1])';
                """)
            let told = try await bench.incidentRows("list").map { $0["incident_id"].text }
            #expect(told.contains(incidents[0]))
            #expect(!told.contains(incidents[1]))
            let record = try await bench.incidentRows("list", "--record").map {
                $0["incident_id"].text
            }
            #expect(record == [incidents[1]])
            let still = try await bench.incidentRows("overdue").map { $0["incident_id"].text }
            #expect(still.contains(incidents[0]))
            #expect(!still.contains(incidents[1]))
            let shown = try await bench.incidents(["show", incidents[1]])
            #expect(shown.output.contains("to verify; nobody is told"))
        }
    }

    @Test func `show prints events and alerts, by the id of the incident or of an alert`()
        async throws
    {
        try await withBench { bench in
            let incident = try #require(try await bench.openIncidents(1).first)
            let alerts = try await bench.texts(
                "SELECT alert_id::text FROM laborwatch.alerts WHERE incident_id = '\(incident)'")
            let shown = try await bench.incidents(["show", String(incident.prefix(13))])
            #expect(shown.code == 0, "\(shown.errors)")
            for words in alerts + [incident, "opened", "wage.absconding", "who was told"] {
                #expect(shown.output.contains(words), "\(words)")
            }
            let byAlert = try await bench.incidents(["show", try #require(alerts.last)])
            #expect(byAlert.output == shown.output)
            let lines = try await bench.incidentRows("show", incident)
            #expect(lines.first?["schema"] == "laborwatch.incident/1")
            #expect(lines.first?["what"] == "opened")
            #expect(
                Set(lines.map { $0["rule"].text }.filter { !$0.isEmpty }).contains(
                    "wage.absconding"))
            let alert = try await bench.laborwatch("alerts", "show", alerts[0])
            #expect(
                alert.lines.contains { $0.hasPrefix("incident") && $0.contains(incident) })
            let chinese = try await bench.incidents(["show", incident, "--lang", "zh-CN"])
            #expect(chinese.output.contains("新发事件"))
            let absent = try await bench.incidents(["show", "00000000"])
            #expect(absent.code == 1)
        }
    }

    @Test func `explain gives the reasons of each alert, and ends as the alerts' explanation does`()
        async throws
    {
        try await withBench { bench in
            let incident = try #require(try await bench.openIncidents(1).first)
            let said = try await bench.incidents(["explain", incident])
            #expect(said.code == 0, "\(said.errors)")
            #expect(said.output.contains("re-computed: agrees"))
            #expect(said.output.contains("source  "))
            #expect(said.output.contains("── incident ──"))
            let alerts = try await bench.number(
                "SELECT count(*) FROM laborwatch.alerts WHERE incident_id = '\(incident)'")
            #expect(said.output.contains("── alert \(alerts)/\(alerts) ──"))
            let line = try #require(try await bench.incidentRows("explain", incident).first)
            #expect(line["schema"] == "laborwatch.incident_explanation/1")
            #expect(line["alerts"].items.count == alerts)
            #expect(line["event"]["schema"] == "laborwatch.incident/1")
            #expect(!line["deliveries"].items.isEmpty)
            let one = try await bench.incidents(["explain", incident, "--limit", "1"])
            #expect(one.output.contains("1 of \(alerts) alerts explained"))
            let table = try await bench.incidents(["explain", incident, "--format", "csv"])
            #expect(table.code == 2)
            try await bench.run("UPDATE labor.event SET persons = 90")
            let differs = try await bench.incidents(["explain", incident])
            #expect(differs.code == 1)
            #expect(differs.output.contains("re-computed: disagrees"))
            let other = try bench.configure(
                "language: en", as: "other.yaml", source: "host=/nonexistent dbname=none")
            let away = try await bench.laborwatch("incidents", "explain", incident, config: other)
            #expect(away.code == 3)
            let stored = try await bench.laborwatch(
                "incidents", "explain", incident, "--no-recompute", config: other)
            #expect(stored.code == 0, "\(stored.errors)")
        }
    }

    @Test func `several taken on at one time are one message to people of all counties`()
        async throws
    {
        try await withBench { bench in
            let hook = try Hook()
            let secret = try bench.scratch.write(
                "secret", "whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
            let routing = try bench.scratch.write(
                "routing.yaml",
                """
                route: {receivers: ["*"], group_by: [kind, county], group_wait: 0s, group_interval: 0s}

                """)
            try await hook.open {
                let incidents = try await bench.openIncidents(
                    4,
                    """
                    routing: {file: "\(routing)"}
                    receivers:
                      - {name: people, type: webhook, url: "http://127.0.0.1:\(hook.port)/hook",
                         secret_file: "\(secret)", groups: true}
                    """)
                let alert = try #require(
                    try await bench.texts(
                        """
                        SELECT alert_id::text FROM laborwatch.alerts
                         WHERE incident_id = '\(incidents[2])' LIMIT 1
                        """
                    ).first)
                let done = try await bench.incidents([
                    "ack", incidents[0], incidents[1], alert, incidents[2], "00000000",
                ])
                #expect(done.code == 0, "\(done.errors)")
                #expect(done.output.hasPrefix("3 incidents acknowledged by "))
                #expect(done.errors.contains("warning: not acknowledged: there is no alert"))
                #expect(
                    try await bench.texts(
                        "SELECT state FROM laborwatch.incidents WHERE subject_type = 'enterprise' ORDER BY subject_id"
                    ) == ["acknowledged", "acknowledged", "acknowledged", "firing"])
                #expect(
                    try await bench.number(
                        """
                        SELECT count(*) FROM laborwatch.alerts
                         WHERE incident_id = '\(incidents[0])' AND state <> 'acknowledged'
                        """) == 0)
                let sent = try await bench.laborwatch("evaluate")
                #expect(sent.code == 0, "\(sent.errors)")
                #expect(try await messages("raised", bench) == ["4 in 2"])
                #expect(try await messages("acknowledged", bench) == ["3 in 1"])
                let again = try await bench.incidents(["ack", incidents[0]])
                #expect(again.code == 1)
                #expect(again.errors.contains("incident \(incidents[0]) is acknowledged already"))
            }
        }
    }

    /// How many deliveries of a type of event the people got, and in how many messages.
    private func messages(_ what: String, _ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT count(*) || ' in ' || count(DISTINCT message_id)
              FROM laborwatch.deliveries d JOIN laborwatch.episode_events e USING (event_id)
             WHERE d.receiver = 'people' AND d.state = 'delivered' AND e.what = '\(what)'
               AND e.subject ->> 'type' = 'enterprise'
            """)
    }

    @Test func `a filter shows what it would take, and takes it with --yes`() async throws {
        try await withBench { bench in
            let incidents = try await bench.openIncidents(3)
            let states = """
                SELECT state FROM laborwatch.incidents
                 WHERE subject_type = 'enterprise' ORDER BY subject_id
                """
            let preview = try await bench.incidents([
                "resolve", "--region", "540102", "--tier", "red",
            ])
            #expect(preview.code == 0, "\(preview.errors)")
            #expect(preview.output.contains(incidents[0]))
            #expect(!preview.output.contains(incidents[1]))
            #expect(preview.output.contains("2 incidents, nothing is done yet"))
            #expect(try await bench.texts(states) == ["firing", "firing", "firing"])
            let done = try await bench.incidents([
                "resolve", "--region", "540102", "--tier", "red", "--yes",
            ])
            #expect(done.code == 0, "\(done.errors)")
            #expect(try await bench.texts(states) == ["resolved", "firing", "resolved"])
            #expect(
                try await bench.number(
                    """
                    SELECT count(*) FROM laborwatch.alerts
                     WHERE incident_id = '\(incidents[0])' AND state <> 'resolved'
                    """) == 0)
            let none = try await bench.incidents(["ack", "--kind", "indicator", "--yes"])
            #expect(none.output == "(nothing)\n")
            for words in [["ack"], ["ack", incidents[1], "--kind", "layoff"]] {
                let wrong = try await bench.incidents(words)
                #expect(wrong.code == 2, "\(words)")
            }
        }
    }

    @Test func `a verdict and an assignee of an incident are those of all its alerts`() async throws
    {
        try await withBench { bench in
            let incidents = try await bench.openIncidents(2)
            let alert = try #require(
                try await bench.texts(
                    """
                    SELECT alert_id::text FROM laborwatch.alerts
                     WHERE incident_id = '\(incidents[0])' ORDER BY rule LIMIT 1
                    """
                ).first)
            for words in [
                ["verdict", alert, "confirmed", "--note", "seen"],
                ["assign", incidents[0], "监察大队"], ["note", alert, "called the owner"],
            ] {
                let done = try await bench.incidents(words)
                #expect(done.code == 0, "\(done.errors)")
                #expect(done.output.hasPrefix(incidents[0]))
            }
            #expect(
                try await bench.texts(
                    """
                    SELECT DISTINCT concat_ws('|', verdict, verdict_note, assignee)
                      FROM laborwatch.episodes
                     WHERE '\(incidents[0])' IN (alert_id::text, incident_id::text)
                    """) == ["confirmed|seen|监察大队"])
            let shown = try await bench.incidents(["show", incidents[0]])
            #expect(shown.output.contains("called the owner"))
            // By the verbs of alerts it is the same, and they say so.
            let other = try #require(
                try await bench.texts(
                    """
                    SELECT alert_id::text FROM laborwatch.alerts
                     WHERE incident_id = '\(incidents[1])' LIMIT 1
                    """
                ).first)
            let judged = try await bench.laborwatch("alerts", "verdict", other, "false_alarm")
            #expect(judged.output.hasSuffix(", with incident \(incidents[1])\n"))
            let rules = try await bench.laborwatch(
                "status", "--quality", "--by", "rule", "--format", "jsonl")
            for line in try rules.lines.map({ try JSONValue(line: $0) })
            where ["wage.absconding", "event.direct"].contains(line["rule"].text) {
                #expect(line["judged"] == 2)
                #expect(line["precision"] == .double(0.5))
            }
        }
    }
}
