/// One enterprise in one month, with the settings of a rule at its place: what a rule judges.
struct EnterpriseMonth<RegionalSettings: Sendable>: Sendable {
    /// The dense row of the enterprise in the panel.
    let row: Int
    /// The month, by its index in the panel unless a rule says otherwise.
    let month: Int
    /// The settings of the rule that hold at the enterprise's place.
    let regional: RegionalSettings
}
