import Alerting
package import Labor
import Postgres

/// Within how many days somebody first looks at an enterprise for which an alert opened a case.
package struct FirstVisits: Hashable, Sendable {
    /// Days where a kind and tier have none of their own: in the practice of Anqing (2008) a firm
    /// under watch reports every five days.
    package static let standardDays = 5

    /// Days by kind and tier.
    package var days: [AlertKind: [Tier: Int]]

    /// Visits from their days.
    package init(days: [AlertKind: [Tier: Int]] = [:]) {
        self.days = days
    }

    /// The days for an alert of a kind and tier.
    package func days(_ kind: AlertKind, _ tier: Tier) -> Int {
        days[kind]?[tier] ?? FirstVisits.standardDays
    }

    /// Opens a case for each enterprise of which one of these events tells that it became orange or
    /// red, unless one runs, and links the alerts; a report that fails to come is no difficulty yet,
    /// and a red that falls to orange no new one.
    ///
    /// In the transaction of the events, so that no such alert is without its case. A case that
    /// nobody has looked at yet takes over a sooner day, for what grew worse must not wait longer.
    func openCases(for notices: [AlertNotice], _ session: inout Session) throws {
        let grave = notices.map(\.event).filter(FirstVisits.isGrave)
        let pairs = grave.map { "\($0.id) \(days($0.kind, $0.toTier))" }
        try inChunks(pairs) { try open($0, &session) }
        try inChunks(grave.map(\.id)) { try link($0, &session) }
    }

    private static func isGrave(_ event: AlertEvent) -> Bool {
        let rose =
            event.what == .raised
            || event.what == .tierChanged && event.toTier > event.fromTier ?? event.toTier
        guard rose else { return false }
        return event.subject.type == .enterprise && event.kind != .reporting
            && event.toTier >= .orange && event.toState.isOpen
    }

    /// - Parameter pairs: events, each with its days after a blank.
    private func open(_ pairs: [String], _ session: inout Session) throws {
        try session.execute(
            """
            -- name: hasten_ledger_cases
            UPDATE laborwatch.ledger_case c SET next_due_at = v.due
              FROM (SELECT a.subject_id, min(e.at + make_interval(days => p.days)) AS due
                      FROM \(events)
                     GROUP BY a.subject_id) AS v
             WHERE c.enterprise_id = v.subject_id AND c.closed_at IS NULL
               AND v.due < c.next_due_at
               AND NOT EXISTS (SELECT FROM laborwatch.ledger_follow_up f
                                WHERE f.case_id = c.case_id)
            """,
            [.textArray(pairs)])
        // A running case is looked for first, for a conflict would use up a number of the ledger.
        try session.execute(
            """
            -- name: open_ledger_cases
            INSERT INTO laborwatch.ledger_case
                (enterprise_id, enterprise_name, region_code, industry_code, opened_at, opened_by,
                 next_due_at)
            SELECT DISTINCT ON (a.subject_id)
                   a.subject_id, a.subject_name, a.region_code, a.industry_code, e.at, $2,
                   e.at + make_interval(days => p.days)
              FROM \(events)
             WHERE NOT EXISTS (SELECT FROM laborwatch.ledger_case c
                                WHERE c.enterprise_id = a.subject_id AND c.closed_at IS NULL)
             ORDER BY a.subject_id, e.at + make_interval(days => p.days), e.event_id
            ON CONFLICT (enterprise_id) WHERE closed_at IS NULL DO NOTHING
            """,
            [.textArray(pairs), .text(LedgerCase.automatic)])
    }

    private func link(_ events: [String], _ session: inout Session) throws {
        try session.execute(
            """
            -- name: link_ledger_cases
            INSERT INTO laborwatch.ledger_case_alert (case_id, alert_id)
            SELECT DISTINCT c.case_id, a.alert_id
              FROM laborwatch.alert_event e
              JOIN laborwatch.alert a USING (alert_id)
              JOIN laborwatch.ledger_case c
                ON c.enterprise_id = a.subject_id AND c.closed_at IS NULL
             WHERE e.event_id = ANY ($1::uuid[])
            ON CONFLICT DO NOTHING
            """,
            [.textArray(events)])
    }
}

/// The events `e` of `$1` with their alerts `a` and days `p.days`.
private let events = """
    (SELECT split_part(pair, ' ', 1)::uuid AS event_id, split_part(pair, ' ', 2)::int AS days
       FROM unnest($1::text[]) AS pair) AS p
      JOIN laborwatch.alert_event e USING (event_id)
      JOIN laborwatch.alert a USING (alert_id)
    """
