import Alerting
import Daemon
import Foundation
import Labor
import Logging
import Postgres
import Support

/// A bureau of a test: a database of its own with both schemas, and a folder for what is written.
struct Bench: DatabaseBench, Sendable {
    let dsn: String
    let scratch: Scratch
    let sql: Connection

    /// The database's own name.
    var database: String { String(dsn.split(separator: "=").last ?? "") }

    /// Writes a configuration for this database; alerts go to files in `alerts`, unless the lines
    /// that are added say otherwise.
    @discardableResult
    func configure(
        _ lines: String = "", lease: Int = 5, as name: String = "laborwatch.yaml",
        source: String? = nil
    ) throws -> String {
        try scratch.write(
            name,
            """
            source: {dsn: "\(source ?? dsn)", interval: 1s}
            store: {dsn: "\(dsn)", lease: \(lease)s}
            state_directory: \(scratch.path)
            log: {level: debug}
            \(lines)

            """)
    }

    /// Everything that the daemon builds from that configuration.
    func components(_ lines: String = "", source: String? = nil) throws -> Components {
        try Components(path: configure(lines, source: source), environment: [:])
    }

    /// The lines of all files about alerts or incidents, in the order of their names.
    func lines(
        in folder: String = "alerts", of subject: String = "alerts"
    ) throws -> [JSONValue] {
        let path = scratch.path + "/" + folder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.filter { $0.hasPrefix("\(subject)-") && $0.hasSuffix(".jsonl") }
        return try files.sorted().flatMap { name in
            try String(contentsOfFile: path + "/" + name, encoding: .utf8)
                .split(separator: "\n").map(JSONValue.init(line:))
        }
    }

    /// Waits until alerts of at least so many enterprises were raised. The store notifies this
    /// channel in the transaction that orders their deliveries.
    func raised(_ count: Int) async throws {
        try await waitForNotifications(on: "laborwatch_outbox", dsn: dsn) {
            // The system's own alerts do not count: old reports raise one.
            try await number(
                """
                SELECT count(DISTINCT subject_id) FROM laborwatch.alerts
                 WHERE subject_type = 'enterprise'
                """) >= count
        }
    }
}

extension Bench {
    /// Enterprises 1 to `count` in one county, each with reports of 400 staff and full pay for a
    /// span of months; a month is known on the third day of the next one.
    func settle(_ count: Int = 6, from first: String, through last: String) async throws {
        try await run(
            """
            INSERT INTO labor.region (code, name, name_en, parent_code) VALUES
                ('540000', '西藏', 'Tibet', NULL), ('540102', '城关区', 'Chengguan', '540000');
            INSERT INTO labor.industry (code, name, parent_code) VALUES
                ('E', '建筑业', NULL), ('E47', '房屋建筑业', 'E');
            INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
            SELECT n, '企业' || n, '540102', 'E47' FROM generate_series(1, \(count)) AS n;
            INSERT INTO labor.report
                (enterprise_id, period, headcount, wages_due, wages_paid, reported_at)
            SELECT n, month, 400, 2400000, 2400000,
                   month + interval '1 month 2 days'
              FROM generate_series(1, \(count)) AS n,
                   generate_series('\(first)-01'::date, '\(last)-01'::date, '1 month') AS month;
            """)
    }

    /// A report, or a revision of one, that became known at a moment.
    func report(_ enterprise: Int, _ month: String, staff: Int, at moment: String) async throws {
        try await run(
            """
            INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
            VALUES (\(enterprise), '\(month)-01', \(staff), '\(moment)');
            """)
    }

    /// An owner who absconds today, of which an alert follows at once.
    func abscond(_ enterprise: Int) async throws {
        try await run(
            """
            INSERT INTO labor.event (enterprise_id, kind, persons, occurred_on)
            VALUES (\(enterprise), 'owner_absconded', 40,
                    (now() AT TIME ZONE 'Asia/Shanghai')::date);
            """)
    }

    /// A year and a half in which every enterprise goes through something of its own, the same in
    /// every database: staff falls and comes back, pay stops, reports fail to come.
    func live() async throws {
        try await settle(24, from: "2024-07", through: "2025-12")
        try await run(
            """
            UPDATE labor.report SET headcount = 400 - 130 * (extract(month FROM period)::int / 4)
             WHERE enterprise_id % 4 = 1 AND period >= '2025-01-01';
            UPDATE labor.report SET wages_paid = wages_due / 5
             WHERE enterprise_id % 4 = 2 AND extract(month FROM period) IN (3, 4, 5, 6, 7);
            DELETE FROM labor.report
             WHERE enterprise_id % 4 = 3 AND extract(month FROM period) IN (6, 7, 8);
            INSERT INTO labor.event (enterprise_id, kind, persons, occurred_on, reported_at)
            SELECT n, 'labor_dispute', 20 + n, '2025-02-10'::date + 9 * n,
                   '2025-02-11 10:00+08'::timestamptz + n * interval '9 days'
              FROM generate_series(4, 24, 4) AS n;
            """)
    }
}

extension Bench {
    /// Lets nobody into a database any more, or everybody again.
    func shut(_ database: String, _ isShut: Bool) async throws {
        try await run(
            """
            ALTER DATABASE \(database) ALLOW_CONNECTIONS \(!isShut);
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE \(isShut) AND datname = '\(database)';
            """)
    }
}

extension Bench {
    /// The same bench with a connection of its own, for a database that was shut meanwhile.
    static func reopened(_ bench: Bench) async throws -> Bench {
        Bench(
            dsn: bench.dsn, scratch: bench.scratch,
            sql: try await Connection.open(ConnectionOptions(dsn: bench.dsn)))
    }
}

/// Lends a bench for a test's life.
func withBench(_ body: (Bench) async throws -> Void) async throws {
    try await withConnectedDatabase(template: migrated) { dsn, sql in
        try await body(Bench(dsn: dsn, scratch: Scratch(), sql: sql))
    }
}

/// A log that nobody reads.
let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension JSONValue {
    /// The value of one line of JSON.
    init(line: some StringProtocol) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
    }

    /// A member of an object; null where there is none.
    subscript(_ key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    /// The items of a list; none for anything else.
    var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    /// The text of a string; empty for anything else.
    var text: String {
        if case .string(let text) = self { text } else { "" }
    }

    /// The value of a whole number.
    var number: Int? {
        if case .int(let number) = self { Int(number) } else { nil }
    }
}
