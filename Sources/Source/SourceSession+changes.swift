import Labor
import Postgres

extension SourceSession {
    /// What changed since a watermark.
    mutating func changes(
        _ session: inout Session, since old: Watermark, knownEnterprises: Int
    ) throws -> SourceChanges {
        // A watermark from the future is that of a database that was restored since.
        if let transaction = old.transaction, transaction > ceiling { return .everything(watermark) }
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
        var changes = SourceChanges.none(newWatermark(old))
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
            changes.events = rows.events
            changes.indicators = rows.orderedIndicators
        }
        changes.rowsRead = rowsRead
        return changes
    }

    private func newWatermark(_ old: Watermark) -> Watermark {
        var new = watermark
        new.reportedAt = old.reportedAt
        for table in [SourceTable.report, .event, .indicator]
        where shapes[table]?.hasWatermark == false {
            new.reportedAt[table] = asOf.instant
        }
        return new
    }

    /// The condition that finds what changed in a table; nil when nothing can be told, as for a
    /// bureau's own list of regions, which the daily full read covers.
    private func changed(_ table: SourceTable, since old: Watermark) -> (sql: String, bind: Bind)? {
        guard let shape = shapes[table] else { return nil }
        if shape.hasWatermark, let transaction = old.transaction {
            return ("r.changed_xid >= $1::text::xid8", .text(String(transaction)))
        }
        guard shape.types["reported_at"] != nil else { return nil }
        let from = old.reportedAt[table].map { $0.adding(seconds: -reader.overlapSeconds) }
        guard let from else { return ("r.reported_at > $1", .timestamp(0)) }
        return ("r.reported_at > $1", .timestamp(from.microseconds))
    }

    private func hasChanged(
        _ session: inout Session, _ table: SourceTable, since old: Watermark
    ) throws -> Bool {
        guard let condition = changed(table, since: old) else { return false }
        return try session.first(
            """
            SELECT EXISTS (SELECT FROM \(reader.map.from(table)) AS r WHERE \(condition.sql))
            """, [condition.bind], deadline: reader.patience
        ) { try $0.bool(0) } ?? false
    }

    private func changedEnterprises(
        _ session: inout Session, _ table: SourceTable, since old: Watermark
    ) throws -> Set<Int64> {
        guard let condition = changed(table, since: old) else { return [] }
        let ids = try session.query(
            """
            SELECT DISTINCT r.enterprise_id::bigint FROM \(reader.map.from(table)) AS r
            WHERE \(condition.sql) AND r.enterprise_id IS NOT NULL
            """, [condition.bind], deadline: reader.patience
        ) { try $0.int(0) }
        return Set(ids)
    }
}
