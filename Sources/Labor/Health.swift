/// The health of the monitoring service in plain numbers and instants. The daemon collects the
/// values from itself, its store and its receivers. The rules of the family `system` evaluate them.
package struct Health: Hashable, Sendable {
    /// The number of consecutive failed cycles; 0 after a successful cycle.
    package var failedCycles: Int
    /// When the first of the consecutive failed cycles began; nil when the last cycle succeeded.
    package var failingSince: Instant?
    /// The error of the last of the consecutive failed cycles, one line; nil when the last cycle
    /// succeeded.
    package var failure: String?
    /// Since when the source database does not answer; nil while it answers, even with an error.
    package var sourceAwaySince: Instant?
    /// The number of consecutive attempts to read the source that got no answer.
    package var sourceAwayLooks: Int
    /// How far the evaluation is behind the source, seconds: the time that a change has waited, or
    /// the time until the newest row with a future date becomes valid, whichever is longer.
    package var lag: Double
    /// Whether the lag is caused by a row with a future date.
    package var isDatedAhead: Bool
    /// An outage of the store that must be reported; nil otherwise.
    package var outage: StoreOutage?
    /// When the newest report became known; nil while there is no report or nothing was read yet.
    package var newestReport: Instant?
    /// The number of rows that the last full read of the source gave; 0 before the first full read.
    package var rowsRead: Int
    /// The number of values that are in quarantine now.
    package var quarantined: Int
    /// The number of values in quarantine that were first seen within the last 24 hours.
    package var quarantinedLastDay: Int
    /// The amounts that most enterprises report beyond all reason; nil while all are plausible.
    package var units: UnitDoubt?
    /// The receivers that are configured, by name.
    package var receivers: [ReceiverHealth]
    /// How far this machine's clock is ahead of the store's clock, seconds; negative when it is
    /// behind.
    package var clockLead: Double
    /// How far this machine's wall clock jumped since the last reading, compared with a monotonic
    /// clock, seconds.
    package var clockJump: Double
    /// How often the evaluation lease changed its holder within the last hour.
    package var leaseChanges: Int
    /// The silences that are active now.
    package var silences: [SilenceHealth]

    /// The initial health: no fault and no data. The caller then sets the values that are known.
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

/// The health of one receiver.
package struct ReceiverHealth: Hashable, Sendable {
    /// The name in the configuration.
    package var name: String
    /// When the receiver's remote end reported that it no longer exists; nil while the receiver is
    /// in use.
    package var disabledAt: Instant?
    /// When the first failed attempt after the last success happened; nil while attempts succeed.
    package var failingSince: Instant?
    /// The number of pending deliveries.
    package var pending: Int
    /// When the oldest pending delivery was created; nil when none is pending.
    package var oldestPendingAt: Instant?
    /// The number of deliveries that were abandoned in the last 24 hours.
    package var deadLastDay: Int
    /// Why the pending deliveries failed so far, one line; nil when no attempt failed.
    package var failure: String?

    /// Creates a receiver's health. Each argument sets the property of the same name.
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

/// An active silence and the number of alerts that it suppresses.
package struct SilenceHealth: Hashable, Sendable {
    /// The primary key.
    package var id: Int64
    /// The start of the silence.
    package var startsAt: Instant
    /// The end of the silence.
    package var endsAt: Instant
    /// The account that created the silence.
    package var createdBy: String
    /// The number of open alerts that the silence suppresses for at least one receiver.
    package var held: Int

    /// Creates a silence's health. Each argument sets the property of the same name.
    package init(id: Int64, startsAt: Instant, endsAt: Instant, createdBy: String, held: Int) {
        self.id = id
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.held = held
    }
}

/// An outage of the store: a time in which nothing could be recorded.
package struct StoreOutage: Hashable, Sendable {
    /// When the store first failed to answer.
    package var since: Instant
    /// The text of `since`, with the bureau's UTC offset.
    package var begin: String
    /// The end of the outage so far: now, or the moment when the store answered again.
    package var through: Instant
    /// Why the store did not answer, one line.
    package var reason: String
    /// The receivers that accepted a notice that was sent without the store.
    package var told: [String]
    /// The receivers that should have got such a notice but did not accept it.
    package var untold: [String]
    /// Whether the outage is recorded in the store. A notice that is sent without the store is not
    /// recorded.
    package var isRecorded: Bool

    /// An outage that has just begun: no receiver was notified yet.
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
