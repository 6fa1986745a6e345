import Labor
import Postgres

/// The reason why a value of a row cannot be used.
struct FieldFault: Error {
    /// The index of the column in the order of the contract.
    let column: Int
    /// The value in the source.
    let value: String
    /// The reason as a stable word.
    let reason: String
    /// The expected value.
    let expected: String

    init(_ column: Int, _ value: String, _ reason: String, expected: String) {
        self.column = column
        self.value = value
        self.reason = reason
        self.expected = expected
    }
}

/// Reads and checks the values of rows. A value that does not fit the contract's type and range
/// gives a `FieldFault` and never stops the read.
///
/// A column of another type is read as text and converted here; see `TableShape.isText`.
final class RowGate: Sendable {
    /// The earliest plausible `reported_at`, 1900-01-01. Earlier times mean "unknown" (year 1,
    /// 1899-12-30, −infinity) or are typing errors.
    static let knownFrom = Instant(seconds: -2_208_988_800)
    /// The limit of a plausible `reported_at`, 2200-01-01, exclusive.
    static let knownBefore = Instant(seconds: 7_258_118_400)

    /// The table whose rows are checked.
    let table: SourceTable
    /// The moment of the reading. Rows with a later `reported_at` are not known yet.
    let asOf: Instant
    /// The latest plausible `reported_at`. A later one is an error, because it is far after the
    /// as-of and the server's clock.
    let latest: Instant
    /// The bureau's time zone, for times without an offset.
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

    /// Whether a column is read as text and converted here.
    func comesAsText(_ column: Int) -> Bool { hasTexts && isText[column] }

    /// An integer of 32 bits; nil for NULL. A larger number in a text is clamped, so that the range
    /// check of the caller gives the reason.
    func int32(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Int32? {
        guard comesAsText(column) else {
            do { return try row.int32OrNil(column) } catch {
                throw unreadable(row, column, "a whole number")
            }
        }
        guard let number = try wholeText(row, column) else { return nil }
        return Int32(clamping: number)
    }

    /// An integer of 64 bits; nil for NULL.
    func int64(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Int64? {
        guard comesAsText(column) else {
            do { return try row.int64OrNil(column) } catch {
                throw unreadable(row, column, "a whole number")
            }
        }
        guard let number = try wholeText(row, column) else { return nil }
        // A larger number was clamped. It is rejected, because two clamped IDs would be equal.
        guard number > .min, number < .max || shown(row, column) == String(Int64.max) else {
            throw FieldFault(
                column, shown(row, column), "absurd", expected: "a whole number of 64 bits")
        }
        return number
    }

    /// A text; nil for NULL. Invalid UTF-8 is a fault.
    func text(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> String? {
        do { return try row.textOrNil(column) } catch {
            throw FieldFault(
                column, shown(row, column), "not_utf8", expected: "a text in the encoding UTF-8")
        }
    }

    /// A Boolean value; nil for NULL.
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

    /// A floating-point number; nil for NULL.
    func double(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Double? {
        guard comesAsText(column) else {
            do { return try row.doubleOrNil(column) } catch {
                throw unreadable(row, column, "a number")
            }
        }
        guard let text = try text(row, column) else { return nil }
        let bare = text.filter { !$0.isWhitespace }
        if bare.isEmpty { return nil }
        // Swift also parses hexadecimal numbers, which are not allowed here.
        guard !bare.contains(where: { $0 == "x" || $0 == "X" }), let number = Double(bare) else {
            throw FieldFault(column, text, "not_a_number", expected: "a finite number")
        }
        return number
    }

    /// An amount in fen.
    func money(_ row: borrowing CopyRow, _ column: Int) -> Fen {
        guard comesAsText(column) else { return row.fen(column) }
        guard !row.isNull(column) else { return .null }
        guard let text = try? row.text(column) else { return .invalid(shown(row, column)) }
        let bare = text.filter { !$0.isWhitespace }
        return bare.isEmpty ? .null : DecimalText.fen(bare) ?? .invalid(text)
    }

    /// A day; nil for NULL.
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

    /// A month, from any day in it; nil for NULL.
    func period(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Period? {
        guard comesAsText(column) else { return try day(row, column)?.period }
        guard let text = try text(row, column) else { return nil }
        guard let period = Period(sourceText: text) else {
            throw FieldFault(column, text, "not_a_date", expected: "a month, YYYY-MM-01")
        }
        return period
    }

    /// The time at which the bureau received the row.
    /// - Throws: `FieldFault` for NULL, for a time outside `knownFrom`..<`knownBefore`, and for a
    ///   time after `latest`.
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

    /// Any value as text for messages.
    func shown(_ row: borrowing CopyRow, _ column: Int) -> String {
        if row.isNull(column) { return "NULL" }
        if let word = TimeBytes.infinity(row, column, table), !comesAsText(column) { return word }
        let type = comesAsText(column) ? "text" : table.columns[column].type
        let value: String? =
            switch type {
            case "integer", "bigint": (try? row.int64(column)).map { String($0) }
            case "date": (try? row.dateDays(column)).map { ServerText.date(days: $0) }
            case "timestamp with time zone":
                // The server's times reach the year 294276, but microseconds since 1970 exceed 64
                // bits after 294246.
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
    /// The key of the row as text, such as `event_id=7`, also with invalid values.
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

    /// A month as `YYYY-MM`; the text of the source when the year is before the year 1.
    func shownPeriod(_ row: borrowing CopyRow, _ column: Int) -> String {
        let period = (try? period(row, column)).flatMap { $0 }
        return period.flatMap { $0.year > 0 ? $0.description : nil } ?? shown(row, column)
    }

    /// The rejection for a fault.
    /// - Parameter enterprise: the enterprise of the row, if it has one.
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

/// Recognises infinite dates and times in the binary format.
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
