import Labor
import Postgres

/// Decodes reports from rows and rejects invalid rows. The columns have the order of
/// `SourceTable.report`.
struct ReportDecoder {
    /// The maximum headcount. It is larger than that of any employer in the country.
    static let headcountMax: Int32 = 5_000_000
    /// The maximum amount, fen: a trillion yuan, more than any monthly payroll.
    static let moneyMax: Int64 = 100_000_000_000_000

    /// The earliest valid month. Earlier months are typing errors or mean "unknown".
    static let firstPeriod = Period(year: 1980, month: 1)

    /// The latest valid month; nil when the caller checks it.
    let lastPeriod: Period?
    /// The rejections so far.
    var rejections = RejectionList()
    /// The rejected reports of readable enterprises.
    var unusable: [UnusableReport] = []
    private let gate: RowGate
    /// The last date that was converted and its month; nil before the first one. They are cached
    /// because the conversion is slow and months repeat.
    private var calendar: (day: Day, period: Period)?

    init(_ gate: RowGate, lastPeriod: Period?) {
        self.gate = gate
        self.lastPeriod = lastPeriod
    }

    /// The report of a row; nil when the row is rejected or not known yet.
    mutating func decode(_ row: borrowing CopyRow) -> Report? {
        var check = RowCheck(gate: gate)
        check.readReportedAt(row, 14)
        // The server could not compare a `reported_at` of this type, so the row was not filtered
        // out.
        if let known = check.reportedAt, known > gate.asOf { return nil }
        check.readEnterprise(row, 0)
        check.period = period(row, &check)
        let headcount = check.count(row, 2)
        if headcount == nil, !check.faults.contains(where: { $0.column == 2 }) {
            check.faults.append(
                FieldFault(
                    2, gate.shown(row, 2), "missing", expected: "a whole number from 0"))
        }
        let report = Report(
            enterpriseID: check.enterprise ?? 0,
            period: check.period ?? ReportDecoder.firstPeriod, headcount: headcount ?? 0,
            hires: check.count(row, 3), separations: check.count(row, 4),
            employerSeparations: check.count(row, 5), plannedLayoffs: check.count(row, 16),
            dispatched: check.count(row, 17), idle: check.count(row, 18),
            wagesDue: check.money(row, 8), wagesPaid: check.money(row, 9),
            workersUnpaid: check.count(row, 6), insured: check.count(row, 7),
            contributionsDue: check.money(row, 10), contributionsPaid: check.money(row, 11),
            contributionsDeferred: check.flag(row, 12), operatingState: check.state(row, 13),
            reportedAt: check.reportedAt ?? RowGate.knownFrom,
            revision: check.revision(row, 15))
        guard check.faults.isEmpty else {
            turnAway(row, check)
            return nil
        }
        return report
    }

    /// The month of a report; nil with a fault when it is missing or invalid.
    private mutating func period(_ row: borrowing CopyRow, _ check: inout RowCheck) -> Period? {
        let found: Period?
        do {
            found = try read(row)
        } catch {
            check.faults.append(error)
            return nil
        }
        guard let period = found else {
            check.faults.append(FieldFault(1, "NULL", "missing", expected: "a month"))
            return nil
        }
        if let lastPeriod, period > lastPeriod {
            check.faults.append(
                ReportDecoder.future(gate.shownPeriod(row, 1), last: lastPeriod))
            return nil
        }
        if period < ReportDecoder.firstPeriod {
            check.faults.append(
                FieldFault(
                    1, gate.shownPeriod(row, 1), "past_period",
                    expected: "a month from \(ReportDecoder.firstPeriod) on"))
            return nil
        }
        return period
    }

    private mutating func read(_ row: borrowing CopyRow) throws(FieldFault) -> Period? {
        if gate.comesAsText(1) { return try gate.period(row, 1) }
        guard let day = try gate.day(row, 1) else { return nil }
        if let calendar, calendar.day == day { return calendar.period }
        let period = day.period
        calendar = (day, period)
        return period
    }

    private static func future(_ shown: String, last: Period) -> FieldFault {
        FieldFault(1, shown, "future_period", expected: "a month up to \(last)")
    }

    /// The rejection of a report for a month after `last`, for a report that was decoded without
    /// that check.
    static func future(_ report: Report, last: Period) -> Rejection {
        let fault = future(report.period.description, last: last)
        return Rejection(
            table: SourceTable.report.standardRelation,
            row: "enterprise_id=\(report.enterpriseID) period=\(report.period)",
            enterpriseID: report.enterpriseID, period: report.period, field: "period",
            value: fault.value, reason: fault.reason, expected: fault.expected,
            hint: hint(fault), reportedAt: report.reportedAt)
    }

    /// Adds the rejections and the unusable report of a row.
    private mutating func turnAway(_ row: borrowing CopyRow, _ check: RowCheck) {
        let period = (try? gate.period(row, 1)).flatMap { $0 }
        for fault in check.faults {
            rejections.add(
                gate.rejection(
                    fault, row, hint: ReportDecoder.hint(fault), enterprise: check.enterprise,
                    period: period, reportedAt: check.reportedAt))
        }
        guard let enterprise = check.enterprise else { return }
        unusable.append(
            UnusableReport(
                enterpriseID: enterprise, period: check.period, reportedAt: check.reportedAt,
                zone: gate.zone))
    }

    private static func hint(_ fault: FieldFault) -> String {
        switch fault.reason {
        case "future_period": "a month is reported when it is over; correct the period"
        case "past_period": "the report is not used; correct the period"
        default:
            switch fault.column {
            case 0, 1, 14: "the report is not used; correct the row at the source"
            default: "correct the value in a new revision; until then the report does not count"
            }
        }
    }
}

/// The checks of one row of `labor.report`. All fields are checked, so that all faults are listed.
private struct RowCheck {
    let gate: RowGate
    var enterprise: Int64?
    var period: Period?
    var reportedAt: Instant?
    var faults: [FieldFault] = []

    init(gate: RowGate) {
        self.gate = gate
    }

    mutating func readReportedAt(_ row: borrowing CopyRow, _ column: Int) {
        do { reportedAt = try gate.reportedAt(row, column) } catch { faults.append(error) }
    }

    mutating func readEnterprise(_ row: borrowing CopyRow, _ column: Int) {
        do {
            enterprise = try gate.int64(row, column)
            if enterprise == nil {
                faults.append(
                    FieldFault(
                        column, gate.shown(row, column), "missing",
                        expected: "an enterprise's id"))
            }
        } catch {
            faults.append(error)
        }
    }

    /// A Boolean value; NULL counts as false.
    mutating func flag(_ row: borrowing CopyRow, _ column: Int) -> Bool {
        do { return try gate.flag(row, column) ?? false } catch {
            faults.append(error)
            return false
        }
    }

    /// The number of the revision; NULL counts as 0.
    mutating func revision(_ row: borrowing CopyRow, _ column: Int) -> Int64 {
        do { return try gate.int64(row, column) ?? 0 } catch {
            faults.append(error)
            return 0
        }
    }

    /// A number of persons; nil for NULL or with a fault.
    mutating func count(_ row: borrowing CopyRow, _ column: Int) -> Int32? {
        do {
            guard let value = try gate.int32(row, column) else { return nil }
            if value >= 0, value <= ReportDecoder.headcountMax { return value }
            faults.append(
                FieldFault(
                    column, gate.shown(row, column), value < 0 ? "negative" : "absurd",
                    expected: "a whole number from 0 to \(ReportDecoder.headcountMax)"))
        } catch {
            faults.append(error)
        }
        return nil
    }

    /// An amount in fen; nil for NULL or with a fault.
    mutating func money(_ row: borrowing CopyRow, _ column: Int) -> Int64? {
        switch gate.money(row, column) {
        case .null: return nil
        case .value(let fen) where fen >= 0 && fen <= ReportDecoder.moneyMax: return fen
        case .value(let fen):
            faults.append(
                FieldFault(
                    column, Money.yuanText(fen: fen), fen < 0 ? "negative" : "absurd",
                    expected: "an amount in yuan from 0 to \(ReportDecoder.moneyMax / 100)"))
        case .invalid(let text):
            faults.append(
                FieldFault(
                    column, text, "not_an_amount",
                    expected: "an amount in yuan with at most two decimals"))
        }
        return nil
    }

    /// The operating state; nil for NULL, an empty text or with a fault.
    mutating func state(_ row: borrowing CopyRow, _ column: Int) -> OperatingState? {
        guard !row.isNull(column) else { return nil }
        for state in OperatingState.allCases where row.reads(column, state.rawValue) {
            return state
        }
        let isBlank = row.withUTF8(column) { bytes in
            bytes?.allSatisfy { $0 == UInt8(ascii: " ") } ?? true
        }
        if isBlank { return nil }
        faults.append(
            FieldFault(
                column, gate.shown(row, column), "unknown_code",
                expected: "normal, reduced, suspended or closed"))
        return nil
    }
}
