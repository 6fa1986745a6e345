import Alerting
import Postgres

extension FirstVisits {
    /// Opens a case for each enterprise with an event that demands a first visit, unless the
    /// enterprise has an open case, and links the alerts to the cases.
    ///
    /// The statements run in the transaction of the events, so that no such alert is ever without
    /// its case. If the new visit is due earlier than that of an open case without a follow-up, the
    /// case gets the earlier date.
    func openCases(for notices: [AlertNotice], _ session: inout Session) throws {
        let visits = notices.compactMap { notice in
            daysUntilVisit(after: notice.event).map { (event: notice.event.id, days: $0) }
        }
        try inChunks(visits.map { "\($0.event) \($0.days)" }) { try open($0, &session) }
        try inChunks(visits.map(\.event)) { try link($0, &session) }
    }

    /// - Parameter pairs: one text per event: the event's ID, a blank, and its days until the
    ///   visit.
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
        // Look for an open case before the insert, because a conflict would consume a case number.
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

/// The events `e` of the pairs in `$1`, with their alerts `a` and their days `p.days`.
private let events = """
    (SELECT split_part(pair, ' ', 1)::uuid AS event_id, split_part(pair, ' ', 2)::int AS days
       FROM unnest($1::text[]) AS pair) AS p
      JOIN laborwatch.alert_event e USING (event_id)
      JOIN laborwatch.alert a USING (alert_id)
    """
