package import Alerting
package import Labor

/// The time and the author of an action.
package struct Stamp: Hashable, Sendable {
    /// When the action happened.
    package var at: Instant
    /// The person who acted.
    package var actor: Actor

    /// Creates a stamp. Each argument sets the property of the same name.
    package init(at: Instant, actor: Actor) {
        self.at = at
        self.actor = actor
    }
}

/// A case of the ledger: one enterprise in difficulty (困难企业) that the bureau supports, from the
/// opening of the case to its closing.
package struct LedgerCase: Hashable, Sendable {
    /// The enterprise as it was when the case was opened.
    package struct Enterprise: Hashable, Sendable {
        /// The ID of the enterprise in the source (`enterprise_id`).
        package var id: String
        /// The name of the enterprise.
        package var name: String
        /// The code of the enterprise's region; nil when it is unknown.
        package var regionCode: String?
        /// The code of the enterprise's industry; nil when it is unknown.
        package var industryCode: String?

        /// Creates an enterprise. Each argument sets the property of the same name.
        package init(
            id: String, name: String, regionCode: String? = nil, industryCode: String? = nil
        ) {
            self.id = id
            self.name = name
            self.regionCode = regionCode
            self.industryCode = industryCode
        }
    }

    /// The number of the case.
    package var id: Int64
    /// The enterprise in difficulty.
    package var enterprise: Enterprise
    /// Who opened the case, and when; the account is `laborwatch` when an alert opened it.
    package var opened: Stamp
    /// Why the case was opened, as the person who opened it wrote; nil when nothing was written.
    package var openedNote: String?
    /// When the next follow-up is due; nil when none is due.
    package var nextDue: Instant?
    /// Who closed the case, and when; nil while it is open.
    package var closed: Stamp?
    /// The reason for closing, a code of the bureau's table; nil while the case is open. The code
    /// is kept even when the table no longer contains it.
    package var closing: String?
    /// The comment of the person who closed the case; nil when there is none.
    package var closeNote: String?
    /// The IDs of the alerts that are linked to the case.
    package var alerts: [AlertID]

    /// The account under which alerts open cases.
    package static let automatic = "laborwatch"
}

/// A case with all its entries.
package struct LedgerFile: Hashable, Sendable {
    /// The case without its entries.
    package var head: LedgerCase
    /// The entries with their authors: measures, then checks, then follow-ups, each in the order in
    /// which they were added.
    package var entries: [(stamp: Stamp, entry: LedgerEntry)]

    /// Whether both cases have equal contents.
    package static func == (left: LedgerFile, right: LedgerFile) -> Bool {
        left.head == right.head
            && left.entries.elementsEqual(right.entries) {
                $0.stamp == $1.stamp && $0.entry == $1.entry
            }
    }

    /// Hashes the case without its entries, which is consistent with `==`.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(head)
    }
}
