import Alerting
import Daemon
import Deliver
import Labor
import Postgres
import Store
import Support
import Testing

/// What the watchdog hears of a watch, on a real datagram socket and by clocks that the test moves.
@Suite(.timeLimit(.minutes(20))) struct WatchdogTests {
    /// The patience of the unit's watchdog, seconds.
    private static let patience = 180.0

    /// A watch with the longest lease there is, by a watchdog of 180 s.
    private struct Post: Sendable {
        let watch: Watch
        let stop = Latch()
        let store: PostgresStore
        let socket: NotifySocket

        init(
            _ bench: Bench, _ time: Timekeeper,
            keepHouse: @escaping @Sendable () async throws -> Void = {}
        ) async throws {
            let name = bench.scratch.path + "/notify"
            socket = try NotifySocket(name)
            let components = try bench.components()
            store = try await components.store()
            let manager = ServiceManager(environment: [
                "NOTIFY_SOCKET": name,
                "WATCHDOG_USEC": "\(Int(WatchdogTests.patience * 1e6))",
            ])
            watch = Watch(
                Watch.Parts(
                    engine: Engine(
                        reader: try components.reader(), history: store,
                        pipeline: components.pipeline(waits: false), monotonic: time.monotonic),
                    history: store, outbox: store,
                    courier: Courier(
                        outbox: store, receivers: [], logger: silent, clock: SystemClock.now),
                    receivers: [], listening: nil, intervalSeconds: 3_600, leaseSeconds: 600,
                    holder: "watched", zone: components.zone, replay: nil,
                    keepHouse: { _ in try await keepHouse() }, time: time),
                manager: manager, logger: silent)
        }

        /// Runs the watch while the body has its way with it.
        func run(_ body: () async throws -> Void) async throws {
            async let ending = watch.run(until: stop)
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            stop.open()
            _ = try await ending
            await store.close()
            try result.get()
        }
    }

    /// Lets time pass in small steps, each once so many tasks sleep.
    private func pass(_ seconds: Double, _ time: ManualTime, whenAsleep count: Int) async throws {
        let end = time.passed + seconds
        while time.passed < end { try await time.pass(10, onceAsleep: count) }
    }

    @Test func `a standby feeds it while another holds the longest lease`() async throws {
        try await withBench { bench in
            let time = ManualTime()
            let post = try await Post(bench, time.timekeeper)
            let other = try await post.store.acquireLease(holder: "other", seconds: 600)
            try #require(other != nil)
            try await post.run {
                try await pass(10, time, whenAsleep: 1)
                _ = post.socket.meals
                // A third of the lease is longer than the watchdog's patience.
                for _ in 0..<3 {
                    try await pass(WatchdogTests.patience, time, whenAsleep: 1)
                    #expect(post.socket.meals >= 2)
                }
            }
        }
    }

    @Test func `a statement that is waited for feeds it, however long it takes`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            let post = try await Post(bench, .machine)
            // Whoever loads the table keeps readers out until the load is over.
            try await bench.sql.perform { session in
                _ = try session.execute("SELECT pg_advisory_lock(1)")
            }
            try await bench.run(
                """
                ALTER TABLE labor.report RENAME TO report_kept;
                CREATE FUNCTION labor.gate() RETURNS boolean VOLATILE LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END';
                """)
            try await bench.run(
                "CREATE VIEW labor.report AS SELECT * FROM labor.report_kept WHERE labor.gate();"
                    + "GRANT SELECT ON labor.report TO PUBLIC;")
            try await post.run {
                try await bench.waitUntilLockIsAwaited()
                _ = post.socket.meals
                var meals = 0
                try await eventually("three meals during one statement") {
                    meals += post.socket.meals
                    return meals >= 3
                }
                #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycles") == 0)
                try await bench.sql.perform { session in
                    _ = try session.execute("SELECT pg_advisory_unlock(1)")
                }
                try await eventually("the cycle's end") {
                    try await bench.number("SELECT count(*) FROM laborwatch.cycles") == 1
                }
            }
        }
    }

    @Test func `a loop that hangs feeds nothing, though the lease is renewed`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            let time = ManualTime()
            let hanging = Latch()
            let end = Latch()
            let post = try await Post(bench, time.timekeeper) {
                hanging.open()
                await end.wait()
            }
            try await post.run {
                await hanging.wait()
                _ = post.socket.meals
                func renewals() async throws -> String {
                    try await bench.texts("SELECT expires_at::text FROM laborwatch.lease")[0]
                }
                let before = try await renewals()
                // Only the task that renews the lease sleeps.
                try await pass(2 * WatchdogTests.patience, time, whenAsleep: 1)
                try await eventually("a renewal") { try await renewals() != before }
                #expect(post.socket.meals == 0)
                end.open()
            }
        }
    }
}
