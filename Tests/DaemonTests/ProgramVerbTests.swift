import Foundation
import Labor
import Postgres
import Support
import Testing

/// What the verbs print, run as an operator runs them.
@Suite(.timeLimit(.minutes(20))) struct ProgramVerbTests {
    /// Two looks at a year and a half of history, delivered to a file.
    private func lived(_ bench: Bench) async throws {
        try await bench.live()
        try bench.configure("language: en")
        for day in ["2025-05-31", "2025-12-31"] {
            let outcome = try await bench.laborwatch("evaluate", "--as-of", day)
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
    }

    private func jsonl(_ outcome: Program.Outcome) throws -> [JSONValue] {
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.lines.map { try JSONValue(line: $0) }
    }

    @Test func `migrate makes both schemas, and again finds nothing to do`() async throws {
        try await withDatabase { dsn in
            let scratch = try Scratch()
            let environment = ["LABORWATCH_SOURCE_DSN": dsn]
            let first = try await Program.run(["migrate"], in: scratch, environment: environment)
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.lines.count == 2)
            #expect(first.output.contains("schema labor: applied"))
            #expect(first.output.contains("schema laborwatch: applied"))
            let second = try await Program.run(["migrate"], in: scratch, environment: environment)
            #expect(second.code == 0, "\(second.errors)")
            #expect(second.lines.count == 2)
            #expect(second.lines.allSatisfy { $0.hasSuffix("nothing to do") }, "\(second.output)")
            let status = try await Program.run(["status"], in: scratch, environment: environment)
            #expect(status.code == 0, "\(status.errors)")
        }
    }

    @Test func `migrate can leave the bureau's own tables alone`() async throws {
        try await withDatabase { dsn in
            let outcome = try await Program.run(
                ["migrate", "--store-only"], in: Scratch(),
                environment: ["LABORWATCH_STORE_DSN": dsn])
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.lines.count == 1)
        }
    }

    @Test func `check tells rules and receivers, and asks the databases on request`() async throws {
        try await withBench { bench in
            try bench.configure()
            let plain = try await bench.laborwatch("check")
            #expect(plain.code == 0, "\(plain.errors)")
            #expect(plain.lines.contains("configuration: ok"))
            #expect(plain.output.contains("receiver file: file in \(bench.scratch.path)/alerts"))
            let connected = try await bench.laborwatch("check", "--connect")
            #expect(connected.code == 0, "\(connected.errors)")
            #expect(connected.lines.contains("store: schema laborwatch is current"))
        }
    }

    @Test func `source check names every column, also those of the bureau's own view`() async throws
    {
        try await withBench { bench in
            try await bench.run(
                """
                CREATE VIEW public.monthly AS
                SELECT enterprise_id, period, headcount::bigint AS headcount, reported_at
                  FROM labor.report
                """)
            try bench.configure("")
            let path = try bench.scratch.write(
                "mapped.yaml",
                "source: {dsn: \"\(bench.dsn)\", maps: {report: public.monthly}}\n")
            let rows = try jsonl(
                try await bench.laborwatch("source", "check", "--format", "jsonl", config: path))
            func note(_ column: String) -> String {
                rows.first {
                    $0["relation"].text == "public.monthly" && $0["column"].text == column
                }?["note"].text ?? ""
            }
            #expect(note("period") == "ok")
            #expect(note("headcount") == "converted to integer")
            #expect(note("wages_paid").hasPrefix("not there"))
            #expect(note("changed_xid").hasPrefix("not there"))
            #expect(rows.contains { $0["relation"].text == "labor.event" })
        }
    }

    @Test func `status ranks enterprises by risk with the points of every sign`() async throws {
        try await withBench { bench in
            try await bench.live()
            try await bench.run(
                """
                INSERT INTO labor.region (code, name, parent_code) VALUES
                    ('540103', '堆龙德庆区', '540000');
                UPDATE labor.enterprise SET region_code = '540103' WHERE enterprise_id = 2;
                """)
            try bench.configure("language: en")
            let ask = ["status", "--risk", "--as-of", "2025-08-31"]
            func asked(_ more: [String]) async throws -> Program.Outcome {
                let path = bench.scratch.path + "/laborwatch.yaml"
                return try await Program.run(
                    ask + more + ["--config", path], in: bench.scratch)
            }
            func rows(_ more: [String] = []) async throws -> [JSONValue] {
                try jsonl(try await asked(more + ["--format", "jsonl"]))
            }
            let all = try await rows()
            #expect((13...20).contains(all.count))
            #expect(all.map { $0["rank"] } == (1...Int64(all.count)).map { .int($0) })
            // Four fifths of five months' pay are owed; that brings all the points of arrears.
            let owing = try #require(all.first { $0["enterprise_id"] == "2" })
            #expect(owing["arrears_points"] == 25)
            #expect(owing["arrears_months"] == 4)
            #expect(owing["score"] == 25)
            #expect(owing["contributions_points"] == 0)
            #expect(owing["staff"] == 400)
            let few = try await rows(["--top", "3"])
            #expect(few == Array(all.prefix(3)))
            let cut = try await asked(["--top", "3"])
            #expect(cut.output.hasSuffix("\n3 of \(all.count) shown: see more with --top\n"))
            let county = try await rows(["--region", "540103"])
            #expect(county.map { $0["enterprise_id"].text } == ["2"])
            #expect(try await rows(["--region", "540000", "--top", "100"]).count >= all.count)
            let table = try await asked([])
            #expect(table.output.contains("arrears/25"))
            let sheet = try await asked(["--format", "csv"])
            #expect(sheet.lines[0].hasPrefix("rank,enterprise_id,name,"))
            let nowhere = try await asked(["--region", "999999"])
            #expect(nowhere.code == 2)
            #expect(nowhere.errors.contains("there is no region '999999'"))
            let wrong = try await bench.laborwatch("status", "--top", "0")
            #expect(wrong.code == 2)
            // Nothing was evaluated, and no store was asked.
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycles") == 0)
        }
    }

    @Test func `evaluate without touching state prints findings as known on a day`() async throws {
        try await withBench { bench in
            try await bench.live()
            try bench.configure()
            let findings = try jsonl(
                try await bench.laborwatch(
                    "evaluate", "--full", "--as-of", "2025-05-31", "--dry-run", "--format",
                    "jsonl"))
            #expect(findings.contains { $0["kind"].text == "layoff" })
            for finding in findings {
                #expect(finding["schema"].text == "laborwatch.finding/1")
                #expect(finding["as_of"].text == "2025-05-31T23:59:59.999999+08:00")
                #expect(finding["subject"]["id"].text != "")
            }
            var cut: [Int] = []
            for finding in findings where finding["rule"].text == "layoff.statutory" {
                cut.append(try #require(Int(finding["subject"]["id"].text)))
            }
            #expect(cut.sorted() == Array(stride(from: 1, through: 24, by: 4)))
            let before = try jsonl(
                try await bench.laborwatch(
                    "evaluate", "--as-of", "2025-02-28", "--dry-run", "--format", "jsonl"))
            #expect(!before.contains { $0["rule"].text == "layoff.statutory" })
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycles") == 0)
        }
    }

    @Test func `evaluate writes one cycle, tells it, and does not go back in time`() async throws {
        try await withBench { bench in
            try await lived(bench)
            let again = try await bench.laborwatch("evaluate", "--as-of", "2025-12-31", "--full")
            #expect(again.code == 0, "\(again.errors)")
            #expect(again.output.hasSuffix(" findings, 0 events\n"))
            let earlier = try await bench.laborwatch("evaluate", "--as-of", "2025-11-30")
            #expect(earlier.code == 2)
            #expect(earlier.errors.contains("hint: history does not go back"))
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.deliveries WHERE state <> 'delivered'") == 0)
            let told = try bench.lines().map { $0["event_id"].text }
            let known = try await bench.texts("SELECT event_id::text FROM laborwatch.alert_events")
            #expect(told.count > 10)
            #expect(told.sorted() == known.sorted())
            let incidents = try bench.lines(of: "incidents").map { $0["event_id"].text }
            #expect(
                try await bench.texts("SELECT event_id::text FROM laborwatch.incident_events")
                    .sorted() == incidents.sorted())
        }
    }

    @Test func `evaluate steps back while a daemon holds the lease`() async throws {
        try await withBench { bench in
            try bench.configure()
            try await bench.run(
                """
                INSERT INTO laborwatch.lease
                    (name, holder, token, acquired_at, renewed_at, expires_at)
                VALUES ('evaluate', 'daemon', 7, now(), now(), now() + interval '1 hour')
                """)
            let outcome = try await bench.laborwatch("evaluate")
            #expect(outcome.code == 3)
            #expect(outcome.errors.contains("another laborwatch is evaluating"))
            #expect(outcome.errors.contains("hint: "))
        }
    }

    @Test func `backtest prints events, and with a truth file a summary in the last line`()
        async throws
    {
        try await withBench { bench in
            try await bench.live()
            try bench.configure()
            let truth = try bench.scratch.write(
                "truth.csv",
                "subject_type,subject_id,kind,onset,end,is_event\r\n"
                    + (1...24).map { id in
                        id % 4 == 1
                            ? "enterprise,\(id),layoff,2025-04,2025-12,1\r\n"
                            : "enterprise,\(id),layoff,,,0\r\n"
                    }.joined())
            let lines = try jsonl(
                try await bench.laborwatch(
                    "backtest", "--from", "2025-01", "--to", "2025-12", "--truth", truth,
                    "--format", "jsonl"))
            let events = lines.dropLast()
            #expect(events.count > 20)
            #expect(events.allSatisfy { $0["schema"].text == "laborwatch.alert/1" })
            let score = try #require(lines.last)["summary"]["layoff"]
            #expect(score["pod"] == 1)
            #expect(score["events"] == 6)
            #expect(score["months_at_risk"].number ?? 0 > 100)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycles") == 0)
            let wrong = try await bench.laborwatch(
                "backtest", "--from", "2025-01", "--to", "2025-12", "--truth",
                bench.scratch.write("wrong.csv", "subject_type\n"))
            #expect(wrong.code == 2)
            #expect(wrong.errors.contains("line 1: the header has no column 'subject_id'"))
        }
    }

    @Test func `alerts are listed, shown, explained and exported`() async throws {
        try await withBench { bench in
            try await lived(bench)
            let all = try jsonl(
                try await bench.laborwatch("alerts", "list", "--format", "jsonl"))
            #expect(
                all.count == (try await bench.number("SELECT count(*) FROM laborwatch.alerts")))
            let layoffs = try jsonl(
                try await bench.laborwatch(
                    "alerts", "list", "--kind", "layoff", "--state", "open", "--format", "jsonl"))
            let alert = try #require(layoffs.first { $0["rule"].text == "layoff.statutory" })
            let id = alert["alert_id"].text
            let table = try await bench.laborwatch("alerts", "list", "--lang", "zh-CN")
            #expect(table.lines.first?.contains("编号") == true)
            let shown = try jsonl(
                try await bench.laborwatch("alerts", "show", id, "--format", "jsonl"))
            #expect(shown.first?["what"].text == "raised")
            #expect(shown.allSatisfy { $0["alert_id"].text == id })
            let short = try await bench.laborwatch("alerts", "explain", String(id.prefix(8)))
            #expect(short.code == 0, "\(short.errors)")
            for words in [id, "layoff.statutory", "threshold", "rows used", "headcount", "file"] {
                #expect(short.output.contains(words), "\(words)")
            }
            let exported = try jsonl(
                try await bench.laborwatch("alerts", "export", "--format", "jsonl"))
            #expect(
                exported.count
                    == (try await bench.number("SELECT count(*) FROM laborwatch.alert_events")))
            let csv = try await bench.laborwatch("alerts", "export", "--format", "csv")
            #expect(csv.output.hasPrefix("as_of,what,tier,rule,subject,persons,share,title\r\n"))
            let array = try await bench.laborwatch("alerts", "export", "--format", "json")
            guard case .array(let members) = try JSONValue(line: array.output) else {
                Issue.record("no array")
                return
            }
            #expect(members.count == exported.count)
            let none = try await bench.laborwatch("alerts", "show", "ffffffff")
            #expect(none.code == 1)
            let state = try await bench.laborwatch("alerts", "list", "--state", "asleep")
            #expect(state.code == 2)
            #expect(state.errors.contains("hint: write open, "))
        }
    }

    @Test func `days of an export and of a list are whole days where the bureau works`()
        async throws
    {
        try await withBench { bench in
            try await bench.live()
            try bench.configure()
            let replay = try await bench.laborwatch(
                "run", "--replay-from", "2025-03", "--replay-to", "2025-06")
            #expect(replay.code == 0, "\(replay.errors)")
            // What a replay says, it says at the very end of a month's last day.
            let spans: [(first: String, last: String)] = [
                ("2025-04-30", "2025-04-30"), ("2025-05-01", "2025-06-30"),
                ("2025-01-01", "2025-04-30"), ("2025-05-01", "2025-05-30"),
            ]
            for span in spans {
                let exported = try jsonl(
                    try await bench.laborwatch(
                        "alerts", "export", "--since", span.first, "--until", span.last,
                        "--format", "jsonl"))
                let said = try await bench.texts(
                    """
                    SELECT event_id::text FROM laborwatch.alert_events
                     WHERE (at AT TIME ZONE 'Asia/Shanghai')::date
                           BETWEEN '\(span.first)' AND '\(span.last)'
                     ORDER BY 1
                    """)
                #expect(exported.map { $0["event_id"].text }.sorted() == said, "\(span)")
                let listed = try jsonl(
                    try await bench.laborwatch(
                        "alerts", "list", "--since", span.first, "--until", span.last,
                        "--limit", "1000", "--format", "jsonl"))
                // A list shows what was raised before the span's end and went on into it.
                let known = try await bench.number(
                    """
                    SELECT count(*) FROM laborwatch.alerts
                     WHERE (first_raised_at AT TIME ZONE 'Asia/Shanghai')::date <= '\(span.last)'
                       AND (last_event_at AT TIME ZONE 'Asia/Shanghai')::date >= '\(span.first)'
                    """)
                #expect(listed.count == known, "\(span)")
            }
        }
    }

    @Test func `deliveries are listed, shown and brought back; status counts them`() async throws {
        try await withBench { bench in
            try await lived(bench)
            let all = try jsonl(
                try await bench.laborwatch(
                    "deliveries", "list", "--state", "delivered", "--limit", "1000", "--format",
                    "jsonl"))
            #expect(
                all.count == (try await bench.number("SELECT count(*) FROM laborwatch.deliveries")))
            let id = try #require(all.first?["delivery_id"].number)
            let tries = try jsonl(
                try await bench.laborwatch("deliveries", "show", "\(id)", "--format", "jsonl"))
            #expect(tries.map { $0["outcome"].text } == ["delivered"])
            try await bench.run(
                "UPDATE laborwatch.delivery SET state = 'dead' WHERE delivery_id = \(id)")
            let status = try await bench.laborwatch("status")
            #expect(status.code == 0, "\(status.errors)")
            #expect(status.output.contains("0 pending, 1 dead"), "\(status.output)")
            #expect(status.output.contains("none: no daemon holds the lease"))
            let retried = try await bench.laborwatch("deliveries", "retry", "\(id)")
            #expect(retried.output == "1 deliveries brought back\n")
            #expect(
                try await bench.texts(
                    "SELECT state FROM laborwatch.deliveries WHERE delivery_id = \(id)")
                    == ["pending"])
            let none = try await bench.laborwatch("deliveries", "show", "999999")
            #expect(none.code == 1)
        }
    }
}
