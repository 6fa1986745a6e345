import Alerting
package import Labor
import Postgres

/// An open alert that somebody should have looked at.
package struct OverdueAlert: Hashable, Sendable {
    /// Why it is overdue.
    package enum Cause: String, CaseIterable, Hashable, Sendable {
        /// Its clock ran out and nobody took it on.
        case unanswered
        /// It has been quiet for longer than rules wait, and something keeps it open.
        case quiet
        /// Somebody took it on, it has been quiet since, and nobody lifted it.
        case takenOnQuiet = "taken_on_quiet"
        /// It has been provisional for longer than the next reports take.
        case provisional
        /// Its subject has been silent: no figures speak for it or against it.
        case silent
    }

    /// The alert.
    package var alert: AlertRecord
    /// Why.
    package var cause: Cause
    /// Since when it is so.
    package var since: Instant
}

/// After how many days an alert that could be lifted is listed.
///
/// 突发事件应对法 (2024) article 70: the level is adjusted in time, and the warning lifted at once
/// when the danger is over. The law names no days; these follow the monthly reports.
package struct OverdueLimits: Hashable, Sendable {
    /// Quiet for so long: two reporting months, after which a rule's own clearing should have come.
    package var quietDays: Int
    /// Quiet for so long though somebody looks after it: a week's work (自定).
    package var takenOnQuietDays: Int
    /// Provisional for so long: three reports would have confirmed or denied it (自定).
    package var provisionalDays: Int
    /// So many months without figures of its own, the present and the last month aside (自定).
    package var silentMonths: Int

    /// Limits, the standard ones unless given.
    package init(
        quietDays: Int = 62, takenOnQuietDays: Int = 7, provisionalDays: Int = 92,
        silentMonths: Int = 3
    ) {
        self.quietDays = quietDays
        self.takenOnQuietDays = takenOnQuietDays
        self.provisionalDays = provisionalDays
        self.silentMonths = silentMonths
    }
}

extension PostgresStore {
    /// The open alerts that somebody should have looked at, the highest tier first, then the oldest;
    /// an alert comes once for each cause.
    package func overdue(at: Instant, limits: OverdueLimits = OverdueLimits()) async throws
        -> [OverdueAlert]
    {
        let binds: [Bind] = [
            .timestamp(at.microseconds), .int(Int64(limits.quietDays)),
            .int(Int64(limits.takenOnQuietDays)), .int(Int64(limits.provisionalDays)),
            .int(Int64(limits.silentMonths)),
        ]
        return try await perform(desk, "listing overdue alerts") { session in
            try session.query(
                """
                -- name: select_overdue_alerts
                \(selectAlert(adding: "due.cause, due.since"))
                 CROSS JOIN LATERAL (VALUES
                    ('unanswered', a.next_clock_at,
                     a.state IN ('firing', 'provisional') AND a.quiet_since IS NULL
                     AND a.next_clock_at <= $1),
                    ('quiet', a.quiet_since,
                     a.state <> 'acknowledged'
                     AND a.quiet_since <= $1 - make_interval(days => $2::int)),
                    ('taken_on_quiet', a.quiet_since,
                     a.state = 'acknowledged'
                     AND a.quiet_since <= $1 - make_interval(days => $3::int)),
                    ('provisional', a.first_raised_at,
                     a.state = 'provisional'
                     AND a.first_raised_at <= $1 - make_interval(days => $4::int)),
                    ('silent', (a.period + interval '1 month')::timestamptz,
                     a.quiet_since IS NULL
                     AND a.period < date_trunc('month', $1) - make_interval(months => $5::int))
                 ) AS due (cause, since, is_so)
                 WHERE a.state NOT IN ('resolved', 'withdrawn') AND due.is_so
                 ORDER BY laborwatch.tier_rank(a.tier) DESC, due.since, a.alert_id, due.cause
                """,
                binds
            ) { row in
                OverdueAlert(
                    alert: try alertRecord(row),
                    cause: try word(
                        row.text(AlertRow.columnCount + 4), "a list of overdue alerts"),
                    since: Instant(microseconds: try row.timestamp(AlertRow.columnCount + 5)))
            }
        }
    }
}
