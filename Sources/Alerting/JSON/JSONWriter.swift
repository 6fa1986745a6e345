package import Labor

/// Writes JSON as UTF-8 bytes on one line, with members in the order of the calls.
///
/// A `JSONValue.double` without a fraction keeps its `.0`, so that it is a double again after it
/// was read back, also through a `jsonb` column of PostgreSQL. A number that is not finite becomes
/// `null`.
package struct JSONWriter {
    /// The maximum nesting depth that the writer and the reader accept.
    static let depthMax = 32

    /// The bytes written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty writer that reserves this number of bytes.
    package init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// The bytes written so far, as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes an object; the closure writes its members.
    package mutating func object(
        _ members: (inout JSONWriter) throws(JSONError) -> Void
    ) throws(JSONError) {
        open(UInt8(ascii: "{"))
        try members(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes a list; the closure writes one element.
    package mutating func array<Element>(
        _ elements: some Sequence<Element>,
        _ element: (inout JSONWriter, Element) throws(JSONError) -> Void
    ) throws(JSONError) {
        open(UInt8(ascii: "["))
        for value in elements { try element(&self, value) }
        close(UInt8(ascii: "]"))
    }

    /// Writes a member whose value is a text, or null.
    package mutating func member(_ name: String, _ value: String?) {
        key(name)
        string(value)
    }

    /// Writes the name of the next member.
    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a text, or null.
    package mutating func string(_ value: String?) {
        separate()
        guard let value else { return raw("null") }
        quote(value)
    }

    /// Writes a truth value.
    package mutating func bool(_ value: Bool) {
        separate()
        raw(value ? "true" : "false")
    }

    /// Writes null.
    package mutating func null() {
        separate()
        raw("null")
    }

    /// Writes an integer, or null.
    package mutating func int(_ value: Int64?) {
        separate()
        raw(value.map(String.init) ?? "null")
    }

    /// Writes a number in its shortest form (`100` for 100.0), or null when it is absent or not
    /// finite.
    package mutating func number(_ value: Double?) {
        separate()
        guard let value, value.isFinite else { return raw("null") }
        raw(JSONWriter.isWhole(value) ? "\(Int64(value))" : "\(value)")
    }

    /// Writes an amount of fen as yuan with two decimals, or null.
    package mutating func yuan(_ fen: Int64?) {
        separate()
        raw(fen.map(Money.yuanText) ?? "null")
    }

    /// Writes a value that is already JSON, unchanged.
    package mutating func embed(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// A value for a reader that does not distinguish integers from doubles: members sorted by
    /// name, numbers in their shortest form, `100` for 100.0.
    package mutating func plain(_ value: JSONValue) throws(JSONError) {
        try self.value(value, keepsPoint: false)
    }

    mutating func value(
        _ value: JSONValue, depth: Int = 0, keepsPoint: Bool = true
    ) throws(JSONError) {
        guard depth <= JSONWriter.depthMax else { throw .depth }
        switch value {
        case .null: string(nil)
        case .bool(let value):
            separate()
            raw(value ? "true" : "false")
        case .int(let value): int(value)
        case .double(let value) where !keepsPoint: number(value)
        case .double(let value):
            separate()
            guard value.isFinite else { return raw("null") }
            raw(JSONWriter.isWhole(value) ? "\(Int64(value)).0" : "\(value)")
        case .string(let value): string(value)
        case .array(let values):
            try array(values) { (writer, value) throws(JSONError) in
                try writer.value(value, depth: depth + 1, keepsPoint: keepsPoint)
            }
        case .object(let values):
            try object { (writer) throws(JSONError) in
                for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                    writer.key(name)
                    try writer.value(value, depth: depth + 1, keepsPoint: keepsPoint)
                }
            }
        }
    }

    private static func isWhole(_ value: Double) -> Bool {
        value == value.rounded() && value.magnitude < 9.2e18
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes a quoted text. Besides the characters that JSON requires, it escapes the other
    /// control characters, which would control a terminal, and the Unicode line ends U+0085, U+2028
    /// and U+2029, at which some readers of line files split.
    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: raw("\\\"")
            case 0x5C: raw("\\\\")
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
                let digits = String(scalar.value, radix: 16)
                raw("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            case 0x20..<0x7F: bytes.append(UInt8(scalar.value))
            default: bytes.append(contentsOf: Character(scalar).utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
