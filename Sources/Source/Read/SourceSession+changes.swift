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
        // The transaction numbers of another database, or of tables that were filled without their
        // triggers, say nothing of what changed.
        if let origin = old.origin, origin != watermark.origin { return .everything(watermark) }
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
        var changes = SourceChanges.none(watermark)
        changes.newestAhead = try newestAhead(&session)
        changes.enterprises = ids.sorted()
        if !ids.isEmpty {
            var decoder = try reportDecoder(lastPeriod: asOf.day.period)
            var reports: [Report] = []
            try copyReports(
                &session, from: reader.firstPeriod(asOf), enterprises: changes.enterprises
            ) { row in
                if let report = decoder.decode(row) { reports.append(report) }
            }
            changes.reports = reports
            changes.unusable = decoder.unusable
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

    /// When the newest row becomes known that is committed but dated shortly after the as-of; nil
    /// when there is none. A later poll finds it once its moment has come.
    func newestAhead(_ session: inout Session) throws -> Instant? {
        var newest: Instant?
        for table in SourceTable.timed where shapes[table]?.hasWatermark == true {
            let moment = condition("reported_at", table)
            let found = try ask(
                &session, table,
                """
                SELECT max(\(moment)) FROM \(reader.map.from(table)) AS r
                 WHERE \(moment) > $1 AND \(moment) <= $2
                """,
                [
                    .timestamp(asOf.instant.microseconds),
                    .timestamp(asOf.instant.adding(seconds: 86_400).microseconds),
                ]
            ) { try $0.timestampOrNil(0) }.first
            guard let micros = found.flatMap({ $0 }) else { continue }
            let known = Instant(microseconds: micros)
            newest = max(newest ?? known, known)
        }
        return newest
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

    /// The conditions that find what changed in a table, each to be asked alone so that an index can
    /// serve it; none when nothing can be told, as for a bureau's own list of regions, which the
    /// daily full read covers.
    private func changed(
        _ table: SourceTable, since old: Watermark
    ) -> [(sql: String, binds: [Bind])] {
        guard let shape = shapes[table] else { return [] }
        if shape.hasWatermark, let transaction = old.transaction {
            let fresh = fresh(since: transaction, old.snapshot)
            guard SourceTable.timed.contains(table), let lookedAt = old.lookedAt else {
                return [fresh]
            }
            return [fresh, between(lookedAt, table)]
        }
        guard shape.types["reported_at"] != nil else { return [] }
        let from = old.reportedAt[table].map { $0.adding(seconds: -reader.overlapSeconds) }
        return [between(from ?? Instant(microseconds: 0), table)]
    }

    /// Rows that a transaction wrote which was not seen before. A number that this database has not
    /// given out yet came with a dump of another: such a row is as old as any.
    private func fresh(since transaction: UInt64, _ snapshot: String?) -> (String, [Bind]) {
        let ceiling = Bind.text(String(ceiling))
        guard let snapshot else {
            return (
                "r.changed_xid >= $1::text::xid8 AND r.changed_xid < $2::text::xid8",
                [.text(String(transaction)), ceiling]
            )
        }
        // The first two conditions are what an index can serve, the third is exact.
        return (
            """
            r.changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) \
            AND r.changed_xid < $2::text::xid8 \
            AND NOT pg_visible_in_snapshot(r.changed_xid, $1::text::pg_snapshot)
            """, [.text(snapshot), ceiling]
        )
    }

    /// Rows that became known after a moment, up to the as-of.
    private func between(_ moment: Instant, _ table: SourceTable) -> (String, [Bind]) {
        let reportedAt = condition("reported_at", table)
        return (
            "\(reportedAt) > $1 AND \(reportedAt) <= $2",
            [.timestamp(moment.microseconds), .timestamp(asOf.instant.microseconds)]
        )
    }

    private func hasChanged(
        _ session: inout Session, _ table: SourceTable, since old: Watermark
    ) throws -> Bool {
        for condition in changed(table, since: old) {
            let isFound = try ask(
                &session, table,
                """
                SELECT EXISTS (SELECT FROM \(reader.map.from(table)) AS r WHERE \(condition.sql))
                """, condition.binds
            ) { try $0.bool(0) }.first
            if isFound ?? false { return true }
        }
        return false
    }

    private func changedEnterprises(
        _ session: inout Session, _ table: SourceTable, since old: Watermark
    ) throws -> Set<Int64> {
        let id = condition("enterprise_id", table)
        var found: Set<Int64> = []
        for condition in changed(table, since: old) {
            let ids = try ask(
                &session, table,
                """
                SELECT DISTINCT \(id) FROM \(reader.map.from(table)) AS r
                WHERE \(condition.sql) AND \(id) IS NOT NULL
                """, condition.binds
            ) { try $0.int(0) }
            found.formUnion(ids)
        }
        return found
    }
}
