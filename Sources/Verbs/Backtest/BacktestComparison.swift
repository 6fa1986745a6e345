package import Alerting
import Labor

/// What two sets of rules said on the same tape, and where they differ.
package struct BacktestComparison: Sendable {
    /// Which of the two said something.
    package enum Side: String, CaseIterable, Hashable, Sendable {
        /// Only the first.
        case first = "A"
        /// Only the second.
        case second = "B"
    }

    /// What makes two events the same: what was said of whom, by which rule, on which day.
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

    /// The events of one side only, in the order of their days, the first side's first.
    package let differences: [(side: Side, notice: AlertNotice)]
    /// How many events both said.
    package let both: Int

    /// Compares what two backtests said.
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

    /// How many events one side alone said.
    package func count(_ side: Side) -> Int {
        differences.count { $0.side == side }
    }
}
