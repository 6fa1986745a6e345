import Alerting
import Detect
import Foundation
import Labor
import LaborRules
import Settings
import Support
import Testing

/// A rule file that must be refused: what is changed in a right one, and the refusal.
struct WrongRule: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var place: String
    var message: String
    var hint: String

    init(_ from: String, _ to: String, _ place: String, _ message: String, _ hint: String = "") {
        self.from = from
        self.to = to
        self.place = place
        self.message = message
        self.hint = hint
    }

    var testDescription: String { to.isEmpty ? "without \(from)" : to }
}

/// A bureau's own rule, right as it stands.
private let ownRule = """
    rule: layoff.own
    detector: layoff.statutory
    kind: layoff
    description:
      zh-CN: 本地裁员
      en: Layoffs of ours
    parameters:
      small_staff: {value: 50, source: a plan}
      tiny_share: 0.2
    tiers:
      blue:
        persons: 20
        share: 0.1
        clear: {persons: 15}
        source: a law
      yellow:
        persons: 50
        source: a plan
    regions:
      540000:
        tiers:
          yellow: {persons: 30, source: a local plan}
    policy:
      clear_after: {days: 30}
      reminder: {red: 3d}

    """

private let ownTexts = "rules: {layoff.own: {title: \"{name}\", summary: \"{name}\"}}"

private let wrongRules: [WrongRule] = [
    .init("rule: layoff.own\n", "", ":1:1", "the key 'rule' is missing", "add 'rule: …'"),
    .init("rule: layoff.own", "rule: Layoff!", ":1:7: rule", "a name of a-z", "rule: layoff.stat"),
    .init(
        "detector: layoff.statutory", "detector: layof.statutory", ":2:1: detector",
        "no detector 'layof.statutory'", "did you mean 'layoff.statutory'?"),
    .init("kind: layoff", "kind: layofs", ":3:7: kind", "one of layoff", "did you mean 'layoff'"),
    .init("kind: layoff", "kind: dispute", ":3:1: kind", "'dispute' is no kind of", "'layoff'"),
    .init("  en: Layoffs of ours\n", "", ":5:3: description", "the key 'en' is missing"),
    .init(
        "small_staff", "smal_staff", ":8:3: parameters.smal_staff", "no parameter 'smal_staff'",
        "did you mean 'small_staff'?"),
    .init("tiny_share: 0.2", "tiny_share: 20", ":9:3: parameters.tiny_share", "from 0 to 1"),
    .init("tiny_share: 0.2", "tiny_share: [a]", ":9:3: parameters.tiny_share", "list of texts"),
    .init("  blue:", "  bleu:", ":11:3: tiers.bleu", "no key 'bleu'", "did you mean 'blue'?"),
    .init("persons: 20", "persons: many", ":12:14: tiers.blue.persons", "a number, found 'many'"),
    .init(
        "persons: 20", "person: 20", ":12:5: tiers.blue.person", "no limit 'person'",
        "did you mean 'persons'?"),
    .init(
        "clear: {persons: 15}", "clear: {persons: 25}", ":14:13: tiers.blue.clear.persons",
        "clears at 25 but raises at 20"),
    .init("    source: a law\n", "", ":12:5: tiers.blue", "have no source", "add 'source: …'"),
    .init(
        "persons: 50", "persons: 10", ":17:5: tiers.yellow.persons",
        "10 is milder than 20 of blue", "rise from blue to red"),
    .init(
        "{persons: 30, source: a local plan}", "{persons: 30}", ":22:15: regions.540000.tiers",
        "have no source"),
    .init(
        "{persons: 30, source", "{persons: 5, source", ":22:16: regions.540000.tiers.yellow",
        "5 is milder than 20"),
    .init(
        "    tiers:\n      yellow", "    tirs:\n      yellow", ":21:5: regions.540000.tirs",
        "no key 'tirs'", "did you mean 'tiers'?"),
    .init("{days: 30}", "{days: 30, periods: 2}", ":24:16: policy.clear_after", "either 'periods'"),
    .init("{red: 3d}", "{red: 36h}", ":25:19: policy.reminder.red", "whole days", "7d"),
    .init("{red: 3d}", "{rot: 3d}", ":25:14: policy.reminder.rot", "no key 'rot'", "'red'"),
    .init("policy:", "policys:", ":23:1: policys", "no key 'policys'", "'policy'"),
    .init("tiers:\n  blue:", "tiers: {}\nx:\n  blue:", ":11:1: x", "no key 'x'"),
]

private func refusal(
    rules: String?, texts: String? = nil, enabled: [RuleID]? = nil, disabled: [RuleID] = []
) -> [ConfigurationProblem] {
    do {
        _ = try Catalogue.load(
            Configuration.Rules(
                directory: rules, textsDirectory: texts, enabled: enabled, disabled: disabled))
        return []
    } catch {
        return error.problems
    }
}

private func texts(in directory: Scratch, chinese: String? = ownTexts) throws -> String {
    try directory.write("texts/en.yaml", ownTexts)
    if let chinese { try directory.write("texts/zh-CN.yaml", chinese) }
    return directory.path + "/texts"
}

@Suite struct CatalogueTests {
    /// The directory of the files that are embedded.
    static let alerts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("alerts")

    @Test func `the built-in catalogue is right`() throws {
        let catalogue = try Catalogue.builtIn()
        let ids = Set(catalogue.definitions.map(\.id))
        #expect(ids.count == RuleFiles.all.filter { $0.name.hasPrefix("rules/") }.count)
        #expect(ids.isSuperset(of: ["layoff.statutory", "wage.arrears"]))
        #expect(Set(catalogue.policies.keys) == ids)
        #expect(Set(catalogue.phrasebooks.keys) == Set(Language.allCases))
        for id in ids { #expect(catalogue.descriptions[id]?.count == 2) }
        for file in RuleFiles.all where file.name.hasPrefix("rules/") {
            let name = file.name.dropFirst("rules/".count).dropLast(".yaml".count)
            #expect(ids.contains(RuleID(String(name))), "\(file.name) holds another rule")
        }
    }

    @Test func `every file of the catalogue is in the binary as it stands`() throws {
        var names: [String] = []
        for directory in ["rules", "tests", "texts"] {
            let url = CatalogueTests.alerts.appendingPathComponent(directory)
            names += try FileManager.default.contentsOfDirectory(atPath: url.path)
                .filter { $0.hasSuffix(".yaml") }.map { "\(directory)/\($0)" }
        }
        names += try FileManager.default.contentsOfDirectory(atPath: CatalogueTests.alerts.path)
            .filter { $0.hasSuffix(".yaml") }
        #expect(RuleFiles.all.map(\.name) == names.sorted())
        for file in RuleFiles.all {
            let url = CatalogueTests.alerts.appendingPathComponent(file.name)
            #expect([UInt8](try Data(contentsOf: url)) == file.bytes)
        }
    }

    @Test(arguments: wrongRules)
    func `a wrong rule is refused with its line`(_ wrong: WrongRule) throws {
        let directory = try Scratch()
        #expect(ownRule.contains(wrong.from))
        let file = try directory.write(
            "rules/own.yaml", ownRule.replacing(wrong.from, with: wrong.to, maxReplacements: 1))
        let found = refusal(rules: directory.path + "/rules", texts: try texts(in: directory))
        let problem = found.first { problem in
            problem.description.hasPrefix(file + wrong.place)
                && problem.message.contains(wrong.message)
        }
        #expect(problem != nil, "\(ConfigurationError(problems: found))")
        #expect(wrong.hint.isEmpty || problem?.hint.contains(wrong.hint) == true)
    }

    @Test func `a directory adds a rule of the bureau's own`() throws {
        let directory = try Scratch()
        try directory.write("rules/own.yaml", ownRule)
        try directory.write("rules/readme.txt", "not a rule")
        let catalogue = try Catalogue.load(
            Configuration.Rules(
                directory: directory.path + "/rules", textsDirectory: try texts(in: directory),
                enabled: nil, disabled: []))
        let builtIn = try Catalogue.builtIn()
        #expect(catalogue.rules.count == builtIn.rules.count + 1)
        let own = try #require(catalogue.definitions.first { $0.id == "layoff.own" })
        #expect(own.enabled)
        #expect(own.parameters == ["small_staff": .number(50), "tiny_share": .number(0.2)])
        #expect(
            own.tiers[.blue]
                == TierDefinition(
                    limits: ["persons": 20, "share": 0.1], clear: ["persons": 15],
                    source: "a law"))
        #expect(
            own.regions
                == [
                    "540000": RegionOverride(
                        tiers: [
                            .yellow: TierDefinition(limits: ["persons": 30], source: "a local plan")
                        ])
                ].reduce(into: [:]) { $0[RegionCode($1.key)] = $1.value })
        #expect(
            catalogue.policies["layoff.own"]
                == EpisodePolicy(clearAfter: .days(30), reminderDays: [.red: 3]))
    }

    @Test func `what a rule leaves to another comes back when that one is off`() throws {
        func left(_ enabled: [RuleID]?, _ disabled: [RuleID]) throws -> ParameterValue? {
            try Catalogue.load(
                Configuration.Rules(
                    directory: nil, textsDirectory: nil, enabled: enabled, disabled: disabled)
            ).definitions.first { $0.id == "event.direct" }?.parameters["left_to"]
        }
        #expect(try left(nil, []) == .textTable(["layoff_plan": "layoff.planned"]))
        #expect(try left(nil, ["layoff.planned"]) == .textTable([:]))
        #expect(try left(["event.direct"], []) == .textTable([:]))
    }

    @Test func `every event that is left to a rule is one that the rule tells`() throws {
        let builtIn = try Catalogue.builtIn().definitions
        let direct = try #require(builtIn.first { $0.id == "event.direct" })
        guard case .textTable(let left)? = direct.parameters["left_to"] else {
            Issue.record("event.direct leaves nothing")
            return
        }
        for (kind, rule) in left {
            #expect(EventKind(rawValue: kind) != nil)
            #expect(builtIn.contains { $0.id == RuleID(rule) && $0.enabled }, "\(rule)")
        }
    }

    @Test func `a directory replaces the built-in rule of the same name`() throws {
        let directory = try Scratch()
        try directory.write(
            "rules/local.yaml", ownRule.replacing("layoff.own", with: "layoff.statutory"))
        let catalogue = try Catalogue.load(
            Configuration.Rules(
                directory: directory.path + "/rules", textsDirectory: nil, enabled: nil,
                disabled: []))
        let builtIn = try Catalogue.builtIn()
        #expect(catalogue.definitions.map(\.id) == builtIn.definitions.map(\.id))
        let rule = try #require(catalogue.definitions.first { $0.id == "layoff.statutory" })
        #expect(rule.tiers.keys.sorted() == [.blue, .yellow])
        #expect(catalogue.descriptions["layoff.statutory"]?[.english] == "Layoffs of ours")
    }

    @Test func `a rule without texts in a language is refused`() throws {
        let directory = try Scratch()
        let file = try directory.write("rules/own.yaml", ownRule)
        let found = refusal(
            rules: directory.path + "/rules", texts: try texts(in: directory, chinese: nil))
        #expect(found.map { "\($0.file):\($0.line)" } == [file + ":1"])
        #expect(found.first?.message == "the rule 'layoff.own' has no texts in zh-CN")
    }

    @Test func `a mistake in a text is told with its line`() throws {
        let directory = try Scratch()
        try directory.write("rules/own.yaml", ownRule)
        let wrong = "rules:\n  layoff.own:\n    title: \"{nam}\"\n    summary: x\n"
        let found = refusal(
            rules: directory.path + "/rules", texts: try texts(in: directory, chinese: wrong))
        #expect(found.count == 1)
        let problem = try #require(found.first)
        #expect(problem.file == directory.path + "/texts/zh-CN.yaml")
        #expect(problem.line == 3)
        #expect(problem.path == "rules.layoff.own.title")
    }

    @Test func `texts for a rule that is nowhere are refused`() throws {
        let directory = try Scratch()
        try directory.write("en.yaml", "rules:\n  layof.statutory: {title: a}\n")
        let found = refusal(rules: nil, texts: directory.path)
        #expect(
            found.map(\.description) == [
                "\(directory.path)/en.yaml:2:3: rules.layof.statutory: there is no key "
                    + "'layof.statutory' here; did you mean 'layoff.statutory'?"
            ])
    }

    @Test func `problems of all files are told together`() throws {
        let directory = try Scratch()
        let first = try directory.write("a.yaml", "rule: a\n")
        let second = try directory.write("b.yaml", "rule: [")
        let third = try directory.write("c.yaml", ownRule)
        let fourth = try directory.write("d.yaml", ownRule)
        let found = refusal(rules: directory.path, disabled: ["wage.arears"])
        #expect(found.contains { $0.file == first && $0.message == "the key 'tiers' is missing" })
        #expect(found.contains { $0.file == second && $0.message.contains("no YAML") })
        #expect(
            found.contains {
                $0.file == fourth && $0.line == 1 && $0.message.contains("stands in \(third)")
            })
        #expect(
            found.contains {
                $0.path == "rules.disabled[0]" && $0.hint == "did you mean 'wage.arrears'?"
            })
    }

    @Test func `a directory without files and one that is not there are problems`() throws {
        let directory = try Scratch()
        #expect(refusal(rules: directory.path).map(\.file) == [directory.path])
        #expect(refusal(rules: nil, texts: directory.path + "/none").count == 1)
        try directory.write("french.yaml", "rules: {}")
        #expect(
            refusal(rules: nil, texts: directory.path).map(\.message) == [
                "the file's name is no language"
            ])
    }

    @Test func `the configuration says which rules are evaluated`() throws {
        func load(_ enabled: [RuleID]?, _ disabled: [RuleID]) throws -> Catalogue {
            try Catalogue.load(
                Configuration.Rules(
                    directory: nil, textsDirectory: nil, enabled: enabled, disabled: disabled))
        }
        let builtIn = try Catalogue.builtIn()
        let all = builtIn.evaluated
        #expect(try load(nil, ["wage.arrears"]).evaluated == all.subtracting(["wage.arrears"]))
        #expect(try load(["layoff.statutory"], []).evaluated == ["layoff.statutory"])
        #expect(
            try load(["layoff.statutory", "wage.arrears"], ["wage.arrears"]).evaluated
                == ["layoff.statutory"])
        #expect(try load([], []).evaluated.isEmpty)
        #expect(try load([], []).rules.count == builtIn.rules.count)
    }
}
