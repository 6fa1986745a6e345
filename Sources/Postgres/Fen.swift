/// A numeric value as whole hundredths, or the reason why it cannot be expressed so.
///
/// Amounts of money are exact: nothing is rounded silently.
package enum Fen: Sendable, Hashable {
    /// The value in hundredths.
    case value(Int64)
    /// NULL.
    case null
    /// The text of a value that has more than two decimals, is too large, or is NaN or infinite.
    case invalid(String)

    /// Reads PostgreSQL's binary numeric: number of digits, weight, sign, scale, digits to base
    /// 10,000.
    @inlinable
    package static func decode(_ bytes: UnsafeRawBufferPointer) -> Fen {
        guard bytes.count >= 8 else { return .invalid("(torn)") }
        let count = unsafe Int(wireInt16(bytes, 0))
        let weight = unsafe Int(wireInt16(bytes, 2))
        let sign = unsafe UInt16(bitPattern: wireInt16(bytes, 4))
        guard bytes.count == 8 + 2 * count, weight <= 3, sign == 0 || sign == 0x4000 else {
            return unsafe .invalid(numericText(bytes))
        }
        // With a weight of at most 3 the sum stays below 10^18, so no operation can overflow.
        var total: Int64 = 0
        var index = 0
        while index <= weight {
            total &*= 10_000
            if index < count { total &+= unsafe Int64(wireInt16(bytes, 8 &+ 2 &* index)) }
            index &+= 1
        }
        total &*= 100
        index = weight &+ 1
        if index < 0 { return unsafe count == 0 ? .value(0) : .invalid(numericText(bytes)) }
        if index < count {
            let decimals = unsafe Int64(wireInt16(bytes, 8 &+ 2 &* index))
            let (fen, rest) = decimals.quotientAndRemainder(dividingBy: 100)
            guard rest == 0, index &+ 1 == count else {
                return unsafe .invalid(numericText(bytes))
            }
            total &+= fen
        }
        return .value(sign == 0 ? total : 0 &- total)
    }
}

/// A big-endian 16-bit integer; the caller has checked the length.
@inlinable @inline(__always)
package func wireInt16(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int16 {
    unsafe Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int16.self))
}

/// The decimal text of a binary numeric, for messages; a number with more than 40 digits is only
/// described.
@inline(never)
package func numericText(_ bytes: UnsafeRawBufferPointer) -> String {
    guard bytes.count >= 8 else { return "(torn)" }
    let count = unsafe Int(wireInt16(bytes, 0))
    let weight = unsafe Int(wireInt16(bytes, 2))
    let scale = unsafe Int(wireInt16(bytes, 6))
    switch unsafe UInt16(bitPattern: wireInt16(bytes, 4)) {
    case 0, 0x4000: break
    case 0xC000: return "NaN"
    case 0xD000: return "Infinity"
    case 0xF000: return "-Infinity"
    default: return "(unknown sign)"
    }
    guard count >= 0, bytes.count == 8 + 2 * count, weight < 10 else {
        return "a number of more than 40 digits"
    }
    func group(_ index: Int) -> String {
        let inside = index >= 0 && index < count
        let digits = unsafe inside ? String(wireInt16(bytes, 8 + 2 * index)) : "0"
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    let whole = weight >= 0 ? (0...weight).map(group).joined().drop { $0 == "0" } : ""
    let groups = (max(0, scale) + 3) / 4
    let decimals = (0..<min(groups, 10)).map { group(weight + 1 + $0) }.joined().prefix(scale)
    let isNegative = unsafe wireInt16(bytes, 4) != 0
    return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
        + (decimals.isEmpty ? "" : ".") + decimals
}
