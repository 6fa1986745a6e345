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

    /// The alert whose ID is, or begins with, this text, with its events, deliveries and notes.
    ///
    /// The text needs 8 to 32 hexadecimal digits. Throws `malformed`, `notFound`, or `ambiguous`
    /// when several alerts match.
    package func alert(_ id: String) async throws -> AlertHistory {
        let range = try IDRange(id)
        return try await perform(desk, "reading alert \(id)") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let found = try session.query(
                    .selectAlertsInIdRange,
                    ["first": .uuid(range.first), "last": .uuid(range.last)]
                ) { try alertRecord($0) }
                let alert = try range.only(found)
                return AlertHistory(
                    alert: alert, notices: try notices(of: alert.episode.id, &session),
                    deliveries: try deliveries(of: alert.episode.id, &session),
                    notes: try notes(of: alert.episode.id, &session))
            }
        }
    }

    private func notices(of id: AlertID, _ session: inout Session) throws -> [AlertNotice] {
        try session.query(.selectEventsOfAlert, ["alert_id": .uuid(id.rawValue)]) {
            try EventRow.notice($0)
        }
    }
}

/// The alert in a row of `select_alerts`, `select_alerts_in_id_range` or `select_overdue_alerts`.
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
                .malformed, "'\(text)' is not the beginning of an alert's id",
                hint: "give 8 to 32 hexadecimal digits, as laborwatch alerts list shows them")
        }
        let rest = 32 - digits.utf8.count
        self.text = text
        first = digits + String(repeating: "0", count: rest)
        last = digits + String(repeating: "f", count: rest)
    }

    func only(_ found: [AlertRecord]) throws -> AlertRecord {
        guard let one = found.first else {
            throw StoreError(
                .notFound, "there is no alert whose id begins with '\(text)'",
                hint: "look it up with laborwatch alerts list")
        }
        guard found.count == 1 else {
            throw StoreError(
                .ambiguous, "more than one alert's id begins with '\(text)'",
                hint: "give more digits")
        }
        return one
    }
}
