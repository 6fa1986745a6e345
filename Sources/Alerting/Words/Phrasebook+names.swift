package import Labor

extension Phrasebook {
    /// What people call a rule; nil where the texts have no name for it.
    package func spokenName(of rule: RuleID) -> String? { rules[rule]?.name }
}
