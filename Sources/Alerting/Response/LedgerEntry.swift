package import Labor

/// What was noted in a case, by its three kinds; rows are never changed.
package enum LedgerEntry: Hashable, Sendable {
    /// The answer to an item of the check list.
    package enum Answer: String, CaseIterable, Hashable, Sendable {
        /// It is as it must be.
        case yes
        /// It is not.
        case no
        /// It does not apply here.
        case notApplicable = "not_applicable"
    }

    /// Something was done: its code, and for how many persons.
    case measure(code: String, persons: Int?, note: String?)
    /// An item of the layoff plan was checked.
    case check(item: String, answer: Answer, note: String?)
    /// Somebody looked, and says when somebody looks again; nil for no more.
    case followUp(note: String, nextDue: Instant?)
}
