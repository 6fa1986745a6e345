import Labor
import Source

/// A value at the edge of what a column can hold.
struct EdgeValue: Hashable, Sendable {
    /// Its SQL.
    var sql: String
    /// Whether a column that may be empty takes it as empty.
    var isEmpty = false
    /// Whether it is a text that a name may be.
    var isName = false
    /// Whether it is a number that a count or an amount may be.
    var isNumber = false

    static let null = EdgeValue(sql: "NULL", isEmpty: true)

    /// What a column of a type can hold at its edges.
    static func edges(of type: String) -> [EdgeValue] {
        [null] + (literals[type] ?? []).map { EdgeValue(sql: $0) } + (type == "text" ? texts : [])
            + (type == "boolean"
                ? ["true", "false"].map { EdgeValue(sql: $0, isNumber: true) } : [])
    }

    private static let literals: [String: [String]] = [
        "integer": ["-2147483648", "2147483647", "-1"],
        "bigint": ["-9223372036854775808", "9223372036854775807", "-1"],
        "numeric(16,2)": ["'NaN'", "99999999999999.99", "-99999999999999.99"],
        "numeric": ["'NaN'", "'Infinity'", "'-Infinity'", "1e1000", "-1e1000", "1e-300"],
        "double precision": [
            "'NaN'", "'Infinity'", "'-Infinity'", "1.7976931348623157e308",
            "-1.7976931348623157e308", "5e-324",
        ],
        "date": [
            "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'0001-01-01 BC'", "'0001-01-01'",
            "'5874897-12-01'",
        ],
        "timestamp with time zone": [
            "'infinity'", "'-infinity'", "'4714-11-24 00:00:00Z BC'", "'0001-01-01 00:00Z BC'",
            "'0001-01-01 00:00:00+08:05'", "'294276-12-31 23:59:59.999999Z'",
        ],
        "timestamp without time zone": [
            "'infinity'", "'-infinity'", "'4714-11-24 00:00 BC'", "'0001-01-01 00:00'",
            "'294276-12-31 23:59:59.999999'",
        ],
        "text[]": ["'{}'", "'{NULL}'", "array[repeat('宽', 350000)]"],
    ]

    private static let texts: [EdgeValue] =
        [
            EdgeValue(sql: "''", isEmpty: true), EdgeValue(sql: "' '", isEmpty: true),
            EdgeValue(sql: "E'e\\u0301\\u0301\\u0F71\\u0F74'", isName: true),
            EdgeValue(sql: "'\"''<&>\\u0000{\"a\":\"\\u0000\"}'", isName: true),
        ]
        + [
            "repeat('宽', 350000)",
            "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 32768) n)",
            "E'\\u202E甲\\u2066乙'", "E'\\x01甲\\x1F\\x7F'", "E'甲\\r\\n乙'", "E'\\uFEFF\\u200B\\uFFFF'",
        ].map { EdgeValue(sql: $0) }

    /// What a text holds that ought to be something else.
    static let misfits = [
        "abc", "-1", "99999999999999999999", "1e400", "NaN", "Infinity", "infinity", "0001-01-01",
        "2026-02-30", "9999-12-31", "0001-01-01 00:00:00+08:05 BC", "12:00", "０１", "0x10", "{}",
    ].map { EdgeValue(sql: "'\($0)'", isName: true, isNumber: $0 == "-1") }
}

/// How the six tables come in.
enum Doorway: String, CaseIterable, Sendable {
    /// The tables of the contract.
    case contract
    /// The bureau's own tables: the same types, and no constraint.
    case unconstrained
    /// The bureau's own tables, whose columns have related types.
    case related
    /// The bureau's own tables, all of whose columns are texts.
    case texts

    /// The schema that is read.
    var schema: String { self == .contract ? "labor" : "bureau" }

    /// The environment of a program that maps the tables.
    var environment: [String: String] {
        // A shorter history is enough.
        let window = ["LABORWATCH_SOURCE_WINDOW_MONTHS": "24"]
        guard self != .contract else { return window }
        return SourceTable.allCases.reduce(into: window) { variables, table in
            let name = table.rawValue
            variables["LABORWATCH_SOURCE_MAPS_\(name.uppercased())"] = "bureau.\(name)"
        }
    }

    /// The statements that make the bureau's tables of those of the contract.
    var script: String {
        guard self != .contract else { return "" }
        return "CREATE SCHEMA bureau;\n"
            + SourceTable.allCases.map { table in
                let name = table.rawValue
                return "CREATE TABLE bureau.\(name) AS TABLE labor.\(name);\n"
                    + changes(table).map { "ALTER TABLE bureau.\(name) \($0);\n" }.joined()
                    + "ALTER TABLE bureau.\(name) ADD is_bad boolean DEFAULT false;\n"
                    + "ALTER TABLE bureau.\(name) ALTER is_bad SET DEFAULT true;\n"
            }.joined()
    }

    private func changes(_ table: SourceTable) -> [String] {
        switch self {
        case .contract: return []
        case .unconstrained:
            return table.columns.filter { $0.type == "numeric" }
                .map { "ALTER \($0.name) TYPE numeric" }
        case .texts:
            return table.columns.map { "ALTER \($0.name) TYPE text" }
                + ["DROP changed_xid"]
        case .related:
            return table.columns.compactMap { column in
                let other: String? =
                    switch column.type {
                    case "integer": "double precision"
                    case "bigint": "numeric"
                    case "numeric": "double precision"
                    case "double precision": "numeric"
                    case "date": "timestamp without time zone"
                    case "timestamp with time zone": "timestamp without time zone"
                    case "boolean": "integer"
                    default: nil
                    }
                return other.map {
                    "ALTER \(column.name) TYPE \($0) USING \(column.name)::\($0)"
                }
            }
        }
    }
}

extension SourceTable {
    /// A good row, by column; `number` tells it from others of its kind.
    func goodRow(_ number: Int) -> [String: String] {
        switch self {
        case .region:
            ["code": "'9\(number)'", "name": "'区\(number)'", "parent_code": "'540000'"]
        case .industry: ["code": "'Y\(number)'", "name": "'业\(number)'"]
        case .enterprise:
            [
                "enterprise_id": "'\(1_000 + number)'", "name": "'新\(number)'",
                "region_code": "'540102'", "industry_code": "'E47'",
            ]
        case .report:
            [
                "enterprise_id": "'\(100 + number)'", "period": "'2026-10-01'",
                "headcount": "'400'", "reported_at": "'2026-11-03 00:00'",
            ]
        case .event:
            [
                "event_id": "'\(1_000 + number)'", "enterprise_id": "'101'", "kind": "'relief'",
                "occurred_on": "'2026-10-20'", "reported_at": "'2026-10-21 00:00'",
            ]
        case .indicator:
            [
                "code": "'surveyed_unemployment_rate'", "region_code": "'540000'",
                "period": "'2026-10-01'", "value": "'5'", "reported_at": "'2026-11-10 00:00'",
            ]
        }
    }

    /// Whether a row with such a value in a column must be in quarantine for it, whatever else comes
    /// of the row.
    func mustList(_ column: String, _ value: EdgeValue, as type: String) -> Bool {
        guard let contracted = columns.first(where: { $0.name == column }) else { return false }
        if value.isEmpty { return isNeeded(column) }
        switch (self, column) {
        // What nobody reads, or only orders revisions.
        case (_, "revision_id"), (.region, "reported_at"), (.industry, "reported_at"),
            (.enterprise, "reported_at"):
            return false
        // Any number is an id.
        case (.enterprise, "enterprise_id"), (.event, "event_id"): return false
        default: break
        }
        switch contracted.type {
        case "text":
            let isCoded = ["kind", "operating_state", "data_basis", "credit_code"].contains(column)
            return isCoded || !value.isName
        case "boolean": return type == "text"
        case "double precision": return !value.isNumber
        default: return !(column == "amount" && value.isNumber)
        }
    }

    private func isNeeded(_ column: String) -> Bool {
        let needed: [SourceTable: Set<String>] = [
            .region: ["code"], .industry: ["code"],
            .enterprise: ["enterprise_id", "name", "region_code", "industry_code"],
            .report: ["enterprise_id", "period", "headcount", "reported_at"],
            .event: ["event_id", "kind", "reported_at"],
            .indicator: ["code", "region_code", "period", "value", "reported_at"],
        ]
        return needed[self]?.contains(column) ?? false
    }
}
