import Labor
import Postgres

extension ReferenceRows {
    /// The maximum number of days of grace. More than a year is a typing error.
    static let graceDaysMax: Int32 = 366

    /// Adds a rejection for a fault.
    mutating func list(
        _ fault: FieldFault, _ gate: RowGate, _ row: borrowing CopyRow, hint: String
    ) {
        let hasID = gate.table == .enterprise
        let known =
            gate.table == .event ? (try? gate.reportedAt(row, 7)).flatMap { $0 } : nil
        rejections.add(
            gate.rejection(
                fault, row, hint: hint,
                enterprise: hasID ? (try? gate.int64(row, 0)).flatMap { $0 } : nil,
                reportedAt: known))
    }

    /// A Boolean value. NULL counts as false; an unreadable value, too, and is listed.
    mutating func flag(
        _ gate: RowGate, _ row: borrowing CopyRow, _ column: Int, hint: String
    ) -> Bool {
        do { return try gate.flag(row, column) ?? false } catch {
            list(error, gate, row, hint: hint)
            return false
        }
    }

    /// The days of grace; nil for NULL and for an invalid value, which is listed.
    mutating func graceDays(_ gate: RowGate, _ row: borrowing CopyRow, _ column: Int) -> Int? {
        let most = ReferenceRows.graceDaysMax
        do throws(FieldFault) {
            guard let days = try gate.int32(row, column) else { return nil }
            if (0...most).contains(days) { return Int(days) }
            throw FieldFault(
                column, gate.shown(row, column), days < 0 ? "negative" : "absurd",
                expected: "days from 0 to \(most)")
        } catch {
            list(error, gate, row, hint: "the days of the rule count; correct the value")
            return nil
        }
    }

    /// A name as one line of limited length; nil without one. A name that had to be changed is
    /// listed.
    /// - Parameter isRequired: whether a missing name is listed, too.
    mutating func name(
        _ gate: RowGate, _ row: borrowing CopyRow, _ column: Int, isRequired: Bool = false
    ) -> String? {
        cleaned(
            gate, row, column, limit: PlainText.nameMax, isRequired: isRequired,
            hint: "the cleaned name is used; correct it at the source")
    }

    /// A code or a word of the bureau, cleaned like a name but with a shorter limit; nil when it is
    /// missing.
    mutating func word(
        _ gate: RowGate, _ row: borrowing CopyRow, _ column: Int, hint: String,
        isRequired: Bool = false
    ) -> String? {
        cleaned(
            gate, row, column, limit: PlainText.codeMax, isRequired: isRequired, hint: hint)
    }

    /// The code of the parent of a region or industry; nil for a root. An invalid code is listed
    /// and gives a root.
    mutating func parent(_ gate: RowGate, _ row: borrowing CopyRow, _ column: Int) -> String? {
        do {
            guard let text = try gate.text(row, column), !text.isEmpty else { return nil }
            return try gate.code(row, column)
        } catch {
            list(error, gate, row, hint: "it counts as outermost; correct the code")
            return nil
        }
    }

    /// A text as one line of at most `limit` characters; nil when no visible character is left. A
    /// required text that is missing, an unreadable text and a text that cleaning changes are
    /// listed.
    private mutating func cleaned(
        _ gate: RowGate, _ row: borrowing CopyRow, _ column: Int, limit: Int, isRequired: Bool,
        hint: String
    ) -> String? {
        let expected = "a text on one line of at most \(limit) characters"
        let found: String
        do {
            let text = try gate.text(row, column)
            guard let text, !text.allSatisfy(\.isWhitespace) else {
                if isRequired {
                    let value = text.map { "'\($0)'" } ?? "NULL"
                    list(
                        FieldFault(column, value, "missing", expected: expected), gate, row,
                        hint: hint)
                }
                return nil
            }
            found = text
        } catch {
            list(error, gate, row, hint: hint)
            return PlainText.cleaned(gate.shown(row, column), limit: limit)
        }
        if PlainText.isPlain(found, limit: limit) { return found }
        let isLong = found.unicodeScalars.count > limit
        list(
            FieldFault(
                column, found, isLong ? "too_long" : "unsafe_text", expected: expected), gate, row,
            hint: hint)
        let kept = PlainText.cleaned(found, limit: limit)
        return kept.isEmpty ? nil : kept
    }
}

extension RowGate {
    /// The maximum absolute value of an indicator.
    static let indicatorMax = 1e15
    /// The minimum absolute value of an indicator other than 0. Smaller values are rounding
    /// artefacts, and ratios to them would be unbounded.
    static let indicatorMin = 1e-9
    /// The earliest month of an indicator.
    static let firstIndicator = Period(year: 1900, month: 1)

    /// A code of 1 to `PlainText.codeMax` characters on one line.
    func code(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> String {
        let expected = "a code of 1 to \(PlainText.codeMax) characters"
        guard let code = try text(row, column) else {
            throw FieldFault(column, "NULL", "missing", expected: expected)
        }
        guard !code.allSatisfy(\.isWhitespace) else {
            throw FieldFault(column, "'\(code)'", "missing", expected: expected)
        }
        guard PlainText.isPlain(code, limit: PlainText.codeMax) else {
            let isLong = code.unicodeScalars.count > PlainText.codeMax
            throw FieldFault(
                column, code, isLong ? "too_long" : "unsafe_text", expected: expected)
        }
        return code
    }

    /// The month of an indicator, at most one year after its `reported_at`.
    func indicatorPeriod(
        _ row: borrowing CopyRow, _ column: Int, reportedAt: Instant
    ) throws(FieldFault) -> Period {
        guard let period = try period(row, column) else {
            throw FieldFault(column, "NULL", "missing", expected: "a month")
        }
        let last = zone.day(reportedAt).period.adding(12)
        guard period >= RowGate.firstIndicator, period <= last else {
            throw FieldFault(
                column, shownPeriod(row, column), "absurd_date",
                expected: "a month from \(RowGate.firstIndicator) to \(last)")
        }
        return period
    }

    /// The value of an indicator, finite and within the limits.
    func indicatorValue(_ row: borrowing CopyRow, _ column: Int) throws(FieldFault) -> Double {
        guard let value = try double(row, column) else {
            throw FieldFault(
                column, shown(row, column), "not_a_number", expected: "a finite number")
        }
        guard value.isFinite else {
            throw FieldFault(
                column, shown(row, column), "not_a_number", expected: "a finite number")
        }
        guard abs(value) <= RowGate.indicatorMax, value == 0 || abs(value) >= RowGate.indicatorMin
        else {
            throw FieldFault(
                column, shown(row, column), "absurd",
                expected: "0, or a number between \(RowGate.indicatorMin) and "
                    + "\(RowGate.indicatorMax), or the same below 0")
        }
        return value
    }
}
