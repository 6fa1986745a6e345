package import Labor

/// An event that a receiver was told of, as later messages refer to it.
package struct ToldEvent: Hashable, Sendable {
    /// The event's id.
    package var id: String
    /// Its place in the episode.
    package var sequence: Int
    /// When it was said.
    package var at: Instant

    /// A told event from its parts.
    package init(id: String, sequence: Int, at: Instant) {
        self.id = id
        self.sequence = sequence
        self.at = at
    }
}

/// What a receiver was told last of one episode.
package struct StandingAlert: Hashable, Sendable {
    /// The event that it was told last.
    package var notice: AlertNotice
    /// When the event was said that it was told first.
    package var startedAt: Instant

    /// A standing alert from its parts.
    package init(notice: AlertNotice, startedAt: Instant) {
        self.notice = notice
        self.startedAt = startedAt
    }
}

/// What receivers were told so far: only what was delivered counts.
///
/// For receivers whose format refers to earlier messages, or whose other side forgets unless it is
/// told again and again. They keep no state of their own.
package protocol DeliveryLog: Sendable {
    /// The events that a receiver was told of some episodes, of each before a place in it, in their
    /// order; an episode of which it was told nothing is left out.
    ///
    /// One question for all of them: a group may have thousands.
    func told(
        before places: [AlertID: Int], to receiver: String
    ) async throws -> [AlertID: [ToldEvent]]

    /// What a receiver was told last of each episode that this leaves open, or that it ended since
    /// an instant; in the order of the episodes' ids.
    func standing(for receiver: String, endedSince: Instant) async throws -> [StandingAlert]
}

/// That nobody was told anything: for receivers without a store behind them.
package struct NoDeliveryLog: DeliveryLog {
    /// No tellings.
    package init() {}

    /// Nothing.
    package func told(
        before places: [AlertID: Int], to receiver: String
    ) -> [AlertID: [ToldEvent]] { [:] }

    /// Nothing.
    package func standing(for receiver: String, endedSince: Instant) -> [StandingAlert] { [] }
}
