package import Labor

/// The exclusive, time-limited right to evaluate. Every commit checks the token, so that a daemon
/// that was paused cannot overwrite the results of its successor.
package struct Lease: Hashable, Sendable {
    /// The daemon that has the lease, as `host:pid:random`.
    package var holder: String
    /// The fencing token, which grows each time another daemon takes the lease.
    package var token: Int64
    /// When the lease expires, by the clock of the store.
    package var expiresAt: Instant

    /// Creates a lease. Each argument sets the property of the same name.
    package init(holder: String, token: Int64, expiresAt: Instant) {
        self.holder = holder
        self.token = token
        self.expiresAt = expiresAt
    }
}

/// The state that the history keeps between two cycles.
package struct Memory: Hashable, Sendable {
    /// The open episodes, ordered by key.
    package var open: [Episode]
    /// The position up to which each part of the source was read, by part name; the history does
    /// not interpret the values.
    package var watermarks: [String: String]
    /// The as-of of the last cycle; nil before the first cycle.
    package var lastAsOf: Instant?
    /// The version of each open episode that was read. Only the history uses it, to read just the
    /// episodes that changed since.
    package var versions: [AlertID: Int64]
    /// The silences that have not ended, including those that have not begun.
    package var silences: [Silence]
    /// The held deliveries: those that a silence or an inhibition suppresses for now.
    package var held: [HeldOrder]
    /// Pending and untried deliveries of open episodes that wait for their send time.
    package var waiting: [WaitingOrder]
    /// IDs that a new episode must not reuse: episodes that ended, with their latest finding at
    /// this same as-of.
    package var ended: Set<AlertID>

    /// Creates the state. Each argument sets the property of the same name. Without arguments it is
    /// the state before the first cycle.
    package init(
        open: [Episode] = [], watermarks: [String: String] = [:], lastAsOf: Instant? = nil,
        versions: [AlertID: Int64] = [:], silences: [Silence] = [], held: [HeldOrder] = [],
        waiting: [WaitingOrder] = [], ended: Set<AlertID> = []
    ) {
        self.open = open
        self.watermarks = watermarks
        self.lastAsOf = lastAsOf
        self.versions = versions
        self.silences = silences
        self.held = held
        self.waiting = waiting
        self.ended = ended
    }
}

/// The results of one cycle, committed in one transaction.
package struct CycleRecord: Sendable {
    /// The as-of that the cycle evaluated.
    package var asOf: Instant
    /// When the cycle began, by the clock of the daemon.
    package var startedAt: Instant
    /// Duration of the cycle up to the commit, seconds.
    package var seconds: Double
    /// `full` or `incremental`; `system` for a cycle that checked only the service's own health and
    /// did not read the source. A `system` cycle does not count as an evaluation.
    package var mode: String
    /// The number of rows of the source that the cycle read.
    package var rowsRead: Int
    /// The number of findings of the rules in the cycle.
    package var findings: Int
    /// The changed episodes.
    package var episodes: [Episode]
    /// The new events with their texts, in order.
    package var notices: [AlertNotice]
    /// For each event and receiver, the decision to notify or the reason not to.
    package var orders: [DeliveryOrder]
    /// Held deliveries that are released now.
    package var releases: [Release]
    /// Waiting deliveries that are held now.
    package var holds: [Hold]
    /// The position up to which the source was read, by part name.
    package var watermarks: [String: String]
    /// Rows that could not be used. The store does not write a rejection again that it already has.
    package var rejections: [Rejection]
    /// The number of rejections per table and reason, including those left out of `rejections`.
    /// Used only when `rejectionsComplete` is true.
    package var rejectionTotals: [RejectionTotal]
    /// Whether `rejections` lists every row that is unusable now. If true, earlier rejections that
    /// are missing from the list count as corrected. It is false when only changed rows were read.
    package var rejectionsComplete: Bool

    /// Creates a record. Each argument sets the property of the same name.
    package init(
        asOf: Instant, startedAt: Instant, seconds: Double, mode: String, rowsRead: Int,
        findings: Int, episodes: [Episode], notices: [AlertNotice], orders: [DeliveryOrder],
        releases: [Release] = [], holds: [Hold] = [], watermarks: [String: String],
        rejections: [Rejection], rejectionTotals: [RejectionTotal] = [], rejectionsComplete: Bool
    ) {
        self.asOf = asOf
        self.startedAt = startedAt
        self.seconds = seconds
        self.mode = mode
        self.rowsRead = rowsRead
        self.findings = findings
        self.episodes = episodes
        self.notices = notices
        self.orders = orders
        self.releases = releases
        self.holds = holds
        self.watermarks = watermarks
        self.rejections = rejections
        self.rejectionTotals = rejectionTotals
        self.rejectionsComplete = rejectionsComplete
    }
}

/// The store that the alert life cycle needs. It keeps the state between two cycles (`Memory`), and
/// writes the results of each cycle (`CycleRecord`) in one transaction.
package protocol History: Sendable {
    /// Takes or renews the lease for `seconds`; nil while another daemon has it.
    func acquireLease(holder: String, seconds: Int) async throws -> Lease?

    /// Gives up the lease, so that a standby can take it at once. Does nothing if the lease was
    /// lost.
    func release(_ lease: Lease) async throws

    /// Reads the state that the next cycle starts from.
    func recall() async throws -> Memory

    /// Like `recall()`, but may reuse the unchanged parts of an earlier result.
    /// - Parameter memory: the result of the earlier recall, unmodified; nil for none.
    func recall(knowing memory: Memory?) async throws -> Memory

    /// The IDs of ended episodes whose last finding has this as-of. The engine asks for them when
    /// it evaluates the same as-of a second time.
    func ended(foundAsOf asOf: Instant) async throws -> Set<AlertID>

    /// Writes state, history, outbox, watermark and quarantine in one transaction, and wakes the
    /// courier. Throws and changes nothing when the lease was lost.
    func commit(_ cycle: CycleRecord, under lease: Lease) async throws

    /// Records a failed cycle, so that `laborwatch.cycles` shows the failure.
    func noteFailure(asOf: Instant, startedAt: Instant, message: String) async throws
}

extension History {
    /// Reads the whole state and reuses nothing.
    package func recall(knowing memory: Memory?) async throws -> Memory {
        try await recall()
    }
}
