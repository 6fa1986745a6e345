package import Alerting
package import Daemon
package import Labor
package import Source

/// Replays past days through the very pipeline that the daemon runs, in memory; writes nothing.
package struct Backtest: Sendable {
    let pipeline: Pipeline
    let tape: RevisionTape
    let zone: Zone

    /// A backtest of a pipeline on a tape of revisions.
    package init(pipeline: Pipeline, tape: RevisionTape, zone: Zone) {
        self.pipeline = pipeline
        self.tape = tape
        self.zone = zone
    }

    /// Replays the days of a replay in order.
    /// - Parameters:
    ///   - progress: called before each day with how many are done.
    ///   - health: how the watching itself fared on a day; nil where that is not known, as it is of
    ///     no past day.
    ///   - findings: called with all findings of each day, also those of which nothing is said.
    ///   - emit: called with each event, in the order in which the daemon would have said them.
    /// - Returns: what a score needs.
    package func run(
        _ replay: Replay, progress: (Int) -> Void = { _ in },
        health: (Day) -> Health? = { _ in nil },
        findings: ([Finding]) -> Void = { _ in },
        emit: (AlertNotice) throws -> Void
    ) rethrows -> BacktestLog {
        var open: [Episode] = []
        var log = BacktestLog()
        for (index, day) in replay.days.enumerated() {
            progress(index)
            let asOf = zone.asOf(day)
            var facts = tape.facts(asOf).facts
            facts.health = health(day)
            let result = pipeline.cycle(
                facts, asOf: asOf, at: asOf.instant,
                memory: Memory(open: open, lastAsOf: asOf.instant))
            open = open.advanced(by: result.step)
            findings(result.evaluation?.findings ?? [])
            for notice in result.notices {
                log.add(notice.event, on: day.period)
                try emit(notice)
            }
        }
        return log
    }
}

/// What a backtest said, as far as a score needs it.
package struct BacktestLog: Hashable, Sendable {
    /// One raising.
    struct Raising: Hashable, Sendable {
        var subjectType: SubjectType
        var subjectID: String
        var kind: AlertKind
        /// The month of the as-of day.
        var month: Period
    }

    private(set) var raisings: [Raising] = []

    /// An empty log.
    package init() {}

    /// Takes in an event that was said in a month; only raisings count.
    package mutating func add(_ event: AlertEvent, on month: Period) {
        guard event.what == .raised else { return }
        raisings.append(
            Raising(
                subjectType: event.subject.type, subjectID: event.subject.id, kind: event.kind,
                month: month))
    }
}
