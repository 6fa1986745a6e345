package import Labor

/// Within how many days an official first visits an enterprise after an alert opened its case in the
/// ledger of enterprises in difficulty.
package struct FirstVisits: Hashable, Sendable {
    /// Days for a kind and tier without a value of its own. Source: Anqing (2008), where an enterprise
    /// under watch reports every five days.
    package static let standardDays = 5

    /// Days by kind and tier.
    package var days: [AlertKind: [Tier: Int]]

    /// Visits from their days.
    package init(days: [AlertKind: [Tier: Int]] = [:]) {
        self.days = days
    }

    /// The days for an alert of a kind and tier.
    package func days(_ kind: AlertKind, _ tier: Tier) -> Int {
        days[kind]?[tier] ?? FirstVisits.standardDays
    }

    /// The days until the first visit, when an event opens a case of the ledger; nil when the event
    /// opens none.
    ///
    /// An enterprise's alert that rises to orange or red opens a case. A missing report opens none,
    /// because it is no difficulty yet. A fall from red to orange opens none either.
    package func daysUntilVisit(after event: AlertEvent) -> Int? {
        let rose =
            event.what == .raised
            || event.what == .tierChanged && event.toTier > event.fromTier ?? event.toTier
        guard rose, event.subject.type == .enterprise, event.kind != .reporting,
            event.toTier >= .orange, event.toState.isOpen
        else { return nil }
        return days(event.kind, event.toTier)
    }
}
