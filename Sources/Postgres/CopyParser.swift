/// Finds rows and fields in the messages of a binary COPY; one buffer serves all rows.
@safe
struct CopyParser: ~Copyable {
    /// `PGCOPY\n\377\r\n\0`, flags, and the length of an extension.
    private static let headerLength = 19
    private static let signature: [UInt8] = [
        0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00,
    ]
    /// The most fields that a row can have: PostgreSQL allows 1,664 in a target list.
    private static let fieldLimit = 1_664

    /// How many rows were given out.
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

    /// Gives each row of one message to `body`.
    ///
    /// The server sends whole rows; the header comes before the first one in its message.
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
