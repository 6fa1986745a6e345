package import Alerting
package import Labor
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

    /// The share of verdicts that are `confirmed`, 0 to 1; nil without a verdict.
    package var precision: Double? {
        let judged = verdicts.values.reduce(0, +)
        return judged == 0 ? nil : Double(verdicts[.confirmed] ?? 0) / Double(judged)
    }
}

extension PostgresStore {
    /// The outcome of the alerts per rule, ordered by rule.
    ///
    /// - Parameters:
    ///   - since: only episodes raised at or after this moment; nil for all.
    ///   - zone: the time zone in which months end.
    package func quality(since: Instant?, in zone: Zone) async throws -> [RuleQuality] {
        let binds: [Bind] = [.optional(timestamp: since?.microseconds), .text(zone.name)]
        return try await perform(desk, "counting how alerts turned out") { session in
            try session.query(PostgresStore.qualitySQL, binds) { row in
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

    /// Counts per rule. Pending episodes are not counted, because nobody was notified of them.
    static let qualitySQL = """
        -- name: select_rule_quality
        SELECT a.rule,
               count(*),
               count(*) FILTER (WHERE a.state NOT IN ('resolved', 'withdrawn')),
               count(*) FILTER (WHERE EXISTS (
                   SELECT FROM laborwatch.alert_events e
                    WHERE e.alert_id = a.alert_id AND e.what = 'confirmed')),
               count(*) FILTER (WHERE a.state = 'withdrawn'),
               count(*) FILTER (WHERE a.verdict = 'confirmed'),
               count(*) FILTER (WHERE a.verdict = 'false_alarm'),
               count(*) FILTER (WHERE a.verdict = 'transfer'),
               count(*) FILTER (WHERE a.verdict = 'seasonal'),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.first_raised_at
                   - (a.started_period + interval '1 month') AT TIME ZONE $2)::float8 / 86400),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.resolved_at
                   - a.first_raised_at)::float8 / 86400)
          FROM laborwatch.alerts a
         WHERE a.state <> 'pending'
           AND ($1::timestamptz IS NULL OR a.first_raised_at >= $1)
         GROUP BY a.rule
         ORDER BY a.rule
        """
}
