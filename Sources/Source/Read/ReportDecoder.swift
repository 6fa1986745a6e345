import Labor
import Postgres

/// Makes reports of rows off the wire and turns away what cannot be one.
///
/// The columns stand in the order of `SourceTable.report`.
struct ReportDecoder {
    /// More staff than any employer of the country has is a typing error.
    static let headcountMax: Int32 = 5_000_000
    /// A trillion yuan, in fen: beyond any monthly wage bill.
    static let moneyMax: Int64 = 100_000_000_000_000

    /// Months before this are typing errors or stand for an unknown month: nobody reported staff by
    /// such a table before the reforms.
    static let firstPeriod = Period(year: 1980, month: 1)

    /// Later months than this are in the future; nil when that is judged elsewhere.
    let lastPeriod: Period?
    /// What was turned away.
    var rejections = RejectionList()
    /// The last date off the wire with its month: a calendar is slow, and months repeat.
    private var calendar: (days: Int32, period: Period)?

    init(lastPeriod: Period?) {
        self.lastPeriod = lastPeriod
    }

    /// The report of a row; nil when the row was turned away.
    mutating func decode(_ row: borrowing CopyRow) -> Report? {
        do {
            return try read(row)
        } catch {
            rejections.add(Rejection.unreadable(.report, row, error))
            return nil
        }
    }

    private mutating func period(_ days: Int32) -> Period {
        if let calendar, calendar.days == days { return calendar.period }
        let period = Day(daysSince1970: days).period
        calendar = (days, period)
        return period
    }

    private mutating func read(_ row: borrowing CopyRow) throws(PostgresError) -> Report? {
        let enterprise = try row.int64(0)
        let period = self.period(try row.dateDays(1))
        var check = RowCheck(
            enterprise: enterprise, period: period,
            reportedAt: Instant(microseconds: try row.timestampMicros(14)))
        let headcount = check.count("headcount", try row.int32OrNil(2))
        if headcount == nil, check.problems.isEmpty {
            check.reject("headcount", "NULL", "missing", expected: "a whole number from 0")
        }
        if let lastPeriod, period > lastPeriod {
            check.reject(
                "period", "\(period)", "future_period", expected: "a month up to \(lastPeriod)",
                hint: "a month is reported when it is over; correct the period")
        }
        if period < ReportDecoder.firstPeriod {
            check.reject(
                "period", "\(period)", "past_period",
                expected: "a month from \(ReportDecoder.firstPeriod) on",
                hint: "the report is not used; correct the period")
        }
        let report = Report(
            enterpriseID: enterprise, period: period, headcount: headcount ?? 0,
            hires: check.count("hires", try row.int32OrNil(3)),
            separations: check.count("separations", try row.int32OrNil(4)),
            employerSeparations: check.count("employer_separations", try row.int32OrNil(5)),
            plannedLayoffs: check.count("planned_layoffs", try row.int32OrNil(16)),
            dispatched: check.count("dispatched", try row.int32OrNil(17)),
            idle: check.count("idle", try row.int32OrNil(18)),
            wagesDue: check.money("wages_due", row.fen(8)),
            wagesPaid: check.money("wages_paid", row.fen(9)),
            workersUnpaid: check.count("workers_unpaid", try row.int32OrNil(6)),
            insured: check.count("insured", try row.int32OrNil(7)),
            contributionsDue: check.money("contributions_due", row.fen(10)),
            contributionsPaid: check.money("contributions_paid", row.fen(11)),
            contributionsDeferred: row.isTrue(12), operatingState: check.state(row, 13),
            reportedAt: check.reportedAt, revision: try row.int64OrNil(15) ?? 0)
        guard check.problems.isEmpty else {
            rejections.add(check.problems)
            return nil
        }
        return report
    }
}

/// The checks of one row of `labor.report`.
private struct RowCheck {
    let enterprise: Int64
    let period: Period
    let reportedAt: Instant
    var problems: [Rejection] = []

    init(enterprise: Int64, period: Period, reportedAt: Instant) {
        self.enterprise = enterprise
        self.period = period
        self.reportedAt = reportedAt
    }

    mutating func count(_ field: String, _ value: Int32?) -> Int32? {
        guard let value else { return nil }
        if value >= 0, value <= ReportDecoder.headcountMax { return value }
        reject(
            field, String(value), value < 0 ? "negative" : "absurd",
            expected: "a whole number from 0 to \(ReportDecoder.headcountMax)")
        return nil
    }

    mutating func money(_ field: String, _ fen: Fen) -> Int64? {
        switch fen {
        case .null: return nil
        case .value(let fen) where abs(fen) <= ReportDecoder.moneyMax && fen >= 0: return fen
        case .value(let fen):
            reject(
                field, yuan(fen), fen < 0 ? "negative" : "absurd",
                expected: "an amount in yuan from 0 to \(ReportDecoder.moneyMax / 100)")
        case .invalid(let text):
            reject(
                field, text, "not_an_amount",
                expected: "an amount in yuan with at most two decimals")
        }
        return nil
    }

    private func yuan(_ fen: Int64) -> String {
        let rest = fen.magnitude % 100
        return "\(fen < 0 ? "-" : "")\(fen.magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    mutating func state(_ row: borrowing CopyRow, _ field: Int) -> OperatingState? {
        guard !row.isNull(field) else { return nil }
        for state in OperatingState.allCases where row.reads(field, state.rawValue) {
            return state
        }
        let text = (try? row.text(field)) ?? "(unreadable)"
        reject(
            "operating_state", text, "unknown_code",
            expected: "normal, reduced, suspended or closed")
        return nil
    }

    mutating func reject(
        _ field: String, _ value: String, _ reason: String, expected: String,
        hint: String = "correct the value in a new revision; until then the report does not count"
    ) {
        problems.append(
            Rejection(
                table: "labor.report", row: "enterprise_id=\(enterprise) period=\(period)",
                enterpriseID: enterprise, period: period, field: field, value: value,
                reason: reason, expected: expected, hint: hint, reportedAt: reportedAt))
    }
}
