/// The reason why a value could not be decoded. The caller adds the row and column.
struct DecodingFault: Error {
    let message: String
    let hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// The types that a reader can request, with the server types that each accepts.
package enum FieldKind: String, Sendable {
    /// smallint, integer, bigint.
    case integer
    /// text, varchar, char, name and their like.
    case text
    /// boolean.
    case boolean
    /// real, double precision.
    case double
    /// timestamptz, and timestamp taken as UTC.
    case timestamp
    /// date.
    case date
    /// numeric.
    case numeric
    /// uuid.
    case uuid
    /// json, jsonb.
    case json
    /// text[], varchar[].
    case textArray = "text array"
    /// xid8.
    case xid8
    /// bytea.
    case bytes

    func accepts(_ oid: UInt32) -> Bool {
        switch self {
        case .integer: [TypeOID.int8, TypeOID.int4, TypeOID.int2].contains(oid)
        case .text:
            [
                TypeOID.text, TypeOID.varchar, TypeOID.bpchar, TypeOID.name, TypeOID.char,
                TypeOID.unknown, TypeOID.xml,
            ].contains(oid)
        case .boolean: oid == TypeOID.bool
        case .double: oid == TypeOID.float8 || oid == TypeOID.float4
        case .timestamp: oid == TypeOID.timestamptz || oid == TypeOID.timestamp
        case .date: oid == TypeOID.date
        case .numeric: oid == TypeOID.numeric
        case .uuid: oid == TypeOID.uuid
        case .json: oid == TypeOID.jsonb || oid == TypeOID.json
        case .textArray:
            [TypeOID.textArray, TypeOID.varcharArray, TypeOID.nameArray].contains(oid)
        case .xid8: oid == TypeOID.xid8
        case .bytes: oid == TypeOID.bytea
        }
    }
}

/// Decoders for PostgreSQL's binary formats. Every length is checked before bytes are read.
enum Wire {
    /// Days from 1970-01-01 to PostgreSQL's epoch, 2000-01-01.
    static let epochDays: Int32 = 10_957
    /// Microseconds from 1970-01-01 to PostgreSQL's epoch.
    static let epochMicros: Int64 = 946_684_800_000_000

    static func big<I: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, at offset: Int = 0, as type: I.Type = I.self
    ) -> I {
        unsafe I(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    static func expect(
        _ bytes: UnsafeRawBufferPointer, _ count: Int
    ) throws(DecodingFault) {
        guard bytes.count == count else {
            throw DecodingFault("has \(bytes.count) bytes where \(count) were expected")
        }
    }

    static func integer(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Int64 {
        switch bytes.count {
        case 8: return unsafe big(bytes)
        case 4: return unsafe Int64(big(bytes, as: Int32.self))
        case 2: return unsafe Int64(big(bytes, as: Int16.self))
        default:
            throw DecodingFault("has \(bytes.count) bytes, which no integer has")
        }
    }

    static func int32(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Int32 {
        let wide = try unsafe integer(bytes)
        guard let value = Int32(exactly: wide) else {
            throw DecodingFault("is \(wide), which is too large for 32 bits")
        }
        return value
    }

    static func bool(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Bool {
        try unsafe expect(bytes, 1)
        return unsafe bytes[0] != 0
    }

    static func double(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Double {
        if bytes.count == 4 {
            return unsafe Double(Float(bitPattern: big(bytes)))
        }
        try unsafe expect(bytes, 8)
        return unsafe Double(bitPattern: big(bytes))
    }

    static func text(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> String {
        guard let value = unsafe String(validating: bytes, as: UTF8.self) else {
            throw DecodingFault("is not UTF-8", hint: "cast it to text in the statement")
        }
        return value
    }

    static func bytes(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> [UInt8] {
        unsafe [UInt8](bytes)
    }

    /// Microseconds since 1970. Infinity is an error.
    static func timestamp(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Int64 {
        try unsafe expect(bytes, 8)
        let raw: Int64 = unsafe big(bytes)
        let (micros, overflows) = raw.addingReportingOverflow(epochMicros)
        guard !overflows, raw != .min else {
            throw DecodingFault("is infinite or beyond the year 294246")
        }
        return micros
    }

    /// Days since 1970. Infinity is an error.
    static func date(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Int32 {
        try unsafe expect(bytes, 4)
        let raw: Int32 = unsafe big(bytes)
        let (days, overflows) = raw.addingReportingOverflow(epochDays)
        guard !overflows, raw != .min else { throw DecodingFault("is an infinite date") }
        return days
    }

    static func uuid(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> String {
        try unsafe expect(bytes, 16)
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<16 {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            let byte = unsafe bytes[index]
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// json is sent as its text. jsonb has a version byte 1 before the text, with which no JSON
    /// text begins.
    static func json(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> String {
        guard unsafe bytes.first == 1 else { return try unsafe text(bytes) }
        return try unsafe text(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
    }

    static func xid8(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> UInt64 {
        try unsafe expect(bytes, 8)
        return unsafe big(bytes)
    }

    static func textArray(_ bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> [String] {
        guard bytes.count >= 12 else { throw DecodingFault("is a torn array") }
        let dimensions: Int32 = unsafe big(bytes)
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.count >= 20 else {
            throw DecodingFault("is an array of \(dimensions) dimensions, 1 was expected")
        }
        let count: Int32 = unsafe big(bytes, at: 12)
        var offset = 20
        var values: [String] = []
        for _ in 0..<max(0, count) {
            guard offset + 4 <= bytes.count else { throw DecodingFault("is a torn array") }
            let length = unsafe Int(big(bytes, at: offset, as: Int32.self))
            offset += 4
            guard length >= 0 else { throw DecodingFault("holds a NULL element") }
            guard offset + length <= bytes.count else {
                throw DecodingFault("is a torn array")
            }
            let element = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
            try values.append(unsafe text(element))
            offset += length
        }
        return values
    }
}
