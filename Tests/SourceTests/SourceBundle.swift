import Labor
import LaborSQL
import Postgres
import Source
import Store
import Support

/// A database with the source schema and a small town in it, made once and copied for each test.
let town = DatabaseTemplate(name: "source") { dsn in
    let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
    _ = try await Migrator(Migrations.labor).migrate(connection)
    try await connection.perform { session in
        try session.script(
            """
            INSERT INTO labor.region (code, name, name_en, parent_code, grace_days) VALUES
                ('540000', '西藏自治区', 'Tibet', NULL, NULL), ('540100', '拉萨市', NULL, '540000', 5),
                ('540102', '城关区', NULL, '540100', NULL);
            INSERT INTO labor.industry (code, name, name_en, parent_code) VALUES
                ('E', '建筑业', 'Construction', NULL), ('E47', '房屋建筑业', NULL, 'E');
            INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code) VALUES
                (1, '一建', '540102', 'E47'), (2, '二建', '540102', 'E'), (3, '三建', '540100', 'E47');
            """)
    }
    await connection.close()
}

/// The bureau's side of a test: a plain connection to write with, and readers.
struct Bureau: DatabaseBench {
    let dsn: String
    let sql: Connection
    let slot: ConnectionSlot

    /// A reader with a window of a year.
    func reader(
        map: SourceMap = SourceMap(), months: Int = 12, zone: Zone = .shanghai,
        overlapSeconds: Int64 = 3_600
    ) -> SourceReader {
        SourceReader(
            connection: slot, map: map, windowMonths: months, zone: zone,
            overlapSeconds: overlapSeconds)
    }

    /// Everything as known at the end of a day.
    func read(_ day: String = "2026-11-05", map: SourceMap = SourceMap()) async throws
        -> SourceReading
    {
        try await reader(map: map).read(asOf: endOf(day))
    }

    /// Adds a revision of a report, learnt at nine in the morning of a day unless said otherwise.
    func report(
        _ enterprise: Int, _ period: String, _ headcount: Int, on day: String = "2026-11-01",
        at time: String = "09:00+08", _ more: [String: String] = [:]
    ) async throws {
        let columns = more.keys.sorted()
        let names = columns.map { ", \($0)" }.joined()
        let values = columns.compactMap { more[$0] }.map { ", \($0)" }.joined()
        try await run(
            """
            INSERT INTO labor.report (enterprise_id, period, headcount, reported_at\(names))
            VALUES (\(enterprise), '\(period)-01', \(headcount), '\(day) \(time)'\(values))
            """)
    }
}

func withBureau(_ body: (Bureau) async throws -> Void) async throws {
    try await withConnectedDatabase(template: town) { dsn, sql in
        let slot = ConnectionSlot(ConnectionOptions(dsn: dsn))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(Bureau(dsn: dsn, sql: sql, slot: slot)))
        } catch {
            outcome = .failure(error)
        }
        await slot.close()
        try outcome.get()
    }
}

/// The end of a day in Shanghai.
func endOf(_ text: String) -> AsOf {
    Zone.shanghai.asOf(Day(text) ?? Day(daysSince1970: 0))
}

/// A moment from RFC 3339 text.
func moment(_ text: String) -> Instant {
    Instant(rfc3339: text) ?? Instant(microseconds: 0)
}

func period(_ text: String) -> Period {
    Period(text) ?? Period(index: 0)
}

/// What a panel says of one month, the values that are held back included.
struct Cell: Hashable {
    var report: Report
    var isHeld: Bool
}

extension Panel {
    /// What stands at a place; nil when nothing does.
    func cell(_ enterprise: Int64, _ period: Period) -> Cell? {
        guard let row = row(of: enterprise), let month = month(of: period) else { return nil }
        return cell(row: row, month: month)
    }

    func cell(row: Int, month: Int) -> Cell? {
        guard hasRaw(row, month), let reportedAt = reportedAt(row, month),
            let headcount = rawHeadcount(row, month)
        else { return nil }
        var free = self
        free.hold(row: row, month: month, false)
        return Cell(
            report: Report(
                enterpriseID: enterprises[row].id, period: period(month), headcount: headcount,
                hires: free.hires(row, month), separations: free.separations(row, month),
                employerSeparations: free.employerSeparations(row, month),
                plannedLayoffs: free.plannedLayoffs(row, month),
                dispatched: free.dispatched(row, month), idle: free.idle(row, month),
                wagesDue: free.wagesDue(row, month), wagesPaid: free.wagesPaid(row, month),
                workersUnpaid: free.workersUnpaid(row, month), insured: free.insured(row, month),
                contributionsDue: free.contributionsDue(row, month),
                contributionsPaid: free.contributionsPaid(row, month),
                contributionsDeferred: free.contributionsDeferred(row, month),
                operatingState: free.operatingState(row, month), reportedAt: reportedAt),
            isHeld: isHeld(row, month))
    }

    /// Every cell, enterprise by enterprise.
    var cells: [Cell] {
        enterprises.indices.flatMap { row in
            (0..<months).compactMap { cell(row: row, month: $0) }
        }
    }
}

/// Everything in a reading that two ways to the same facts must agree in.
struct Picture: Equatable {
    var first: Period
    var enterprises: [Enterprise]
    var cells: [Cell]
    /// Places of which a report came that cannot be used.
    var unusable: [[Int]]
    var regions: [RegionCode: Region]
    var industries: [IndustryCode: Industry]
    var events: [Event]
    var indicators: [Indicator]
    var rejections: Set<Rejection>
    var counts: [String: Int]

    init(_ facts: Facts, _ list: RejectionList) {
        first = facts.panel.first
        enterprises = facts.panel.enterprises
        cells = facts.panel.cells
        let panel = facts.panel
        unusable = panel.enterprises.indices.map { row in
            (0..<panel.months).filter { panel.isUnusable(row, $0) }
        }
        regions = facts.regions.regions
        industries = facts.industries.industries
        events = facts.events
        indicators = facts.indicators
        rejections = Set(list.listed)
        counts = list.counts
    }

    init(_ reading: SourceReading) {
        self.init(reading.facts, reading.rejections)
    }

    /// Where two pictures differ, in words short enough to read.
    func differences(_ other: Picture) -> [String] {
        var found: [String] = []
        if cells != other.cells {
            found += Set(cells).symmetricDifference(other.cells).map { "cell \($0)" }.sorted()
        }
        if unusable != other.unusable {
            found.append("unusable \(unusable) and \(other.unusable)")
        }
        if rejections != other.rejections {
            found += rejections.symmetricDifference(other.rejections).map { "\($0)" }.sorted()
        }
        if counts != other.counts { found.append("counts \(counts) and \(other.counts)") }
        if events != other.events { found.append("events \(events) and \(other.events)") }
        if indicators != other.indicators {
            found.append("indicators \(indicators) and \(other.indicators)")
        }
        if found.isEmpty, self != other { found.append("regions, industries or enterprises") }
        return found
    }
}
