import Labor
import Postgres

/// Makes regions, industries, enterprises, events and indicators of rows off the wire.
///
/// What is odd about them is listed; only what cannot be used at all is left out. An enterprise
/// with an unknown region or industry stays in: a typing error in a code must not hide a layoff.
struct ReferenceRows {
    var rejections = RejectionList()
    var regions: [Region] = []
    var industries: [Industry] = []
    var enterprises: [Enterprise] = []
    var events: [Event] = []
    var indicators: [Indicator] = []

    /// Whether every revision of an indicator is kept, for a replay, or only the newest.
    var keepsRevisions = false

    private var enterpriseIDs: Set<Int64> = []
    private var newestIndicator: [IndicatorKey: Int] = [:]

    init() {}

    private struct IndicatorKey: Hashable {
        let code: String
        let region: RegionCode
        let period: Period
    }

    /// Takes in a row of any table but the reports. One that cannot be read (an infinite date, a
    /// missing key) is listed and left out, for one bad row must not stop a cycle.
    mutating func take(_ table: SourceTable, _ row: borrowing CopyRow, zone: Zone) {
        do {
            switch table {
            case .region: try region(row)
            case .industry: try industry(row)
            case .enterprise: try enterprise(row)
            case .event: try event(row, zone: zone)
            case .indicator: try indicator(row)
            case .report: break
            }
        } catch {
            rejections.add(Rejection.unreadable(table, row, error))
        }
    }

    /// Takes in a row of the regions.
    private mutating func region(_ row: borrowing CopyRow) throws(PostgresError) {
        let code = try row.text(0)
        regions.append(
            Region(
                code: RegionCode(code), name: try row.textOrNil(1) ?? code,
                nameEnglish: try row.textOrNil(2),
                parent: try row.textOrNil(3).flatMap { $0.isEmpty ? nil : RegionCode($0) },
                graceDays: try row.int32OrNil(4).map(Int.init)))
    }

    /// Takes in a row of the industries.
    private mutating func industry(_ row: borrowing CopyRow) throws(PostgresError) {
        let code = try row.text(0)
        industries.append(
            Industry(
                code: IndustryCode(code), name: try row.textOrNil(1) ?? code,
                nameEnglish: try row.textOrNil(2),
                parent: try row.textOrNil(3).flatMap { $0.isEmpty ? nil : IndustryCode($0) }))
    }

    /// Takes in a row of the enterprises.
    private mutating func enterprise(_ row: borrowing CopyRow) throws(PostgresError) {
        let id = try row.int64(0)
        guard enterpriseIDs.insert(id).inserted else {
            reject(
                "labor.enterprise", id: id, "enterprise_id", String(id), "duplicate",
                expected: "one row an enterprise", hint: "the first row counts")
            return
        }
        let creditCode = try row.textOrNil(4)
        if let creditCode, let flaw = CreditCode(creditCode).flaw {
            reject(
                "labor.enterprise", id: id, "credit_code", creditCode, "credit_code_\(flaw)",
                expected: "18 characters by GB 32100 whose check characters agree",
                hint: "the enterprise is watched all the same; correct the code")
        }
        let basis = try row.textOrNil(8)
        let dataBasis = basis.flatMap(Enterprise.DataBasis.init(rawValue:))
        if let basis, dataBasis == nil {
            reject(
                "labor.enterprise", id: id, "data_basis", basis, "unknown_code",
                expected: "statistical or administrative", hint: "it counts as not stated")
        }
        enterprises.append(
            Enterprise(
                id: id, creditCode: creditCode, name: try row.text(1),
                regionCode: RegionCode(try row.text(2)),
                industryCode: IndustryCode(try row.text(3)), ownerGroup: try row.textOrNil(5),
                keyMonitored: try row.boolOrNil(6) ?? false,
                governmentProject: try row.boolOrNil(7) ?? false, dataBasis: dataBasis,
                sizeClass: try row.textOrNil(9).flatMap { $0.isEmpty ? nil : $0 }))
    }

    /// Lists regions and industries that lie inside each other; called when both tables are in.
    mutating func checkLoops() {
        let parents = Dictionary(
            regions.map { ($0.code.rawValue, $0.parent?.rawValue) }, uniquingKeysWith: { $1 })
        rejections.add(CodeLoops.rejections(.region, parents.compactMapValues { $0 }))
        let outer = Dictionary(
            industries.map { ($0.code.rawValue, $0.parent?.rawValue) }, uniquingKeysWith: { $1 })
        rejections.add(CodeLoops.rejections(.industry, outer.compactMapValues { $0 }))
    }

    /// Lists enterprises whose codes are in no table; called when all tables are in.
    mutating func checkCodes(regions tree: RegionTree, industries: IndustryTree) {
        for enterprise in enterprises {
            if tree[enterprise.regionCode] == nil {
                reject(
                    "labor.enterprise", id: enterprise.id, "region_code",
                    enterprise.regionCode.rawValue, "unknown_region",
                    expected: "a code of labor.region",
                    hint:
                        "the enterprise is watched, but counts in no region, and its alerts reach "
                        + "only receivers that take all regions; correct it")
            }
            if industries[enterprise.industryCode] == nil {
                reject(
                    "labor.enterprise", id: enterprise.id, "industry_code",
                    enterprise.industryCode.rawValue, "unknown_industry",
                    expected: "a code of labor.industry",
                    hint: "the enterprise is watched, but counts in no industry; correct it")
            }
        }
    }

    /// Takes in a row of the events.
    private mutating func event(_ row: borrowing CopyRow, zone: Zone) throws(PostgresError) {
        let id = try row.int64(0)
        let reportedAt = Instant(microseconds: try row.timestampMicros(7))
        let kindText = try row.text(3)
        guard let kind = EventKind(rawValue: kindText) else {
            reject(
                "labor.event", id: id, "kind", kindText, "unknown_code",
                expected: EventKind.allCases.map(\.rawValue).joined(separator: ", "),
                hint: "the event is not used; correct its kind", reportedAt: reportedAt)
            return
        }
        let persons = try row.int32OrNil(4)
        if let persons, persons < 0 {
            reject(
                "labor.event", id: id, "persons", String(persons), "negative",
                expected: "a whole number from 0", hint: "the event is not used; correct it",
                reportedAt: reportedAt)
            return
        }
        var amount: Int64?
        switch row.fen(5) {
        case .null: break
        case .value(let fen): amount = fen
        case .invalid(let text):
            reject(
                "labor.event", id: id, "amount", text, "not_an_amount",
                expected: "an amount in yuan with at most two decimals",
                hint: "the event is used without it", reportedAt: reportedAt)
        }
        let enterprise = try row.int64OrNil(1)
        let region = try row.textOrNil(2).flatMap { $0.isEmpty ? nil : RegionCode($0) }
        guard enterprise != nil || region != nil else {
            reject(
                "labor.event", id: id, "enterprise_id", "NULL", "nowhere",
                expected: "an enterprise_id, or a region_code for an event of a region",
                hint: "the event is not used; say where it happened", reportedAt: reportedAt)
            return
        }
        let learnt = zone.day(reportedAt)
        let day = try row.dateOrNil(6).map { Day(daysSince1970: $0) }
        let isPlausible = day.map { ReferenceRows.isPlausible($0, learnt: learnt) } ?? true
        if let day, !isPlausible {
            reject(
                "labor.event", id: id, "occurred_on", "\(day)", "absurd_date",
                expected: "a day from \(ReportDecoder.firstPeriod)-01 up to a year after "
                    + "\(learnt), when it was reported",
                hint: "it counts as of the day it was reported; correct the date",
                reportedAt: reportedAt)
        }
        events.append(
            Event(
                id: id, enterpriseID: enterprise, regionCode: region, kind: kind,
                persons: persons, amount: amount,
                occurredOn: day.flatMap { isPlausible ? $0 : nil } ?? learnt,
                reportedAt: reportedAt))
    }

    /// Closures and layoffs are announced some months ahead; a year is a slip of a digit. Such an
    /// event stays in, for a wrong date must not hide an owner who fled.
    private static func isPlausible(_ day: Day, learnt: Day) -> Bool {
        day.period >= ReportDecoder.firstPeriod && day.days(since: learnt) <= 366
    }

    /// Takes in a row of the indicators; of several revisions the newest stays.
    private mutating func indicator(_ row: borrowing CopyRow) throws(PostgresError) {
        let code = try row.text(0)
        let region = RegionCode(try row.text(1))
        let period = Day(daysSince1970: try row.dateDays(2)).period
        let reportedAt = Instant(microseconds: try row.timestampMicros(4))
        guard let value = try row.doubleOrNil(3), value.isFinite else {
            let found = try row.doubleOrNil(3).map { String($0) } ?? "NULL"
            rejections.add(
                Rejection(
                    table: "labor.indicator",
                    row: "code=\(code) region_code=\(region) "
                        + "period=\(period)", period: period, field: "value", value: found,
                    reason: "not_a_number", expected: "a finite number",
                    hint: "the value is not used; correct it in a new revision",
                    reportedAt: reportedAt))
            return
        }
        let indicator = Indicator(
            code: code, regionCode: region, period: period, value: value,
            reportedAt: reportedAt,
            revision: try row.int64OrNil(5) ?? 0)
        if keepsRevisions {
            indicators.append(indicator)
            return
        }
        let key = IndicatorKey(code: code, region: region, period: period)
        guard let at = newestIndicator[key] else {
            newestIndicator[key] = indicators.count
            indicators.append(indicator)
            return
        }
        let known = indicators[at]
        if (known.reportedAt, known.revision) <= (indicator.reportedAt, indicator.revision) {
            indicators[at] = indicator
        }
    }

    /// The events in the order that `Facts` asks for.
    var orderedEvents: [Event] {
        events.sorted { ($0.id, $0.reportedAt) < ($1.id, $1.reportedAt) }
    }

    /// The indicators in the order that `Facts` asks for.
    var orderedIndicators: [Indicator] {
        indicators.sorted {
            ($0.code, $0.regionCode, $0.period) < ($1.code, $1.regionCode, $1.period)
        }
    }

    private mutating func reject(
        _ table: String, id: Int64, _ field: String, _ value: String, _ reason: String,
        expected: String, hint: String, reportedAt: Instant? = nil
    ) {
        let isEvent = table == "labor.event"
        rejections.add(
            Rejection(
                table: table, row: "\(isEvent ? "event_id" : "enterprise_id")=\(id)",
                enterpriseID: isEvent ? nil : id, field: field, value: value, reason: reason,
                expected: expected, hint: hint, reportedAt: reportedAt))
    }
}

extension [Event] {
    /// Lists events of enterprises that a panel does not have. They stay, for their region's sake.
    func rejectionsOfUnknown(in panel: Panel) -> [Rejection] {
        compactMap { event in
            guard let id = event.enterpriseID, panel.row(of: id) == nil else { return nil }
            return Rejection(
                table: "labor.event", row: "event_id=\(event.id)", enterpriseID: id,
                field: "enterprise_id", value: String(id), reason: "unknown_enterprise",
                expected: "an enterprise of labor.enterprise",
                hint: event.regionCode == nil
                    ? "the event is not used; add the enterprise, correct the id or name a region"
                    : "the event counts for its region; add the enterprise, or correct the id",
                reportedAt: event.reportedAt)
        }
    }
}

extension Rejection {
    /// The rejection of a row that could not be read: named by its key where that can be read.
    static func unreadable(
        _ table: SourceTable, _ row: borrowing CopyRow, _ error: PostgresError
    ) -> Rejection {
        let hasID = table == .report || table == .enterprise || table == .event
        let id = hasID ? try? row.int64OrNil(0) : nil
        let key = id.map { "\(table == .event ? "event_id" : "enterprise_id")=\($0)" }
        // The number of the row differs from read to read, the field's does not.
        let reason = error.message.split(separator: ", ", maxSplits: 1).last.map(String.init)
        return Rejection(
            table: table.standardRelation, row: key ?? "row \(row.number) of the read",
            enterpriseID: table == .event ? nil : id, field: "?",
            value: reason ?? error.message, reason: "unreadable",
            expected: "values of the contract's types, and a key",
            hint: "the row is not used; correct it at the source")
    }
}
