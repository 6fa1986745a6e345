import Labor
import Postgres

/// One row of `laborwatch.quarantine_entry` on its way in.
struct RejectionRow: Encodable {
    let rejection: Rejection

    private enum CodingKeys: String, CodingKey {
        case table = "table_name"
        case row = "row_key"
        case enterpriseID = "enterprise_id"
        case period, field, value, reason, expected, hint
        case reportedAt = "reported_at"
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
    }
}

/// Writes what a cycle could not use, and marks as mended what it no longer found.
///
/// A cycle that looked at everything clears whatever it did not list. One that looked at changes
/// clears an entry only when the same field of the same row now holds another unusable value: that
/// a row became usable is seen by the next complete cycle.
func writeQuarantine(
    _ rejections: [String], of cycle: Int64, at moment: Instant, isComplete: Bool,
    _ session: inout Session
) throws {
    let binds: [Bind] = [.int(cycle), .timestamp(moment.microseconds)]
    try inChunks(rejections) { chunk in
        _ = try session.execute(upsertEntriesSQL, binds + [.textArray(chunk)])
    }
    if isComplete {
        try session.execute(
            """
            -- name: clear_all_mended_entries
            UPDATE laborwatch.quarantine_entry
               SET cleared_at = $2
             WHERE cleared_at IS NULL AND last_cycle <> $1
            """, binds)
    } else if !rejections.isEmpty {
        try session.execute(
            """
            -- name: clear_replaced_entries
            UPDATE laborwatch.quarantine_entry AS q
               SET cleared_at = $2
              FROM laborwatch.quarantine_entry AS n
             WHERE n.last_cycle = $1
               AND q.cleared_at IS NULL AND q.last_cycle <> $1
               AND (q.table_name, q.row_key, q.field) = (n.table_name, n.row_key, n.field)
            """, binds)
    }
}

/// The same fault twice in one list is one entry, as ON CONFLICT takes a row only once.
private let upsertEntriesSQL = """
    -- name: upsert_quarantine_entries
    INSERT INTO laborwatch.quarantine_entry AS q
        (identity, table_name, row_key, enterprise_id, period, field, value, reason, expected, hint,
         reported_at, first_seen, last_seen, last_cycle)
    SELECT DISTINCT ON (identity)
           md5(concat_ws(E'\\x1f', table_name, row_key, field, value, reason)) AS identity,
           table_name, row_key, enterprise_id, period, field, value, reason, expected, hint,
           reported_at, $2, $2, $1
      FROM unnest($3::text[]) WITH ORDINALITY AS line (json, ordinal)
     CROSS JOIN LATERAL jsonb_to_record(line.json::jsonb) AS r (
           table_name text, row_key text, enterprise_id bigint, period date, field text, value text,
           reason text, expected text, hint text, reported_at timestamptz)
     ORDER BY identity, line.ordinal
    ON CONFLICT (identity) DO UPDATE
       SET last_seen = EXCLUDED.last_seen, last_cycle = EXCLUDED.last_cycle, cleared_at = NULL,
           expected = EXCLUDED.expected, hint = EXCLUDED.hint,
           reported_at = EXCLUDED.reported_at
    """
