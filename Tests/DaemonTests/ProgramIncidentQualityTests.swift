import Alerting
import Daemon
import Foundation
import Labor
import Support
import Testing
import Verbs

/// What is counted of incidents, and the documents that receivers get.
@Suite(.timeLimit(.minutes(20))) struct ProgramIncidentQualityTests {
    @Test func `the quality of incidents is counted by kind, tier, section and size`() async throws
    {
        try await withBench { bench in
            let incidents = try await bench.openIncidents(4)
            try await bench.run(
                """
                UPDATE labor.enterprise SET size_class = '中型' WHERE enterprise_id <= 2;
                UPDATE laborwatch.alert
                   SET incident = jsonb_set(incident, '{record_only}', 'true')
                 WHERE alert_id = '\(incidents[3])';
                UPDATE laborwatch.alert SET first_raised_at = first_raised_at - interval '40 days'
                 WHERE alert_id = '\(incidents[0])';
                INSERT INTO labor.event (enterprise_id, kind, persons, occurred_on)
                SELECT n, 'closure', 40, (now() AT TIME ZONE 'Asia/Shanghai')::date
                  FROM unnest(ARRAY[1, 5]) AS n;
                """)
            for (incident, verdict) in zip(incidents, ["confirmed", "false_alarm"]) {
                #expect(try await bench.incidents(["verdict", incident, verdict]).code == 0)
            }
            #expect(try await bench.incidents(["ack", incidents[0], incidents[1]]).code == 0)
            let outcome = try await bench.laborwatch(
                "status", "--quality", "--format", "json", "--lang", "en")
            #expect(outcome.code == 0, "\(outcome.errors)")
            let lines = try JSONValue(line: outcome.output).items
            func row(_ dimension: String, _ value: String) throws -> JSONValue {
                try #require(
                    lines.first { $0["by"].text == dimension && $0["value"].text == value },
                    "no row \(dimension) \(value)")
            }
            for row in [try row("kind", "wage_arrears"), try row("industry", "E")] {
                #expect(row["told"] == 3)
                #expect(row["record_only"] == 1)
                #expect(row["judged"] == 2)
                #expect(row["verdict_false_alarm"] == 1)
                #expect(row["precision"] == .double(0.5))
                // Wilson, 1 of 2.
                #expect(row["precision_low"] == .double(0.0945))
                #expect(row["precision_high"] == .double(0.9055))
                // The median of 40 days and of some seconds.
                #expect(row["median_days_to_answer"].number == 20)
                #expect(row["median_days_to_verdict"].number == 20)
            }
            #expect(try row("industry", "E")["name"] == "建筑业")
            #expect(try row("size", "中型")["told"] == 2)
            // The three owners who absconded without an earlier incident, and one closure of two.
            #expect(try row("kind", "wage_arrears")["missed"] == 3)
            #expect(try row("kind", "layoff")["missed"] == 1)
            #expect(try row("size", "中型")["missed"] == 1)
            let tiers = lines.filter { $0["by"] == "tier" }
            // Each incident has one highest tier.
            #expect(
                tiers.compactMap { $0["told"].number }.reduce(0, +)
                    == (try await bench.number(
                        "SELECT count(*) FROM laborwatch.incidents WHERE NOT record_only")))
            #expect(tiers.allSatisfy { $0["missed"] == .null })
        }
    }

    @Test func `a table of the quality is chosen by --by, and does without the source`()
        async throws
    {
        try await withBench { bench in
            _ = try await bench.openIncidents(1)
            let csv = try await bench.laborwatch("status", "--quality", "--format", "csv")
            #expect(csv.output.hasPrefix("rule,raised,open,"))
            let sizes = try await bench.laborwatch(
                "status", "--quality", "--by", "size", "--format", "csv")
            #expect(sizes.output.hasPrefix("by,value,name,told,record_only,"))
            let both = try await bench.laborwatch(
                "status", "--quality", "--by", "size", "--by", "rule", "--format", "csv")
            #expect(both.code == 2)
            let other = try bench.configure(
                "language: en", as: "other.yaml", source: "host=/nonexistent dbname=none")
            let away = try await bench.laborwatch("status", "--quality", config: other)
            #expect(away.code == 0, "\(away.errors)")
            #expect(away.output.contains("no size classes and no missed events"))
        }
    }

    @Test func `the documents of incidents are as their schema says`() async throws {
        try await withBench { bench in
            let incidents = try await bench.openIncidents(2)
            #expect(try await bench.incidents(["ack", incidents[0]]).code == 0)
            #expect(try await bench.incidents(["resolve", incidents[1]]).code == 0)
            let sent = try await bench.laborwatch("evaluate", "--full")
            #expect(sent.code == 0, "\(sent.errors)")
            let schema = JSONSchema(
                try JSONValue(
                    line: String(
                        contentsOf: ConfigurationDocumentationTests.root.appendingPathComponent(
                            "docs/incident.schema.json"), encoding: .utf8)))
            let documents = try bench.lines(of: "incidents").filter {
                $0["schema"] == "laborwatch.incident/1"
            }
            #expect(
                Set(documents.map { $0["what"].text }).isSuperset(
                    of: ["opened", "acknowledged", "resolved"]))
            for document in documents {
                #expect(schema.faults(document) == [], "\(document)")
            }
            let page = try String(
                contentsOf: ConfigurationDocumentationTests.root.appendingPathComponent(
                    "docs/incidents.md"), encoding: .utf8)
            let example = try #require(
                page.components(separatedBy: "```json\n").dropFirst().first)
            #expect(
                schema.faults(
                    try JSONValue(line: example.components(separatedBy: "```")[0])) == [])
            // A schema that everything fits would show nothing.
            guard case .object(var broken) = try #require(documents.first) else { return }
            broken["tier"] = "green"
            broken["subject"] = nil
            #expect(schema.faults(.object(broken)).count == 2)
        }
    }
}
