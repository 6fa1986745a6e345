/// A value for one parameter `$n` of a statement. The value is never inserted into the statement's
/// text.
///
/// Values are sent as text together with their type OID, so that the server need not infer the
/// type.
package enum Bind: Sendable, Hashable {
    /// bigint.
    case int(Int64)
    /// text.
    case text(String)
    /// boolean.
    case bool(Bool)
    /// double precision; NaN and infinities are allowed.
    case double(Double)
    /// timestamptz in microseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)
    /// date in days since 1970-01-01.
    case date(Int32)
    /// numeric in hundredths: 1234 is 12.34.
    case numericFen(Int64)
    /// uuid as text; the server rejects text that is not a uuid.
    case uuid(String)
    /// jsonb as text; the server rejects text that is not JSON.
    case json(String)
    /// text[].
    case textArray([String])
    /// bigint[].
    case intArray([Int64])
    /// bytea.
    case bytes([UInt8])
    /// NULL of a type that the server infers.
    case null
    /// NULL with the type of another bind, for places where the server cannot infer the type.
    indirect case nullLike(Bind)
}

extension Bind {
    /// bigint or NULL.
    package static func optional(int value: Int64?) -> Bind {
        value.map { .int($0) } ?? .nullLike(.int(0))
    }

    /// text or NULL.
    package static func optional(text value: String?) -> Bind {
        value.map { .text($0) } ?? .nullLike(.text(""))
    }

    /// boolean or NULL.
    package static func optional(bool value: Bool?) -> Bind {
        value.map { .bool($0) } ?? .nullLike(.bool(false))
    }

    /// double precision or NULL.
    package static func optional(double value: Double?) -> Bind {
        value.map { .double($0) } ?? .nullLike(.double(0))
    }

    /// timestamptz in microseconds since 1970, or NULL.
    package static func optional(timestamp value: Int64?) -> Bind {
        value.map { .timestamp($0) } ?? .nullLike(.timestamp(0))
    }

    /// date in days since 1970, or NULL.
    package static func optional(date value: Int32?) -> Bind {
        value.map { .date($0) } ?? .nullLike(.date(0))
    }

    /// numeric in hundredths, or NULL.
    package static func optional(numericFen value: Int64?) -> Bind {
        value.map { .numericFen($0) } ?? .nullLike(.numericFen(0))
    }

    /// uuid or NULL.
    package static func optional(uuid value: String?) -> Bind {
        value.map { .uuid($0) } ?? .nullLike(.uuid(""))
    }

    /// jsonb or NULL.
    package static func optional(json value: String?) -> Bind {
        value.map { .json($0) } ?? .nullLike(.json(""))
    }
}

extension Bind: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByFloatLiteral
{
    /// A literal integer is a bigint.
    package init(integerLiteral value: Int64) {
        self = .int(value)
    }

    /// A literal string is text.
    package init(stringLiteral value: String) {
        self = .text(value)
    }

    /// A literal true or false is a boolean.
    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// A literal nil is NULL.
    package init(nilLiteral: ()) {
        self = .null
    }

    /// A literal with a decimal point is double precision.
    package init(floatLiteral value: Double) {
        self = .double(value)
    }
}
