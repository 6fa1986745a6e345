package import Alerting
package import Labor
import LaborSQL
import Postgres

/// The time range of the events to export.
package struct EventWindow: Hashable, Sendable {
    /// The earliest time of an event, inclusive; nil = no lower bound.
    package var from: Instant?
    /// The latest time of an event, exclusive; nil = no upper bound.
    package var to: Instant?
    /// Whether the events of incidents are wanted, instead of those of alerts.
    package var incidents: Bool

    /// A range; without bounds it is the whole history.
    package init(from: Instant? = nil, to: Instant? = nil, incidents: Bool = false) {
        self.incidents = incidents
        self.from = from
        self.to = to
    }
}

extension PostgresStore {
    /// Calls `body` for each event in the range, in order of time. Events are read in pages, so
    /// that memory use does not grow with the history. Events written during the call may be
    /// missing.
    ///
    /// - Parameter pageSize: the number of events in memory at a time.
    /// - Returns: the number of events.
    @discardableResult
    package func forEachEvent(
        in window: EventWindow, pageSize: Int = 500, _ body: (AlertNotice) async throws -> Void
    ) async throws -> Int {
        precondition(pageSize > 0, "a page holds at least one event")
        var last: AlertNotice?
        var count = 0
        while true {
            try Task.checkCancellation()
            let page = try await events(in: window, after: last, limit: pageSize)
            for notice in page { try await body(notice) }
            count += page.count
            guard page.count == pageSize else { return count }
            last = page.last
        }
    }

    /// One page of events, in order of time.
    ///
    /// - Parameter after: the last event of the previous page; nil for the first page.
    package func events(
        in window: EventWindow, after last: AlertNotice? = nil, limit: Int
    ) async throws -> [AlertNotice] {
        let values: [String: Bind] = [
            "incidents": .bool(window.incidents),
            "since": .optional(timestamp: window.from?.microseconds),
            "until": .optional(timestamp: window.to?.microseconds),
            "last_at": .optional(timestamp: last?.event.at.microseconds),
            "last_sequence": .optional(int: last.map { Int64($0.event.sequence) }),
            "last_alert_id": .optional(uuid: last?.event.alertID.rawValue),
            "limit": .int(Int64(limit)),
        ]
        return try await perform(desk, "reading events") { session in
            try session.query(.selectEventPage, values) { try EventRow.notice($0) }
        }
    }
}
