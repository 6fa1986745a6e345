/// The OIDs of PostgreSQL's built-in types (pg_type.oid); they are the same in every database.
enum TypeOID {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let char: UInt32 = 18
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let json: UInt32 = 114
    static let xml: UInt32 = 142
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let varcharArray: UInt32 = 1015
    static let nameArray: UInt32 = 1003
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let date: UInt32 = 1082
    static let timestamp: UInt32 = 1114
    static let timestamptz: UInt32 = 1184
    static let numeric: UInt32 = 1700
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802
    static let xid8: UInt32 = 5069
}

extension Bind {
    /// The type OID that is sent with the value; 0 lets the server infer the type.
    var typeOID: UInt32 {
        switch self {
        case .int: TypeOID.int8
        case .text: TypeOID.text
        case .bool: TypeOID.bool
        case .double: TypeOID.float8
        case .timestamp: TypeOID.timestamptz
        case .date: TypeOID.date
        case .numericFen: TypeOID.numeric
        case .uuid: TypeOID.uuid
        case .json: TypeOID.jsonb
        case .textArray: TypeOID.textArray
        case .intArray: TypeOID.int8Array
        case .bytes: TypeOID.bytea
        case .null: 0
        case .nullLike(let other): other.typeOID
        }
    }

    /// The value in the server's text format; nil is NULL.
    var wireText: String? {
        switch self {
        case .int(let value): String(value)
        case .text(let value), .uuid(let value), .json(let value): value
        case .bool(let value): value ? "t" : "f"
        case .double(let value): doubleText(value)
        case .timestamp(let value): timestampText(value)
        case .date(let value): dateText(days: Int64(value))
        case .numericFen(let value): fenText(value)
        case .textArray(let values): "{\(values.map(quotedElement).joined(separator: ","))}"
        case .intArray(let values): "{\(values.map { String($0) }.joined(separator: ","))}"
        case .bytes(let bytes): bytesText(bytes)
        case .null, .nullLike: nil
        }
    }
}

private func doubleText(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return value.description
}

/// Hundredths as decimal text with two digits after the point: 1234 is `12.34`.
func fenText(_ value: Int64) -> String {
    let (yuan, fen) = value.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(value < 0 ? "-" : "")\(yuan).\(fen < 10 ? "0" : "")\(fen)"
}

private func timestampText(_ micros: Int64) -> String {
    let perDay: Int64 = 86_400_000_000
    var (days, rest) = micros.quotientAndRemainder(dividingBy: perDay)
    if rest < 0 {
        days -= 1
        rest += perDay
    }
    let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
    let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    let (day, era) = civil(days)
    return "\(day) \(time.joined(separator: ":")).\(padded(fraction, 6))+00\(era)"
}

private func dateText(days: Int64) -> String {
    let (day, era) = civil(days)
    return day + era
}

/// The Gregorian day as `YYYY-MM-DD`, and the suffix ` BC` before the year 1.
///
/// Years count from 1 March, so that the leap day is the last day of a year. An era of 400 years
/// has 146,097 days; era 0 begins on 0000-03-01, which is day −719,468.
private func civil(_ days: Int64) -> (day: String, era: String) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
        (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let shown = year > 0 ? year : 1 - year
    let text = "\(padded(shown, 4))-\(padded(month, 2))-\(padded(day, 2))"
    return (text, year > 0 ? "" : " BC")
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

private func quotedElement(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
        quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
}

private func bytesText(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = Array("\\x".utf8)
    text.reserveCapacity(2 + bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
