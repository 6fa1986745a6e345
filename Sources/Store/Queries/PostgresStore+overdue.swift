import Alerting
package import Labor
import LaborSQL
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
    /// The overdue alerts, or the overdue incidents, highest tier first, then the oldest cause. One
    /// appears once per cause.
    package func overdue(
        at: Instant, limits: OverdueLimits = OverdueLimits(), incidents: Bool = false
    ) async throws -> [OverdueAlert] {
        let values: [String: Bind] = [
            "incidents": .bool(incidents),
            "now": .timestamp(at.microseconds), "quiet_days": .int(Int64(limits.quietDays)),
            "taken_on_quiet_days": .int(Int64(limits.takenOnQuietDays)),
            "provisional_days": .int(Int64(limits.provisionalDays)),
            "silent_months": .int(Int64(limits.silentMonths)),
        ]
        return try await perform(desk, "listing overdue alerts") { session in
            try session.query(.selectOverdueAlerts, values) { row in
                OverdueAlert(
                    alert: try alertRecord(row),
                    cause: try word(
                        row.text(AlertRow.columnCount + 4), "a list of overdue alerts"),
                    since: try row.instant(AlertRow.columnCount + 5))
            }
        }
    }
}
