package import Labor

/// Within what time somebody has to answer an alert, and what follows when nobody does.
///
/// The default follows the reporting clocks of a city plan for mass-unemployment incidents: two
/// hours for the two highest tiers, twelve hours in writing for the third, none for the fourth.
package struct ResponseClocks: Hashable, Sendable {
    /// The time by tier; a tier without an entry has no clock.
    package var waits: [Tier: Duration]
    /// The times of a kind that has clocks of its own, tier by tier, before those of `waits`.
    package var ownWaits: [AlertKind: [Tier: Duration]]
    /// The time that each level above has, where they are not those of the first answer.
    package var escalationWaits: [AlertKind: [Tier: Duration]]
    /// How many levels above the responsible unit's own there are to hand an alert to: county to
    /// city is one, city to region another; 0 hands nothing up.
    package var levels: Int

    /// How many levels above there can be.
    package static let levelsMax = 3

    /// Clocks from their times.
    package init(
        waits: [Tier: Duration] = [
            .red: .seconds(7_200), .orange: .seconds(7_200), .yellow: .seconds(43_200),
        ],
        ownWaits: [AlertKind: [Tier: Duration]] = [:],
        escalationWaits: [AlertKind: [Tier: Duration]] = [:], levels: Int = 2
    ) {
        self.waits = waits
        self.ownWaits = ownWaits
        self.escalationWaits = escalationWaits
        self.levels = levels
    }

    /// How long an alert may wait for an answer at a level; nil without a clock.
    package func wait(_ kind: AlertKind, _ tier: Tier, level: Int = 0) -> Duration? {
        let first = ownWaits[kind]?[tier] ?? waits[tier]
        guard level > 0, first != nil else { return first }
        return escalationWaits[kind]?[tier] ?? first
    }

    /// Until when an event must be answered. Only what makes a matter more urgent starts a clock:
    /// a raising, a higher tier, an escalation.
    package func dueAt(_ event: AlertEvent) -> Instant? {
        switch event.what {
        case .raised, .escalated: break
        case .tierChanged where event.toTier > event.fromTier ?? event.toTier: break
        default: return nil
        }
        return wait(event.kind, event.toTier, level: event.level).map {
            event.at.adding(seconds: $0.components.seconds)
        }
    }
}
