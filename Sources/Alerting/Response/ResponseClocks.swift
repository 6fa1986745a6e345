package import Labor

/// The time limits for the acknowledgement of an alert, and the levels to which an unanswered alert
/// is escalated.
///
/// The defaults come from the reporting deadlines in a city's emergency plan for mass unemployment
/// incidents: 2 hours for the two highest tiers, 12 hours for a written report of the third, none
/// for the fourth.
package struct ResponseClocks: Hashable, Sendable {
    /// The time limit by tier; a tier without an entry has none.
    package var waits: [Tier: Duration]
    /// The time limits of single kinds of alert, by kind and tier. An entry replaces the entry of
    /// `waits`.
    package var ownWaits: [AlertKind: [Tier: Duration]]
    /// The time limits at the levels above the first, by kind and tier. Without an entry, the time
    /// limit of the first level applies.
    package var escalationWaits: [AlertKind: [Tier: Duration]]
    /// The number of levels above the responsible unit: county to city is one, city to region the
    /// second. 0 means no escalation.
    package var levels: Int

    /// The maximum of `levels`.
    package static let levelsMax = 3

    /// Creates time limits. Each argument sets the property of the same name.
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

    /// How long an alert may remain unanswered at a level; nil when there is no time limit.
    package func wait(_ kind: AlertKind, _ tier: Tier, level: Int = 0) -> Duration? {
        let first = ownWaits[kind]?[tier] ?? waits[tier]
        guard level > 0, first != nil else { return first }
        return escalationWaits[kind]?[tier] ?? first
    }

    /// The deadline for an answer to an event; nil when the event starts none. Only events that
    /// increase the urgency start one: a raise, a rise of the tier, an escalation.
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
