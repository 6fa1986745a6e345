import Detect
import Foundation
import Labor
import Testing
import Yams

/// The texts that go with the rules, in both languages.
@Suite struct TextTests {
    static func texts(_ language: Language) throws -> Node {
        let file = RuleFiles.root.appending(path: "alerts/texts/\(language.rawValue).yaml")
        return try #require(try Yams.compose(yaml: try String(contentsOf: file, encoding: .utf8)))
    }

    /// The names between braces.
    static func placeholders(_ template: String) -> [String] {
        template.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap {
            $0.split { $0 == "}" || $0 == "|" }.first.map(String.init)
        }
    }

    @Test(arguments: Language.allCases)
    func `every tier, kind and move has its word`(_ language: Language) throws {
        let texts = try Self.texts(language)
        for tier in Tier.allCases { #expect(texts["tiers"]?[tier.rawValue]?.string != nil) }
        for kind in AlertKind.allCases { #expect(texts["kinds"]?[kind.rawValue]?.string != nil) }
        for what in [
            "raised", "tier_changed", "confirmed", "withdrawn", "acknowledged", "escalated",
            "reminder", "resolved",
        ] {
            #expect(texts["what"]?[what]?.string != nil)
            guard what != "raised" else { continue }
            #expect(texts["events"]?[what]?["title"]?.string != nil)
            #expect(texts["events"]?[what]?["summary"]?.string != nil)
        }
        for kind in EventKind.allCases {
            #expect(texts["marks"]?[kind.rawValue]?.string != nil)
        }
    }

    @Test(arguments: Language.allCases)
    func `every rule has a title and a summary with known placeholders`(
        _ language: Language
    ) throws {
        let known: Set = [
            "name", "region", "industry", "period", "tier", "persons", "share", "amount", "value",
            "previous", "expected", "source", "standing", "certainty", "expected_whole",
        ]
        let texts = try Self.texts(language)
        for rule in try RuleFiles.all() {
            let text = try #require(texts["rules"]?[rule.id.rawValue])
            let title = try #require(text["title"]?.string)
            let summary = try #require(text["summary"]?.string)
            // What the watching says of itself concerns one system, which needs no name.
            #expect(rule.kind == .system || !Self.placeholders(title).isEmpty, "\(rule.id)")
            #expect(summary.hasSuffix(language == .chinese ? "。" : "."))
            let short = try ["topic", "facts", "over"].map {
                try #require(text[$0]?.string, "\(rule.id) has no \($0)")
            }
            for name in Self.placeholders(([title, summary] + short).joined()) {
                let isKeyed = ["measures.", "marks.", "phrases."].contains(where: name.hasPrefix)
                #expect(known.contains(name) || isKeyed, "\(rule.id): {\(name)}")
                if name.hasPrefix("phrases.") {
                    let key = String(name.dropFirst("phrases.".count))
                    #expect(texts["phrases"]?[key]?.string != nil, "\(rule.id): {\(name)}")
                }
            }
        }
    }

    @Test(arguments: Language.allCases)
    func `every kind has a playbook for every tier`(_ language: Language) throws {
        let file = RuleFiles.root.appending(path: "alerts/playbooks.yaml")
        let playbooks = try #require(
            try Yams.compose(yaml: try String(contentsOf: file, encoding: .utf8)))
        for kind in AlertKind.allCases {
            let playbook = try #require(playbooks[kind.rawValue])
            #expect(playbook["responsible"]?[language.rawValue]?.string?.isEmpty == false)
            #expect(playbook["basis"]?.sequence?.isEmpty == false)
            for tier in Tier.allCases {
                let steps = playbook["steps"]?[tier.rawValue]?[language.rawValue]?.sequence ?? []
                #expect(!steps.isEmpty, "\(kind.rawValue) \(tier.rawValue)")
                #expect(steps.allSatisfy { $0.string?.isEmpty == false })
            }
        }
    }

    /// Marks that are shown as they are: dates, counts, names.
    static let plain: Set = [
        "events", "last_report", "enterprises", "indicator", "unit", "transfer_to",
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `marks and measures of real findings are translated and exist`(_ seed: UInt64) throws {
        let evaluator = Evaluator(rules: try RuleFiles.all().map { try Rule($0) })
        let findings = evaluator.evaluate(
            EvaluatorTests.town(seed: seed).facts, asOf: EvaluatorTests.asOf, scope: .all,
            watching: []
        ).findings
        let marks = try #require(try Self.texts(.chinese)["marks"])
        let names = try #require(try Self.texts(.chinese)["evidence"])
        #expect(!findings.isEmpty)
        for finding in findings {
            let keys = Array(finding.evidence.measures.keys) + finding.evidence.marks.keys
            for key in keys where !key.hasPrefix("points_") && !key.hasPrefix("score_") {
                #expect(
                    names[key]?.string != nil || marks[key]?.string != nil,
                    "\(finding.rule): \(key) has no name")
            }
            for (name, value) in finding.evidence.marks
            where !Self.plain.contains(name) && name != "threshold" && name != "habit"
                && name != "direction"
            {
                for part in value.split(separator: ",") {
                    let words = marks[name]?[String(part)] ?? marks[String(part)]
                    #expect(words?.string != nil, "\(finding.rule) \(name): \(part)")
                }
            }
        }
    }

    @Test(arguments: Language.allCases)
    func `every limit of every rule has a name for tables`(_ language: Language) throws {
        let texts = try Self.texts(language)
        let rules = try RuleFiles.all()
        #expect(!rules.isEmpty)
        for rule in rules {
            for limit in Set(rule.tiers.values.flatMap(\.limits.keys)) {
                let name = texts["evidence"]?[limit] ?? texts["indicators"]?[limit]
                #expect(name?.string?.isEmpty == false, "\(rule.id): \(limit)")
            }
        }
    }

    @Test func `both languages say the same things`() throws {
        let chinese = Self.paths(try Self.texts(.chinese), "")
        let english = Self.paths(try Self.texts(.english), "")
        #expect(chinese.symmetricDifference(english).sorted() == [])
    }

    private static func paths(_ node: Node, _ prefix: String) -> Set<String> {
        guard let mapping = node.mapping else { return [prefix] }
        var paths: Set<String> = []
        for (key, value) in mapping {
            paths.formUnion(Self.paths(value, "\(prefix)/\(key.string ?? "")"))
        }
        return paths
    }
}
