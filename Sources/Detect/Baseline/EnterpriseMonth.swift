/// The input of a rule's judgement: one enterprise in one month, with the regional settings.
struct EnterpriseMonth<RegionalSettings: Sendable>: Sendable {
    /// The dense row of the enterprise in the panel.
    let row: Int
    /// The month, as an index of the panel unless the rule defines another index.
    let month: Int
    /// The settings of the rule in the enterprise's region.
    let regional: RegionalSettings
}
