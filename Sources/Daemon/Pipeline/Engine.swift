package import Alerting
import Detect
package import Labor
import Postgres
import Settings
package import Source
import Store

/// Runs cycles: reads the changes of the source, evaluates the rules, advances the episodes, and
/// commits the result in one transaction.
///
/// The panel stays in memory between cycles. After any failure it is discarded and read again. A
/// cycle that fails changes nothing in the store.
package actor Engine {
    private let reader: SourceReader
    private let history: any History
    private let pipeline: Pipeline
    private let monotonic: @Sendable () -> Double
    private let checkup: Checkup?
    private var condition = CycleHealth()
    private var reading: SourceReading?
    private var lastDay: Day?
    /// The store's state at the last cycle, so that the next cycle reads only what changed.
    private var memory: Memory?

    /// Creates an engine.
    /// - Parameters:
    ///   - monotonic: seconds of a monotonic clock, for durations.
    ///   - checkup: collects the health of the service; nil in a replay of past days.
    package init(
        reader: SourceReader, history: any History, pipeline: Pipeline,
        monotonic: @escaping @Sendable () -> Double, checkup: Checkup? = nil
    ) {
        self.reader = reader
        self.history = history
        self.pipeline = pipeline
        self.monotonic = monotonic
        self.checkup = checkup
    }

    /// The result of a cycle, for logs and metrics.
    package struct Outcome: Sendable, Hashable {
        /// Whether all data were read and evaluated, and not only the changes.
        package var isFull: Bool
        /// Whether nothing changed, so that nothing was written.
        package var isIdle: Bool
        /// The number of rows read.
        package var rowsRead: Int
        /// The number of findings.
        package var findings: Int
        /// The number of alert events.
        package var events: Int
        /// The number of values that are in quarantine.
        package var rejections: Int
        /// The duration of the cycle, seconds.
        package var seconds: Double
    }

    /// Runs one cycle. On a new civil day all data are read and evaluated, because rules depend on
    /// the day.
    /// - Throws: the error of reading or writing; then nothing was changed.
    package func cycle(
        asOf: AsOf, at: Instant, lease: Lease, full: Bool = false
    ) async throws -> Outcome {
        do {
            let outcome = try await attempt(asOf: asOf, at: at, lease: lease, full: full)
            condition.succeeded()
            return outcome
        } catch {
            reading = nil
            memory = nil
            if !Engine.isNoFailure(error) { condition.failed(error, at: at) }
            throw error
        }
    }

    /// Whether the error only means that another daemon evaluates now or that this one is stopping.
    /// Such an error is not counted as a failed cycle.
    private static func isNoFailure(_ error: any Error) -> Bool {
        error is CancellationError || (error as? StoreError)?.code == .leaseLost
            || (error as? PostgresError)?.code == .cancelled
    }

    /// The regions, the industries and the enterprise of a subject, as last read; nil before the
    /// first reading.
    package func regionContext(of subject: Subject) -> RegionContext? {
        guard let facts = reading?.facts else { return nil }
        // Only the enterprise, so that the result does not retain the panel.
        let enterprise = RegionContext(facts).enterprise(subject)
        return RegionContext(regions: facts.regions, industries: facts.industries) { id in
            enterprise?.id == id ? enterprise : nil
        }
    }

    /// Evaluates only the rules about the monitoring service, after a failed cycle. It does not
    /// read the source, keeps the watermark, and leaves all other alerts unchanged.
    /// - Returns: whether anything was written.
    package func systemCycle(asOf: AsOf, at: Instant, lease: Lease) async throws -> Bool {
        guard let checkup else { return false }
        let started = monotonic()
        let last = try await history.recall().ofSystem
        // The as-of never decreases, also when the clock was set back.
        let asOf = asOf.notBefore(last.lastAsOf)
        let memory = try await withEnded(last, asOf: asOf)
        let pulse = try await checkup.pulse(at: at)
        let facts = Facts(
            of: condition.health(pulse, memory: memory, at: at), in: asOf.day.period)
        let result = pipeline.idleCycle(facts, asOf: asOf, at: at, memory: memory)
        return try await write(result, asOf: asOf, at: at, since: started, under: lease)
    }

    /// The notices and orders for a current outage of the store. They are computed without the
    /// store's state.
    nonisolated func notice(of outage: StoreOutage, in zone: Zone) -> Pipeline.CycleResult {
        pipeline.outageCycle(
            outage, asOf: zone.asOf(outage.since), at: outage.since, memory: Memory())
    }

    /// Records an outage of the store that is over, as of its start, if it lasted long enough for
    /// the rules. The next system cycle then finds the store available and ends the alert.
    /// - Returns: whether anything was written.
    func record(_ outage: StoreOutage, in zone: Zone, lease: Lease) async throws -> Bool {
        let started = monotonic()
        let last = try await history.recall().ofSystem
        let asOf = zone.asOf(outage.since).notBefore(last.lastAsOf)
        let memory = try await withEnded(last, asOf: asOf)
        let result = pipeline.outageCycle(outage, asOf: asOf, at: outage.since, memory: memory)
        return try await write(result, asOf: asOf, at: outage.since, since: started, under: lease)
    }

    /// Adds episodes that already ended at this as-of, so that a re-raised one gets a new ID.
    private func withEnded(_ memory: Memory, asOf: AsOf) async throws -> Memory {
        guard asOf.instant == memory.lastAsOf else { return memory }
        var memory = memory
        memory.ended = try await history.ended(foundAsOf: asOf.instant)
        return memory
    }

    /// Commits alerts about the service as a cycle of mode `system`, which evaluated no source
    /// data.
    private func write(
        _ result: Pipeline.CycleResult, asOf: AsOf, at: Instant, since started: Double,
        under lease: Lease
    ) async throws -> Bool {
        guard !result.isEmpty else { return false }
        let record = CycleRecord(
            asOf: asOf.instant, startedAt: at, seconds: monotonic() - started, mode: "system",
            rowsRead: 0, findings: result.evaluation?.findings.count ?? 0,
            episodes: result.step.episodes, notices: result.notices, orders: result.orders,
            releases: result.releases, holds: result.holds, watermarks: [:], rejections: [],
            rejectionsComplete: false)
        try await history.commit(record, under: lease)
        return true
    }

    private func attempt(
        asOf: AsOf, at: Instant, lease: Lease, full: Bool
    ) async throws -> Outcome {
        let started = monotonic()
        let scope = try await look(asOf: asOf, at: at, full: full || lastDay != asOf.day)
        let reached = monotonic() - started
        var tries = 0
        while true {
            tries += 1
            do {
                return try await cycle(
                    scope, asOf: asOf, at: at, since: started, reached: reached, under: lease)
            } catch let error as StoreError
                where error.code == .episodeMoved && tries < Engine.triesMax
            {
                // A person changed an episode in the meantime. The data that were read stay valid;
                // the cycle is repeated on the person's change.
                continue
            }
        }
    }

    /// The maximum number of attempts when people change episodes during a cycle.
    private static let triesMax = 3

    /// Advances the episodes with the data that were read, and commits the result.
    /// - Parameter reached: how long reading the source took, seconds.
    private func cycle(
        _ scope: EvaluationScope?, asOf: AsOf, at: Instant, since started: Double,
        reached: Double, under lease: Lease
    ) async throws -> Outcome {
        guard let reading else { return outcome(nil, nil, since: started) }
        let last = try await history.recall(knowing: self.memory)
        self.memory = last
        let asOf = try Engine.forward(asOf, since: last.lastAsOf)
        let memory = try await withEnded(last, asOf: asOf)
        var facts = reading.facts
        if let checkup {
            if let scope { condition.look(at: reading, isFull: scope == .all) }
            let pulse = try await checkup.pulse(at: at)
            facts.health = condition.health(
                pulse, memory: memory, at: at, lookSeconds: scope == nil ? 0 : reached)
        }
        guard let scope else {
            // Time alone can change alerts: silences end, and open alerts are repeated.
            let result = pipeline.idleCycle(facts, asOf: asOf, at: at, memory: memory)
            guard !result.isEmpty else { return outcome(nil, nil, since: started) }
            return try await write(result, nil, asOf: asOf, at: at, since: started, under: lease)
        }
        let result = pipeline.cycle(facts, asOf: asOf, at: at, scope: scope, memory: memory)
        return try await write(result, scope, asOf: asOf, at: at, since: started, under: lease)
    }

    /// Commits the result of a cycle.
    private func write(
        _ result: Pipeline.CycleResult, _ scope: EvaluationScope?, asOf: AsOf, at: Instant,
        since: Double,
        under lease: Lease
    ) async throws -> Outcome {
        guard let reading else { return outcome(nil, nil, since: since) }
        let record = CycleRecord(
            asOf: asOf.instant, startedAt: at, seconds: monotonic() - since,
            mode: scope == .all ? "full" : "incremental",
            rowsRead: scope == nil ? 0 : reading.rowsRead,
            findings: result.evaluation?.findings.count ?? 0, episodes: result.step.episodes,
            notices: result.notices, orders: result.orders, releases: result.releases,
            holds: result.holds, watermarks: reading.watermark.texts,
            rejections: reader.named(reading.rejections.listed, in: reading.facts.panel),
            rejectionTotals: reading.rejections.totals, rejectionsComplete: true)
        try await history.commit(record, under: lease)
        if scope != nil { lastDay = asOf.day }
        return outcome(result, scope, since: since)
    }

    /// The outcome of a cycle; without a result the cycle was idle.
    private func outcome(
        _ result: Pipeline.CycleResult?, _ scope: EvaluationScope?, since: Double
    ) -> Outcome {
        Outcome(
            isFull: scope == .all, isIdle: result == nil,
            rowsRead: scope == nil ? 0 : reading?.rowsRead ?? 0,
            findings: result?.evaluation?.findings.count ?? 0,
            events: result?.step.events.count ?? 0,
            rejections: reading?.rejections.count ?? 0, seconds: monotonic() - since)
    }

    /// The maximum step back of the clock since the last cycle, seconds. A small step can come from
    /// a clock correction or from another machine that took over.
    private static let backMax = 300.0

    /// The as-of never decreases: when the clock was set back by a small step, the last as-of is
    /// used again.
    /// - Throws: a `Failure` when the clock was set back by more than `backMax`.
    private static func forward(_ asOf: AsOf, since last: Instant?) throws -> AsOf {
        guard let last, last > asOf.instant else { return asOf }
        let back = last.seconds(since: asOf.instant)
        guard back <= backMax else {
            throw Failure(
                exitCode: 1, "the last cycle looked \(Int(back)) s later than the clock says now",
                hint: "set the clock; evaluation goes on once that moment is reached")
        }
        return AsOf(instant: last, day: asOf.day)
    }

    /// Updates the panel, and records whether the source answers and whether changes are waiting
    /// for a cycle. The result is the scope to evaluate; nil when nothing changed.
    private func look(
        asOf: AsOf, at: Instant, full: Bool
    ) async throws -> EvaluationScope? {
        do {
            let scope = try await refresh(asOf: asOf, full: full)
            condition.sourceAnswered(
                hasNews: scope != nil, newestAhead: reading?.newestAhead, at: at)
            return scope
        } catch {
            guard !Engine.isNoFailure(error) else { throw error }
            if (error as? PostgresError)?.isNoAnswer == true {
                condition.sourceIsAway(at: at)
            } else {
                condition.sourceAnswered(hasNews: false, newestAhead: nil, at: at)
            }
            throw error
        }
    }

    /// Updates the panel.
    /// - Returns: the scope to evaluate; nil when nothing changed.
    private func refresh(asOf: AsOf, full: Bool) async throws -> EvaluationScope? {
        guard !full, let known = reading else {
            reading = nil
            reading = try await reader.read(asOf: asOf)
            return .all
        }
        let changes = try await reader.changes(
            since: known.watermark, knownEnterprises: known.facts.panel.enterprises.count,
            asOf: asOf)
        if changes.needsFullRead {
            reading = nil
            reading = try await reader.read(asOf: asOf)
            return .all
        }
        if changes.isEmpty {
            reading?.watermark = changes.watermark
            reading?.newestAhead = changes.newestAhead
            return nil
        }
        // Rows without new information are not a change.
        return reading?.take(changes).map { .enterprises($0) }
    }
}

extension AsOf {
    /// The same day with an instant that is not before `last`. The as-of never decreases, also when
    /// the clock was set back.
    fileprivate func notBefore(_ last: Instant?) -> AsOf {
        AsOf(instant: max(instant, last ?? instant), day: day)
    }
}

extension PostgresError {
    /// Whether the server did not answer, in contrast to an answer with an error.
    fileprivate var isNoAnswer: Bool { isConnectionFatal || code == .timedOut }
}
