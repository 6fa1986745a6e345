package import Labor

/// The quality of a backtest's alarms for one kind of alert.
///
/// A month is at risk if the subject reported in it and no event of the kind lies within [onset −
/// 1, max(end, onset + 5)] months. An event is caught if an alert is raised from one month before
/// its onset (reports straddle months) to three months after it. An alarm outside of all these
/// ranges is false.
package struct BacktestScore: Hashable, Sendable {
    /// The kind of alert that is scored.
    package var kind: AlertKind
    /// Number of months without an event, over the subjects of the truth file, in which the subject
    /// reported.
    package var monthsAtRisk = 0
    /// Number of alerts raised in months at risk.
    package var falseAlarms = 0
    /// Number of events with an onset within the replay.
    package var events = 0
    /// Number of caught events.
    package var caught = 0
    /// Sum of the delays of caught events, in months; an early alarm counts 0.
    package var delays = 0
    /// Number of alerts raised within the months of an event.
    package var trueAlarms = 0
    /// Number of alerts of the kind, also of subjects that are not in the truth file.
    package var episodes = 0

    /// Number of months after its onset during which an alarm still belongs to an event.
    static let aftermath = 5
    /// An event is caught if an alert is raised within this number of months after the onset.
    static let promptness = 3

    /// Scores a log against the truth.
    /// - Parameters:
    ///   - months: the months of the replay.
    ///   - reporting: for each enterprise, the months in which it reported.
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

    /// Adds one subject with all its events together, because a month near any event is not at
    /// risk.
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
        // Events with an onset outside the replay are neither caught nor missed.
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

    /// The score as an object of the summary line; a ratio with denominator 0 is null.
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
