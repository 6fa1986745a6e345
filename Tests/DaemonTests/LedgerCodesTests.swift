import Daemon
import Labor
import Settings
import Support
import Testing
import Verbs

/// A bureau's own code table of the ledger on top of the built-in one.
@Suite(.timeLimit(.minutes(20))) struct LedgerCodesTests {
    private static let whole = """
        measures:
          - {code: rotation, zh-CN: 轮岗, en: turns, source: 本局办法第三条}
          - {code: loan, zh-CN: 贴息贷款, en: loan at reduced interest, source: 本局办法第四条}
        closings:
          - {code: bankrupt, zh-CN: 破产清算, en: wound up, source: 自定}
        answers:
          - {code: "yes", zh-CN: 有, en: there, source: 自定}
          - {code: "no", zh-CN: 无, en: lacking, source: 自定}
          - {code: not_applicable, zh-CN: 免, en: exempt, source: 自定}
        """

    private func components(_ text: String, _ scratch: Scratch) throws -> Components {
        try scratch.write("measures.yaml", text)
        let path = try scratch.write("laborwatch.yaml", "response: {measures: measures.yaml}\n")
        return try Components(path: path, environment: [:], requires: .none)
    }

    @Test func `a list is replaced wholly and the others stay`() throws {
        let rows = LedgerVerbs(try components(LedgerCodesTests.whole, try Scratch()))
            .codeTable(.chinese).rows
        let builtIn = try LedgerCodes.load(nil).listing(.chinese).rows
        #expect(
            rows.filter { $0[0] != "checks" }.map { Array($0.prefix(3)) } == [
                ["measures", "rotation", "轮岗"], ["measures", "loan", "贴息贷款"],
                ["closings", "bankrupt", "破产清算"], ["answers", "yes", "有"],
                ["answers", "no", "无"], ["answers", "not_applicable", "免"],
            ])
        #expect(rows.filter { $0[0] == "checks" } == builtIn.filter { $0[0] == "checks" })
    }

    @Test(arguments: [
        ("measures:", "measurs:", "measures.yaml:1:1: measurs", "did you mean 'measures'"),
        ("code: loan", "code: Loan!", "measures.yaml:3:12: measures[1].code", "a-z, 0-9 and _"),
        ("code: loan", "code: rotation", "measures.yaml:3:5: measures[1]", "stands for rotation"),
        ("zh-CN: 贴息贷款", "zh-CN: 轮岗", "measures.yaml:3:5", "'轮岗' stands for rotation"),
        (", source: 本局办法第四条", "", "measures.yaml:3:5: measures[1]", "'source' is missing"),
        (", en: wound up", "", "measures.yaml:5:5: closings[0]", "'en' is missing"),
        ("code: not_applicable", "code: exempt", "answers[2].code", "no answer 'exempt'"),
        (
            "  - {code: \"no\", zh-CN: 无, en: lacking, source: 自定}\n", "", "answers",
            "'no' has no name"
        ),
        (
            "closings:\n  - {code: bankrupt, zh-CN: 破产清算, en: wound up, source: 自定}",
            "closings: []", "closings", "at least one code"
        ),
    ])
    func `a mistake in the table is told with its place`(
        old: String, new: String, place: String, words: String
    ) throws {
        let scratch = try Scratch()
        #expect(LedgerCodesTests.whole.contains(old))
        let text = LedgerCodesTests.whole.replacing(old, with: new)
        #expect {
            _ = try components(text, scratch)
        } throws: { error in
            let message = "\(error)"
            return message.contains(words) && message.contains(place)
        }
    }

    @Test func `a table that is not there is told by its key`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("laborwatch.yaml", "response: {measures: nowhere.yaml}\n")
        #expect {
            _ = try Components(path: path, environment: [:], requires: .none)
        } throws: { "\($0)".contains("response.measures") && "\($0)".contains("there is no file") }
    }

    @Test func `what stands in the ledger is shown as it is when the table has lost it`()
        async throws
    {
        try await withBench { bench in
            try bench.configure()
            func ledger(_ words: String...) async throws -> Program.Outcome {
                try await Program.run(
                    ["ledger"] + words + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                    in: bench.scratch)
            }
            for words in [
                ["open", "7", "--name", "x"], ["measure", "1", "benefit"],
                ["check", "1", "names", "no"], ["close", "1", "recovered"],
                ["open", "8", "--name", "y"],
            ] {
                let done = try await Program.run(
                    ["ledger"] + words + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                    in: bench.scratch)
                #expect(done.code == 0, "\(words): \(done.errors)")
            }
            try bench.scratch.write(
                "measures.yaml",
                LedgerCodesTests.whole + """

                    checks:
                      - {code: seen, zh-CN: 到现场, en: seen, source: 自定}
                    """)
            try bench.configure("response: {measures: measures.yaml}")
            let shown = try await ledger("show", "1")
            #expect(shown.code == 0, "\(shown.errors)")
            for words in ["recovered", "benefit", "names", "到现场", "无"] {
                #expect(shown.output.contains(words), "\(words)")
            }
            #expect(!shown.output.contains("失业登记与失业保险金"))
            #expect(try await ledger("measure", "2", "benefit").code == 2)
            #expect(try await ledger("measure", "2", "贴息贷款").code == 0)
            let closed = try await ledger("close", "2", "破产清算")
            #expect(closed.code == 0, "\(closed.errors)")
            #expect(
                try await bench.texts(
                    "SELECT close_reason FROM laborwatch.ledger_cases ORDER BY case_id")
                    == ["recovered", "bankrupt"])
        }
    }
}
