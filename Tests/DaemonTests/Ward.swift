import Alerting
import Daemon
import Labor
import Settings
import Store
import Support
import Synchronization
import Testing

/// An engine that knows its health, by clocks that the test moves.
final class Ward: Sendable {
    let engine: Engine
    let store: PostgresStore
    let lease: Lease
    let shift = Shift()

    init(_ bench: Bench, _ lines: String = "", source: String? = nil) async throws {
        let components = try bench.components(lines, source: source)
        store = try await components.store()
        let taken = try await store.acquireLease(holder: "test", seconds: 600)
        lease = try #require(taken)
        let shift = shift
        engine = Engine(
            reader: try components.reader(), history: store,
            pipeline: components.pipeline(waits: false), monotonic: SystemClock.monotonic,
            checkup: Checkup(
                store: store, receivers: components.configuration.receivers.map(\.name),
                clock: { SystemClock.now().adding(seconds: shift.seconds.withLock { $0 }) },
                monotonic: SystemClock.monotonic))
    }

    func cycle(_ moment: String) async throws -> Engine.Outcome {
        let instant = try #require(Instant(rfc3339: moment))
        return try await engine.cycle(
            asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease)
    }

    /// A cycle that fails, and what is said of it.
    func fail(_ moment: String) async throws -> Bool {
        await #expect(throws: (any Error).self) { try await self.cycle(moment) }
        let instant = try #require(Instant(rfc3339: moment))
        return try await engine.systemCycle(
            asOf: Zone.shanghai.asOf(instant), at: instant, lease: lease)
    }
}

/// How far this machine's clock was moved, seconds.
final class Shift: Sendable {
    let seconds = Mutex<Int64>(0)
}

extension Bench {
    /// What became of the alerts of the watching itself, in order.
    func told() async throws -> [String] {
        try await texts(
            """
            SELECT concat_ws(' ', e.rule, subject_id, what, to_tier, to_char(
                       e.at AT TIME ZONE 'Asia/Shanghai', 'HH24:MI'))
              FROM laborwatch.alert_events e JOIN laborwatch.alerts a USING (alert_id)
             WHERE a.kind = 'system' ORDER BY e.at, e.rule, e.sequence
            """)
    }
}
