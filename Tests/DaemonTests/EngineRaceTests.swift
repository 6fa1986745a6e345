import Alerting
import Daemon
import Labor
import Store
import Support
import Testing
import Verbs

/// A person and a cycle at the same moment.
@Suite(.timeLimit(.minutes(20))) struct EngineRaceTests {
    @Test func `a cycle that a person was quicker than is made anew and is no failure`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let components = try bench.components()
            let store = try await components.store()
            let lease = try #require(try await store.acquireLease(holder: "test", seconds: 600))
            func engine(_ history: any History) throws -> Engine {
                Engine(
                    reader: try components.reader(), history: history,
                    pipeline: components.pipeline(waits: true), monotonic: SystemClock.monotonic)
            }
            func cycle(_ engine: Engine, _ text: String) async throws {
                let moment = try #require(Instant(rfc3339: text))
                _ = try await engine.cycle(
                    asOf: Zone.shanghai.asOf(moment), at: moment, lease: lease)
            }
            try await cycle(engine(store), "2026-06-03T12:00:00+08:00")
            let id = try #require(
                try await bench.texts(
                    "SELECT alert_id::text FROM laborwatch.alerts WHERE rule = 'layoff.statutory'"
                ).first)
            let interloper = Interloper(store) {
                let moment = try #require(Instant(rfc3339: "2026-06-03T13:00:00+08:00"))
                let answer = try await components.apply(.acknowledge(alert: id), at: moment, bench)
                #expect(answer.exitCode == 0, "\(answer.outcome)")
            }
            // The clock of two hours has run out when the person answers.
            try await cycle(engine(interloper), "2026-06-03T14:30:00+08:00")
            let said = try await bench.texts(
                """
                SELECT what FROM laborwatch.alert_events WHERE alert_id = '\(id)'
                 ORDER BY sequence
                """)
            #expect(said == ["raised", "acknowledged"])
            #expect(
                try await bench.texts("SELECT DISTINCT outcome FROM laborwatch.cycles") == ["ok"])
            await store.close()
        }
    }
}

/// A store in which somebody does something just before the first commit.
private actor Interloper: History {
    private let store: PostgresStore
    private var deed: (@Sendable () async throws -> Void)?

    init(_ store: PostgresStore, _ deed: @escaping @Sendable () async throws -> Void) {
        self.store = store
        self.deed = deed
    }

    func acquireLease(holder: String, seconds: Int) async throws -> Lease? {
        try await store.acquireLease(holder: holder, seconds: seconds)
    }

    func release(_ lease: Lease) async throws { try await store.release(lease) }

    func recall() async throws -> Memory { try await store.recall() }

    func ended(foundAsOf asOf: Instant) async throws -> Set<AlertID> {
        try await store.ended(foundAsOf: asOf)
    }

    func commit(_ cycle: CycleRecord, under lease: Lease) async throws {
        let deed = deed
        self.deed = nil
        try await deed?()
        try await store.commit(cycle, under: lease)
    }

    func noteFailure(asOf: Instant, startedAt: Instant, message: String) async throws {
        try await store.noteFailure(asOf: asOf, startedAt: startedAt, message: message)
    }
}
