import Alerting
import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// The matching alerts, latest event first unless the filter orders by tier.
    package func alerts(_ filter: AlertFilter) async throws -> [AlertRecord] {
        let limit = min(max(filter.limit, 0), AlertFilter.limitMax)
        var values = filter.values
        values["by_tier"] = .bool(filter.isByTier)
        values["limit"] = .int(Int64(limit))
        values["offset"] = .int(Int64(max(filter.offset, 0)))
        return try await perform(desk, "listing alerts") { [values] session in
            try session.query(.selectAlerts, values) { try alertRecord($0) }
        }
    }

    /// The number of matching alerts; the filter's limit and offset are ignored.
    package func countAlerts(_ filter: AlertFilter) async throws -> Int {
        try await perform(desk, "counting alerts") { session in
            let count = try session.first(.countAlerts, filter.values) { try $0.int(0) }
            return Int(count ?? 0)
        }
    }

    /// The alert or the incident whose ID is, or begins with, this text, with its events, deliveries
    /// and notes.
    ///
    /// The text needs 8 to 32 hexadecimal digits. Throws `malformed`, `notFound`, or `ambiguous`
    /// when several alerts or incidents match.
    package func alert(_ id: String) async throws -> AlertHistory {
        let range = try IDRange(id)
        return try await perform(desk, "reading alert \(id)") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                try history(of: record(range, &session), &session)
            }
        }
    }

    /// The incident whose ID is, or begins with, this text, or the incident of the alert whose ID
    /// is; with the alerts of the incident.
    ///
    /// Throws as `alert(_:)` does, and `notFound` for an alert without an incident.
    package func incident(_ id: String) async throws -> IncidentHistory {
        let range = try IDRange(id)
        return try await perform(desk, "reading incident \(id)") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                var found = try record(range, &session)
                if !found.episode.isIncident {
                    guard let incident = found.episode.incidentID else {
                        throw StoreError(
                            .notFound, "the alert \(found.episode.id) belongs to no incident",
                            hint: "it ended before incidents existed; see laborwatch alerts show "
                                + found.episode.id.rawValue)
                    }
                    found = try record(IDRange(incident.rawValue), &session)
                }
                let alerts = try session.query(
                    .selectAlertsOfIncident,
                    [
                        "incident_id": .uuid(found.episode.id.rawValue),
                        "limit": .int(Int64(AlertFilter.limitMax)),
                    ]
                ) { try alertRecord($0) }
                return IncidentHistory(history: try history(of: found, &session), alerts: alerts)
            }
        }
    }

    private func record(_ range: IDRange, _ session: inout Session) throws -> AlertRecord {
        let found = try session.query(
            .selectAlertsInIdRange, ["first": .uuid(range.first), "last": .uuid(range.last)]
        ) { try alertRecord($0) }
        return try range.only(found)
    }

    private func history(
        of alert: AlertRecord, _ session: inout Session
    ) throws -> AlertHistory {
        AlertHistory(
            alert: alert, notices: try notices(of: alert.episode.id, &session),
            deliveries: try deliveries(of: alert.episode.id, &session),
            notes: try notes(of: alert.episode.id, &session))
    }

    private func notices(of id: AlertID, _ session: inout Session) throws -> [AlertNotice] {
        try session.query(.selectEventsOfAlert, ["alert_id": .uuid(id.rawValue)]) {
            try EventRow.notice($0)
        }
    }
}

/// The alert in a row of `select_alerts`, `select_alerts_in_id_range`, `select_alerts_of_incident` or
/// `select_overdue_alerts`.
func alertRecord(_ row: borrowing Row) throws -> AlertRecord {
    var titles: [Language: String] = [:]
    titles[.chinese] = try row.textOrNil(AlertRow.columnCount)
    titles[.english] = try row.textOrNil(AlertRow.columnCount + 1)
    return AlertRecord(
        episode: try AlertRow.episode(row), titles: titles,
        note: try row.textOrNil(AlertRow.columnCount + 2),
        assignee: try row.textOrNil(AlertRow.columnCount + 3))
}

/// The range of UUIDs that begin with the digits that a person typed. A range lets the query use
/// the index.
private struct IDRange {
    static let digitsMin = 8

    let text: String
    let first: String
    let last: String

    init(_ text: String) throws {
        let digits = text.lowercased().filter { $0 != "-" }
        guard (IDRange.digitsMin...32).contains(digits.utf8.count),
            digits.allSatisfy(\.isHexDigit)
        else {
            throw StoreError(
                .malformed, "'\(text)' is not the beginning of an alert's id or an incident's id",
                hint:
                    "give 8 to 32 hexadecimal digits, as laborwatch incidents list and laborwatch "
                    + "alerts list show them")
        }
        let rest = 32 - digits.utf8.count
        self.text = text
        first = digits + String(repeating: "0", count: rest)
        last = digits + String(repeating: "f", count: rest)
    }

    func only(_ found: [AlertRecord]) throws -> AlertRecord {
        guard let one = found.first else {
            throw StoreError(
                .notFound, "there is no alert and no incident whose id begins with '\(text)'",
                hint: "look it up with laborwatch incidents list or laborwatch alerts list")
        }
        guard found.count == 1 else {
            throw StoreError(
                .ambiguous, "more than one id begins with '\(text)'",
                hint: "give more digits")
        }
        return one
    }
}
