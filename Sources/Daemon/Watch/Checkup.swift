import Alerting
package import Labor
import Source
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

/// What an engine remembers of its own cycles, from one to the next.
struct Condition {
    private(set) var failedCycles = 0
    private(set) var failingSince: Instant?
    private(set) var failure: String?
    private(set) var newestReport: Instant?
    private(set) var rowsRead = 0
    private(set) var quarantined = 0
    private var last: (wall: Instant, steady: Double)?

    /// Notes that a cycle failed.
    mutating func failed(_ error: any Error, at: Instant) {
        failedCycles += 1
        failingSince = failingSince ?? at
        failure = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Notes that a cycle went well.
    mutating func succeeded() {
        failedCycles = 0
        failingSince = nil
        failure = nil
    }

    /// Notes what was read.
    mutating func look(at reading: SourceReading, isFull: Bool) {
        newestReport = reading.facts.panel.newestReportedAt
        quarantined = reading.rejections.count
        if isFull { rowsRead = reading.rowsRead }
    }

    /// How the watching fares, by a pulse and by what is remembered.
    mutating func health(_ pulse: Pulse, memory: Memory, at: Instant) -> Health {
        var health = Health()
        health.failedCycles = failedCycles
        health.failingSince = failingSince
        health.failure = failure
        health.newestReport = newestReport
        health.rowsRead = rowsRead
        health.quarantined = quarantined
        health.quarantinedLastDay = pulse.quarantinedLastDay
        health.leaseChanges = pulse.leaseChanges
        health.receivers = pulse.receivers.map {
            ReceiverHealth(
                name: $0.name, disabledAt: $0.disabledAt, failingSince: $0.failingSince,
                pending: $0.pending, oldestPendingAt: $0.oldestPendingAt,
                deadLastDay: $0.deadLastDay)
        }
        health.clockLead = pulse.lead
        if let last {
            health.clockJump = pulse.wall.seconds(since: last.wall) - (pulse.steady - last.steady)
        }
        last = (pulse.wall, pulse.steady)
        health.silences = memory.silences.filter { $0.holds(at: at) }.map { silence in
            let held = memory.held.lazy.filter { $0.reason == "silenced:\(silence.id)" }
            return SilenceHealth(
                id: silence.id, startsAt: silence.startsAt,
                endsAt: min(silence.endsAt, silence.expiredAt ?? silence.endsAt),
                createdBy: silence.createdBy, held: Set(held.map(\.alertID)).count)
        }
        return health
    }
}
