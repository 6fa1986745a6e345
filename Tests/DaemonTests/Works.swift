import Alerting
import Daemon
import Labor
import Store
import Testing

/// The engine of a configuration, with the store that it writes to and the lease of the test.
struct Works {
    let engine: Engine
    let store: PostgresStore
    let lease: Lease

    init(_ bench: Bench, _ lines: String = "", waits: Bool = false) async throws {
        let components = try bench.components(lines)
        try await self.init(components, components.store(), waits: waits)
    }

    init(_ components: Components, _ store: PostgresStore, waits: Bool = false) async throws {
        self.store = store
        engine = Engine(
            reader: try components.reader(), history: store,
            pipeline: components.pipeline(waits: waits), monotonic: SystemClock.monotonic)
        guard let lease = try await store.acquireLease(holder: "test", seconds: 600) else {
            throw StoreError(.leaseLost, "the test did not get the lease")
        }
        self.lease = lease
    }

    func cycle(
        _ moment: String, under lease: Lease? = nil, full: Bool = false
    ) async throws -> Engine.Outcome {
        let instant = try #require(Instant(rfc3339: moment))
        return try await engine.cycle(
            asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease ?? self.lease, full: full)
    }
}
