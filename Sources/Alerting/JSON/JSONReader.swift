package import Labor

extension JSONValue {
    /// Parses a JSON text. A number with a decimal point or an exponent, or outside the range of
    /// `Int64`, becomes a double. If a key occurs twice in an object, the last value counts.
    package init(json: some Sequence<UInt8>) throws(JSONError) {
        var reader = JSONReader(bytes: Array(json))
        self = try reader.document()
    }

    /// Parses a JSON text.
    package init(json: String) throws(JSONError) {
        try self.init(json: json.utf8)
    }
}

/// Parses JSON (RFC 8259) from a complete array of bytes.
struct JSONReader {
    private let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw .syntax("something follows the value", at: index) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= JSONWriter.depthMax else { throw .depth }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        index += 1
        var members: [String: JSONValue] = [:]
        if isNext("}") { return .object(members) }
        repeat {
            skipBlanks()
            let key = try string()
            guard isNext(":") else { throw .syntax("a ':' is missing", at: index) }
            members[key] = try value(depth: depth + 1)
        } while isNext(",")
        guard isNext("}") else { throw .syntax("a '}' is missing", at: index) }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        index += 1
        var values: [JSONValue] = []
        if isNext("]") { return .array(values) }
        repeat {
            values.append(try value(depth: depth + 1))
        } while isNext(",")
        guard isNext("]") else { throw .syntax("a ']' is missing", at: index) }
        return .array(values)
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else {
            throw .syntax("'\(word)' is misspelt", at: index)
        }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        var isWhole = true
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                isWhole = false
            default: return try number(from: start, isWhole: isWhole)
            }
            index += 1
        }
        return try number(from: start, isWhole: isWhole)
    }

    private func number(from start: Int, isWhole: Bool) throws(JSONError) -> JSONValue {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else {
            throw .syntax("a value is expected, found '\(text)'", at: start)
        }
        return .double(value)
    }

    private mutating func string() throws(JSONError) -> String {
        guard peek == UInt8(ascii: "\"") else { throw .syntax("a text is expected", at: index) }
        index += 1
        var content: [UInt8] = []
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                content.append(contentsOf: Character(try escaped()).utf8)
            case 0..<0x20: throw .syntax("a control character stands in a text", at: index - 1)
            default: content.append(byte)
            }
        }
        throw .syntax("a text does not end", at: index)
    }

    private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
        guard let byte = peek else { throw .syntax("a text does not end", at: index) }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): return try unicode()
        default: throw .syntax("an unknown escape stands in a text", at: index - 1)
        }
    }

    /// The scalar of one `\uXXXX`, or of two that form a surrogate pair.
    private mutating func unicode() throws(JSONError) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard peek == UInt8(ascii: "\\"), index + 1 < bytes.count,
            bytes[index + 1] == UInt8(ascii: "u"), high < 0xDC00
        else { throw .syntax("half a surrogate pair stands in a text", at: index) }
        index += 2
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw .syntax("half a surrogate pair stands in a text", at: index) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw .syntax("four hexadecimal digits are expected", at: index) }
        index += 4
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func isNext(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }
}
