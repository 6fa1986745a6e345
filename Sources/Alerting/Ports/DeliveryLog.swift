package import Labor

/// An event that was delivered to a receiver, for later messages that refer to it.
package struct ToldEvent: Hashable, Sendable {
    /// The ID of the event.
    package var id: String
    /// The event's number within its episode, from 1.
    package var sequence: Int
    /// When the event was created.
    package var at: Instant

    /// Creates a delivered event. Each argument sets the property of the same name.
    package init(id: String, sequence: Int, at: Instant) {
        self.id = id
        self.sequence = sequence
        self.at = at
    }
}

/// The last event of one episode that was delivered to a receiver.
package struct StandingAlert: Hashable, Sendable {
    /// The last delivered event.
    package var notice: AlertNotice
    /// When the first delivered event of the episode was created.
    package var startedAt: Instant

    /// Creates a delivered alert. Each argument sets the property of the same name.
    package init(notice: AlertNotice, startedAt: Instant) {
        self.notice = notice
        self.startedAt = startedAt
    }
}

/// The events that were delivered to receivers; pending and failed deliveries do not count.
///
/// Receivers need the log when their format refers to earlier messages, or when their peer drops an
/// alert that is not sent again regularly. The receivers themselves keep no state.
package protocol DeliveryLog: Sendable {
    /// The events of the given episodes that were delivered to a receiver, ordered by sequence. Of
    /// each episode only events with a sequence below the given number are returned. An episode
    /// without such events is left out.
    ///
    /// One call covers all episodes, because a group may contain thousands.
    func told(
        before places: [AlertID: Int], to receiver: String
    ) async throws -> [AlertID: [ToldEvent]]

    /// The last delivered event of each episode that this event leaves open, or that it ended at or
    /// after an instant; ordered by the episodes' IDs.
    func standing(for receiver: String, endedSince: Instant) async throws -> [StandingAlert]
}

/// An empty delivery log, for receivers that run without a store.
package struct NoDeliveryLog: DeliveryLog {
    /// An empty log.
    package init() {}

    /// An empty result.
    package func told(
        before places: [AlertID: Int], to receiver: String
    ) -> [AlertID: [ToldEvent]] { [:] }

    /// An empty result.
    package func standing(for receiver: String, endedSince: Instant) -> [StandingAlert] { [] }
}
