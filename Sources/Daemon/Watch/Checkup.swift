package import Labor
package import Store

/// Collects the health of the monitoring service from the clocks and the store. The engine adds the
/// figures of its own cycles.
package struct Checkup: Sendable {
    private let store: PostgresStore
    private let receivers: Set<String>
    private let clock: @Sendable () -> Instant
    private let monotonic: @Sendable () -> Double

    /// Creates a checkup.
    /// - Parameters:
    ///   - receivers: the names of the configured receivers; the store's records of others are
    ///     ignored.
    ///   - clock: the wall clock, which may jump.
    ///   - monotonic: seconds of a monotonic clock.
    package init(
        store: PostgresStore, receivers: [String], clock: @escaping @Sendable () -> Instant,
        monotonic: @escaping @Sendable () -> Double
    ) {
        self.store = store
        self.receivers = Set(receivers)
        self.clock = clock
        self.monotonic = monotonic
    }

    /// Reads the store and both clocks.
    /// - Throws: the store's error, because a failed query must not look like good health.
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

    /// How far this clock is ahead of the store's, seconds, from two readings of this clock before
    /// and after the store's. Only the certain part counts: a difference within the query's
    /// duration gives 0.
    private static func lead(_ asked: Instant, _ theirs: Instant, _ answered: Instant) -> Double {
        let ahead = asked.seconds(since: theirs)
        let behind = theirs.seconds(since: answered)
        return ahead > 0 ? ahead : behind > 0 ? -behind : 0
    }
}

/// The readings of the store and the clocks at one moment.
struct Pulse: Sendable {
    var wall: Instant
    var steady: Double
    /// How far the wall clock is ahead of the store's clock, seconds; negative when it is behind.
    var lead: Double
    var quarantinedLastDay: Int
    var leaseChanges: Int
    var receivers: [ReceiverRecord]
}
