package import Labor
package import Store

/// Looks at the watching itself: its clocks, its store's view of receivers and of what cannot be
/// used, and what the engine remembers of its own cycles.
package struct Checkup: Sendable {
    private let store: PostgresStore
    private let receivers: Set<String>
    private let clock: @Sendable () -> Instant
    private let monotonic: @Sendable () -> Double

    /// A checkup.
    /// - Parameters:
    ///   - receivers: the names of those that are configured; others are of no concern.
    ///   - clock: this machine's time, which may jump.
    ///   - monotonic: seconds on a clock that never jumps.
    package init(
        store: PostgresStore, receivers: [String], clock: @escaping @Sendable () -> Instant,
        monotonic: @escaping @Sendable () -> Double
    ) {
        self.store = store
        self.receivers = Set(receivers)
        self.clock = clock
        self.monotonic = monotonic
    }

    /// Asks the store and both clocks.
    /// - Throws: what asking the store throws: a query that fails must not look like health.
    func pulse(at: Instant) async throws -> Pulse {
        let asked = clock()
        let vitals = try await store.vitals(now: at)
        let answered = clock()
        return Pulse(
            wall: answered, steady: monotonic(),
            lead: Checkup.lead(asked, vitals.clock, answered),
            quarantinedLastDay: vitals.quarantinedLastDay, leaseChanges: vitals.leaseChanges,
            receivers: vitals.receivers.filter { receivers.contains($0.name) })
    }

    /// How far our clock is ahead of one that was read between two looks at ours; no more than what
    /// is certain, for the answer may have been long on its way.
    private static func lead(_ asked: Instant, _ theirs: Instant, _ answered: Instant) -> Double {
        let ahead = asked.seconds(since: theirs)
        let behind = theirs.seconds(since: answered)
        return ahead > 0 ? ahead : behind > 0 ? -behind : 0
    }
}

/// What the store and the clocks said at one moment.
struct Pulse: Sendable {
    var wall: Instant
    var steady: Double
    /// How far the wall clock is ahead of the store's, seconds.
    var lead: Double
    var quarantinedLastDay: Int
    var leaseChanges: Int
    var receivers: [ReceiverRecord]
}
