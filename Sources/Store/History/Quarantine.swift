import Labor
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
        listed += try session.query(upsertEntriesSQL, [time, .textArray(chunk), .bool(isFull)]) {
            try $0.text(0)
        }
    }
    if isComplete {
        try session.execute(
            """
            -- name: clear_all_mended_entries
            UPDATE laborwatch.quarantine_entry AS q
               SET cleared_at = $1
             WHERE q.cleared_at IS NULL
               AND NOT EXISTS (
                   SELECT FROM unnest($2::text[]) AS listed (identity)
                    WHERE listed.identity = q.identity)
            """, [time, .textArray(listed)])
    } else if !listed.isEmpty {
        try session.execute(
            """
            -- name: clear_replaced_entries
            UPDATE laborwatch.quarantine_entry AS q
               SET cleared_at = $1
              FROM laborwatch.quarantine_entry AS n
             WHERE n.identity = ANY ($2)
               AND q.cleared_at IS NULL
               AND (q.table_name, q.row_key, q.field) = (n.table_name, n.row_key, n.field)
               AND NOT EXISTS (
                   SELECT FROM unnest($2::text[]) AS listed (identity)
                    WHERE listed.identity = q.identity)
            """, [time, .textArray(listed)])
    }
}

/// Writes the number of unusable values per table and reason. Unchanged totals are not written
/// again.
func writeQuarantineTotals(_ totals: [RejectionTotal], _ session: inout Session) throws {
    let binds: [Bind] = [
        .textArray(totals.map(\.table)), .textArray(totals.map(\.reason)),
        .textArray(totals.map { String($0.count) }),
    ]
    try session.execute(
        """
        -- name: delete_quarantine_totals
        DELETE FROM laborwatch.quarantine_total AS t
         WHERE NOT EXISTS (
               SELECT FROM unnest($1::text[], $2::text[]) AS now (table_name, reason)
                WHERE (now.table_name, now.reason) = (t.table_name, t.reason))
        """, Array(binds.prefix(2)))
    try session.execute(
        """
        -- name: upsert_quarantine_totals
        INSERT INTO laborwatch.quarantine_total AS t (table_name, reason, total)
        SELECT table_name, reason, total::bigint
          FROM unnest($1::text[], $2::text[], $3::text[]) AS now (table_name, reason, total)
        ON CONFLICT (table_name, reason) DO UPDATE SET total = EXCLUDED.total
         WHERE t.total <> EXCLUDED.total
        """, binds)
}

/// Writes the rejections and returns the identities of all of them. Duplicates in one list are
/// merged first, because ON CONFLICT must not touch a row twice. Existing entries are filtered out
/// before the insert, because even an ON CONFLICT without a change locks the row, which is a write.
private let upsertEntriesSQL = """
    -- name: upsert_quarantine_entries
    WITH listed AS MATERIALIZED (
        SELECT DISTINCT ON (identity)
               md5(concat_ws(E'\\x1f', table_name, row_key, field, value, reason)) AS identity, r.*
          FROM unnest($2::text[]) WITH ORDINALITY AS line (json, ordinal)
         CROSS JOIN LATERAL jsonb_to_record(line.json::jsonb) AS r (
               table_name text, row_key text, enterprise_id bigint, period date, field text,
               value text, reason text, expected text, hint text, reported_at timestamptz,
               relation text, enterprise_name text)
         ORDER BY identity, line.ordinal
    ), written AS (
        INSERT INTO laborwatch.quarantine_entry AS q
            (identity, table_name, row_key, enterprise_id, period, field, value, reason, expected,
             hint, reported_at, first_seen, last_seen, relation, enterprise_name)
        SELECT identity, table_name, row_key, enterprise_id, period, field, value, reason, expected,
               hint, reported_at, $1, $1, relation, enterprise_name
          FROM listed
         WHERE $3 OR NOT EXISTS (
               SELECT FROM laborwatch.quarantine_entry known
                WHERE known.identity = listed.identity
                  AND known.cleared_at IS NULL
                  AND known.reported_at IS NOT DISTINCT FROM listed.reported_at)
        ON CONFLICT (identity) DO UPDATE
           SET last_seen = EXCLUDED.last_seen, cleared_at = NULL, expected = EXCLUDED.expected,
               hint = EXCLUDED.hint, reported_at = EXCLUDED.reported_at,
               relation = EXCLUDED.relation, enterprise_name = EXCLUDED.enterprise_name
    )
    SELECT identity FROM listed
    """
