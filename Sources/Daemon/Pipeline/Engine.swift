package import Alerting
import Detect
package import Labor
import Postgres
import Settings
package import Source
import Store

/// Runs cycles: read what changed, detect, move the episodes on, commit it all together.
///
/// It keeps the panel in memory between cycles. After any failure it forgets it and reads anew: a
/// cycle that failed has changed nothing.
package actor Engine {
    private let reader: SourceReader
    private let history: any History
    private let pipeline: Pipeline
    private let monotonic: @Sendable () -> Double
    private let checkup: Checkup?
    private var condition = CycleHealth()
    private var reading: SourceReading?
    private var lastDay: Day?
    /// What the store remembered at the last cycle, so that only what moved is read again.
    private var memory: Memory?

    /// An engine.
    /// - Parameters:
    ///   - monotonic: seconds on a clock that never jumps, for durations.
    ///   - checkup: looks at the watching itself; nil where past days are looked at.
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

    /// What a cycle did, for logs and metrics.
    package struct Outcome: Sendable, Hashable {
        /// Whether everything was read and evaluated, or only what changed.
        package var isFull: Bool
        /// Whether there was nothing new, so that nothing was written.
        package var isIdle: Bool
        /// Rows read.
        package var rowsRead: Int
        /// Findings made.
        package var findings: Int
        /// Events said.
        package var events: Int
        /// Rows that stand rejected.
        package var rejections: Int
        /// How long it took, seconds.
        package var seconds: Double
    }

    /// One cycle. On a new civil day everything is looked at again, for rules depend on the day.
    /// - Throws: what reading or writing throws; then nothing was changed.
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

    /// Whether another evaluates now, or we are told to end: nobody need know of that.
    private static func isNoFailure(_ error: any Error) -> Bool {
        error is CancellationError || (error as? StoreError)?.code == .leaseLost
            || (error as? PostgresError)?.code == .cancelled
    }

    /// Says what there is to say of the watching itself while cycles fail: the source is not looked
    /// at, its watermark stays, and nothing is said of anything else.
    /// - Returns: whether something was said.
    package func systemCycle(asOf: AsOf, at: Instant, lease: Lease) async throws -> Bool {
        guard let checkup else { return false }
        let started = monotonic()
        let last = try await history.recall().ofSystem
        // History goes forward only, also when the clock does not.
        let asOf = asOf.notBefore(last.lastAsOf)
        let memory = try await withEnded(last, asOf: asOf)
        let pulse = try await checkup.pulse(at: at)
        let facts = Facts(
            of: condition.health(pulse, memory: memory, at: at), in: asOf.day.period)
        let result = pipeline.idleCycle(facts, asOf: asOf, at: at, memory: memory)
        return try await write(result, asOf: asOf, at: at, since: started, under: lease)
    }

    /// What is to be told of an outage of the store while it lasts: whom, and in which words.
    nonisolated func notice(of outage: StoreOutage, in zone: Zone) -> Pipeline.CycleResult {
        pipeline.outageCycle(
            outage, asOf: zone.asOf(outage.since), at: outage.since, memory: Memory())
    }

    /// Enters an outage of the store that is over, as of when it began, where it lasted long enough
    /// for the rules. The next look at the watching finds the store well and ends the alert.
    /// - Returns: whether something was said.
    func record(_ outage: StoreOutage, in zone: Zone, lease: Lease) async throws -> Bool {
        let started = monotonic()
        let last = try await history.recall().ofSystem
        let asOf = zone.asOf(outage.since).notBefore(last.lastAsOf)
        let memory = try await withEnded(last, asOf: asOf)
        let result = pipeline.outageCycle(outage, asOf: asOf, at: outage.since, memory: memory)
        return try await write(result, asOf: asOf, at: outage.since, since: started, under: lease)
    }

    /// What is remembered, with the episodes that ended as of the very moment that is looked at: one
    /// that is found again then is another one.
    private func withEnded(_ memory: Memory, asOf: AsOf) async throws -> Memory {
        guard asOf.instant == memory.lastAsOf else { return memory }
        var memory = memory
        memory.ended = try await history.ended(foundAsOf: asOf.instant)
        return memory
    }

    /// Commits what is said of the watching itself, as a cycle that evaluated nothing.
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
                // A person was quicker: what was read stays, and is held against what they did.
                continue
            }
        }
    }

    /// How often a turn is made while people move episodes meanwhile.
    private static let triesMax = 3

    /// Moves what is remembered on by what was read, and commits it.
    /// - Parameter reached: how long the look at the source took, seconds.
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
            // Time passes even when no figure moves: silences end, alerts are told again.
            let result = pipeline.idleCycle(facts, asOf: asOf, at: at, memory: memory)
            guard !result.isEmpty else { return outcome(nil, nil, since: started) }
            return try await write(result, nil, asOf: asOf, at: at, since: started, under: lease)
        }
        let result = pipeline.cycle(facts, asOf: asOf, at: at, scope: scope, memory: memory)
        return try await write(result, scope, asOf: asOf, at: at, since: started, under: lease)
    }

    /// Commits what a turn brought.
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
            rejections: reading.rejections.listed, rejectionsComplete: true)
        try await history.commit(record, under: lease)
        if scope != nil { lastDay = asOf.day }
        return outcome(result, scope, since: since)
    }

    /// What is told of a cycle; without a turn it was idle.
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

    /// How far a clock may have gone back since the last cycle, seconds: a correction, or another
    /// machine that took over.
    private static let backMax = 300.0

    /// History goes forward only: after a small step back of the clock the last moment holds on.
    /// - Throws: when it went back further.
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

    /// Brings the panel up to date, and remembers when nobody answers or something waits.
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

    /// Brings the panel up to date.
    /// - Returns: what must be evaluated; nil when nothing changed.
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
        let touched = reading?.take(changes) ?? []
        return .enterprises(touched)
    }
}

extension AsOf {
    /// The same day, but no earlier than another moment: history goes forward only, also when the
    /// clock does not.
    fileprivate func notBefore(_ last: Instant?) -> AsOf {
        AsOf(instant: max(instant, last ?? instant), day: day)
    }
}

extension PostgresError {
    /// Whether nobody answered, rather than that somebody refused.
    fileprivate var isNoAnswer: Bool { isConnectionFatal || code == .timedOut }
}
