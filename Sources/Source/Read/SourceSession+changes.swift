import Labor
import Postgres

extension SourceSession {
    /// The changes since a watermark.
    mutating func changes(
        _ session: inout Session, since old: Watermark, knownEnterprises: Int
    ) throws -> SourceChanges {
        // A watermark above every transaction number of this database comes from a database that
        // was restored to an earlier state.
        if let transaction = old.transaction, transaction > ceiling {
            return .everything(watermark)
        }
        // Transaction numbers of another database, or of tables filled without their triggers, do
        // not show what changed.
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

    /// The latest `reported_at` of committed rows that are dated up to a day after the as-of; nil
    /// without such rows. A later poll reads them once their time has come.
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

    /// Runs a query on a table. A server error becomes a `SourceError` with a hint.
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

    /// The conditions that find changed rows of a table. Each one is queried separately, so that an
    /// index can be used. Empty when changes cannot be found, for example in a list of regions
    /// without times; the daily full read covers these.
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

    /// The condition for rows of transactions that were not read yet. A number that this database
    /// has not assigned yet comes from the dump of another database. Such a row is not read as a
    /// change, because the full read after the load has read it.
    private func fresh(since transaction: UInt64, _ snapshot: String?) -> (String, [Bind]) {
        let ceiling = Bind.text(String(ceiling))
        guard let snapshot else {
            return (
                "r.changed_xid >= $1::text::xid8 AND r.changed_xid < $2::text::xid8",
                [.text(String(transaction)), ceiling]
            )
        }
        // The first two conditions can use an index. The third one is exact.
        return (
            """
            r.changed_xid >= pg_snapshot_xmin($1::text::pg_snapshot) \
            AND r.changed_xid < $2::text::xid8 \
            AND NOT pg_visible_in_snapshot(r.changed_xid, $1::text::pg_snapshot)
            """, [.text(snapshot), ceiling]
        )
    }

    /// The condition for rows with a `reported_at` after `moment`, up to the as-of.
    private func between(_ moment: Instant, _ table: SourceTable) -> (String, [Bind]) {
        let reportedAt = condition("reported_at", table)
        return (
            "\(reportedAt) > $1 AND \(reportedAt) <= $2",
            [.timestamp(moment.microseconds), .timestamp(asOf.instant.microseconds)]
        )
    }

    /// Whether a row of a table was inserted or updated after the watermark `old`. Deleted rows are
    /// not found here; the daily full read finds them.
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

    /// The IDs of enterprises with changed rows in a table.
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
