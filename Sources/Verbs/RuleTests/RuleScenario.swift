package import Daemon
package import Labor
package import Source

/// The data of a rule test without its expected events. Other tests use it to get real findings.
package struct RuleScenario: Sendable {
    /// The test's name.
    package let name: String
    /// The rules that the test is about.
    package let rules: Set<RuleID>
    /// The invented bureau.
    package let tape: RevisionTape
    /// The evaluated days.
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

    /// The health of the daemon at the end of a day; nil if the test does not state it.
    package func health(on day: Day) -> Health? { health?.on(day, zone) }
}

extension TestRulesVerb {
    /// The scenarios of test files and directories; without paths, those of the built-in tests.
    /// - Throws: `ConfigurationError` with every mistake in the files.
    package func scenarios(_ paths: [String]) throws -> [RuleScenario] {
        try tests(paths).map { RuleScenario($0, zone: components.zone) }
    }
}
