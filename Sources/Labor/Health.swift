/// How the watching itself fares, as plain numbers and moments: what the daemon gathers of itself,
/// its store and its receivers, for rules to look at like at any other figures.
package struct Health: Hashable, Sendable {
    /// Cycles that failed one after the other up to now; 0 after one that succeeded.
    package var failedCycles: Int
    /// When the first of them began.
    package var failingSince: Instant?
    /// Why the last of them failed, one line.
    package var failure: String?
    /// Since when nobody answers at the source; nil while it answers, with whatever.
    package var sourceAwaySince: Instant?
    /// How many looks at the source in a row nobody answered.
    package var sourceAwayLooks: Int
    /// How far what was evaluated lies behind the newest change seen in the source, seconds.
    package var lag: Double
    /// Whether it lies behind because rows are dated later than now, and so must wait.
    package var isDatedAhead: Bool
    /// A time for which the store did not answer, when it is to be told; nil otherwise.
    package var outage: StoreOutage?
    /// When the newest report became known; nil while there is none or nothing was read yet.
    package var newestReport: Instant?
    /// Rows that the last full look at the source read; 0 while nothing was read yet.
    package var rowsRead: Int
    /// Values that cannot be used now.
    package var quarantined: Int
    /// Those of them that were seen first within the last 24 hours.
    package var quarantinedLastDay: Int
    /// The receivers that are configured, by name.
    package var receivers: [ReceiverHealth]
    /// How far this machine's clock is ahead of the store's, seconds; negative when it is behind.
    package var clockLead: Double
    /// How far this machine's clock jumped since the last look beside one that never jumps, seconds.
    package var clockJump: Double
    /// How often the right to evaluate changed hands within the last hour.
    package var leaseChanges: Int
    /// The silences that hold now.
    package var silences: [SilenceHealth]

    /// The health of a watching that nothing ails and nothing is known of; what does is set then.
    package init() {
        failedCycles = 0
        sourceAwayLooks = 0
        lag = 0
        isDatedAhead = false
        rowsRead = 0
        quarantined = 0
        quarantinedLastDay = 0
        receivers = []
        clockLead = 0
        clockJump = 0
        leaseChanges = 0
        silences = []
    }
}

/// How one receiver fares.
package struct ReceiverHealth: Hashable, Sendable {
    /// The name in the configuration.
    package var name: String
    /// When it said that it is gone; nil while it is told.
    package var disabledAt: Instant?
    /// When the first try failed after which none went well; nil while it takes what it is told.
    package var failingSince: Instant?
    /// Deliveries that wait.
    package var pending: Int
    /// When the oldest of them was ordered.
    package var oldestPendingAt: Instant?
    /// Deliveries that were given up in the last 24 hours.
    package var deadLastDay: Int
    /// Why what waits could not be delivered yet, one line; nil where nothing failed.
    package var failure: String?

    /// A receiver's health from its parts.
    package init(
        name: String, disabledAt: Instant? = nil, failingSince: Instant? = nil, pending: Int = 0,
        oldestPendingAt: Instant? = nil, deadLastDay: Int = 0, failure: String? = nil
    ) {
        self.name = name
        self.disabledAt = disabledAt
        self.failingSince = failingSince
        self.pending = pending
        self.oldestPendingAt = oldestPendingAt
        self.deadLastDay = deadLastDay
        self.failure = failure
    }
}

/// A silence that holds, as far as its end concerns somebody.
package struct SilenceHealth: Hashable, Sendable {
    /// The identity.
    package var id: Int64
    /// From when.
    package var startsAt: Instant
    /// Until when.
    package var endsAt: Instant
    /// Who made it.
    package var createdBy: String
    /// How many running alerts it holds back from somebody.
    package var held: Int

    /// A silence's health from its parts.
    package init(id: Int64, startsAt: Instant, endsAt: Instant, createdBy: String, held: Int) {
        self.id = id
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.held = held
    }
}

/// A time for which the store did not answer, so that nothing could be recorded.
package struct StoreOutage: Hashable, Sendable {
    /// When it was first found away.
    package var since: Instant
    /// The same moment in words, with the bureau's offset.
    package var begin: String
    /// Until when: now, or when it answered again.
    package var through: Instant
    /// Why it did not answer, one line.
    package var reason: String
    /// The receivers that took a notice past the store.
    package var told: [String]
    /// Those that were to have one and did not take it.
    package var untold: [String]
    /// Whether what is said of it is written down; a notice past the store is not.
    package var isRecorded: Bool

    /// An outage that has just begun.
    package init(since: Instant, begin: String, reason: String) {
        self.since = since
        self.begin = begin
        through = since
        self.reason = reason
        told = []
        untold = []
        isRecorded = false
    }
}
