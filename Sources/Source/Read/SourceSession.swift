import Labor
import Postgres

/// One transaction's view of the source: shapes, snapshot, and the reads that share them.
struct SourceSession {
    let reader: SourceReader
    let asOf: AsOf
    let shapes: [SourceTable: TableShape]
    let watermark: Watermark
    /// The first transaction number not given out yet; a watermark beyond it is of another
    /// database.
    let ceiling: UInt64

    var rowsRead = 0

    /// Takes the snapshot; the first statement of the transaction.
    init(reader: SourceReader, asOf: AsOf, _ session: inout Session) throws {
        self.reader = reader
        self.asOf = asOf
        let marks = try session.first(
            """
            SELECT pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmax(pg_current_snapshot()),
                pg_current_snapshot()::text, pg_is_in_recovery(), \(ShapeMemory.fingerprint)
            """
        ) { row in
            (try row.xid8(0), try row.xid8(1), try row.text(2), try row.bool(3), try row.text(4))
        }
        shapes = try SourceSession.shapes(reader, marks?.4 ?? "", &session)
        ceiling = marks?.1 ?? 0
        var reportedAt: [SourceTable: Instant] = [:]
        for (table, shape) in shapes
        where !shape.hasWatermark && shape.types["reported_at"] != nil {
            reportedAt[table] = asOf.instant
        }
        watermark = Watermark(
            transaction: marks?.0, snapshot: marks?.2, isStandby: marks?.3 ?? false,
            reportedAt: reportedAt)
        // A moment without a zone is one of the bureau's clock.
        if shapes.values.contains(where: \.hasLocalTimes) {
            _ = try session.first(
                "SELECT set_config('TimeZone', $1, true)", [.text(reader.zone.name)]
            ) { try $0.textOrNil(0) }
        }
    }

    /// The shapes of all relations: those kept from the last poll while nothing changed.
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

    /// Everything as known at the moment.
    consuming func reading(_ session: inout Session) throws -> SourceReading {
        let rows = try references(&session)
        let regions = RegionTree(rows.regions)
        let industries = IndustryTree(rows.industries)
        let panel = Panel(
            first: reader.firstPeriod(asOf), months: reader.windowMonths,
            enterprises: rows.enterprises)
        var filler = PanelFiller(panel: panel)
        filler.rejections = RejectionList(listedMax: reader.listedMax)
        var decoder = ReportDecoder(lastPeriod: asOf.day.period)
        decoder.rejections = RejectionList(listedMax: reader.listedMax)
        try copyReports(&session, from: reader.firstPeriod(asOf)) { row in
            if let report = decoder.decode(row) { filler.place(report) }
        }
        filler.screen()
        var rejections = rows.rejections
        rejections.add(decoder.rejections)
        rejections.add(filler.rejections)
        let facts = Facts(
            panel: filler.panel, regions: regions, industries: industries,
            events: rows.orderedEvents, indicators: rows.orderedIndicators)
        rejections.add(facts.events.rejectionsOfUnknown(in: facts.panel))
        let next = try watermarkForNext(&session, since: nil)
        return SourceReading(
            facts: facts, rejections: rejections, watermark: next.watermark, rowsRead: rowsRead,
            newestAhead: next.newestAhead)
    }

    /// Every revision up to the moment, for a replay.
    mutating func tape(_ session: inout Session, from first: Period) throws -> RevisionTape {
        var rows = try references(&session, allIndicators: true)
        var decoder = ReportDecoder(lastPeriod: nil)
        var reports: [Report] = []
        try copyReports(&session, from: first) { row in
            if let report = decoder.decode(row) { reports.append(report) }
        }
        rows.rejections.add(decoder.rejections)
        return RevisionTape(
            rows: rows, reports: reports, windowMonths: reader.windowMonths, zone: reader.zone)
    }

    /// The regions and the industries alone.
    mutating func trees(
        _ session: inout Session
    ) throws -> (regions: RegionTree, industries: IndustryTree) {
        var rows = ReferenceRows()
        for table in [SourceTable.region, .industry] { try copy(&session, table, into: &rows) }
        return (RegionTree(rows.regions), IndustryTree(rows.industries))
    }

    /// One enterprise alone; nil when there is none of that id.
    mutating func enterprise(_ id: Int64, _ session: inout Session) throws -> Enterprise? {
        var rows = ReferenceRows()
        let condition = "WHERE \(expression("enterprise_id", .enterprise)) = \(id)"
        try copy(&session, .enterprise, condition, into: &rows)
        return rows.enterprises.first
    }

    /// Regions, industries, enterprises, events and indicators.
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

    /// Events and indicators known at the moment.
    mutating func copyTimed(_ session: inout Session, _ rows: inout ReferenceRows) throws {
        for table in [SourceTable.event, .indicator] {
            let known = "WHERE \(expression("reported_at", table)) <= \(SourceSession.asOfSetting)"
            try copy(&session, table, known, into: &rows)
        }
    }

    /// Reports known at the moment, of the months from `first` on, and those of months that cannot
    /// be, which are listed.
    mutating func copyReports(
        _ session: inout Session, from first: Period, enterprises: [Int64]? = nil,
        _ take: (borrowing CopyRow) throws -> Void
    ) throws {
        var condition = """
            WHERE (\(expression("period", .report)) \
            >= (SELECT current_setting('laborwatch.first')::date) \
            OR \(expression("period", .report)) < DATE '\(ReportDecoder.firstPeriod.firstDay)') \
            AND \(expression("reported_at", .report)) <= \(SourceSession.asOfSetting)
            """
        var settings = [(name: "laborwatch.first", value: first.firstDay.description)]
        if let enterprises {
            condition += """
                 AND \(expression("enterprise_id", .report)) \
                = ANY ((SELECT current_setting('laborwatch.ids')::bigint[])::bigint[])
                """
            let ids = enterprises.map { String($0) }.joined(separator: ",")
            settings.append((name: "laborwatch.ids", value: "{\(ids)}"))
        }
        try copy(&session, .report, condition, settings: settings, take)
    }

    /// The expression for a column of a table, in the contract's type.
    func expression(_ column: String, _ table: SourceTable) -> String {
        shapes[table]?.expression(column, alias: "r") ?? "r.\"\(column)\""
    }

    /// A subquery, so that it is looked up once and not for every row.
    private static let asOfSetting = "(SELECT current_setting('laborwatch.as_of')::timestamptz)"

    private mutating func copy(
        _ session: inout Session, _ table: SourceTable, _ condition: String = "",
        into rows: inout ReferenceRows
    ) throws {
        let zone = reader.zone
        try copy(&session, table, condition) { rows.take(table, $0, zone: zone) }
    }

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
                (name: "laborwatch.as_of", value: asOf.instant.rfc3339(offsetSeconds: 0))
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
