package import Labor

extension Phrasebook {
    /// The readable name of a rule; nil when the texts have none.
    package func spokenName(of rule: RuleID) -> String? { rules[rule]?.name }
}
