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
        for row in truth.rows {
            let key = SubjectKey(type: row.subjectType, id: row.subjectID, kind: row.kind)
            scores[row.kind]?.add(
                row, alarms: alarms[key] ?? [], months: months,
                reported: row.subjectType == .enterprise
                    ? Int64(row.subjectID).map { reporting[$0] ?? [] } ?? [] : nil)
        }
        return scores.values.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    private struct SubjectKey: Hashable {
        var type: SubjectType
        var id: String
        var kind: AlertKind
    }

    private mutating func add(
        _ row: Truth.Row, alarms: [Period], months: ClosedRange<Period>, reported: Set<Period>?
    ) {
        let span = row.span.map { span in
            span.lowerBound.adding(-1)
                ... max(span.upperBound, span.lowerBound.adding(BacktestScore.aftermath))
        }
        let length = months.upperBound.months(since: months.lowerBound) + 1
        for offset in 0..<length {
            let month = months.lowerBound.adding(offset)
            if span?.contains(month) == true { continue }
            if let reported, !reported.contains(month) { continue }
            monthsAtRisk += 1
        }
        falseAlarms += alarms.count { span?.contains($0) != true }
        guard let span, let onset = row.span?.lowerBound, months.contains(onset) else { return }
        events += 1
        trueAlarms += alarms.count { span.contains($0) }
        let prompt = onset.adding(-1)...onset.adding(BacktestScore.promptness)
        if let first = alarms.filter({ prompt.contains($0) }).min() {
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
