/// Finds the rows and fields in the messages of a binary COPY. All rows share one buffer of field
/// offsets.
@safe
struct CopyParser: ~Copyable {
    /// The header's length in bytes: signature `PGCOPY\n\377\r\n\0`, flags, length of the
    /// extension.
    private static let headerLength = 19
    private static let signature: [UInt8] = [
        0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00,
    ]
    /// The maximum number of fields in a row: PostgreSQL allows 1,664 in a target list.
    private static let fieldLimit = 1_664

    /// The number of rows that were passed to the closure so far.
    private(set) var rowCount = 0
    private var hasHeader = false
    private var hasTrailer = false
    private let spans: UnsafeMutablePointer<FieldSpan>

    init() {
        unsafe spans = UnsafeMutablePointer<FieldSpan>.allocate(capacity: CopyParser.fieldLimit)
    }

    deinit {
        unsafe spans.deallocate()
    }

    /// Passes each row of one message to `body`.
    ///
    /// A message contains whole rows. The header comes before the first row, in the same message.
    /// Throws `protocolViolation` when a message ends inside a row, `usage` when the format is not
    /// binary.
    mutating func parse(
        _ message: UnsafeRawBufferPointer, _ body: (borrowing CopyRow) throws -> Void
    ) throws {
        guard let base = message.baseAddress else { return }
        var offset = hasHeader ? 0 : try unsafe header(message)
        let end = message.count
        while offset < end {
            guard !hasTrailer, offset + 2 <= end else { throw torn() }
            let count = unsafe Int(wireInt16(message, offset))
            offset += 2
            if count == -1 {
                hasTrailer = true
                continue
            }
            guard count >= 0, count <= CopyParser.fieldLimit else { throw torn() }
            for index in 0..<count {
                guard offset + 4 <= end else { throw torn() }
                let length = unsafe Int32(
                    bigEndian: base.loadUnaligned(fromByteOffset: offset, as: Int32.self))
                offset += 4
                unsafe spans[index] = FieldSpan(
                    offset: Int32(truncatingIfNeeded: offset), length: length)
                if length > 0 { offset += Int(length) }
            }
            guard offset <= end else { throw torn() }
            rowCount += 1
            try body(
                unsafe CopyRow(base: base, spans: spans, fieldCount: count, number: rowCount))
        }
    }

    private mutating func header(_ message: UnsafeRawBufferPointer) throws(PostgresError) -> Int {
        guard message.count >= CopyParser.headerLength,
            unsafe message.prefix(11).elementsEqual(CopyParser.signature)
        else {
            throw PostgresError(
                .usage, "a COPY does not speak the binary format",
                hint: "write COPY (SELECT …) TO STDOUT (FORMAT binary)")
        }
        hasHeader = true
        let extra: Int32 = unsafe Wire.big(message, at: 15)
        return CopyParser.headerLength + Int(max(0, extra))
    }

    private func torn() -> PostgresError {
        PostgresError(.protocolViolation, "a COPY message is torn after row \(rowCount)")
    }
}
