package import Labor

/// An entry in a case of the ledger, of one of three kinds. Entries are never changed.
package enum LedgerEntry: Hashable, Sendable {
    /// The answer to an item of the check list.
    package enum Answer: String, CaseIterable, Hashable, Sendable {
        /// The requirement is met.
        case yes
        /// The requirement is not met.
        case no
        /// The item does not apply to this enterprise.
        case notApplicable = "not_applicable"
    }

    /// A measure that was taken: its code, and the number of persons it covers.
    case measure(code: String, persons: Int?, note: String?)
    /// An item of the check list for a layoff plan was checked.
    case check(item: String, answer: Answer, note: String?)
    /// A follow-up, with the date of the next one; nil when no further follow-up is due.
    case followUp(note: String, nextDue: Instant?)
}
