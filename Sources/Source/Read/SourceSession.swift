import Labor
import Postgres

/// The source in one transaction: the shapes, the snapshot and the reads that use them.
struct SourceSession {
    let reader: SourceReader
    let asOf: AsOf
    let shapes: [SourceTable: TableShape]
    let watermark: Watermark
    /// The first transaction number that is not assigned yet. A watermark above it comes from
    /// another database.
    let ceiling: UInt64
    /// The latest plausible `reported_at`: one day after the later of the as-of and the server's
    /// clock.
    let latest: Instant

    var rowsRead = 0

    /// Takes the snapshot. It must be the first statement of the transaction.
    init(reader: SourceReader, asOf: AsOf, _ session: inout Session) throws {
        self.reader = reader
        self.asOf = asOf
        // Times without an offset are in the bureau's time zone, also in casts inside a view.
        let marks = try session.first(
            """
            SELECT pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmax(pg_current_snapshot()),
                pg_current_snapshot()::text, pg_is_in_recovery(), \(ShapeMemory.fingerprint),
                \(SourceOrigin.fingerprint), now(), set_config('TimeZone', $1, true)
            """, [.text(reader.zone.name)]
        ) { row in
            Marks(
                xmin: try row.xid8(0), xmax: try row.xid8(1), snapshot: try row.text(2),
                isStandby: try row.bool(3), shapes: try row.text(4), origin: try row.text(5),
                now: Instant(microseconds: try row.timestamp(6)))
        }
        shapes = try SourceSession.shapes(reader, marks?.shapes ?? "", &session)
        ceiling = marks?.xmax ?? 0
        latest = max(asOf.instant, marks?.now ?? asOf.instant).adding(seconds: 86_400)
        var reportedAt: [SourceTable: Instant] = [:]
        for (table, shape) in shapes
        where !shape.hasWatermark && shape.types["reported_at"] != nil {
            reportedAt[table] = asOf.instant
        }
        watermark = Watermark(
            transaction: marks?.xmin, snapshot: marks?.snapshot,
            isStandby: marks?.isStandby ?? false, lookedAt: asOf.instant, origin: marks?.origin,
            reportedAt: reportedAt)
    }

    /// The result of the first statement of the transaction.
    private struct Marks {
        var xmin: UInt64
        var xmax: UInt64
        var snapshot: String
        var isStandby: Bool
        var shapes: String
        var origin: String
        var now: Instant
    }

    /// The shapes of all relations, from the cache if the catalogue has not changed.
    private static func shapes(
        _ reader: SourceReader, _ fingerprint: String, _ session: inout Session
    ) throws -> [SourceTable: TableShape] {
        if let known = reader.memory.shapes(fingerprint) { return known }
        var shapes: [SourceTable: TableShape] = [:]
        for table in SourceTable.allCases {
            shapes[table] = try TableShape.inspect(table, reader.map, &session)
        }
        reader.memory.keep(shapes, fingerprint)
        return shapes
    }

    /// All facts as known at the as-of.
    consuming func reading(_ session: inout Session) throws -> SourceReading {
        let rows = try references(&session)
        let regions = RegionTree(rows.regions)
        let industries = IndustryTree(rows.industries)
        let panel = Panel(
            first: reader.firstPeriod(asOf), months: reader.windowMonths,
            enterprises: rows.enterprises)
        var filler = PanelFiller(panel: panel)
        filler.rejections = RejectionList(listedMax: reader.listedMax)
        var decoder = try reportDecoder(lastPeriod: asOf.day.period)
        decoder.rejections = RejectionList(listedMax: reader.listedMax)
        try copyReports(&session, from: reader.firstPeriod(asOf)) { row in
            if let report = decoder.decode(row) { filler.place(report) }
        }
        for report in decoder.unusable { filler.note(report) }
        filler.screen()
        var rejections = rows.rejections
        rejections.add(decoder.rejections)
        rejections.add(filler.rejections)
        let facts = Facts(
            panel: filler.panel, regions: regions, industries: industries,
            events: rows.orderedEvents, indicators: rows.orderedIndicators)
        rejections.add(facts.events.rejectionsOfUnknown(in: facts.panel))
        return SourceReading(
            facts: facts, rejections: rejections, watermark: watermark, rowsRead: rowsRead,
            newestAhead: try newestAhead(&session))
    }

    /// All revisions up to the as-of, for a replay.
    mutating func tape(_ session: inout Session, from first: Period) throws -> RevisionTape {
        var rows = try references(&session, allIndicators: true)
        var decoder = try reportDecoder(lastPeriod: nil)
        var reports: [Report] = []
        try copyReports(&session, from: first) { row in
            if let report = decoder.decode(row) { reports.append(report) }
        }
        rows.rejections.add(decoder.rejections)
        return RevisionTape(
            rows: rows, reports: reports, unusable: decoder.unusable,
            windowMonths: reader.windowMonths, zone: reader.zone)
    }

    /// The regions and the industries only.
    mutating func trees(
        _ session: inout Session
    ) throws -> (regions: RegionTree, industries: IndustryTree) {
        var rows = ReferenceRows()
        for table in [SourceTable.region, .industry] { try copy(&session, table, into: &rows) }
        return (RegionTree(rows.regions), IndustryTree(rows.industries))
    }

    /// One enterprise; nil when the ID is unknown.
    mutating func enterprise(_ id: Int64, _ session: inout Session) throws -> Enterprise? {
        var rows = ReferenceRows()
        let condition = "WHERE \(condition("enterprise_id", .enterprise)) = \(id)"
        try copy(&session, .enterprise, condition, into: &rows)
        return rows.enterprises.first
    }

    /// Decodes regions, industries, enterprises, events and indicators.
    private mutating func references(
        _ session: inout Session, allIndicators: Bool = false
    ) throws -> ReferenceRows {
        var rows = ReferenceRows()
        rows.rejections = RejectionList(listedMax: reader.listedMax)
        rows.keepsRevisions = allIndicators
        for table in [SourceTable.region, .industry, .enterprise] {
            try copy(&session, table, into: &rows)
        }
        rows.checkLoops()
        rows.checkCodes(
            regions: RegionTree(rows.regions), industries: IndustryTree(rows.industries))
        try copyTimed(&session, &rows)
        return rows
    }

    /// Decodes the events and indicators known at the as-of.
    mutating func copyTimed(_ session: inout Session, _ rows: inout ReferenceRows) throws {
        for table in [SourceTable.event, .indicator] {
            try copy(&session, table, "WHERE \(known(table))", into: &rows)
        }
    }

    /// Reads the reports known at the as-of for the months from `first` on. Reports with an invalid
    /// month or time are read, too, so that they are listed.
    mutating func copyReports(
        _ session: inout Session, from first: Period, enterprises: [Int64]? = nil,
        _ take: (borrowing CopyRow) throws -> Void
    ) throws {
        let period = condition("period", .report)
        var filter = """
            WHERE (\(period) >= (SELECT current_setting('laborwatch.first')::date) \
            OR \(period) < DATE '\(ReportDecoder.firstPeriod.firstDay)' OR \(period) IS NULL) \
            AND \(known(.report))
            """
        var settings = [(name: "laborwatch.first", value: first.firstDay.description)]
        if let enterprises {
            filter += """
                 AND \(condition("enterprise_id", .report)) \
                = ANY ((SELECT current_setting('laborwatch.ids')::bigint[])::bigint[])
                """
            let ids = enterprises.map { String($0) }.joined(separator: ",")
            settings.append((name: "laborwatch.ids", value: "{\(ids)}"))
        }
        try copy(&session, .report, filter, settings: settings, take)
    }

    /// The condition for rows known at the as-of, and for rows whose `reported_at` is missing,
    /// unreadable or implausibly late.
    private func known(_ table: SourceTable) -> String {
        let moment = condition("reported_at", table)
        return """
            (\(moment) <= (SELECT current_setting('laborwatch.as_of')::timestamptz) \
            OR \(moment) > (SELECT current_setting('laborwatch.latest')::timestamptz) \
            OR \(moment) IS NULL)
            """
    }

    /// The expression of a column in the type of the contract, for a condition; NULL for a value
    /// that cannot be converted.
    func condition(_ column: String, _ table: SourceTable) -> String {
        shapes[table]?.condition(column, alias: "r") ?? "r.\"\(column)\""
    }

    /// The gate for the rows of a table.
    func gate(_ shape: TableShape) -> RowGate {
        RowGate(shape, asOf: asOf.instant, latest: latest, zone: reader.zone)
    }

    /// A decoder of reports.
    /// - Throws: `SourceError` when the source has no reports.
    func reportDecoder(lastPeriod: Period?) throws -> ReportDecoder {
        guard let shape = shapes[.report] else {
            throw SourceError(
                .missingRelation, "the source has no table of reports",
                hint: "run `laborwatch migrate`, or name the bureau's own view in source.maps")
        }
        return ReportDecoder(gate(shape), lastPeriod: lastPeriod)
    }

    /// Decodes the rows of a table that satisfy a condition.
    private mutating func copy(
        _ session: inout Session, _ table: SourceTable, _ condition: String = "",
        into rows: inout ReferenceRows
    ) throws {
        guard let shape = shapes[table] else { return }
        let gate = gate(shape)
        try copy(&session, table, condition) { rows.take(gate, $0) }
    }

    /// Reads the rows of a table by COPY, and passes each to `take`.
    private mutating func copy(
        _ session: inout Session, _ table: SourceTable, _ condition: String,
        settings: [(name: String, value: String)] = [],
        _ take: (borrowing CopyRow) throws -> Void
    ) throws {
        guard let shape = shapes[table] else { return }
        let statement = """
            COPY (SELECT \(shape.selectList(alias: "r")) \
            FROM \(reader.map.from(table)) AS r \(condition)) TO STDOUT (FORMAT binary)
            """
        let all =
            settings + [
                (
                    name: "laborwatch.as_of",
                    value: ServerText.timestamp(micros: asOf.instant.microseconds)
                ),
                (
                    name: "laborwatch.latest",
                    value: ServerText.timestamp(micros: latest.microseconds)
                ),
            ]
        do {
            var rows = 0
            reader.progress()
            rowsRead += try session.copyOut(statement, settings: all) { row in
                rows += 1
                if rows % SourceReader.progressRows == 0 { reader.progress() }
                try take(row)
            }
        } catch let error as PostgresError {
            throw SourceError.explaining(error, relation: shape.relation)
        }
    }
}
