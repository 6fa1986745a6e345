import Labor
import Postgres

extension SourceSession {
    /// What changed since a watermark.
    mutating func changes(
        _ session: inout Session, since old: Watermark, knownEnterprises: Int
    ) throws -> SourceChanges {
        // A watermark from the future is that of a database that was restored since.
        if let transaction = old.transaction, transaction > ceiling {
            return .everything(watermark)
        }
        for table in [SourceTable.region, .industry, .enterprise]
        where try hasChanged(&session, table, since: old) {
            return .everything(watermark)
        }
        let eventsChanged = try hasChanged(&session, .event, since: old)
        let indicatorsChanged = try hasChanged(&session, .indicator, since: old)
        var ids = try changedEnterprises(&session, .report, since: old)
        if eventsChanged { ids.formUnion(try changedEnterprises(&session, .event, since: old)) }
        let many = max(1_000, Int(SourceReader.fullReadShare * Double(knownEnterprises)))
        if ids.count > min(many, SourceReader.changedMax) { return .everything(watermark) }
        let next = try watermarkForNext(&session, since: old.timedTransaction)
        var changes = SourceChanges.none(next.watermark)
        changes.newestAhead = next.newestAhead
        changes.enterprises = ids.sorted()
        if !ids.isEmpty {
            var decoder = ReportDecoder(lastPeriod: asOf.day.period)
            var reports: [Report] = []
            try copyReports(
                &session, from: reader.firstPeriod(asOf), enterprises: changes.enterprises
            ) { row in
                if let report = decoder.decode(row) { reports.append(report) }
            }
            changes.reports = reports
            changes.rejections = decoder.rejections
        }
        if eventsChanged || indicatorsChanged {
            var rows = ReferenceRows()
            try copyTimed(&session, &rows)
            changes.rejections.add(rows.rejections)
            changes.events = rows.orderedEvents
            changes.indicators = rows.orderedIndicators
        }
        changes.rowsRead = rowsRead
        return changes
    }

    /// How far ahead of the as-of a `reported_at` may lie and yet be awaited: clocks that differ.
    /// What is dated later is found by the day's full read.
    private static let aheadMicros: Int64 = 86_400_000_000

    /// The watermark with the oldest row that is committed but dated shortly after the as-of, from
    /// which a later poll must look at the timed tables again; and how far ahead such rows are dated.
    func watermarkForNext(
        _ session: inout Session, since old: UInt64?
    ) throws -> (watermark: Watermark, newestAhead: Instant?) {
        var held = watermark
        var newest: Instant?
        for table in SourceTable.timed
        where shapes[table]?.hasWatermark == true {
            let moment = expression("reported_at", table)
            let ahead = try ask(
                &session, table,
                """
                SELECT min(r.changed_xid::text::bigint), max(\(moment))
                  FROM \(reader.map.from(table)) AS r
                WHERE \(moment) > $1 AND \(moment) <= $2 AND r.changed_xid >= $3::text::xid8
                """,
                [
                    .timestamp(asOf.instant.microseconds),
                    .timestamp(asOf.instant.microseconds + SourceSession.aheadMicros),
                    .text(String(old ?? 0)),
                ]
            ) { (oldest: try $0.intOrNil(0), newest: try $0.timestampOrNil(1)) }.first
            guard let ahead, let oldest = ahead.oldest, let latest = ahead.newest else { continue }
            let transaction = UInt64(clamping: oldest)
            held.heldBack = min(held.heldBack ?? transaction, transaction)
            let known = Instant(microseconds: latest)
            newest = max(newest ?? known, known)
        }
        return (held, newest)
    }

    /// Asks about a table; a refusal is explained to whoever set the source up.
    private func ask<T>(
        _ session: inout Session, _ table: SourceTable, _ statement: String, _ binds: [Bind],
        _ decode: (borrowing Row) throws -> T
    ) throws -> [T] {
        do {
            reader.progress()
            return try session.query(statement, binds, decode)
        } catch let error as PostgresError {
            throw SourceError.explaining(error, relation: reader.map.name(table))
        }
    }

    /// The condition that finds what changed in a table; nil when nothing can be told, as for a
    /// bureau's own list of regions, which the daily full read covers.
    private func changed(_ table: SourceTable, since old: Watermark) -> (sql: String, bind: Bind)? {
        guard let shape = shapes[table] else { return nil }
        if shape.hasWatermark, let transaction = old.transaction {
            if old.heldBack != nil, SourceTable.timed.contains(table) {
                let first = old.timedTransaction ?? transaction
                return ("r.changed_xid >= $1::text::xid8", .text(String(first)))
            }
            guard let snapshot = old.snapshot else {
                return ("r.changed_xid >= $1::text::xid8", .text(String(transaction)))
            }
            // The first condition is what an index can serve, the second is exact.
            let seen = "pg_visible_in_snapshot(r.changed_xid, $1::text::pg_snapshot)"
            let fresh = "r.changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot)"
            return ("\(fresh) AND NOT \(seen)", .text(snapshot))
        }
        guard shape.types["reported_at"] != nil else { return nil }
        let from = old.reportedAt[table].map { $0.adding(seconds: -reader.overlapSeconds) }
        let condition = "\(expression("reported_at", table)) > $1"
        return (condition, .timestamp(from?.microseconds ?? 0))
    }

    private func hasChanged(
        _ session: inout Session, _ table: SourceTable, since old: Watermark
    ) throws -> Bool {
        guard let condition = changed(table, since: old) else { return false }
        return try ask(
            &session, table,
            """
            SELECT EXISTS (SELECT FROM \(reader.map.from(table)) AS r WHERE \(condition.sql))
            """, [condition.bind]
        ) { try $0.bool(0) }.first ?? false
    }

    private func changedEnterprises(
        _ session: inout Session, _ table: SourceTable, since old: Watermark
    ) throws -> Set<Int64> {
        guard let condition = changed(table, since: old) else { return [] }
        let id = expression("enterprise_id", table)
        let ids = try ask(
            &session, table,
            """
            SELECT DISTINCT \(id) FROM \(reader.map.from(table)) AS r
            WHERE \(condition.sql) AND \(id) IS NOT NULL
            """, [condition.bind]
        ) { try $0.int(0) }
        return Set(ids)
    }
}
