import Alerting
package import Labor
import Postgres

/// An open alert that needs a person's attention.
package struct OverdueAlert: Hashable, Sendable {
    /// Why the alert is overdue.
    package enum Cause: String, CaseIterable, Hashable, Sendable {
        /// Its response deadline has passed and nobody acknowledged it.
        case unanswered
        /// It has been quiet for longer than `quietDays`, so something keeps it from being
        /// resolved.
        case quiet
        /// It is acknowledged and has been quiet for longer than `takenOnQuietDays`, but nobody
        /// resolved it.
        case takenOnQuiet = "taken_on_quiet"
        /// It has been provisional for longer than `provisionalDays`; later reports should have
        /// decided.
        case provisional
        /// Its subject has had no new figures for longer than `silentMonths`.
        case silent
    }

    /// The alert.
    package var alert: AlertRecord
    /// The cause.
    package var cause: Cause
    /// When the cause began: the deadline, the start of the quiet time, the raise, or the end of
    /// the last month with figures.
    package var since: Instant
}

/// After how long an open alert is listed as overdue.
///
/// 突发事件应对法 (2024) article 70 demands that the level is adjusted in time and that a warning is
/// lifted at once when the danger is over. The law names no days; these limits follow the monthly
/// reports.
package struct OverdueLimits: Hashable, Sendable {
    /// Days without the cause: 62, two reporting months, by which the rule should have resolved the
    /// alert.
    package var quietDays: Int
    /// Days without the cause although the alert is acknowledged: 7, one working week (自定, own
    /// choice).
    package var takenOnQuietDays: Int
    /// Days in the state provisional: 92, in which three reports should have confirmed or denied it
    /// (自定, own choice).
    package var provisionalDays: Int
    /// The alert's latest month of figures is more than this many months before the current month
    /// (自定, own choice).
    package var silentMonths: Int

    /// Limits, with defaults.
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
    /// The overdue alerts, highest tier first, then the oldest cause. An alert appears once per
    /// cause.
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
