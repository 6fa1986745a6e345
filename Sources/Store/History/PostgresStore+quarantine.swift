package import Labor
import Postgres

/// A value that cannot be used, with when it was seen.
package struct QuarantineEntry: Hashable, Sendable {
    /// What is wrong with it.
    package var rejection: Rejection
    /// When it was seen first.
    package var firstSeen: Instant
    /// When it was seen last.
    package var lastSeen: Instant
}

extension PostgresStore {
    /// What cannot be used now, latest first, then by table and row.
    package func quarantine(limit: Int, offset: Int = 0) async throws -> [QuarantineEntry] {
        try await perform(desk, "listing the quarantine") { session in
            try session.query(
                """
                -- name: select_quarantine
                SELECT table_name, row_key, enterprise_id, period, field, value, reason, expected,
                       hint, reported_at, first_seen, last_seen
                  FROM laborwatch.quarantine_entry
                 WHERE cleared_at IS NULL
                 ORDER BY first_seen DESC, table_name, row_key, field, reason
                 LIMIT $1 OFFSET $2
                """,
                [.int(Int64(max(limit, 0))), .int(Int64(max(offset, 0)))]
            ) { row in
                QuarantineEntry(
                    rejection: Rejection(
                        table: try row.text(0), row: try row.text(1),
                        enterpriseID: try row.intOrNil(2),
                        period: try row.dateOrNil(3).map(period), field: try row.text(4),
                        value: try row.text(5), reason: try row.text(6),
                        expected: try row.text(7), hint: try row.text(8),
                        reportedAt: try row.timestampOrNil(9).map(Instant.init(microseconds:))),
                    firstSeen: Instant(microseconds: try row.timestamp(10)),
                    lastSeen: Instant(microseconds: try row.timestamp(11)))
            }
        }
    }

    /// How many values cannot be used now, by reason.
    package func quarantineCounts() async throws -> [String: Int] {
        try await perform(desk, "counting the quarantine") { session in
            let counts = try session.query(
                """
                -- name: count_quarantine_by_reason
                SELECT reason, count(*) FROM laborwatch.quarantine_entry
                 WHERE cleared_at IS NULL
                 GROUP BY reason
                """
            ) { row in (try row.text(0), Int(try row.int(1))) }
            return Dictionary(uniqueKeysWithValues: counts)
        }
    }
}
