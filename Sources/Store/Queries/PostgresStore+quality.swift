package import Alerting
package import Labor
import LaborSQL
import Postgres

/// The outcome of one rule's alerts, counted from the history.
package struct RuleQuality: Hashable, Sendable {
    /// The rule.
    package var rule: RuleID
    /// The number of episodes that were raised.
    package var raised: Int
    /// The number of episodes that are open.
    package var open: Int
    /// The number of episodes that a later report confirmed.
    package var confirmed: Int
    /// The number of episodes that were withdrawn as a mistake.
    package var withdrawn: Int
    /// The number of each verdict; a verdict that was never given is absent.
    package var verdicts: [Verdict: Int]
    /// The median number of days from the end of the month with the finding to the raise; negative
    /// when the month was not over.
    package var daysToRaise: Double?
    /// The median number of days from the raise to the end, over ended episodes; nil when none
    /// ended.
    package var daysToEnd: Double?
}

extension PostgresStore {
    /// The outcome of the alerts per rule, ordered by rule.
    ///
    /// - Parameters:
    ///   - since: only episodes raised at or after this moment; nil for all.
    ///   - zone: the time zone in which months end.
    package func quality(since: Instant?, in zone: Zone) async throws -> [RuleQuality] {
        try await perform(desk, "counting how alerts turned out") { session in
            try session.query(
                .selectRuleQuality,
                ["since": .optional(timestamp: since?.microseconds), "zone": .text(zone.name)]
            ) { row in
                var verdicts: [Verdict: Int] = [:]
                for (column, verdict) in zip(5..., PostgresStore.verdictColumns) {
                    let count = Int(try row.int(column))
                    if count > 0 { verdicts[verdict] = count }
                }
                return RuleQuality(
                    rule: RuleID(try row.text(0)), raised: Int(try row.int(1)),
                    open: Int(try row.int(2)), confirmed: Int(try row.int(3)),
                    withdrawn: Int(try row.int(4)), verdicts: verdicts,
                    daysToRaise: try row.doubleOrNil(9), daysToEnd: try row.doubleOrNil(10))
            }
        }
    }

    /// The verdicts in the order of the statement's columns.
    private static let verdictColumns: [Verdict] = [
        .confirmed, .falseAlarm, .transfer, .seasonal,
    ]
}
