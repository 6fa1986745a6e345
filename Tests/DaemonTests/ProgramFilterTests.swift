import Foundation
import Postgres
import Support
import Testing

/// Filters of every listing: names as well as codes, and what nothing can match is wrong use.
@Suite(.timeLimit(.minutes(20))) struct ProgramFilterTests {
    /// Two alerts in 城关区 of Lhasa, and a region of the same name elsewhere.
    private func withTown(_ body: (Bench) async throws -> Void) async throws {
        try await withBench { bench in
            try await bench.settle(from: "2026-01", through: "2026-03")
            try await bench.run(
                """
                INSERT INTO labor.region (code, name, name_en, parent_code) VALUES
                    ('620000', '甘肃省', 'Gansu', NULL),
                    ('620102', '城关区', 'Chengguan', '620000'),
                    ('340202', '镜湖区', 'Jinghu', NULL);
                """)
            for enterprise in 1...2 { try await bench.abscond(enterprise) }
            try bench.configure("language: en")
            let outcome = try await bench.laborwatch("evaluate")
            #expect(outcome.code == 0, "\(outcome.errors)")
            try await body(bench)
        }
    }

    private func run(_ bench: Bench, _ words: [String]) async throws -> Program.Outcome {
        try await Program.run(
            words + ["--config", bench.scratch.path + "/laborwatch.yaml"], in: bench.scratch)
    }

    @Test func `a name narrows as its code does, and an empty answer says that it is empty`()
        async throws
    {
        try await withTown { bench in
            let list = ["alerts", "list", "--format", "jsonl", "--state", "open"]
            let byCode = try await run(
                bench, list + ["--kind", "wage_arrears", "--tier", "red", "--region", "540102"])
            #expect(byCode.lines.count == 2)
            for words in [
                ["--rule", "欠薪逃匿"], ["--rule", "wage.absconding", "--region", "540102"],
                ["--rule", "欠薪逃匿", "--region", "西藏城关区"], ["--region", "西藏", "--tier", "红"],
                ["--region", "Chengguan, Tibet", "--kind", "欠薪", "--tier", "红色"],
                ["--kind", "拖欠工资", "--region", "Tibet", "--tier", "red"],
            ] {
                let outcome = try await run(bench, list + words)
                #expect(outcome.code == 0, "\(words): \(outcome.errors)")
                #expect(outcome.output == byCode.output, "\(words)")
            }
            let none = try await run(bench, ["alerts", "list", "--region", "镜湖区"])
            #expect(none.code == 0, "\(none.errors)")
            #expect(none.output == "(nothing)\n")
            // What the source or the catalogue has lost, but history has, still matches.
            try await bench.run(
                """
                DELETE FROM labor.region WHERE code LIKE '54%';
                UPDATE laborwatch.alert SET rule = 'our.own'
                 WHERE rule = 'wage.absconding' AND subject_id = '2'
                """)
            let abolished = try await run(
                bench, ["alerts", "list", "--region", "540102", "--format", "jsonl"])
            #expect(abolished.code == 0, "\(abolished.errors)")
            #expect(abolished.lines.count >= 2)
            let retired = try await run(
                bench, ["alerts", "list", "--rule", "our.own", "--format", "jsonl"])
            #expect(retired.lines.count >= 1)
        }
    }

    /// Words that nothing can match, and what the hint must name.
    private static let mistakes: [(words: [String], hint: String)] = [
        (["alerts", "list", "--rule", "layof.statutory"], "'layoff.statutory'"),
        (["alerts", "list", "--rule", "欠薪逃"], "'欠薪逃匿'"),
        (["alerts", "list", "--region", "镜胡区"], "'镜湖区'"),
        (["alerts", "list", "--region", "镜湖"], "'镜湖区'"),
        (["alerts", "list", "--region", "540103"], "'540102'"),
        (["alerts", "list", "--region", "城关区"], "620102 甘肃省城关区"),
        (["alerts", "list", "--state", "opn"], "'open'"),
        (["alerts", "list", "--tier", "pink"], "blue"),
        (["alerts", "list", "--kind", "layof"], "layoff"),
        (["alerts", "list", "--limit", "0"], "1 or more"),
        (["alerts", "list", "--since", "2026-05-02", "--until", "2026-05-01"], "earlier day"),
        (["alerts", "export", "--since", "2026-05-02", "--until", "2026-05-01"], "earlier day"),
        (["deliveries", "list", "--receiver", "fil"], "'file'"),
        (["deliveries", "list", "--state", "ded"], "dead"),
        (["deliveries", "retry", "--receiver", "fil"], "'file'"),
        (["deliveries", "drop", "bureua"], "file"),
        (["status", "--risk", "--region", "镜胡区"], "'镜湖区'"),
        (["requests", "list", "--state", "doen"], "'done'"),
        (
            ["routes", "test", "--tier", "red", "--kind", "layoff", "--region", "镜胡区"], "'镜湖区'"
        ),
        (
            ["routes", "test", "--tier", "red", "--kind", "layoff", "--rule", "layof.trend"],
            "'layoff.trend'"
        ),
        (["routes", "test", "--tier", "red", "--kind", "layoff", "--industry", "建筑"], "'建筑业'"),
        (
            [
                "silences", "add", "--region", "镜胡区", "--for", "2h", "--reason", "r",
            ], "'镜湖区'"
        ),
        (["backtest", "--from", "2026-01", "--to", "2026-02", "--rule", "layot"], "layoff"),
    ]

    @Test func `what nothing can match ends with 2 and names what comes nearest`() async throws {
        try await withTown { bench in
            for (words, hint) in ProgramFilterTests.mistakes {
                let outcome = try await run(bench, words)
                #expect(outcome.code == 2, "\(words): \(outcome.output)")
                #expect(outcome.errors.contains(hint), "\(words): \(outcome.errors)")
                #expect(outcome.output == "", "\(words)")
            }
        }
    }

    @Test func `a silence is made for a region by its name`() async throws {
        try await withTown { bench in
            let outcome = try await run(
                bench,
                ["silences", "add", "--region", "镜湖区", "--rule", "欠薪逃匿", "--for", "2h"]
                    + ["--reason", "r"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors == "")
            #expect(
                try await bench.texts(
                    "SELECT rule || ' ' || region_code FROM laborwatch.silences")
                    == ["wage.absconding 340202"])
        }
    }
}
