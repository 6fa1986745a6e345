import Labor
import Postgres

/// Decodes regions, industries, enterprises, events and indicators from rows.
///
/// Faults are listed. A row is left out only if it cannot be used at all. An enterprise with an
/// unknown region or industry is kept, because a wrong code must not hide a layoff.
struct ReferenceRows {
    var rejections = RejectionList()
    var regions: [Region] = []
    var industries: [Industry] = []
    var enterprises: [Enterprise] = []
    var events: [Event] = []
    var indicators: [Indicator] = []

    /// Whether all revisions of an indicator are kept, for a replay, instead of only the newest.
    var keepsRevisions = false

    private var enterpriseIDs: Set<Int64> = []
    private var newestIndicator: [IndicatorKey: Int] = [:]

    init() {}

    private struct IndicatorKey: Hashable {
        let code: String
        let region: RegionCode
        let period: Period
    }

    /// Decodes a row of any table except the reports. A row that cannot be used, such as one
    /// without a key, is listed and left out.
    mutating func take(_ gate: RowGate, _ row: borrowing CopyRow) {
        do {
            switch gate.table {
            case .region: try region(gate, row)
            case .industry: try industry(gate, row)
            case .enterprise: try enterprise(gate, row)
            case .event: try event(gate, row)
            case .indicator: try indicator(gate, row)
            case .report: break
            }
        } catch {
            list(error, gate, row, hint: "the row is not used; correct it at the source")
        }
    }

    /// Decodes a region.
    private mutating func region(_ gate: RowGate, _ row: borrowing CopyRow) throws(FieldFault) {
        let code = try gate.code(row, 0)
        regions.append(
            Region(
                code: RegionCode(code), name: name(gate, row, 1) ?? code,
                nameEnglish: name(gate, row, 2),
                parent: parent(gate, row, 3).map { RegionCode($0) },
                graceDays: graceDays(gate, row, 4)))
    }

    /// Decodes an industry.
    private mutating func industry(_ gate: RowGate, _ row: borrowing CopyRow) throws(FieldFault) {
        let code = try gate.code(row, 0)
        industries.append(
            Industry(
                code: IndustryCode(code), name: name(gate, row, 1) ?? code,
                nameEnglish: name(gate, row, 2),
                parent: parent(gate, row, 3).map { IndustryCode($0) }))
    }

    /// Decodes an enterprise. Only an invalid or repeated ID leaves it out.
    private mutating func enterprise(_ gate: RowGate, _ row: borrowing CopyRow) throws(FieldFault) {
        guard let id = try gate.int64(row, 0) else {
            throw FieldFault(0, "NULL", "missing", expected: "an id")
        }
        guard enterpriseIDs.insert(id).inserted else {
            reject(
                "labor.enterprise", id: id, "enterprise_id", String(id), "duplicate",
                expected: "one row an enterprise", hint: "the first row counts")
            return
        }
        let isWatched = "the enterprise is watched all the same; correct the value"
        let basis = word(gate, row, 8, hint: isWatched)
        let dataBasis = basis.flatMap(Enterprise.DataBasis.init(rawValue:))
        if let basis, dataBasis == nil {
            reject(
                "labor.enterprise", id: id, "data_basis", basis, "unknown_code",
                expected: "statistical or administrative", hint: "it counts as not stated")
        }
        enterprises.append(
            Enterprise(
                id: id, creditCode: creditCode(gate, row, id),
                name: name(gate, row, 1, isRequired: true) ?? String(id),
                regionCode: RegionCode(word(gate, row, 2, hint: isWatched, isRequired: true) ?? ""),
                industryCode: IndustryCode(
                    word(gate, row, 3, hint: isWatched, isRequired: true) ?? ""),
                ownerGroup: name(gate, row, 5),
                keyMonitored: flag(gate, row, 6, hint: isWatched),
                governmentProject: flag(gate, row, 7, hint: isWatched), dataBasis: dataBasis,
                sizeClass: word(gate, row, 9, hint: isWatched)))
    }

    /// The credit code; nil when there is none. An invalid code is listed, and kept only if it is a
    /// short text on one line.
    private mutating func creditCode(
        _ gate: RowGate, _ row: borrowing CopyRow, _ id: Int64
    ) -> String? {
        let hint = "the enterprise is watched all the same; correct the code"
        let found: String?
        do { found = try gate.text(row, 4) } catch {
            list(error, gate, row, hint: hint)
            return nil
        }
        guard let found, let flaw = CreditCode(found).flaw else { return found }
        reject(
            "labor.enterprise", id: id, "credit_code", found, "credit_code_\(flaw)",
            expected: "18 characters by GB 32100 whose check characters agree", hint: hint)
        return PlainText.isPlain(found, limit: PlainText.codeMax) ? found : nil
    }

    /// Lists loops of regions and of industries. Call it after both tables are decoded.
    mutating func checkLoops() {
        let parents = Dictionary(
            regions.map { ($0.code.rawValue, $0.parent?.rawValue) }, uniquingKeysWith: { $1 })
        rejections.add(CodeLoops.rejections(.region, parents.compactMapValues { $0 }))
        let outer = Dictionary(
            industries.map { ($0.code.rawValue, $0.parent?.rawValue) }, uniquingKeysWith: { $1 })
        rejections.add(CodeLoops.rejections(.industry, outer.compactMapValues { $0 }))
    }

    /// Lists enterprises with unknown codes. Call it after all tables are decoded.
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

    /// Decodes an event.
    private mutating func event(_ gate: RowGate, _ row: borrowing CopyRow) throws(FieldFault) {
        let reportedAt = try gate.reportedAt(row, 7)
        guard reportedAt <= gate.asOf else { return }
        guard let id = try gate.int64(row, 0) else {
            throw FieldFault(0, "NULL", "missing", expected: "an id")
        }
        let kindText = try gate.text(row, 3)
        guard let kind = kindText.flatMap(EventKind.init(rawValue:)) else {
            reject(
                "labor.event", id: id, "kind", kindText ?? "NULL", "unknown_code",
                expected: EventKind.allCases.map(\.rawValue).joined(separator: ", "),
                hint: "the event is not used; correct its kind", reportedAt: reportedAt)
            return
        }
        let persons = try gate.int32(row, 4)
        if let persons, !(0...ReportDecoder.headcountMax).contains(persons) {
            reject(
                "labor.event", id: id, "persons", gate.shown(row, 4),
                persons < 0 ? "negative" : "absurd",
                expected: "a whole number from 0 to \(ReportDecoder.headcountMax)",
                hint: "the event is not used; correct it", reportedAt: reportedAt)
            return
        }
        let enterprise = try gate.int64(row, 1)
        let region = word(gate, row, 2, hint: "correct the code").map { RegionCode($0) }
        guard enterprise != nil || region != nil else {
            reject(
                "labor.event", id: id, "enterprise_id", "NULL", "nowhere",
                expected: "an enterprise_id, or a region_code for an event of a region",
                hint: "the event is not used; say where it happened", reportedAt: reportedAt)
            return
        }
        events.append(
            Event(
                id: id, enterpriseID: enterprise, regionCode: region, kind: kind,
                persons: persons, amount: amount(gate, row, id, reportedAt),
                occurredOn: day(gate, row, id, reportedAt), reportedAt: reportedAt))
    }

    /// The amount of an event, fen; nil when there is none. An invalid amount is listed, and the
    /// event is used without an amount.
    private mutating func amount(
        _ gate: RowGate, _ row: borrowing CopyRow, _ id: Int64, _ reportedAt: Instant
    ) -> Int64? {
        let value: String
        switch gate.money(row, 5) {
        case .null: return nil
        case .value(let fen) where fen.magnitude <= UInt64(ReportDecoder.moneyMax): return fen
        case .value(let fen): value = "\(fen / 100)"
        case .invalid(let text): value = text
        }
        reject(
            "labor.event", id: id, "amount", value, "not_an_amount",
            expected: "an amount in yuan with at most two decimals, up to "
                + "\(ReportDecoder.moneyMax / 100)",
            hint: "the event is used without it", reportedAt: reportedAt)
        return nil
    }

    /// The day of an event. An invalid date is listed, and the day of the report is used instead,
    /// because a wrong date must not hide an absconded owner.
    private mutating func day(
        _ gate: RowGate, _ row: borrowing CopyRow, _ id: Int64, _ reportedAt: Instant
    ) -> Day {
        let learnt = gate.zone.day(reportedAt)
        do {
            guard let day = try gate.day(row, 6) else { return learnt }
            if ReferenceRows.isPlausible(day, learnt: learnt) { return day }
        } catch {}
        let day = (try? gate.day(row, 6)).flatMap { $0 }
        let isOurs = day.map { $0.civil.year > 0 } ?? false
        reject(
            "labor.event", id: id, "occurred_on",
            isOurs ? day?.description ?? "" : gate.shown(row, 6), "absurd_date",
            expected: "a day from \(ReportDecoder.firstPeriod)-01 up to a year after "
                + "\(learnt), when it was reported",
            hint: "it counts as of the day it was reported; correct the date",
            reportedAt: reportedAt)
        return learnt
    }

    /// Whether a date is plausible. Closures and layoffs are announced some months ahead, but not
    /// more than a year.
    private static func isPlausible(_ day: Day, learnt: Day) -> Bool {
        day.period >= ReportDecoder.firstPeriod && day.days(since: learnt) <= 366
    }

    /// Decodes an indicator. Of several revisions the newest is kept, unless `keepsRevisions` is
    /// set.
    private mutating func indicator(_ gate: RowGate, _ row: borrowing CopyRow) throws(FieldFault) {
        let reportedAt = try gate.reportedAt(row, 4)
        guard reportedAt <= gate.asOf else { return }
        let code = try gate.code(row, 0)
        let region = RegionCode(try gate.code(row, 1))
        let period = try gate.indicatorPeriod(row, 2, reportedAt: reportedAt)
        let value: Double
        do {
            value = try gate.indicatorValue(row, 3)
        } catch {
            rejections.add(
                gate.rejection(
                    error, row, hint: "the value is not used; correct it in a new revision",
                    period: period, reportedAt: reportedAt))
            return
        }
        let indicator = Indicator(
            code: code, regionCode: region, period: period, value: value,
            reportedAt: reportedAt, revision: try gate.int64(row, 5) ?? 0)
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

    /// The events in the order that `Facts` requires.
    var orderedEvents: [Event] {
        events.sorted { ($0.id, $0.reportedAt) < ($1.id, $1.reportedAt) }
    }

    /// The indicators in the order that `Facts` requires.
    var orderedIndicators: [Indicator] {
        indicators.sorted {
            ($0.code, $0.regionCode, $0.period) < ($1.code, $1.regionCode, $1.period)
        }
    }

    /// Adds a rejection of a field of an enterprise or event.
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
    /// Rejections for events of enterprises that the panel does not contain. The events remain,
    /// because they may name a region.
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
