import Alerting
import Daemon
import Foundation
import Labor
import Support
import Testing
import Verbs

/// What a person does to alerts, and what is counted of it.
@Suite(.timeLimit(.minutes(20))) struct ProgramPersonTests {
    /// Enterprises whose owners absconded, one alert each.
    private func raised(_ bench: Bench, _ count: Int) async throws -> [String] {
        try await bench.settle(from: "2026-01", through: "2026-03")
        for enterprise in 1...count { try await bench.abscond(enterprise) }
        try bench.configure("language: en")
        let outcome = try await bench.laborwatch("evaluate")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let alerts = try await bench.texts(
            """
            SELECT alert_id::text FROM laborwatch.alerts
             WHERE rule = 'wage.absconding' ORDER BY subject_id
            """)
        #expect(alerts.count == count)
        return alerts
    }

    @Test func `what a person ended and still stands is raised anew, on the same day too`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2026-01", through: "2026-03")
            try await bench.run(
                """
                INSERT INTO labor.event (enterprise_id, kind, persons, occurred_on, reported_at)
                VALUES (1, 'owner_absconded', 40, '2026-05-10', '2026-05-11 08:00+08');
                """)
            try bench.configure("language: en")
            let states = """
                SELECT state || ' ' || sequence FROM laborwatch.alerts
                 WHERE rule = 'wage.absconding' ORDER BY first_raised_at
                """
            for count in 1...3 {
                let outcome = try await bench.laborwatch(
                    "evaluate", "--full", "--as-of", "2026-05-12")
                #expect(outcome.code == 0, "\(outcome.errors)")
                let ended = Array(repeating: "resolved 2", count: count - 1)
                #expect(try await bench.texts(states) == ended + ["firing 1"])
                let open = try #require(
                    try await bench.texts(
                        """
                        SELECT alert_id::text FROM laborwatch.alerts
                         WHERE rule = 'wage.absconding' AND state = 'firing'
                        """
                    ).first)
                let done = try await bench.laborwatch("alerts", "resolve", open)
                #expect(done.code == 0, "\(done.errors)")
            }
        }
    }

    @Test func `a note has a length that people read`() async throws {
        try await withBench { bench in
            let alert = try #require(try await raised(bench, 1).first)
            let most = String(repeating: "x", count: 16_384)
            #expect(try await bench.laborwatch("alerts", "note", alert, most).code == 0)
            let over = try await bench.laborwatch("alerts", "note", alert, most + "x")
            #expect(over.code == 2)
            #expect(over.errors.contains("16385 bytes"))
        }
    }

    @Test func `show tells when, by whom, in what state, until when and who looks after it`()
        async throws
    {
        try await withBench { bench in
            let alert = try #require(try await raised(bench, 1).first)
            let actor = try await bench.actor(for: "Drolma")
            func shown(_ more: String...) async throws -> String {
                let outcome = try await Program.run(
                    ["alerts", "show", alert, "--config", bench.scratch.path + "/laborwatch.yaml"]
                        + more, in: bench.scratch)
                #expect(outcome.code == 0, "\(outcome.errors)")
                return outcome.output
            }
            let due = try await bench.texts(
                """
                SELECT to_char(next_clock_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS')
                  FROM laborwatch.alerts WHERE alert_id = '\(alert)'
                """)
            let first = try await shown()
            #expect(first.contains(try #require(due.first)))
            #expect(first.contains("laborwatch"))
            for verb in [["ack", alert, "--by", "Drolma"], ["assign", alert, "Tashi"]] {
                let done = try await Program.run(
                    ["alerts"] + verb + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                    in: bench.scratch)
                #expect(done.code == 0, "\(done.errors)")
            }
            let then = try await shown()
            let lines = then.split(separator: "\n").map(String.init)
            #expect(lines.contains { $0.hasPrefix("assignee") && $0.hasSuffix("Tashi") })
            #expect(lines.contains { $0.hasPrefix("answer due") && $0.hasSuffix("—") })
            #expect(
                lines.contains { $0.contains("+08:00") && $0.contains(actor.description) })
            #expect(lines.contains { $0.hasPrefix("state") && $0.contains("acknowledged") })
            #expect(try await shown("--lang", "zh-CN").contains("操作人"))
            #expect(try await shown("--format", "csv").hasPrefix("at,as_of,what,tier,state,actor,"))
        }
    }

    @Test func `a list says how many it leaves out, and an empty one that it is empty`()
        async throws
    {
        try await withBench { bench in
            _ = try await raised(bench, 3)
            let all = try await bench.number("SELECT count(*) FROM laborwatch.alerts")
            let few = try await bench.laborwatch("alerts", "list", "--limit", "2")
            #expect(few.output.hasSuffix("\n2 of \(all) shown: see more with --limit\n"))
            let deliveries = try await bench.number("SELECT count(*) FROM laborwatch.deliveries")
            let sent = try await bench.laborwatch("deliveries", "list", "--limit", "1")
            #expect(
                sent.output.hasSuffix("\n1 of \(deliveries) shown: see more with --limit\n"))
            let csv = try await bench.laborwatch(
                "alerts", "list", "--limit", "2", "--format", "csv")
            #expect(csv.errors == "2 of \(all) shown: see more with --limit\n")
            #expect(!csv.output.contains("shown"))
            let none = try await bench.laborwatch("alerts", "list", "--kind", "indicator")
            #expect(none.output == "(nothing)\n")
            let wrong = try await bench.laborwatch("alerts", "ack", "zzzz")
            #expect(wrong.code == 2)
            #expect(wrong.errors.contains("not the beginning of an alert's id"))
            let quality = try await bench.laborwatch("status", "--quality")
            #expect(quality.output.contains("negative days to raise: told before the month"))
        }
    }

    @Test(arguments: [("ack", "acknowledged"), ("resolve", "resolved")])
    func `what a person does is an event that receivers are told of`(
        verb: String, state: String
    ) async throws {
        try await withBench { bench in
            let alert = try #require(try await raised(bench, 1).first)
            let done = try await bench.laborwatch("alerts", verb, alert, "--by", "Drolma")
            let actor = try await bench.actor(for: "Drolma")
            #expect(done.output.contains("\(state) by \(actor), with incident "))
            #expect(done.code == 0, "\(done.errors)")
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', to_state, actor, on_behalf_of) FROM laborwatch.alert_events
                     WHERE alert_id = '\(alert)' AND what = '\(state)'
                    """) == ["\(state) \(actor.account) \(actor.onBehalfOf ?? "")"])
            #expect(
                try await bench.texts(
                    "SELECT state FROM laborwatch.alerts WHERE alert_id = '\(alert)'") == [state])
            #expect(
                try await bench.number(
                    """
                    SELECT count(*) FROM laborwatch.deliveries d
                      JOIN laborwatch.alert_events e USING (event_id)
                     WHERE e.alert_id = '\(alert)' AND e.what = '\(state)' AND d.state = 'pending'
                    """) == 1)
            let again = try await bench.laborwatch("alerts", verb, alert, "--by", "Drolma")
            #expect(again.code == 1)
            #expect(again.errors.contains("is \(state) already"))
            let told = try await bench.laborwatch("evaluate", "--full")
            #expect(told.code == 0, "\(told.errors)")
            let line = try bench.lines().last {
                $0["alert_id"].text == alert && $0["what"].text == state
            }
            #expect(line?["title"].text.isEmpty == false)
        }
    }

    @Test func `nobody acts without a name, or on an alert that is not there`() async throws {
        try await withBench { bench in
            let alert = try #require(try await raised(bench, 1).first)
            let nameless = try await bench.laborwatch("alerts", "ack", alert, "--by", " ")
            #expect(nameless.code == 2)
            let absent = try await bench.laborwatch(
                "alerts", "ack", "00000000", "--by", "Drolma")
            #expect(absent.code == 1)
            #expect(absent.errors.contains("there is no alert"))
        }
    }

    @Test func `who acts is known by the database account, whatever name they give`() async throws {
        try await withBench { bench in
            let alert = try #require(try await raised(bench, 1).first)
            let own = try await bench.actor()
            let other = try await bench.actor(for: "王科长")
            for words in [
                ["note", alert, "called the owner"], ["assign", alert, "监察大队", "--by", "王科长"],
                ["verdict", alert, "confirmed", "--note", "seen"], ["ack", alert],
            ] {
                let done = try await Program.run(
                    ["alerts"] + words + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                    in: bench.scratch)
                #expect(done.code == 0, "\(done.errors)")
            }
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws('|', kind, body, actor, on_behalf_of)
                      FROM laborwatch.alert_notes WHERE alert_id = '\(alert)' ORDER BY note_id
                    """) == [
                        "note|called the owner|\(own.account)|\(own.onBehalfOf ?? "")",
                        "assign|监察大队|\(other.account)|\(other.onBehalfOf ?? "")",
                        "verdict|confirmed: seen|\(own.account)|\(own.onBehalfOf ?? "")",
                    ])
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws('|', state, assignee, verdict, next_clock_at)
                      FROM laborwatch.alerts WHERE alert_id = '\(alert)'
                    """) == ["acknowledged|监察大队|confirmed"])
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws('|', actor, on_behalf_of) FROM laborwatch.alert_events
                     WHERE alert_id = '\(alert)' AND what = 'acknowledged'
                    """) == ["\(own.account)|\(own.onBehalfOf ?? "")"])
            let shown = try await bench.laborwatch("alerts", "show", alert)
            #expect(shown.output.contains("called the owner"))
            let lines = try await bench.laborwatch("alerts", "show", alert, "--format", "jsonl")
                .lines.map { try JSONValue(line: $0) }
            #expect(lines.filter { $0["schema"] == "laborwatch.note/1" }.count == 3)
            let empty = try await bench.laborwatch("alerts", "note", alert, "  ")
            #expect(empty.code == 2)
        }
    }

    @Test func `verdicts are kept with their notes and counted by rule`() async throws {
        try await withBench { bench in
            let alerts = try await raised(bench, 4)
            for (alert, verdict) in zip(alerts, ["confirmed", "false_alarm", "transfer", "none"]) {
                let done = try await bench.laborwatch(
                    "alerts", "verdict", String(alert.prefix(13)), verdict, "--note", "as seen")
                #expect(done.code == 0, "\(done.errors)")
            }
            #expect(
                try await bench.texts(
                    """
                    SELECT coalesce(verdict, '-') || ': ' || verdict_note FROM laborwatch.alerts
                     WHERE rule = 'wage.absconding' ORDER BY subject_id
                    """) == [
                        "confirmed: as seen", "false_alarm: as seen", "transfer: as seen",
                        "-: as seen",
                    ])
            let lines = try await bench.laborwatch("status", "--quality", "--format", "jsonl").lines
                .map { try JSONValue(line: $0) }
            let row = try #require(lines.first { $0["rule"].text == "wage.absconding" })
            #expect(row["raised"] == 4)
            #expect(row["open"] == 4)
            #expect(row["withdrawn"] == 0)
            #expect(row["verdict_confirmed"] == 1)
            #expect(row["verdict_false_alarm"] == 1)
            #expect(row["verdict_transfer"] == 1)
            #expect(row["verdict_seasonal"] == 0)
            #expect(row["precision"] == .double(0.3333))
            #expect(row["median_days_to_end"] == .null)
            let later = try await bench.laborwatch(
                "status", "--quality", "--since", "2199-01-01", "--format", "jsonl")
            #expect(later.code == 0, "\(later.errors)")
            #expect(later.lines == [])
            let wrong = try await bench.laborwatch("alerts", "verdict", alerts[0], "perhaps")
            #expect(wrong.code == 2)
        }
    }

    @Test func `days to raise and to end are medians over the episodes of a rule`() async throws {
        try await withBench { bench in
            let alerts = try await raised(bench, 3)
            for (alert, days) in zip(alerts, [2, 4, 12]) {
                try await bench.run(
                    """
                    UPDATE laborwatch.alert SET started_period = '2026-03-01',
                           first_raised_at = '2026-04-01 00:00+08'::timestamptz
                               + \(days) * interval '1 day'
                     WHERE alert_id = '\(alert)';
                    """)
            }
            try await bench.run(
                """
                UPDATE laborwatch.alert SET state = 'withdrawn',
                       resolved_at = first_raised_at + interval '3 days'
                 WHERE alert_id = '\(alerts[0])';
                """)
            let lines = try await bench.laborwatch("status", "--quality", "--format", "jsonl").lines
                .map { try JSONValue(line: $0) }
            let row = try #require(lines.first { $0["rule"].text == "wage.absconding" })
            #expect(Listing.number(row["median_days_to_raise"]) == 4)
            #expect(Listing.number(row["median_days_to_end"]) == 3)
            #expect(row["withdrawn"] == 1)
            #expect(row["open"] == 2)
            #expect(row["precision"] == .null)
        }
    }
}

extension Listing {
    /// A number of either kind.
    fileprivate static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
