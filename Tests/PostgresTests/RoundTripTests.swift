import Postgres
import Support
import Testing

/// One value of each type to the server and back, as a bind and through both directions of COPY.
struct RoundTripTests {
    @Test(arguments: [0, 1, -1, 42, Int64.max, Int64.min])
    func `integers come back as they were bound`(value: Int64) async throws {
        let back = try await select("$1", .int(value)) { try $0.int(0) }
        #expect(back == value)
    }

    @Test(arguments: [
        "", "plain", "it's \"quoted\" \\ and $1", "西藏自治区 拉萨", "བོད་", "line\nbreak\ttab",
        "'; DROP TABLE pg_class; --", "{a,b}", "NULL",
    ])
    func `texts come back as they were bound`(value: String) async throws {
        let back = try await select("$1", .text(value)) { try $0.text(0) }
        #expect(back == value)
        let array = try await select("$1", .textArray([value, "", value])) { try $0.textArray(0) }
        #expect(array == [value, "", value])
    }

    @Test(arguments: [0, 1, -0.5, 1e-300, 1.7976931348623157e308, 0.1, .infinity, -.infinity])
    func `doubles come back to the last bit`(value: Double) async throws {
        let back = try await select("$1", .double(value)) { try $0.double(0) }
        #expect(back == value)
    }

    @Test func `a NaN double stays one`() async throws {
        let back = try await select("$1", .double(.nan)) { try $0.double(0) }
        #expect(back.isNaN)
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00+00"), (-1, "1969-12-31 23:59:59.999999+00"),
        (1_792_800_000_123_456, "2026-10-24 00:00:00.123456+00"),
        (951_782_400_000_000, "2000-02-29 00:00:00+00"),
        (253_402_300_800_000_000, "10000-01-01 00:00:00+00"),
        (-62_135_596_800_000_001, "0001-12-31 23:59:59.999999+00 BC"),
        (-99_999_999_999_999_999, "1200-02-15 14:13:20.000001+00 BC"),
    ])
    func `moments mean the same to the server`(micros: Int64, text: String) async throws {
        let back = try await select("$1", .timestamp(micros)) { try $0.timestamp(0) }
        #expect(back == micros)
        let shown = try await select("$1::text", .timestamp(micros)) { try $0.text(0) }
        #expect(shown == text)
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (20_757, "2026-10-31"), (11_016, "2000-02-29"),
            (-719_163, "0001-12-31 BC"), (2_932_897, "10000-01-01"), (-719_528, "0001-01-01 BC"),
        ] as [(Int32, String)])
    func `days mean the same to the server`(days: Int32, text: String) async throws {
        let back = try await select("$1", .date(days)) { try $0.date(0) }
        #expect(back == days)
        let shown = try await select("$1::text", .date(days)) { try $0.text(0) }
        #expect(shown == text)
    }

    @Test(
        arguments: [
            0, 1, -1, 99, 100, -100, 123_456, 99_999_900, 100_000_000, 1_000_000_000_000,
            999_999_999_999_999_999, -999_999_999_999_999_999,
        ] as [Int64])
    func `money comes back to the fen`(fen: Int64) async throws {
        let back = try await select("$1", .numericFen(fen)) { try $0.numericFen(0) }
        #expect(back == fen)
    }

    @Test func `the remaining types come back as they were bound`() async throws {
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e"
        #expect(try await select("$1", .uuid(id.uppercased())) { try $0.uuid(0) } == id)
        #expect(try await select("$1", true) { try $0.bool(0) })
        #expect(try await select("$1", false) { try $0.bool(0) } == false)
        let json = #"{"名": [1, null, "a\"b"]}"#
        #expect(try await select("$1", .json(json)) { try $0.json(0) } == json)
        #expect(try await select("$1::json", .json(json)) { try $0.json(0) } == json)
        let bytes: [UInt8] = [0, 1, 127, 128, 255, 92]
        #expect(try await select("$1", .bytes(bytes)) { try $0.byteArray(0) } == bytes)
        #expect(try await select("$1", .textArray([])) { try $0.textArray(0) } == [])
        let numbers = Bind.intArray([.min, -1, 0, .max])
        #expect(
            try await select("array_to_string($1, ' ')", numbers) { try $0.text(0) }
                == "\(Int64.min) -1 0 \(Int64.max)")
        #expect(
            try await select("$1::text::xid8", "18446744073709551615") { try $0.xid8(0) } == .max)
    }

    @Test func `narrow integers and floats are widened`() async throws {
        #expect(try await select("(-7)::int2", nil) { try $0.int(0) } == -7)
        #expect(try await select("(-7)::int4", nil) { try $0.int32(0) } == -7)
        #expect(try await select("7::int8", nil) { try $0.int32(0) } == 7)
        #expect(try await select("0.5::float4", nil) { try $0.double(0) } == 0.5)
        #expect(try await select("'x'::varchar", nil) { try $0.text(0) } == "x")
    }

    @Test(arguments: [
        Bind.optional(int: nil), .optional(text: nil), .optional(bool: nil),
        .optional(double: nil), .optional(timestamp: nil), .optional(date: nil),
        .optional(numericFen: nil), .optional(uuid: nil), .optional(json: nil),
    ])
    func `a typed null needs no hint from the statement`(bind: Bind) async throws {
        #expect(try await select("$1 IS NULL", bind) { try $0.bool(0) })
    }

    @Test func `each optional verb gives nil for NULL and each plain one refuses it`() async throws
    {
        try await withConnection { connection in
            let columns = """
                SELECT NULL::int8, NULL::text, NULL::bool, NULL::float8, NULL::timestamptz,
                    NULL::date, NULL::numeric, NULL::uuid, NULL::jsonb, NULL::text[], NULL::xid8,
                    NULL::bytea
                """
            try await connection.perform { session in
                _ = try session.first(columns) { (row: borrowing Row) throws in
                    #expect(try row.intOrNil(0) == nil && row.int32OrNil(0) == nil)
                    #expect(try row.textOrNil(1) == nil)
                    #expect(try row.boolOrNil(2) == nil)
                    #expect(try row.doubleOrNil(3) == nil)
                    #expect(try row.timestampOrNil(4) == nil)
                    #expect(try row.dateOrNil(5) == nil)
                    #expect(try row.numericFenOrNil(6) == nil)
                    #expect(try row.uuidOrNil(7) == nil)
                    #expect(try row.jsonOrNil(8) == nil)
                    #expect(try row.textArrayOrNil(9) == nil)
                    #expect(try row.xid8OrNil(10) == nil)
                    #expect(try row.byteArrayOrNil(11) == nil)
                    for column in 0..<row.columnCount { #expect(row.isNull(column) == true) }
                    expectRefusal("column 0 (int8) is NULL") { try row.int(0) }
                    expectRefusal("column 6 (numeric) is NULL") { try row.numericFen(6) }
                }
            }
        }
    }

    @Test(arguments: [
        ("'NaN'::numeric", "NaN"), ("'Infinity'::numeric", "Infinity"),
        ("'-Infinity'::numeric", "-Infinity"), ("1.234::numeric", "1.234"),
        ("-0.001::numeric", "-0.001"), ("0.00001::numeric", "0.00001"),
        ("1e30::numeric", "1000000000000000000000000000000"),
        ("10000000000000000::numeric", "10000000000000000"),
    ])
    func `a numeric that is no money is refused with its value`(
        sql: String, shown: String
    ) async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                _ = try session.query("SELECT \(sql) AS wages") { row in
                    expectRefusal("column 0 (wages) is \(shown)") { try row.numericFen(0) }
                }
            }
        }
    }

    @Test(arguments: ["'infinity'::timestamptz", "'-infinity'::timestamptz"])
    func `an infinite moment is refused`(sql: String) async throws {
        await #expect(throws: PostgresError.self) {
            try await select(sql, nil) { try $0.timestamp(0) }
        }
    }

    @Test(arguments: ["'infinity'::date", "'-infinity'::date"])
    func `an infinite day is refused`(sql: String) async throws {
        await #expect(throws: PostgresError.self) { try await select(sql, nil) { try $0.date(0) } }
    }

    @Test func `a column of another type is refused with its name and OID`() async throws {
        try await withConnection { connection in
            try await connection.perform { session in
                _ = try session.query("SELECT 1::int4 AS heads, '1 day'::interval AS span") { row in
                    expectRefusal("column 0 (heads) has the type OID 23") { try row.text(0) }
                    expectRefusal("column 1 (span) has the type OID 1186") { try row.int(1) }
                    expectRefusal("column 2 was asked for") { try row.int(2) }
                }
            }
        }
    }
}

/// Selects one expression with one bind; nil binds nothing.
private func select<T: Sendable>(
    _ expression: String, _ bind: Bind?, _ decode: @escaping @Sendable (borrowing Row) throws -> T
) async throws -> T {
    try await withMaintenanceConnection { connection in
        let value = try await connection.perform { session in
            try session.first("SELECT \(expression)", bind.map { [$0] } ?? [], decode)
        }
        return try #require(value)
    }
}

/// Expects a refusal whose message holds `text`.
func expectRefusal<T>(_ text: String, _ body: () throws -> T) {
    let error = #expect(throws: PostgresError.self) { _ = try body() }
    #expect(error?.message.contains(text) == true, "\(String(describing: error))")
}
