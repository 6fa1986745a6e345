package import Alerting
import Labor

/// The events of two sets of rules on the same tape, and their differences.
package struct BacktestComparison: Sendable {
    /// One of the two sets of rules.
    package enum Side: String, CaseIterable, Hashable, Sendable {
        /// The first set.
        case first = "A"
        /// The second set.
        case second = "B"
    }

    /// The identity of an event for the comparison: kind of event, subject, rule and day.
    private struct Saying: Hashable {
        var asOf: Instant
        var what: AlertWhat
        var tier: Tier
        var rule: RuleID
        var subjectType: SubjectType
        var subjectID: String

        init(_ event: AlertEvent) {
            asOf = event.asOf
            what = event.what
            tier = event.toTier
            rule = event.rule
            subjectType = event.subject.type
            subjectID = event.subject.id
        }
    }

    /// The events that only one side raised, in the order of their days; on the same day, those of
    /// the first side come first.
    package let differences: [(side: Side, notice: AlertNotice)]
    /// Number of events that both sides raised.
    package let both: Int

    /// Compares the events of two backtests.
    package init(_ first: [AlertNotice], _ second: [AlertNotice]) {
        let inFirst = Set(first.map { Saying($0.event) })
        let inSecond = Set(second.map { Saying($0.event) })
        let onlyFirst = first.filter { !inSecond.contains(Saying($0.event)) }
        let onlySecond = second.filter { !inFirst.contains(Saying($0.event)) }
        let all =
            onlyFirst.map { (side: Side.first, notice: $0) }
            + onlySecond.map { (side: Side.second, notice: $0) }
        differences = all.enumerated().sorted {
            ($0.element.notice.event.asOf, $0.offset) < ($1.element.notice.event.asOf, $1.offset)
        }.map(\.element)
        both = first.count - onlyFirst.count
    }

    /// Number of events that only this side raised.
    package func count(_ side: Side) -> Int {
        differences.count { $0.side == side }
    }
}
