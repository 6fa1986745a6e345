package import Labor

/// Within how many hours somebody has to answer an alert, and what follows when nobody does.
///
/// The default follows the reporting clocks of a city plan for mass-unemployment incidents: two
/// hours for the two highest tiers, twelve hours in writing for the third, none for the fourth.
package struct ResponseClocks: Hashable, Sendable {
    /// Hours by tier; a tier without an entry has no clock.
    package var hours: [Tier: Int]
    /// Hours of a kind that has clocks of its own, tier by tier, before those of `hours`.
    package var ownHours: [AlertKind: [Tier: Int]]
    /// Hours that each level above has, where they are not those of the first answer.
    package var escalationHours: [AlertKind: [Tier: Int]]
    /// How many levels above the responsible unit's own there are to hand an alert to: county to
    /// city is one, city to region another; 0 hands nothing up.
    package var levels: Int

    /// How many levels above there can be.
    package static let levelsMax = 3

    /// Clocks from their hours.
    package init(
        hours: [Tier: Int] = [.red: 2, .orange: 2, .yellow: 12],
        ownHours: [AlertKind: [Tier: Int]] = [:],
        escalationHours: [AlertKind: [Tier: Int]] = [:], levels: Int = 2
    ) {
        self.hours = hours
        self.ownHours = ownHours
        self.escalationHours = escalationHours
        self.levels = levels
    }

    /// How long an alert may wait for an answer at a level; nil without a clock.
    package func hours(_ kind: AlertKind, _ tier: Tier, level: Int = 0) -> Int? {
        let first = ownHours[kind]?[tier] ?? hours[tier]
        guard level > 0, first != nil else { return first }
        return escalationHours[kind]?[tier] ?? first
    }

    /// Until when an event must be answered. Only what makes a matter more urgent starts a clock:
    /// a raising, a higher tier, an escalation.
    package func dueAt(_ event: AlertEvent) -> Instant? {
        switch event.what {
        case .raised, .escalated: break
        case .tierChanged where event.toTier > event.fromTier ?? event.toTier: break
        default: return nil
        }
        return hours(event.kind, event.toTier, level: event.level).map {
            event.at.adding(seconds: Int64($0) * 3_600)
        }
    }
}
