import Alerting
import Daemon
import Labor
import Postgres
import Source
import Store
import Support

/// An engine with the built-in rules that reads one database and remembers in another.
struct Observatory: DatabaseBench, Sendable {
    static let windowMonths = 18

    let engine: Engine
    let reader: SourceReader
    let pipeline: Pipeline
    let store: PostgresStore
    private let lease: Lease
    let sql: Connection

    init(source: String, store dsn: String) async throws {
        let components = try Components(
            path: nil,
            environment: [
                "LABORWATCH_SOURCE_DSN": source, "LABORWATCH_STORE_DSN": dsn,
                "LABORWATCH_SOURCE_WINDOW_MONTHS": "\(Observatory.windowMonths)",
            ])
        reader = try components.reader()
        pipeline = components.pipeline(waits: false)
        store = try await components.store()
        engine = Engine(
            reader: reader, history: store, pipeline: pipeline, monotonic: SystemClock.monotonic)
        guard let lease = try await store.acquireLease(holder: "simulation", seconds: 3_600) else {
            throw StoreError(.leaseLost, "the simulation did not get the lease")
        }
        self.lease = lease
        sql = try await Connection.open(ConnectionOptions(dsn: dsn))
    }

    func close() async {
        await store.close()
        await sql.close()
    }

    /// A cycle as of a moment, told at that moment.
    func look(_ moment: Instant, full: Bool = false) async throws -> Engine.Outcome {
        try await engine.cycle(
            asOf: Chronicle.zone.asOf(moment), at: moment, lease: lease, full: full)
    }

    /// Sends what a bureau sends.
    func send(_ statements: [String]) async throws {
        guard !statements.isEmpty else { return }
        try await run(statements.joined(separator: "\n"))
    }

    /// Every episode as the store has it, one text each.
    func episodes() async throws -> [String] {
        try await texts("SELECT a::text FROM laborwatch.alert a ORDER BY alert_id")
    }

    /// The rules that said anything.
    func rules() async throws -> [String] {
        try await texts("SELECT DISTINCT rule FROM laborwatch.alerts ORDER BY rule")
    }

    /// Events with their evidence, one text each: all, or those of one look.
    func events(of moment: Instant? = nil) async throws -> [String] {
        let condition = moment.map { "WHERE as_of = '\($0.rfc3339(offsetSeconds: 0))'" } ?? ""
        return try await texts(
            """
            SELECT concat_ws(' ', event_id, alert_id, sequence, what, reason, from_tier, to_tier,
                             from_state, to_state, at, as_of, persons, share, amount, evidence)
              FROM laborwatch.alert_events \(condition) ORDER BY event_id
            """)
    }
}

/// The first place where two lists differ, as words; nil when they are the same.
func difference(_ left: [String], _ right: [String]) -> String? {
    if left == right { return nil }
    let onlyLeft = Set(left).subtracting(right).min() ?? "nothing"
    let onlyRight = Set(right).subtracting(left).min() ?? "nothing"
    return "\(left.count) against \(right.count); only here: \(onlyLeft); only there: \(onlyRight)"
}
