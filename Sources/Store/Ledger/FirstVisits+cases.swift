import Alerting
import LaborSQL
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
        try session.execute(.hastenLedgerCases, ["visits": .textArray(pairs)])
        try session.execute(
            .openLedgerCases,
            ["visits": .textArray(pairs), "opened_by": .text(LedgerCase.automatic)])
    }

    private func link(_ events: [String], _ session: inout Session) throws {
        try session.execute(.linkLedgerCases, ["events": .textArray(events)])
    }
}
