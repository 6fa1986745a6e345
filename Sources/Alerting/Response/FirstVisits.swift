package import Labor

/// The number of days within which an official must first visit an enterprise, after an alert
/// opened a case in the ledger of enterprises in difficulty.
package struct FirstVisits: Hashable, Sendable {
    /// Days for a kind and tier without a configured value. Source: Anqing (2008), where an
    /// enterprise under supervision reports every 5 days.
    package static let standardDays = 5

    /// The number of days until the first visit, by kind of alert and tier. Without an entry,
    /// `standardDays` applies.
    package var days: [AlertKind: [Tier: Int]]

    /// Creates time limits from the numbers of days.
    package init(days: [AlertKind: [Tier: Int]] = [:]) {
        self.days = days
    }

    /// The days for an alert of a kind and tier.
    package func days(_ kind: AlertKind, _ tier: Tier) -> Int {
        days[kind]?[tier] ?? FirstVisits.standardDays
    }

    /// The days until the first visit when the event opens a case of the ledger; nil when the event
    /// opens none.
    ///
    /// An alert about an enterprise opens a case when it is raised at, or rises to, orange or red.
    /// A fall of the tier opens no case. A missing report opens none, because it is not yet a
    /// difficulty.
    package func daysUntilVisit(after event: AlertEvent) -> Int? {
        let rose =
            event.what == .raised
            || event.what == .tierChanged && event.toTier > event.fromTier ?? event.toTier
            || event.reason == .becameCredible
        guard rose, !event.isOfIncident, event.subject.type == .enterprise,
            event.kind != .reporting,
            event.toTier >= .orange, event.toState.isOpen
        else { return nil }
        return days(event.kind, event.toTier)
    }
}
