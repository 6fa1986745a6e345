import Alerting
import Labor
import Source
import Store

/// The health of an engine's cycles, kept from one cycle to the next.
struct CycleHealth {
    private(set) var failedCycles = 0
    private(set) var failingSince: Instant?
    private(set) var failure: String?
    private(set) var newestReport: Instant?
    private(set) var rowsRead = 0
    private(set) var quarantined = 0
    private(set) var units: UnitDoubt?
    private var awaySince: Instant?
    private var awayLooks = 0
    /// When a change was first seen that no committed cycle contains yet; nil when there is none.
    private var waitingSince: Instant?
    private var newestAhead: Instant?
    private var last: (wall: Instant, steady: Double)?

    /// Records that the source did not answer.
    mutating func sourceIsAway(at: Instant) {
        awaySince = awaySince ?? at
        awayLooks += 1
    }

    /// Records that the source answered, whether it has changes, and the newest row with a future
    /// date.
    mutating func sourceAnswered(hasNews: Bool, newestAhead: Instant?, at: Instant) {
        awaySince = nil
        awayLooks = 0
        self.newestAhead = newestAhead
        if hasNews { waitingSince = waitingSince ?? at }
    }

    /// Records a failed cycle.
    mutating func failed(_ error: any Error, at: Instant) {
        failedCycles += 1
        failingSince = failingSince ?? at
        failure = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Records a successful cycle.
    mutating func succeeded() {
        failedCycles = 0
        failingSince = nil
        failure = nil
        waitingSince = nil
    }

    /// Records the results of a read.
    mutating func look(at reading: SourceReading, isFull: Bool) {
        newestReport = reading.facts.panel.newestReportedAt
        quarantined = reading.rejections.count
        // A load with another unit is large, so it is read in full. While the unit is in doubt,
        // every read checks whether it was corrected.
        if isFull || units.map(UnitScreen.isWide) ?? false {
            units = UnitScreen.worst(in: reading.facts.panel)
        }
        if isFull { rowsRead = reading.rowsRead }
    }

    /// The health from the current readings and from what was recorded before.
    /// - Parameter lookSeconds: the duration of reading the source, which is added to the lag; nil
    ///   for a cycle that did not read the source. With a value, the health is that after a
    ///   successful cycle: `failedCycles` is 0 and no earlier change is waiting. If the cycle is
    ///   not committed, this health is discarded.
    mutating func health(
        _ pulse: Pulse, memory: Memory, at: Instant, lookSeconds: Double? = nil
    ) -> Health {
        var health = Health()
        health.failedCycles = lookSeconds == nil ? failedCycles : 0
        health.failingSince = failingSince
        health.failure = failure
        health.sourceAwaySince = awaySince
        health.sourceAwayLooks = awayLooks
        let ahead = newestAhead.map { $0.seconds(since: at) } ?? 0
        let waiting = lookSeconds ?? waitingSince.map { at.seconds(since: $0) } ?? 0
        health.lag = max(0, ahead, waiting)
        health.isDatedAhead = ahead > waiting
        health.newestReport = newestReport
        health.rowsRead = rowsRead
        health.quarantined = quarantined
        health.units = units
        health.quarantinedLastDay = pulse.quarantinedLastDay
        health.leaseChanges = pulse.leaseChanges
        health.receivers = pulse.receivers.map {
            ReceiverHealth(
                name: $0.name, disabledAt: $0.disabledAt, failingSince: $0.failingSince,
                pending: $0.pending, oldestPendingAt: $0.oldestPendingAt,
                deadLastDay: $0.deadLastDay, failure: $0.failure)
        }
        health.clockLead = pulse.lead
        if let last {
            health.clockJump = pulse.wall.seconds(since: last.wall) - (pulse.steady - last.steady)
        }
        last = (pulse.wall, pulse.steady)
        health.silences = memory.silences.filter { $0.holds(at: at) }.map { silence in
            let held = memory.held.lazy.filter { $0.reason == .silenced(by: silence.id) }
            return SilenceHealth(
                id: silence.id, startsAt: silence.startsAt,
                endsAt: min(silence.endsAt, silence.expiredAt ?? silence.endsAt),
                createdBy: silence.createdBy, held: Set(held.map(\.alertID)).count)
        }
        return health
    }
}
