package import Alerting
package import Daemon
package import Labor
package import Source

/// Replays past days through the daemon's own pipeline, in memory. A backtest writes nothing to the
/// store.
package struct Backtest: Sendable {
    let pipeline: Pipeline
    let tape: RevisionTape
    let zone: Zone

    /// A backtest of a pipeline on a tape, which contains every revision of every row.
    package init(pipeline: Pipeline, tape: RevisionTape, zone: Zone) {
        self.pipeline = pipeline
        self.tape = tape
        self.zone = zone
    }

    /// Evaluates the days of a replay in order.
    /// - Parameters:
    ///   - progress: called before each day with the number of days already evaluated.
    ///   - health: the health of the daemon on a day; nil if it is unknown, as for every past day.
    ///   - findings: called with all findings of each day, also findings without an event.
    ///   - emit: called with each event, in the daemon's order.
    /// - Returns: the log that a score needs.
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

/// The events of a backtest, as far as a score needs them.
package struct BacktestLog: Hashable, Sendable {
    /// One raised alert.
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

    /// Adds an event of a month. Only the event `raised` counts.
    package mutating func add(_ event: AlertEvent, on month: Period) {
        guard event.what == .raised, !event.isOfIncident else { return }
        raisings.append(
            Raising(
                subjectType: event.subject.type, subjectID: event.subject.id, kind: event.kind,
                month: month))
    }
}
