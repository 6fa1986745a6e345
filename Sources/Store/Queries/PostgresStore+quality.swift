package import Alerting
package import Labor
import Postgres

/// How the alerts of one rule turned out, counted from history.
package struct RuleQuality: Hashable, Sendable {
    /// The rule.
    package var rule: RuleID
    /// Episodes that were raised.
    package var raised: Int
    /// Those that run.
    package var open: Int
    /// Those that a later report confirmed, without a person's doing.
    package var confirmed: Int
    /// Those that were withdrawn as a mistake.
    package var withdrawn: Int
    /// How often each verdict was given; a verdict that never was is absent.
    package var verdicts: [Verdict: Int]
    /// Half of the episodes were raised within so many days of the end of the month that raised
    /// them; negative when the month was still running.
    package var daysToRaise: Double?
    /// Half of the ended episodes ended within so many days; nil when none ended.
    package var daysToEnd: Double?

    /// Confirmed verdicts as a share of all verdicts; nil without a verdict.
    package var precision: Double? {
        let judged = verdicts.values.reduce(0, +)
        return judged == 0 ? nil : Double(verdicts[.confirmed] ?? 0) / Double(judged)
    }
}

extension PostgresStore {
    /// How the alerts of each rule turned out, by rule.
    ///
    /// - Parameters:
    ///   - since: only episodes raised at or after this moment; nil for all.
    ///   - zone: where a month ends.
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

    /// What was never told is no alarm yet, so pending episodes are not counted.
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
