import Labor
import LaborSQL
import Postgres

/// One row to insert into `laborwatch.quarantine_entry`.
struct RejectionRow: Encodable {
    let rejection: Rejection

    private enum CodingKeys: String, CodingKey {
        case table = "table_name"
        case row = "row_key"
        case enterpriseID = "enterprise_id"
        case period, field, value, reason, expected, hint
        case reportedAt = "reported_at"
        case relation
        case enterpriseName = "enterprise_name"
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(rejection.table, forKey: .table)
        try row.encode(rejection.row, forKey: .row)
        try row.encodeIfPresent(rejection.enterpriseID, forKey: .enterpriseID)
        try row.encodeIfPresent(rejection.period?.dateText, forKey: .period)
        try row.encode(rejection.field, forKey: .field)
        try row.encode(rejection.value, forKey: .value)
        try row.encode(rejection.reason, forKey: .reason)
        try row.encode(rejection.expected, forKey: .expected)
        try row.encode(rejection.hint, forKey: .hint)
        try row.encodeIfPresent(rejection.reportedAt?.utcText, forKey: .reportedAt)
        try row.encodeIfPresent(rejection.relation, forKey: .relation)
        try row.encodeIfPresent(rejection.enterpriseName, forKey: .enterpriseName)
    }
}

/// Writes the rejections of a cycle, and clears the entries of values that are now usable.
///
/// An existing entry is not written again; only a full cycle updates its `last_seen`. A complete
/// list clears every entry that is missing from it. A list of changed rows clears an entry only
/// when the same field of the same row now has another unusable value; a row that became usable is
/// cleared by the next complete list.
func writeQuarantine(
    _ rejections: [String], at moment: Instant, isComplete: Bool, isFull: Bool,
    _ session: inout Session
) throws {
    let time: Bind = .timestamp(moment.microseconds)
    var listed: [String] = []
    try inChunks(rejections) { chunk in
        listed += try session.query(
            .upsertQuarantineEntries,
            ["rejections": .textArray(chunk), "is_full": .bool(isFull), "now": time]
        ) {
            try $0.text(0)
        }
    }
    if isComplete {
        try session.execute(
            .clearAbsentQuarantineEntries, ["identities": .textArray(listed), "now": time])
    } else if !listed.isEmpty {
        try session.execute(
            .clearReplacedQuarantineEntries, ["identities": .textArray(listed), "now": time])
    }
}

/// Writes the number of unusable values per table and reason. Unchanged totals are not written
/// again.
func writeQuarantineTotals(_ totals: [RejectionTotal], _ session: inout Session) throws {
    var values: [String: Bind] = [
        "tables": .textArray(totals.map(\.table)), "reasons": .textArray(totals.map(\.reason)),
    ]
    try session.execute(.deleteQuarantineTotals, values)
    values["totals"] = .intArray(totals.map { Int64($0.count) })
    try session.execute(.upsertQuarantineTotals, values)
}
