package import Labor
import LaborSQL
import Postgres

/// A value that cannot be used, with the times at which it was seen.
package struct QuarantineEntry: Hashable, Sendable {
    /// The row, the field, the value and what is wrong with it.
    package var rejection: Rejection
    /// When the value was first seen.
    package var firstSeen: Instant
    /// When the value was last seen.
    package var lastSeen: Instant
}

extension PostgresStore {
    /// The values that cannot be used now, newest first, then by table and row.
    package func quarantine(limit: Int, offset: Int = 0) async throws -> [QuarantineEntry] {
        try await perform(desk, "listing the quarantine") { session in
            try session.query(
                .selectQuarantine,
                ["limit": .int(Int64(max(limit, 0))), "offset": .int(Int64(max(offset, 0)))]
            ) { row in
                var rejection = Rejection(
                    table: try row.text(0), row: try row.text(1),
                    enterpriseID: try row.intOrNil(2),
                    period: try row.dateOrNil(3).map(period), field: try row.text(4),
                    value: try row.text(5), reason: try row.text(6),
                    expected: try row.text(7), hint: try row.text(8),
                    reportedAt: try row.instantOrNil(9))
                rejection.relation = try row.textOrNil(12)
                rejection.enterpriseName = try row.textOrNil(13)
                return QuarantineEntry(
                    rejection: rejection,
                    firstSeen: try row.instant(10),
                    lastSeen: try row.instant(11))
            }
        }
    }

    /// The number of values per table and reason that cannot be used now, including those that are
    /// not listed individually; ordered by table and reason.
    package func quarantineTotals() async throws -> [RejectionTotal] {
        try await perform(desk, "counting the quarantine") { session in
            try session.query(.selectQuarantineTotals) { row in
                RejectionTotal(
                    table: try row.text(0), reason: try row.text(1), count: Int(try row.int(2)))
            }
        }
    }
}
