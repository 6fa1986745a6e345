import CLibPQ

/// Writes the rows of a binary COPY FROM STDIN. The writer is valid only during the closure of
/// `copyIn`.
///
/// For each row call `row(fields:)`, then one method per field, in the order of the columns and
/// with exactly their types: the server converts nothing. nil is NULL.
package struct CopyWriter: ~Copyable {
    /// The number of buffered bytes after which the buffer is sent.
    private static let chunk = 65_536
    /// `PGCOPY\n\377\r\n\0`, no flags, no extension.
    private static let header: [UInt8] = [
        0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
    ]

    private let link: Link
    private let sql: String
    private let deadline: Duration?
    private let statementTimeout: Duration
    private let cancellation: Cancellation
    private let total: Patience
    private var buffer: [UInt8]
    private var missingFields = 0

    init(
        link: Link, sql: String, deadline: Duration?, statementTimeout: Duration,
        cancellation: Cancellation
    ) {
        self.link = link
        self.sql = sql
        self.deadline = deadline
        self.statementTimeout = statementTimeout
        self.cancellation = cancellation
        total = Patience(deadline ?? statementTimeout, cancellation)
        buffer = CopyWriter.header
        buffer.reserveCapacity(CopyWriter.chunk * 2)
    }

    /// Begins a row. Throws `usage` when the row before has too few or too many fields, and a
    /// connection error when sending fails.
    package mutating func row(fields count: Int) throws {
        try checkRow()
        if buffer.count >= CopyWriter.chunk { try send() }
        append(Int16(truncatingIfNeeded: count))
        missingFields = count
    }

    /// NULL.
    package mutating func null() {
        missingFields -= 1
        append(Int32(-1))
    }

    /// smallint.
    package mutating func int16(_ value: Int16?) {
        integer(value)
    }

    /// integer.
    package mutating func int32(_ value: Int32?) {
        integer(value)
    }

    /// bigint.
    package mutating func int64(_ value: Int64?) {
        integer(value)
    }

    /// double precision.
    package mutating func float8(_ value: Double?) {
        integer(value?.bitPattern)
    }

    /// boolean.
    package mutating func bool(_ value: Bool?) {
        integer(value.map { $0 ? UInt8(1) : UInt8(0) })
    }

    /// date in days since 1970-01-01.
    package mutating func date(daysSince1970 value: Int32?) {
        integer(value.map { $0 - Wire.epochDays })
    }

    /// date in days since 2000-01-01, which is PostgreSQL's own epoch.
    package mutating func date(daysSince2000 value: Int32?) {
        integer(value)
    }

    /// timestamptz in microseconds since 1970.
    package mutating func timestamp(_ value: Int64?) {
        integer(value.map { $0 - Wire.epochMicros })
    }

    /// text, varchar and the other text types.
    package mutating func text(_ value: String?) {
        guard let value else { return null() }
        field(count: value.utf8.count)
        buffer.append(contentsOf: value.utf8)
    }

    /// jsonb from JSON text; the server checks the text.
    package mutating func jsonb(_ value: String?) {
        guard let value else { return null() }
        field(count: value.utf8.count + 1)
        buffer.append(1)
        buffer.append(contentsOf: value.utf8)
    }

    /// numeric from hundredths: 1234 is 12.34.
    package mutating func numericFen(_ value: Int64?) {
        guard let value else { return null() }
        let (yuan, fen) = value.magnitude.quotientAndRemainder(dividingBy: 100)
        var digits: [Int16] = []
        var rest = yuan
        while rest > 0 {
            digits.append(Int16(rest % 10_000))
            rest /= 10_000
        }
        digits.reverse()
        let weight = Int16(digits.count) - 1
        digits.append(Int16(fen * 100))
        field(count: 8 + 2 * digits.count)
        append(Int16(digits.count))
        append(weight)
        append(value < 0 ? Int16(0x4000) : 0)
        append(Int16(2))
        for digit in digits { append(digit) }
    }

    /// uuid as text; hyphens and letter case do not matter. Throws `usage` when the text is not a
    /// uuid.
    package mutating func uuid(_ value: String?) throws {
        guard let value else { return null() }
        let digits = value.utf8.filter { $0 != UInt8(ascii: "-") }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let high = hexDigit(digits[index]), let low = hexDigit(digits[index + 1]) else {
                break
            }
            bytes.append(high << 4 | low)
        }
        guard digits.count == 32, bytes.count == 16 else {
            throw PostgresError(.usage, "\"\(value)\" is not a uuid", statement: sql)
        }
        field(count: 16)
        buffer.append(contentsOf: bytes)
    }

    /// text[] of one dimension.
    package mutating func textArray(_ values: [String]?) {
        guard let values else { return null() }
        field(count: 12 + (values.isEmpty ? 0 : 8) + values.reduce(0) { $0 + 4 + $1.utf8.count })
        append(Int32(values.isEmpty ? 0 : 1))
        append(Int32(0))
        append(TypeOID.text)
        guard !values.isEmpty else { return }
        append(Int32(values.count))
        append(Int32(1))
        for value in values {
            append(Int32(value.utf8.count))
            buffer.append(contentsOf: value.utf8)
        }
    }

    /// Sends the last rows and the trailer. Throws as `row(fields:)` does.
    mutating func finish() throws(PostgresError) {
        try checkRow()
        append(Int16(-1))
        try send()
    }

    private func checkRow() throws(PostgresError) {
        guard missingFields == 0 else {
            throw PostgresError(
                .usage, "a COPY row was given a number of fields other than announced",
                hint: "the difference is \(missingFields)", statement: sql)
        }
    }

    private mutating func send() throws(PostgresError) {
        let patience = deadline == nil ? Patience(statementTimeout, cancellation) : total
        try link.put(buffer, sql, patience)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func integer<I: FixedWidthInteger>(_ value: I?) {
        guard let value else { return null() }
        field(count: I.bitWidth / 8)
        append(value)
    }

    private mutating func field(count: Int) {
        missingFields -= 1
        append(Int32(truncatingIfNeeded: count))
    }

    private mutating func append<I: FixedWidthInteger>(_ value: I) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe buffer.append(contentsOf: $0) }
    }
}

private func hexDigit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
}
