import Labor
import Postgres

/// Why a value of a row cannot be used.
struct FieldFault: Error {
    /// The column, in the order of the contract.
    let column: Int
    /// The value as found.
    let value: String
    /// A stable word.
    let reason: String
    /// What was expected.
    let expected: String

    init(_ column: Int, _ value: String, _ reason: String, expected: String) {
        self.column = column
        self.value = value
        self.reason = reason
        self.expected = expected
    }
}

/// The door of the source: every value of every row passes here, and one that is not of the
/// contract's type and range becomes a `FieldFault`, never an error of the read.
///
/// A column of another type comes as text and is converted here, see `TableShape.isText`.
final class RowGate: Sendable {
    /// A row was not learnt before this moment, nor after `knownBefore`: such a moment stands for
    /// "unknown" (year 1, 1899-12-30, infinity) or is a typing error.
    static let knownFrom = Instant(seconds: -2_208_988_800)
    /// 2200-01-01T00:00:00Z.
    static let knownBefore = Instant(seconds: 7_258_118_400)

    /// The table.
    let table: SourceTable
    /// Rows learnt after the as-of are not known yet.
    let asOf: Instant
    /// A row that says to have been learnt after this moment is wrong: neither the as-of nor the
    /// server's clock is near.
    let latest: Instant
    /// The bureau's clock, for times without an offset.
    let zone: Zone

    private let isText: [Bool]
    private let hasTexts: Bool

    init(_ shape: TableShape, asOf: Instant, latest: Instant, zone: Zone) {
        table = shape.table
        self.asOf = asOf
        self.latest = latest
        self.zone = zone
        let texts = shape.isText
        isText = texts
        hasTexts = texts.contains(true)
    }

    /// Whether a column comes as text and is converted here.
    func comesAsText(_ column: Int) -> Bool { hasTexts && isText[column] }

    /// A whole number of 32 bits. A text that is a larger number gives the nearest that fits, so
    /// that the check of the range tells what is wrong.
    func int32(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Int32? {
        guard comesAsText(column) else {
            do { return try row.int32OrNil(column) } catch {
                throw unreadable(row, column, "a whole number")
            }
        }
        guard let number = try wholeText(row, column) else { return nil }
        return Int32(clamping: number)
    }

    /// A whole number of 64 bits.
    func int64(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Int64? {
        guard comesAsText(column) else {
            do { return try row.int64OrNil(column) } catch {
                throw unreadable(row, column, "a whole number")
            }
        }
        guard let number = try wholeText(row, column) else { return nil }
        // A larger number gave the greatest: two of them would be one id.
        guard number > .min, number < .max || shown(row, column) == String(Int64.max) else {
            throw FieldFault(
                column, shown(row, column), "absurd", expected: "a whole number of 64 bits")
        }
        return number
    }

    /// A text; bytes that are no UTF-8 are a fault.
    func text(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> String? {
        do { return try row.textOrNil(column) } catch {
            throw FieldFault(
                column, shown(row, column), "not_utf8", expected: "a text in the encoding UTF-8")
        }
    }

    /// A truth value.
    func flag(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Bool? {
        guard comesAsText(column) else {
            do { return try row.boolOrNil(column) } catch {
                throw unreadable(row, column, "true or false")
            }
        }
        guard let text = try text(row, column) else { return nil }
        switch text.lowercased().filter({ !$0.isWhitespace }) {
        case "t", "true", "y", "yes", "on", "1", "是": return true
        case "f", "false", "n", "no", "off", "0", "否": return false
        case "": return nil
        default:
            throw FieldFault(column, text, "not_a_flag", expected: "true or false")
        }
    }

    /// A number with fractions.
    func double(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Double? {
        guard comesAsText(column) else {
            do { return try row.doubleOrNil(column) } catch {
                throw unreadable(row, column, "a number")
            }
        }
        guard let text = try text(row, column) else { return nil }
        let bare = text.filter { !$0.isWhitespace }
        if bare.isEmpty { return nil }
        // Hexadecimal numbers, which Swift reads, are not meant.
        guard !bare.contains(where: { $0 == "x" || $0 == "X" }), let number = Double(bare) else {
            throw FieldFault(column, text, "not_a_number", expected: "a finite number")
        }
        return number
    }

    /// An amount in hundredths.
    func money(_ row: borrowing CopyRow, _ column: Int) -> Fen {
        guard comesAsText(column) else { return row.fen(column) }
        guard !row.isNull(column) else { return .null }
        guard let text = try? row.text(column) else { return .invalid(shown(row, column)) }
        let bare = text.filter { !$0.isWhitespace }
        return bare.isEmpty ? .null : DecimalText.fen(bare) ?? .invalid(text)
    }

    /// A day.
    func day(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Day? {
        guard comesAsText(column) else {
            if row.isNull(column) { return nil }
            do { return Day(daysSince1970: try row.dateDays(column)) } catch {
                throw unreadable(row, column, "a date")
            }
        }
        guard let text = try text(row, column) else { return nil }
        guard let day = Day(sourceText: text) else {
            throw FieldFault(column, text, "not_a_date", expected: "a date, YYYY-MM-DD")
        }
        return day
    }

    /// A month.
    func period(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Period? {
        guard comesAsText(column) else { return try day(row, column)?.period }
        guard let text = try text(row, column) else { return nil }
        guard let period = Period(sourceText: text) else {
            throw FieldFault(column, text, "not_a_date", expected: "a month, YYYY-MM-01")
        }
        return period
    }

    /// When the bureau learnt a row.
    /// - Throws: for NULL, for a moment outside `knownFrom` to `knownBefore`, and for one after
    ///   `latest`.
    func reportedAt(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Instant {
        let moment: Instant
        if comesAsText(column), let text = try text(row, column) {
            guard let found = zone.moment(text) else {
                throw FieldFault(
                    column, text, "not_a_time",
                    expected: "a time, YYYY-MM-DD HH:MM:SS with or without an offset")
            }
            moment = found
        } else {
            guard !row.isNull(column) else {
                throw FieldFault(column, "NULL", "missing", expected: "when the bureau learnt it")
            }
            do { moment = Instant(microseconds: try row.timestampMicros(column)) } catch {
                let isEndless = TimeBytes.infinity(row, column, table) != nil
                throw FieldFault(
                    column, shown(row, column), isEndless ? "infinite" : "absurd_time",
                    expected: "a time from 1900 to 2199, when the bureau learnt it")
            }
        }
        guard moment >= RowGate.knownFrom, moment < RowGate.knownBefore else {
            throw FieldFault(
                column, shown(row, column), "absurd_time",
                expected: "a time from 1900 to 2199, when the bureau learnt it")
        }
        guard moment <= latest else {
            throw FieldFault(
                column, shown(row, column), "future_time",
                expected: "a time up to now, when the bureau learnt it")
        }
        return moment
    }

    private func wholeText(
        _ row: borrowing CopyRow, _ column: Int
    ) throws(FieldFault) -> Int64? {
        guard let text = try text(row, column) else { return nil }
        let bare = text.filter { !$0.isWhitespace }
        if bare.isEmpty { return nil }
        guard let number = DecimalText.whole(bare) else {
            throw FieldFault(column, text, "not_a_number", expected: "a whole number")
        }
        return number
    }

    private func unreadable(
        _ row: borrowing CopyRow, _ column: Int, _ expected: String
    ) -> FieldFault {
        let isEndless = TimeBytes.infinity(row, column, table) != nil
        return FieldFault(
            column, shown(row, column), isEndless ? "infinite" : "unreadable", expected: expected)
    }

    /// A value as a message shows it, whatever it is.
    func shown(_ row: borrowing CopyRow, _ column: Int) -> String {
        if row.isNull(column) { return "NULL" }
        if let word = TimeBytes.infinity(row, column, table), !comesAsText(column) { return word }
        let type = comesAsText(column) ? "text" : table.columns[column].type
        let value: String? =
            switch type {
            case "integer", "bigint": (try? row.int64(column)).map { String($0) }
            case "date": (try? row.dateDays(column)).map { ServerText.date(days: $0) }
            case "timestamp with time zone":
                // The last thirty years that the server knows are too far away to be counted here.
                (try? row.timestampMicros(column)).map { ServerText.timestamp(micros: $0) }
                    ?? "a time after the year 294246"
            case "double precision": (try? row.double(column)).map { "\($0)" }
            case "boolean": (try? row.bool(column)).map { "\($0)" }
            case "text":
                row.withUTF8(column) { bytes in
                    bytes.map { String(decoding: $0, as: UTF8.self) }
                }
            default: nil
            }
        return value ?? "(unreadable)"
    }
}

extension RowGate {
    /// The row as its key reads, with whatever stands there.
    func key(_ row: borrowing CopyRow) -> String {
        switch table {
        case .region, .industry: "code=\(shown(row, 0))"
        case .enterprise: "enterprise_id=\(shown(row, 0))"
        case .event: "event_id=\(shown(row, 0))"
        case .report: "enterprise_id=\(shown(row, 0)) period=\(shownPeriod(row, 1))"
        case .indicator:
            "code=\(shown(row, 0)) region_code=\(shown(row, 1)) period=\(shownPeriod(row, 2))"
        }
    }

    /// A month as `YYYY-MM`, or the value as found where it is no month of our era.
    func shownPeriod(_ row: borrowing CopyRow, _ column: Int) -> String {
        let period = (try? period(row, column)).flatMap { $0 }
        return period.flatMap { $0.year > 0 ? $0.description : nil } ?? shown(row, column)
    }

    /// A fault as it is listed.
    /// - Parameter enterprise: whose row it is, where it is a row of an enterprise.
    func rejection(
        _ fault: FieldFault, _ row: borrowing CopyRow, hint: String, enterprise: Int64? = nil,
        period: Period? = nil, reportedAt: Instant? = nil
    ) -> Rejection {
        let isListed = period.map { (1...9_999).contains($0.year) } ?? false
        return Rejection(
            table: table.standardRelation, row: key(row), enterpriseID: enterprise,
            period: isListed ? period : nil, field: table.columns[fault.column].name,
            value: fault.value, reason: fault.reason, expected: fault.expected, hint: hint,
            reportedAt: reportedAt)
    }
}

/// What a date or time of the wire says beside a value.
private enum TimeBytes {
    /// `infinity` or `-infinity`; nil for everything else.
    static func infinity(
        _ row: borrowing CopyRow, _ column: Int, _ table: SourceTable
    ) -> String? {
        let type = table.columns[column].type
        guard type == "date" || type == "timestamp with time zone" else { return nil }
        return row.withUTF8(column) { bytes in
            guard let bytes, bytes.count == 4 || bytes.count == 8,
                let first = bytes.first
            else { return nil }
            if first == 0x7F, bytes.dropFirst().allSatisfy({ $0 == 0xFF }) {
                return "infinity"
            }
            if first == 0x80, bytes.dropFirst().allSatisfy({ $0 == 0 }) {
                return "-infinity"
            }
            return nil
        }
    }
}
