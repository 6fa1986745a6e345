/// The position of a field in the message, in bytes; the length −1 means NULL.
@usableFromInline
package struct FieldSpan {
    @usableFromInline var offset: Int32
    @usableFromInline var length: Int32

    @inlinable
    init(offset: Int32, length: Int32) {
        self.offset = offset
        self.length = length
    }
}

/// One row of a binary COPY. The row is valid only during the closure and is decoded in libpq's
/// buffer.
///
/// COPY sends no types, so the caller must know them. A length that does not fit the requested type
/// is an error. The accessors in this file are for hot loops: they allocate nothing, and they are
/// inlined except for the slow path.
@safe
package struct CopyRow: ~Copyable, FieldReader {
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let spans: UnsafePointer<FieldSpan>
    /// The number of fields in this row.
    package let fieldCount: Int
    /// The row's number in the COPY, from 1.
    package let number: Int

    init(
        base: UnsafeRawPointer, spans: UnsafePointer<FieldSpan>, fieldCount: Int, number: Int
    ) {
        unsafe self.base = unsafe base
        unsafe self.spans = unsafe spans
        self.fieldCount = fieldCount
        self.number = number
    }

    /// Whether a field is NULL. A field that does not exist counts as NULL.
    @inlinable @inline(__always)
    package func isNull(_ field: Int) -> Bool {
        span(field).length < 0
    }

    /// An integer. A smallint or bigint is accepted too when its value fits in 32 bits.
    @inlinable @inline(__always)
    package func int32(_ field: Int) throws(PostgresError) -> Int32 {
        let span = span(field)
        guard span.length == 4 else { return try slowInt32(field) }
        return load(span)
    }

    /// A bigint. A smallint or integer is accepted too.
    @inlinable @inline(__always)
    package func int64(_ field: Int) throws(PostgresError) -> Int64 {
        let span = span(field)
        guard span.length == 8 else { return try slowInt64(field) }
        return load(span)
    }

    /// integer; nil for NULL.
    @inlinable @inline(__always)
    package func int32OrNil(_ field: Int) throws(PostgresError) -> Int32? {
        isNull(field) && field < fieldCount ? nil : try int32(field)
    }

    /// bigint; nil for NULL.
    @inlinable @inline(__always)
    package func int64OrNil(_ field: Int) throws(PostgresError) -> Int64? {
        isNull(field) && field < fieldCount ? nil : try int64(field)
    }

    /// A numeric in hundredths. A value that is not a whole number of hundredths gives
    /// `Fen.invalid`; nothing is thrown.
    @inlinable @inline(__always)
    package func fen(_ field: Int) -> Fen {
        let span = span(field)
        guard span.length >= 0 else { return .null }
        return unsafe Fen.decode(
            UnsafeRawBufferPointer(
                start: base.advanced(by: Int(span.offset)), count: Int(span.length)))
    }

    /// date in days since 1970-01-01.
    @inlinable @inline(__always)
    package func dateDays(_ field: Int) throws(PostgresError) -> Int32 {
        let span = span(field)
        guard span.length == 4 else { return try slowDate(field) }
        let days: Int32 = load(span)
        let (value, overflows) = days.addingReportingOverflow(10_957)
        guard !overflows, days != .min else { return try slowDate(field) }
        return value
    }

    /// timestamptz in microseconds since 1970.
    @inlinable @inline(__always)
    package func timestampMicros(_ field: Int) throws(PostgresError) -> Int64 {
        let span = span(field)
        guard span.length == 8 else { return try slowTimestamp(field) }
        let micros: Int64 = load(span)
        let (value, overflows) = micros.addingReportingOverflow(946_684_800_000_000)
        guard !overflows, micros != .min else { return try slowTimestamp(field) }
        return value
    }

    /// Passes a text field's bytes to the closure, nil for NULL. It allows comparison without
    /// creating a string.
    @inlinable @inline(__always)
    package func withUTF8<R>(_ field: Int, _ body: (UnsafeRawBufferPointer?) throws -> R) rethrows
        -> R
    {
        let span = span(field)
        guard span.length >= 0 else { return try body(nil) }
        return try unsafe body(
            UnsafeRawBufferPointer(
                start: base.advanced(by: Int(span.offset)), count: Int(span.length)))
    }

    /// Whether a boolean field is true; false for NULL.
    @inlinable @inline(__always)
    package func isTrue(_ field: Int) -> Bool {
        let span = span(field)
        guard span.length == 1 else { return false }
        return unsafe base.load(fromByteOffset: Int(span.offset), as: UInt8.self) == 1
    }

    /// Whether a text field equals `text` exactly; false for NULL.
    @inlinable @inline(__always)
    package func reads(_ field: Int, _ text: String) -> Bool {
        unsafe withUTF8(field) { bytes in
            guard let bytes = unsafe bytes, bytes.count == text.utf8.count else { return false }
            return unsafe bytes.elementsEqual(text.utf8)
        }
    }

    /// A field's bytes; nil for NULL. The type is not checked, because COPY sends none.
    package func bytes(
        _ field: Int, _ kind: FieldKind
    ) throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard field >= 0, field < fieldCount else {
            throw PostgresError(
                .usage, "\(place(field)) was asked for, but the row has \(fieldCount) fields")
        }
        let span = span(field)
        guard span.length >= 0 else { return nil }
        return unsafe UnsafeRawBufferPointer(
            start: base.advanced(by: Int(span.offset)), count: Int(span.length))
    }

    /// The row's number and the field's number, for messages.
    package func place(_ field: Int) -> String {
        "COPY row \(number), field \(field)"
    }

    @inlinable @inline(__always)
    func span(_ field: Int) -> FieldSpan {
        guard field >= 0, field < fieldCount else { return FieldSpan(offset: 0, length: -1) }
        return unsafe spans[field]
    }

    @inlinable @inline(__always)
    func load<I: FixedWidthInteger>(_ span: FieldSpan) -> I {
        unsafe I(bigEndian: base.loadUnaligned(fromByteOffset: Int(span.offset), as: I.self))
    }

    @usableFromInline @inline(never)
    func slowInt32(_ field: Int) throws(PostgresError) -> Int32 {
        try required(field, unsafe decode(field, .integer, Wire.int32))
    }

    @usableFromInline @inline(never)
    func slowInt64(_ field: Int) throws(PostgresError) -> Int64 {
        try int(field)
    }

    @usableFromInline @inline(never)
    func slowDate(_ field: Int) throws(PostgresError) -> Int32 {
        try date(field)
    }

    @usableFromInline @inline(never)
    func slowTimestamp(_ field: Int) throws(PostgresError) -> Int64 {
        try timestamp(field)
    }
}
