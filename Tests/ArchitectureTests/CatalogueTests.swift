import Testing

/// The files of the catalogue have their shape; that they load is tested with the loader.
struct CatalogueTests {
    @Test func `every rule has its fields and every tier a source`() throws {
        let rules = try Repository.files(below: "alerts/rules")
        #expect(!rules.isEmpty)
        for rule in rules {
            #expect(RuleText.complaints(path: rule.path, text: rule.text) == [])
            #expect(rule.path == "alerts/rules/\(RuleText.id(of: rule.text) ?? "?").yaml")
        }
    }

    @Test(arguments: RuleText.languages)
    func `every rule has texts in both languages`(language: String) throws {
        let rules = try Repository.files(below: "alerts/rules").compactMap {
            RuleText.id(of: $0.text)
        }
        let path = "alerts/texts/\(language).yaml"
        let texts = try #require(try Repository.files(below: path).first, "\(path) is missing")
        #expect(RuleText.complaints(path: path, texts: texts.text, rules: rules) == [])
    }

    static let rule = """
        rule: layoff.statutory
        detector: layoff.statutory
        kind: layoff
        description:
          zh-CN: 裁员
          en: Layoffs
        tiers:
          blue: {persons: 20, source: "第四十一条"}
          red:
            persons: 300
            source: "2015"

        """

    @Test func `a complete rule passes`() {
        #expect(RuleText.complaints(path: "x.yaml", text: Self.rule) == [])
        #expect(RuleText.id(of: Self.rule) == "layoff.statutory")
    }

    @Test(arguments: [
        ("detector: layoff.statutory\n", "", 1), ("kind: layoff", "kind:", 3),
        ("  en: Layoffs\n", "", 4), ("    source: \"2015\"\n", "", 9),
        (", source: \"第四十一条\"", "", 8), ("  blue:", "  azure:", 8),
    ])
    func `a rule that lacks something is found`(old: String, new: String, line: Int) {
        let text = Self.rule.replacing(old, with: new, maxReplacements: 1)
        #expect(RuleText.complaints(path: "x.yaml", text: text).map(\.line) == [line])
    }

    @Test func `a rule without its texts is found`() {
        let texts =
            "kinds: {layoff: 裁员}\nrules:\n  a:\n    title: A\n    summary: B\n  b:\n    title: C\n"
        let found = RuleText.complaints(path: "en.yaml", texts: texts, rules: ["a", "b", "c"])
        #expect(
            found.map(\.message) == [
                "rule b has no summary", "rule c has no title", "rule c has no summary",
            ])
        #expect(found.first?.line == 6)
    }
}
