package import Labor

/// How good the alarms of a backtest were for one kind of alert.
///
/// A month is at risk when the subject reported in it and no event of the kind lies within
/// [onset − 1, max(end, onset + 5)]. An event is caught when it is raised from one month before its
/// onset (reports straddle months) to three months after it. Everything raised outside is false.
package struct BacktestScore: Hashable, Sendable {
    /// The kind.
    package var kind: AlertKind
    /// Months in which nothing happened to a subject of the truth file that reported.
    package var monthsAtRisk = 0
    /// Raisings in those months.
    package var falseAlarms = 0
    /// Events in the span that was replayed.
    package var events = 0
    /// Those that were caught.
    package var caught = 0
    /// Sum of the delays of caught events, months; an early alarm counts 0.
    package var delays = 0
    /// Raisings within the months of an event.
    package var trueAlarms = 0
    /// All raisings of the kind, also of subjects that the truth file does not know.
    package var episodes = 0

    /// How long after its onset an alarm still belongs to an event, months.
    static let aftermath = 5
    /// Within how many months of its onset an event must be raised to be caught.
    static let promptness = 3

    /// Scores a log against the truth.
    /// - Parameters:
    ///   - months: the months that were replayed.
    ///   - reporting: in which months each enterprise reported.
    package static func scores(
        _ log: BacktestLog, truth: Truth, months: ClosedRange<Period>,
        reporting: [Int64: Set<Period>]
    ) -> [BacktestScore] {
        var alarms: [SubjectKey: [Period]] = [:]
        var scores: [AlertKind: BacktestScore] = [:]
        for row in truth.rows { scores[row.kind] = BacktestScore(kind: row.kind) }
        for raising in log.raisings {
            scores[raising.kind]?.episodes += 1
            let key = SubjectKey(
                type: raising.subjectType, id: raising.subjectID, kind: raising.kind)
            alarms[key, default: []].append(raising.month)
        }
        var spans: [SubjectKey: [ClosedRange<Period>]] = [:]
        for row in truth.rows {
            let key = SubjectKey(type: row.subjectType, id: row.subjectID, kind: row.kind)
            spans[key, default: []] += row.span.map { [$0] } ?? []
        }
        for (key, spans) in spans {
            scores[key.kind]?.add(
                spans, alarms: alarms[key] ?? [], months: months,
                reported: key.type == .enterprise
                    ? Int64(key.id).map { reporting[$0] ?? [] } ?? [] : nil)
        }
        return scores.values.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    private struct SubjectKey: Hashable {
        var type: SubjectType
        var id: String
        var kind: AlertKind
    }

    /// Adds one subject with all of its events, for a month near any of them is not at risk.
    private mutating func add(
        _ spans: [ClosedRange<Period>], alarms: [Period], months: ClosedRange<Period>,
        reported: Set<Period>?
    ) {
        let near = spans.map { span in
            span.lowerBound.adding(
                -1)...max(span.upperBound, span.lowerBound.adding(BacktestScore.aftermath))
        }
        let length = months.upperBound.months(since: months.lowerBound) + 1
        for month in (0..<length).map(months.lowerBound.adding) {
            if near.contains(where: { $0.contains(month) }) { continue }
            if let reported, !reported.contains(month) { continue }
            monthsAtRisk += 1
        }
        falseAlarms += alarms.count { alarm in !near.contains { $0.contains(alarm) } }
        // Events that began outside of the replay are neither caught nor missed.
        let counted = zip(spans, near).filter { months.contains($0.0.lowerBound) }
        trueAlarms += alarms.count { alarm in counted.contains { $0.1.contains(alarm) } }
        events += counted.count
        for onset in counted.map(\.0.lowerBound) {
            let prompt = onset.adding(-1)...onset.adding(BacktestScore.promptness)
            guard let first = alarms.filter(prompt.contains).min() else { continue }
            caught += 1
            delays += max(0, first.months(since: onset))
        }
    }

    /// The score as an object of the summary line; a ratio of nothing is null.
    package var json: JSONValue {
        func ratio(_ part: Int, _ whole: Int) -> JSONValue {
            whole == 0 ? .null : .double((Double(part) / Double(whole) * 1e5).rounded() / 1e5)
        }
        return .object([
            "months_at_risk": .int(Int64(monthsAtRisk)), "false_alarms": .int(Int64(falseAlarms)),
            "fpr": ratio(falseAlarms, monthsAtRisk), "events": .int(Int64(events)),
            "pod": ratio(caught, events), "mean_delay": ratio(delays, caught),
            "precision": ratio(trueAlarms, trueAlarms + falseAlarms),
            "episodes": .int(Int64(episodes)),
        ])
    }
}
