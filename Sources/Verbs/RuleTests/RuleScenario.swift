package import Daemon
package import Labor
package import Source

/// What a rule test replays, without what it expects: real figures for whoever wants findings.
package struct RuleScenario: Sendable {
    /// The test's name.
    package let name: String
    /// The rules that the test is about.
    package let rules: Set<RuleID>
    /// The made-up bureau.
    package let tape: RevisionTape
    /// The days that are looked at.
    package let replay: Replay
    private let health: RuleTestHealth?
    private let zone: Zone

    init(_ test: RuleTest, zone: Zone) {
        name = test.name
        rules = test.rules
        tape = test.tape
        replay = test.replay
        health = test.health
        self.zone = zone
    }

    /// How the watching itself fares as a day ends; nil where the test says nothing of it.
    package func health(on day: Day) -> Health? { health?.on(day, zone) }
}

extension TestRulesVerb {
    /// The scenarios of test files and directories; without any, of the built-in tests.
    /// - Throws: `ConfigurationError` with every mistake in the files.
    package func scenarios(_ paths: [String]) throws -> [RuleScenario] {
        try tests(paths).map { RuleScenario($0, zone: components.zone) }
    }
}
