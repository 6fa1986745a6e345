package import Labor

/// The right to evaluate, held by one daemon at a time. Every write checks the token, so that a
/// daemon that was stopped for a while cannot write over its successor.
package struct Lease: Hashable, Sendable {
    /// Who holds it, `host:pid:random`.
    package var holder: String
    /// Grows with every change of holder.
    package var token: Int64
    /// Until when it holds, by the store's clock.
    package var expiresAt: Instant

    /// A lease from its parts.
    package init(holder: String, token: Int64, expiresAt: Instant) {
        self.holder = holder
        self.token = token
        self.expiresAt = expiresAt
    }
}

/// What history remembers between two cycles.
package struct Memory: Hashable, Sendable {
    /// The episodes that run, in the order of their keys.
    package var open: [Episode]
    /// Up to where each part of the source was read, by name; opaque to history.
    package var watermarks: [String: String]
    /// As of when the last cycle looked; nil before the first.
    package var lastAsOf: Instant?
    /// Which state of each open episode was read; of a meaning to history alone, which so reads only
    /// what moved since.
    package var versions: [AlertID: Int64]
    /// The silences that are not over, those that are yet to begin included.
    package var silences: [Silence]
    /// What silences and inhibitions hold back.
    package var held: [HeldOrder]
    /// What was ordered of running episodes and waits for its time.
    package var waiting: [WaitingOrder]
    /// Episodes that were found at the very moment that is looked at again, and ended since: what
    /// is raised anew takes none of their identities.
    package var ended: Set<AlertID>

    /// A memory from its parts.
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

/// Everything that one cycle says and does, for one transaction.
package struct CycleRecord: Sendable {
    /// What the cycle looked at.
    package var asOf: Instant
    /// When it began, by the daemon's clock.
    package var startedAt: Instant
    /// How long it took up to the commit, seconds.
    package var seconds: Double
    /// `full` or `incremental`; `system` when the source was not looked at, but only the watching
    /// itself: such a cycle counts as none that evaluated.
    package var mode: String
    /// Rows read.
    package var rowsRead: Int
    /// Findings made.
    package var findings: Int
    /// Changed episodes.
    package var episodes: [Episode]
    /// Events with their words, in order.
    package var notices: [AlertNotice]
    /// Who is told, and who is not and why.
    package var orders: [DeliveryOrder]
    /// What was held back and is let go now.
    package var releases: [Release]
    /// What waited for its time and is held back now.
    package var holds: [Hold]
    /// Up to where the source was read.
    package var watermarks: [String: String]
    /// Rows that could not be used. A rejection that is already on record is not written twice.
    package var rejections: [Rejection]
    /// How many there are of each table and reason, those included that `rejections` leaves out. Used
    /// where `rejectionsComplete`.
    package var rejectionTotals: [RejectionTotal]
    /// Whether `rejections` is everything that stands rejected now, so that what is no longer among
    /// them was mended; false when only changed rows were looked at.
    package var rejectionsComplete: Bool

    /// A record from its parts.
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

/// What the alert life cycle needs of a store: one memory, written in one transaction a cycle.
package protocol History: Sendable {
    /// Takes or renews the right to evaluate; nil while another daemon holds it.
    func acquireLease(holder: String, seconds: Int) async throws -> Lease?

    /// Gives the right back, so that a standby need not wait. Nothing happens when it was lost.
    func release(_ lease: Lease) async throws

    /// What is remembered.
    func recall() async throws -> Memory

    /// The same as `recall()`, but it may take from an earlier recall what did not move since.
    /// - Parameter memory: what the earlier recall gave, unchanged; nil for none.
    func recall(knowing memory: Memory?) async throws -> Memory

    /// The ended episodes of which the last finding was made as of a moment; asked when a moment is
    /// looked at a second time.
    func ended(foundAsOf asOf: Instant) async throws -> Set<AlertID>

    /// Writes a cycle: state, history, outbox, watermark and quarantine together, and wakes the
    /// courier. Throws, and changes nothing, when the lease was lost.
    func commit(_ cycle: CycleRecord, under lease: Lease) async throws

    /// Notes that a cycle failed, so that the failure is seen in `laborwatch.cycles`.
    func noteFailure(asOf: Instant, startedAt: Instant, message: String) async throws
}

extension History {
    /// Reads everything anew.
    package func recall(knowing memory: Memory?) async throws -> Memory {
        try await recall()
    }
}
