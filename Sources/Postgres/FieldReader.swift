/// Typed access to the fields of a row by number, from 0. Rows of a query and rows of a COPY share
/// it.
///
/// Each type has two methods: the plain one throws on NULL, the one that ends in `OrNil` returns
/// nil.
package protocol FieldReader: ~Copyable {
    /// A field's bytes, nil for NULL. Throws when the field is missing or has another type.
    func bytes(_ column: Int, _ kind: FieldKind) throws(PostgresError) -> UnsafeRawBufferPointer?

    /// A description of a field for messages, such as its number and name.
    func place(_ column: Int) -> String
}

extension FieldReader where Self: ~Copyable {
    func decode<V>(
        _ column: Int, _ kind: FieldKind,
        _ read: (UnsafeRawBufferPointer) throws(DecodingFault) -> V
    ) throws(PostgresError) -> V? {
        guard let bytes = try unsafe bytes(column, kind) else { return nil }
        do {
            return try unsafe read(bytes)
        } catch {
            throw PostgresError(
                .decoding, "\(place(column)) \(error.message), asked for as \(kind.rawValue)",
                hint: error.hint)
        }
    }

    func required<V>(_ column: Int, _ value: V?) throws(PostgresError) -> V {
        if let value { return value }
        throw PostgresError(
            .decoding, "\(place(column)) is NULL where a value is required",
            hint: "read it as optional, or use COALESCE or NOT NULL")
    }

    /// smallint, integer or bigint.
    package func int(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, intOrNil(column))
    }

    /// smallint, integer or bigint; nil for NULL.
    package func intOrNil(_ column: Int) throws(PostgresError) -> Int64? {
        try unsafe decode(column, .integer, Wire.integer)
    }

    /// A smallint, integer or bigint whose value fits in 32 bits.
    package func int32(_ column: Int) throws(PostgresError) -> Int32 {
        try required(column, int32OrNil(column))
    }

    /// A smallint, integer or bigint whose value fits in 32 bits; nil for NULL.
    package func int32OrNil(_ column: Int) throws(PostgresError) -> Int32? {
        try unsafe decode(column, .integer, Wire.int32)
    }

    /// text, varchar and the other text types.
    package func text(_ column: Int) throws(PostgresError) -> String {
        try required(column, textOrNil(column))
    }

    /// text, varchar and the other text types; nil for NULL.
    package func textOrNil(_ column: Int) throws(PostgresError) -> String? {
        try unsafe decode(column, .text, Wire.text)
    }

    /// boolean.
    package func bool(_ column: Int) throws(PostgresError) -> Bool {
        try required(column, boolOrNil(column))
    }

    /// boolean; nil for NULL.
    package func boolOrNil(_ column: Int) throws(PostgresError) -> Bool? {
        try unsafe decode(column, .boolean, Wire.bool)
    }

    /// real or double precision; may be NaN or infinite.
    package func double(_ column: Int) throws(PostgresError) -> Double {
        try required(column, doubleOrNil(column))
    }

    /// real or double precision; nil for NULL.
    package func doubleOrNil(_ column: Int) throws(PostgresError) -> Double? {
        try unsafe decode(column, .double, Wire.double)
    }

    /// timestamptz in microseconds since 1970; a timestamp without zone is read as UTC. Infinity is
    /// an error.
    package func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, timestampOrNil(column))
    }

    /// timestamptz in microseconds since 1970; nil for NULL. Infinity is an error.
    package func timestampOrNil(_ column: Int) throws(PostgresError) -> Int64? {
        try unsafe decode(column, .timestamp, Wire.timestamp)
    }

    /// date in days since 1970-01-01. Infinity is an error.
    package func date(_ column: Int) throws(PostgresError) -> Int32 {
        try required(column, dateOrNil(column))
    }

    /// date in days since 1970-01-01; nil for NULL. Infinity is an error.
    package func dateOrNil(_ column: Int) throws(PostgresError) -> Int32? {
        try unsafe decode(column, .date, Wire.date)
    }

    /// numeric in hundredths, never rounded. More than two decimals, NaN and infinities throw.
    package func numericFen(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, numericFenOrNil(column))
    }

    /// numeric in hundredths, as `numericFen` reads it; nil for NULL.
    package func numericFenOrNil(_ column: Int) throws(PostgresError) -> Int64? {
        let read = { (bytes: UnsafeRawBufferPointer) throws(DecodingFault) -> Int64 in
            switch unsafe Fen.decode(bytes) {
            case .value(let fen): return fen
            case .null: throw DecodingFault("is NULL")
            case .invalid(let text):
                throw DecodingFault(
                    "is \(text), which is no whole number of hundredths below 10^18",
                    hint: "correct the value, or round it in the statement")
            }
        }
        return try unsafe decode(column, .numeric, read)
    }

    /// uuid in lower case.
    package func uuid(_ column: Int) throws(PostgresError) -> String {
        try required(column, uuidOrNil(column))
    }

    /// uuid in lower case; nil for NULL.
    package func uuidOrNil(_ column: Int) throws(PostgresError) -> String? {
        try unsafe decode(column, .uuid, Wire.uuid)
    }

    /// json or jsonb as text.
    package func json(_ column: Int) throws(PostgresError) -> String {
        try required(column, jsonOrNil(column))
    }

    /// json or jsonb as text; nil for NULL.
    package func jsonOrNil(_ column: Int) throws(PostgresError) -> String? {
        try unsafe decode(column, .json, Wire.json)
    }

    /// text[] of one dimension without NULL elements.
    package func textArray(_ column: Int) throws(PostgresError) -> [String] {
        try required(column, textArrayOrNil(column))
    }

    /// text[] of one dimension without NULL elements; nil for NULL.
    package func textArrayOrNil(_ column: Int) throws(PostgresError) -> [String]? {
        try unsafe decode(column, .textArray, Wire.textArray)
    }

    /// xid8: a 64-bit transaction ID, which does not wrap around.
    package func xid8(_ column: Int) throws(PostgresError) -> UInt64 {
        try required(column, xid8OrNil(column))
    }

    /// xid8; nil for NULL.
    package func xid8OrNil(_ column: Int) throws(PostgresError) -> UInt64? {
        try unsafe decode(column, .xid8, Wire.xid8)
    }

    /// bytea.
    package func byteArray(_ column: Int) throws(PostgresError) -> [UInt8] {
        try required(column, byteArrayOrNil(column))
    }

    /// bytea; nil for NULL.
    package func byteArrayOrNil(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try unsafe decode(column, .bytes, Wire.bytes)
    }
}
