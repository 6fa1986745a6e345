import Alerting
import Daemon
import Foundation
import Labor
import Settings
import Support
import Testing
import Verbs

/// The ledger of enterprises in difficulty, by the program itself.
@Suite(.timeLimit(.minutes(20))) struct ProgramLedgerTests {
    private func run(_ bench: Bench, _ words: String...) async throws -> String {
        let done = try await Program.run(
            ["ledger"] + words + ["--config", bench.scratch.path + "/laborwatch.yaml"],
            in: bench.scratch)
        #expect(done.code == 0, "\(words): \(done.errors)")
        return done.output
    }

    @Test func `a red alert opens a case that people work on until they close it`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2026-01", through: "2026-03")
            try await bench.abscond(1)
            try bench.configure()
            #expect(try await bench.laborwatch("evaluate").code == 0)
            let listed = try await run(bench, "list", "--format", "jsonl").split(separator: "\n")
                .map { try JSONValue(line: $0) }
            #expect(listed.map { $0["enterprise_id"] } == ["1"])
            #expect(listed.map { $0["opened_by"] } == ["laborwatch"])
            let id = try #require(
                try await bench.texts("SELECT case_id::text FROM laborwatch.ledger_cases").first)
            let login = try Account.here()
            _ = try await run(bench, "measure", id, "轮岗轮休", "--persons", "12", "--by", "=cmd()")
            _ = try await run(bench, "check", id, "thirty_days", "否", "--note=-1 天")
            _ = try await run(bench, "follow-up", id, "=HYPERLINK(\"x\")", "--due", "2199-01-31")
            let shown = try await run(bench, "show", id)
            #expect(shown.contains("提前三十日说明情况"))
            #expect(shown.contains("轮岗轮休"))
            #expect(shown.contains("2199-01-31"))
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', code, persons, actor, on_behalf_of)
                      FROM laborwatch.ledger_measures
                    """) == [
                        "rotation 12 \(try await bench.actor().account) =cmd() (login \(login))"
                    ])
            let whole = try JSONValue(line: try await run(bench, "show", id, "--format", "json"))
            #expect(whole["schema"] == "laborwatch.ledger_case/1")
            #expect(whole["case"]["enterprise_id"] == "1")
            #expect(whole["case"]["closed_at"] == .null)
            #expect(whole["measures"].items.map { $0["code"] } == ["rotation"])
            #expect(whole["measures"].items.map { $0["name"] } == ["轮岗轮休"])
            #expect(whole["measures"].items.map { $0["persons"] } == [12])
            #expect(whole["checks"].items.map { $0["item"] } == ["thirty_days"])
            #expect(whole["checks"].items.map { $0["result"] } == ["no"])
            #expect(
                whole["follow_ups"].items.map { $0["next_due_at"] } == ["2199-01-31"]
            )
            #expect(try await run(bench, "open", "1").contains("is open already"))
            let path = bench.scratch.path + "/ledger.xlsx"
            _ = try await run(bench, "export", "--output", path)
            let bytes = try Data(contentsOf: URL(filePath: path))
            #expect(bytes.starts(with: Array("PK\u{3}\u{4}".utf8)))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("=HYPERLINK(&quot;x&quot;)</t>"))
            #expect(!text.contains("<f>"))
            let csv = bench.scratch.path + "/ledger.csv"
            _ = try await run(bench, "export", "--format", "csv", "--output", csv)
            let start = Array("\u{FEFF}台账编号,企业编号,".utf8)
            #expect(try Data(contentsOf: URL(filePath: csv)).starts(with: start))
            _ = try await run(bench, "close", id, "closed_down", "--note", "注销")
            #expect(try await run(bench, "list", "--format", "jsonl").isEmpty)
            #expect(try await run(bench, "list", "--all", "--format", "csv").contains("企业关闭"))
        }
    }

    @Test func `a case opened by hand takes the name from the source`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2026-01", through: "2026-03")
            try bench.configure()
            #expect(try await run(bench, "open", "3").contains("case 1 opened"))
            #expect(
                try await bench.texts(
                    """
                    SELECT concat_ws(' ', enterprise_name, region_code, industry_code)
                      FROM laborwatch.ledger_cases
                    """) == ["企业3 540102 E47"])
            let unknown = try await Program.run(
                ["ledger", "open", "999", "--config", bench.scratch.path + "/laborwatch.yaml"],
                in: bench.scratch)
            #expect(unknown.code == 2)
            #expect(unknown.errors.contains("neither the source nor an alert tells the name"))
        }
    }

    @Test(
        arguments: [
            (["open", "99"], 2, "--name"), (["measure", "1", "prayer"], 2, "negotiated_pay"),
            (["check", "1", "names", "perhaps"], 2, "yes"),
            (["close", "1", "bored"], 2, "recovered"),
            (["follow-up", "1", "x", "--due", "2001-01-01"], 2, "from today on"),
            (["follow-up", "1", "x"], 1, "ledger list"), (["show", "1"], 1, "ledger list"),
            (["list", "--all", "--overdue"], 2, "exclude"),
            (["show", "1", "--format", "csv"], 2, "ledger export"),
        ] as [([String], Int32, String)])
    func `what cannot be noted is refused with what to do`(
        words: [String], code: Int32, hint: String
    ) async throws {
        try await withBench { bench in
            try bench.configure()
            let done = try await Program.run(
                ["ledger"] + words + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                in: bench.scratch)
            #expect(done.code == code)
            #expect(done.errors.contains(hint), "\(done.errors)")
        }
    }

    @Test func `every code has a name in each language and its source`() throws {
        for language in Language.allCases {
            let rows = try LedgerCodes.load(nil).listing(language).rows
            #expect(rows.count >= 30)
            #expect(rows.allSatisfy { row in row.allSatisfy { $0 != .null && $0 != "" } })
            #expect(Set(rows).count == rows.count)
        }
    }
}
