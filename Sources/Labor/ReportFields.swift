/// Fields of a report that can be held back on their own while the rest of the report counts.
///
/// Two fields that only mean something together are one member: the balance of wages needs both
/// what was due and what was paid.
package struct ReportFields: OptionSet, Hashable, Sendable {
    /// A bit for each member.
    package let rawValue: UInt8

    /// A set from its bits.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `hires` and `separations`.
    package static let flows = ReportFields(rawValue: 1 << 0)
    /// `employer_separations`.
    package static let employerSeparations = ReportFields(rawValue: 1 << 1)
    /// `planned_layoffs`.
    package static let plannedLayoffs = ReportFields(rawValue: 1 << 2)
    /// `idle`.
    package static let idle = ReportFields(rawValue: 1 << 3)
    /// `workers_unpaid`.
    package static let workersUnpaid = ReportFields(rawValue: 1 << 4)
    /// `insured`.
    package static let insured = ReportFields(rawValue: 1 << 5)
    /// `wages_due` and `wages_paid`.
    package static let wages = ReportFields(rawValue: 1 << 6)
    /// `contributions_due` and `contributions_paid`.
    package static let contributions = ReportFields(rawValue: 1 << 7)
}
