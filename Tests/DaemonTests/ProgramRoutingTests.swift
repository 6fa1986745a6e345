import Alerting
import Daemon
import Foundation
import Labor
import Settings
import Support
import Testing
import Verbs

/// `routes test` and `silences` as a person uses them.
@Suite(.timeLimit(.minutes(20))) struct ProgramRoutingTests {
    @Test func `a thought is routed with its reasons, without a database`() async throws {
        let scratch = try Scratch()
        try scratch.write(
            "routing.yaml",
            """
            units:
              - region: "540102"
                role: inspection
                name: {zh-CN: 城关区劳动监察, en: Chengguan inspection}
                officers: [{name: 值班室, phone: "0891-1"}]
                receivers: [red]
            route:
              receivers: [file]
              routes:
                - {name: wages, match: {kind: wage_arrears, tier: ">= orange"}, units: [responsible]}
            """)
        let config = try scratch.write(
            "laborwatch.yaml",
            """
            language: en
            routing: {file: routing.yaml}
            receivers:
              - {name: file, type: file, directory: \(scratch.path)/a}
              - {name: red, type: file, directory: \(scratch.path)/b}
            """)
        func told(_ tier: Tier) async throws -> Listing {
            var thought = RoutesVerb.Thought(kind: .wageArrears, tier: tier)
            thought.region = "540102"
            let components = try Components(path: config, environment: [:], requires: .none)
            return try await RoutesVerb(components).test(
                thought, at: try #require(Instant(rfc3339: "2026-11-02T12:00:00+08:00")))
        }
        let red = try await told(.red)
        #expect(
            red.columns.map(\.key).prefix(5) == ["receiver", "told", "reason", "meaning", "route"])
        #expect(
            red.rows.map { Array($0.prefix(8)) } == [
                [
                    "file", false, "not_routed", "no route leads to the receiver", "", .null, "",
                    "",
                ],
                [
                    "red", true, .null, .null, "root > wages", "all", "Chengguan inspection",
                    "值班室 0891-1",
                ],
            ])
        let shown = try await Program.run(
            [
                "routes", "test", "--tier", "red", "--kind", "wage_arrears", "--region", "540102",
                "--config", config,
            ], in: scratch)
        #expect(
            shown.lines.first?.split(separator: "  ").map { $0.drop { $0 == " " } } == [
                "receiver", "told", "why", "meaning", "route", "level", "units", "officers",
            ])
        #expect(shown.lines.last?.hasPrefix("red       told") == true)
        let blue = try await told(.blue)
        #expect(blue.rows.map { $0[1] } == [.bool(true), .bool(false)])
    }

    @Test func `what became of an event is told in the words of what would become of it`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2026-01", through: "2026-03")
            try await bench.abscond(1)
            try bench.scratch.write(
                "routing.yaml",
                """
                units:
                  - {region: "540000", role: hrss, name: 自治区人社厅, receivers: [top]}
                route:
                  receivers: [all]
                  routes:
                    - {name: reds, match: {tier: red}, receivers: [all], units: [hrss], levels: all}
                """)
            try bench.configure(
                """
                routing: {file: routing.yaml}
                receivers:
                  - {name: all, type: file, directory: "\(bench.scratch.path)/all"}
                  - {name: top, type: file, directory: "\(bench.scratch.path)/top"}
                  - {name: odd, type: file, directory: "\(bench.scratch.path)/odd"}
                """)
            for words in [
                [
                    "silences", "add", "--kind", "wage_arrears", "--for", "2h", "--reason", "r",
                ], ["evaluate"],
            ] {
                let done = try await bench.program(words)
                #expect(done.code == 0, "\(done.errors)")
            }
            let id = try #require(
                try await bench.texts(
                    "SELECT alert_id::text FROM laborwatch.alerts WHERE rule = 'wage.absconding'"
                ).first)
            let asked = try await bench.laborwatch(
                "routes", "test", "--alert", id, "--format", "json", "--lang", "en")
            let explained = try await bench.laborwatch(
                "alerts", "explain", id, "--format", "json", "--lang", "en")
            let rows = try JSONValue(line: asked.output).items
            let told = try JSONValue(line: explained.output)["route"].items
            #expect(rows == told)
            #expect(rows.map { $0["route"] } == ["root > reds", "root > reds", ""])
            #expect(rows.map { $0["reason"] } == ["silenced:1", "silenced:1", "not_routed"])
            #expect(rows.map { $0["units"] } == ["", "自治区人社厅", ""])
            #expect(rows.map { $0["held"] } == [true, true, false])
            for verb in ["show", "explain"] {
                let text = try await bench.laborwatch("alerts", verb, id)
                #expect(text.code == 0, "\(text.errors)")
                #expect(text.output.contains("静默1结束前暂缓"))
                #expect(text.output.contains("root > reds"))
            }
        }
    }

    @Test func `a silence is made, listed and ended, with who did it`() async throws {
        try await withBench { bench in
            try bench.configure("language: en")
            let add = [
                "silences", "add", "--kind", "layoff", "--region", "540102", "--for", "2h",
                "--reason", "known", "--by", "Drolma",
            ]
            let made = try await bench.program(add)
            #expect(made.code == 0, "\(made.errors)")
            let rows = try await bench.texts(
                "SELECT created_by || ' ' || reason FROM laborwatch.silences")
            #expect(rows == ["\(try await bench.actor(for: "Drolma")) known"])
            let listed = try await bench.laborwatch("silences", "list", "--format", "jsonl")
            #expect(listed.output.contains(#""what":"kind=layoff region=540102""#))
            #expect(listed.output.contains(#""state":"active""#))
            let ended = try await bench.laborwatch("silences", "expire", "1")
            #expect(ended.code == 0, "\(ended.errors)")
            let again = try await bench.laborwatch("silences", "expire", "1")
            #expect(again.code == 1)
            #expect(again.errors.contains("silence 1 is over since 20"))
            #expect(again.errors.contains("+08:00"))
            let none = try await bench.laborwatch("silences", "list", "--format", "jsonl")
            #expect(none.output.isEmpty)
            let all = try await bench.laborwatch(
                "silences", "list", "--all", "--format", "jsonl")
            #expect(all.output.contains(#""state":"expired""#))
            let routes = try await bench.laborwatch(
                "routes", "test", "--tier", "red", "--kind", "layoff", "--format", "json")
            #expect(routes.code == 0, "\(routes.errors)")
            #expect(routes.output.contains(#""told":true"#))
        }
    }

    @Test func `a silence of what the source does not have is made with a warning`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-01")
            try bench.configure()
            let conditions: [(words: [String], unknown: String?)] = [
                (["--region", "999999"], "region 999999"), (["--region", "540102"], nil),
                (["--subject", "enterprise:999999"], "enterprise 999999"),
                (["--subject", "enterprise:甲"], "enterprise 甲"),
                (["--subject", "enterprise:1"], nil),
                (["--subject", "cell:549999/E"], "region 549999"),
            ]
            for (words, unknown) in conditions {
                let made = try await bench.program(
                    ["silences", "add", "--for", "2h", "--reason", "r"] + words)
                #expect(made.code == 0, "\(made.errors)")
                let warning = unknown.map {
                    "warning: the silence names the \($0), which the source does not have\n"
                }
                #expect(made.errors == warning ?? "")
            }
            try bench.configure("retention: {cycles: 30d}", as: "apart.yaml")
            let path = bench.scratch.path + "/apart.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try bench.scratch.write(
                "apart.yaml", text.replacing("source: {dsn: \"", with: "source: {dsn: \"port=1 "))
            let unheard = try await Program.run(
                [
                    "silences", "add", "--for", "2h", "--reason", "r", "--region", "999999",
                    "--config", path,
                ], in: bench.scratch)
            #expect(unheard.code == 0, "\(unheard.errors)")
            #expect(unheard.errors == "")
        }
    }

    @Test(arguments: [
        (["--for", "2h", "--reason", "r"], "without a condition"),
        (["--tier-max", "red", "--for", "2h", "--reason", "r"], "a tier alone"),
        (["--kind", "layoff", "--for", "60d", "--reason", "r"], "lasts 30d at most"),
        (["--kind", "layoff", "--for", "2h", "--reason", " "], "--reason is empty"),
        (["--rule", "layof.trend", "--for", "2h", "--reason", "r"], "no rule 'layof.trend'"),
        (["--kind", "layoff", "--reason", "r"], "one of --for and --until"),
        (
            [
                "--kind", "layoff", "--until", "2020-01-01T00:00:00+08:00", "--reason", "r",
            ], "over before it begins"
        ),
    ])
    func `a silence that would do harm is refused`(words: [String], refusal: String) async throws {
        try await withBench { bench in
            try bench.configure()
            let refused = try await bench.program(["silences", "add"] + words)
            #expect(refused.code == 2)
            #expect(refused.errors.contains(refusal), "\(refused.errors)")
        }
    }
}

extension Bench {
    /// Runs the program with words that come as a list.
    fileprivate func program(_ words: [String]) async throws -> Program.Outcome {
        try await Program.run(words + ["--config", scratch.path + "/laborwatch.yaml"], in: scratch)
    }
}
