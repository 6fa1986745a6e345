package import Alerting
package import Labor

/// Who did something, and when.
package struct Stamp: Hashable, Sendable {
    /// When.
    package var at: Instant
    /// Who.
    package var actor: Actor

    /// A stamp from its parts.
    package init(at: Instant, actor: Actor) {
        self.at = at
        self.actor = actor
    }
}

/// An enterprise in difficulty that the bureau helps, from the opening to the closing of its case.
package struct LedgerCase: Hashable, Sendable {
    /// The enterprise as it was when the case was opened.
    package struct Enterprise: Hashable, Sendable {
        /// Its `enterprise_id`.
        package var id: String
        /// Its name.
        package var name: String
        /// Where it is.
        package var regionCode: String?
        /// Its industry.
        package var industryCode: String?

        /// An enterprise from its parts.
        package init(
            id: String, name: String, regionCode: String? = nil, industryCode: String? = nil
        ) {
            self.id = id
            self.name = name
            self.regionCode = regionCode
            self.industryCode = industryCode
        }
    }

    /// The identity.
    package var id: Int64
    /// Whom it is about.
    package var enterprise: Enterprise
    /// Who opened it; the account is `laborwatch` when an alert did.
    package var opened: Stamp
    /// Why, in the words of who opened it.
    package var openedNote: String?
    /// Until when somebody has to look again; nil once nobody has to.
    package var nextDue: Instant?
    /// Who closed it; nil while it runs.
    package var closed: Stamp?
    /// Why it was closed: a code of the bureau's table, kept as it was even when the table has lost
    /// it.
    package var closing: String?
    /// What the person who closed it wrote.
    package var closeNote: String?
    /// The alerts that it is about.
    package var alerts: [AlertID]

    /// The account under which alerts open cases.
    package static let automatic = "laborwatch"
}

/// A case with all that was noted in it, in order.
package struct LedgerFile: Hashable, Sendable {
    /// The case as it stands.
    package var head: LedgerCase
    /// Its entries with who noted them, each kind in order: measures, checks, follow-ups.
    package var entries: [(stamp: Stamp, entry: LedgerEntry)]

    /// Whether both tell the same.
    package static func == (left: LedgerFile, right: LedgerFile) -> Bool {
        left.head == right.head
            && left.entries.elementsEqual(right.entries) {
                $0.stamp == $1.stamp && $0.entry == $1.entry
            }
    }

    /// Feeds the case into a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(head)
    }
}
