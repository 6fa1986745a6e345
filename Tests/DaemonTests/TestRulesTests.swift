import Daemon
import Detect
import Labor
import LaborRules
import Settings
import Support
import Testing
import Verbs

/// A test file that is right as it stands.
private let rightFile = """
    tests:
      - name: a layoff
        enterprises: [{id: 1, region: "540102", industry: C}]
        series:
          - {enterprise: 1, from: 2025-01, headcount: "400x3 280x2", hires: "0x5"}
        events: [{enterprise: 1, kind: closure, on: 2025-04-10}]
        evaluate: {from: 2025-03, to: 2025-04}
        expect:
          - {as_of: 2025-04-30, rule: layoff.statutory, subject: "enterprise:1",
             what: raised, tier: yellow}

    """

/// A mistake in that file and how it is told.
struct WrongRuleTest: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var place: String
    var message: String

    init(_ from: String, _ to: String, _ place: String, _ message: String) {
        self.from = from
        self.to = to
        self.place = place
        self.message = message
    }

    var testDescription: String { to }
}

private let wrongTests: [WrongRuleTest] = [
    .init("enterprises:", "enterprizes:", ":3:", "did you mean 'enterprises'?"),
    .init("{id: 1,", "{id: one,", ":3:", "the number of an enterprise, found 'one'"),
    .init(
        "series:\n      - {enterprise: 1,", "series:\n      - {enterprise: 2,", ":5:",
        "no enterprise 2"),
    .init("400x3 280x2", "400x3 280y2", ":5:", "'280y2' is no value of a series"),
    .init("400x3 280x2", "400-200x4", ":5:", "a whole number from 0"),
    .init("400x3 280x2", "400x3", ":5:", "a value for 2025-04, but no headcount"),
    .init("hires: \"0x5\"", "hires: \"many\"", ":5:", "does not fit the field"),
    .init("kind: closure", "kind: closur", ":6:", "did you mean 'closure'?"),
    .init("on: 2025-04-10", "on: 2025-04-31", ":6:", "expected a day, found '2025-04-31'"),
    .init("to: 2025-04}", "to: 2025-02}", ":7:", "cannot be evaluated"),
    .init("as_of: 2025-04-30", "as_of: 2025-04-29", ":9:", "2025-04-29 is not evaluated"),
    .init("layoff.statutory", "layoff.statutary", ":9:", "did you mean 'layoff.statutory'?"),
    .init("\"enterprise:1\"", "\"firm:1\"", ":9:", "a type and an id, found 'firm:1'"),
    .init("what: raised", "what: risen", ":10:", "expected one of raised"),
    .init(", tier: yellow", "", ":9:", "the key 'tier' is missing"),
]

/// Tests of rules as data: the built-in ones, and what is said of a wrong one.
@Suite(.timeLimit(.minutes(20))) struct TestRulesTests {
    private func components() throws -> Components {
        try Components(path: nil, environment: [:], requires: .none)
    }

    @Test func `the built-in tests pass`() throws {
        var lines: [String] = []
        let summary = try TestRulesVerb(components()).run([]) { lines.append($0) }
        #expect(summary.failed == 0, "\(lines.joined(separator: "\n"))")
        #expect(summary.skipped == 0)
        #expect(summary.passed >= 2 * 11)
    }

    @Test func `every rule of the catalogue has a test file`() throws {
        let files = RuleFiles.all.map(\.name).filter { $0.hasPrefix("tests/") }
        let rules = try components().catalogue.definitions.map(\.id.rawValue)
        #expect(files == rules.sorted().map { "tests/\($0).test.yaml" })
    }

    @Test func `a right expectation passes and ends with 0`() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("own.yaml", rightFile)
        let outcome = try await Program.run(["test-rules", file], in: scratch)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.lines == [file, "  ok      a layoff", "1 passed, 0 failed"])
    }

    @Test func `a wrong expectation fails with a diff and ends with 1`() async throws {
        let scratch = try Scratch()
        let text = rightFile.replacing("tier: yellow", with: "tier: red")
        let file = try scratch.write("tests/own.yaml", text)
        let outcome = try await Program.run(
            ["test-rules", scratch.path + "/tests"], in: scratch)
        let event = "as_of: 2025-04-30, rule: layoff.statutory, subject: \"enterprise:1\""
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(
            outcome.lines == [
                file, "  FAILED  a layoff (line 2; - expected, + came)",
                "    - {\(event), what: raised, tier: red}",
                "    + {\(event), what: raised, tier: yellow}", "0 passed, 1 failed",
            ])
    }

    @Test func `an event that nobody expects fails the test`() throws {
        let scratch = try Scratch()
        let list = try #require(rightFile.firstRange(of: "expect:"))
        let text = rightFile[..<list.lowerBound] + "rules: [layoff.statutory]\n    expect: []\n"
        let file = try scratch.write("own.yaml", String(text))
        var lines: [String] = []
        let summary = try TestRulesVerb(components()).run([file]) { lines.append($0) }
        #expect(summary.failed == 1)
        #expect(lines.filter { $0.hasPrefix("    + {") }.count == 1)
    }

    @Test func `a test of a rule that is switched off is skipped`() throws {
        let scratch = try Scratch()
        let file = try scratch.write("own.yaml", rightFile)
        let config = try scratch.write("c.yaml", "rules: {disabled: [layoff.statutory]}\n")
        let components = try Components(path: config, environment: [:], requires: .none)
        var lines: [String] = []
        let summary = try TestRulesVerb(components).run([file]) { lines.append($0) }
        #expect(summary.skipped == 1)
        #expect(lines.last == "0 passed, 0 failed, 1 skipped")
    }

    @Test(arguments: wrongTests)
    func `a mistake in a test file is told with its line`(_ wrong: WrongRuleTest) throws {
        #expect(rightFile.contains(wrong.from))
        let scratch = try Scratch()
        let text = rightFile.replacing(wrong.from, with: wrong.to, maxReplacements: 1)
        let file = try scratch.write("own.yaml", text)
        let error = try #require(throws: ConfigurationError.self) {
            try TestRulesVerb(components()).run([file]) { _ in }
        }
        let told = error.problems.map(\.description)
        #expect(
            told.contains { $0.hasPrefix(file + wrong.place) && $0.contains(wrong.message) },
            "\(told)")
        #expect(Failure(error).exitCode == 2)
    }

    @Test(arguments: [
        ("400", [400.0]), ("400x3", [400, 400, 400]), ("100-2x3", [100, 98, 96, 94]),
        ("100+2x2 7", [100, 102, 104, 7]), ("-1.5+0.5x2", [-1.5, -1, -0.5]), ("4.8 _x2", [4.8]),
        ("  ", []), ("0x2", [0, 0]),
    ])
    func `a series is written short`(text: String, numbers: [Double]) throws {
        let values = try SeriesNotation.values(text)
        let found = values.compactMap { value -> Double? in
            guard case .number(let number) = value else { return nil }
            return number
        }
        #expect(found == numbers)
    }

    @Test func `blanks and words have their places in a series`() throws {
        let values = try SeriesNotation.values("_x2 normal closedx2 _")
        let words = ["normal", "closed", "closed"].map { SeriesNotation.Value.word($0) }
        #expect(values == [.missing, .missing] + words + [.missing])
    }

    @Test(arguments: ["400y3", "400x0", "400x999", "100-2", "1e5", "--1", "4.8.1", "400x-3"])
    func `what is no series is refused`(text: String) {
        #expect(throws: SeriesNotation.Mistake.self) { try SeriesNotation.values(text) }
    }
}
