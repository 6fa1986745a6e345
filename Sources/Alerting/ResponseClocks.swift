package import Labor

/// Within how many hours the responsible unit has to report an alert upward.
///
/// The default follows the reporting clocks of a city plan for mass-unemployment incidents: two
/// hours for the two highest tiers, twelve hours in writing for the third, none for the fourth.
package struct ResponseClocks: Hashable, Sendable {
    /// Hours by tier; a tier without an entry has no clock.
    package var hours: [Tier: Int]

    /// Clocks from their hours.
    package init(hours: [Tier: Int] = [.red: 2, .orange: 2, .yellow: 12]) {
        self.hours = hours
    }

    /// Until when an event must be answered. Only what makes a matter more urgent starts a clock:
    /// a raising, a higher tier, an escalation.
    package func dueAt(_ event: AlertEvent) -> Instant? {
        switch event.what {
        case .raised, .escalated: break
        case .tierChanged where event.toTier > event.fromTier ?? event.toTier: break
        default: return nil
        }
        return hours[event.toTier].map { event.at.adding(seconds: Int64($0) * 3_600) }
    }
}
