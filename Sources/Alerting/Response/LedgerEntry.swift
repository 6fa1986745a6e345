package import Labor

/// An entry in a case of the ledger, of one of three kinds. Entries are never changed.
package enum LedgerEntry: Hashable, Sendable {
    /// Whether the enterprise meets one requirement of the check list for a layoff plan.
    package enum Answer: String, CaseIterable, Hashable, Sendable {
        /// The requirement is met.
        case yes
        /// The requirement is not met.
        case no
        /// The requirement does not apply to this enterprise.
        case notApplicable = "not_applicable"
    }

    /// A measure that was taken: its code, and the number of persons it covers.
    case measure(code: String, persons: Int?, note: String?)
    /// The answer to one requirement of the check list for a layoff plan; `item` is the code of the
    /// requirement.
    case check(item: String, answer: Answer, note: String?)
    /// A follow-up, with the date of the next one; nil when no further follow-up is due.
    case followUp(note: String, nextDue: Instant?)
}
