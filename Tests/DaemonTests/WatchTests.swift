import Alerting
import Daemon
import Deliver
import Labor
import Store
import Support
import Testing

/// One evaluates, the other stands by; on stop the turn passes on.
@Suite(.timeLimit(.minutes(20))) struct WatchTests {
    /// A watch with a store and a file receiver of its own.
    private struct Post: Sendable {
        let watch: Watch
        let stop = Latch()
        let store: PostgresStore

        init(_ bench: Bench, _ holder: String, lease: Int = 5, replay: Replay? = nil) async throws {
            let components = try bench.components()
            store = try await components.store()
            let receiver = FileReceiver(
                FileReceiverOptions(
                    name: "file", directory: bench.scratch.path + "/alerts", retentionDays: 0,
                    language: .english, zone: components.zone), logger: silent)
            watch = Watch(
                Watch.Parts(
                    engine: Engine(
                        reader: try components.reader(), history: store,
                        pipeline: components.pipeline(waits: replay == nil),
                        monotonic: SystemClock.monotonic),
                    history: store, outbox: store,
                    courier: Courier(
                        outbox: store, receivers: [receiver], logger: silent,
                        clock: SystemClock.now),
                    receivers: ["file"], listening: nil, intervalSeconds: 0.1,
                    leaseSeconds: lease, holder: holder, zone: components.zone, replay: replay),
                manager: ServiceManager(environment: [:]), logger: silent)
        }

        func run() async throws -> Watch.Ending {
            let ending = try await watch.run(until: stop)
            await store.close()
            return ending
        }
    }

    private func holder(_ bench: Bench) async throws -> String {
        try await bench.texts("SELECT holder FROM laborwatch.lease").first ?? ""
    }

    @Test func `it takes the lease, evaluates, delivers, and gives the lease back at once`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try await bench.abscond(1)
            let lease = 600
            let post = try await Post(bench, "first", lease: lease)
            async let ending = post.run()
            try await bench.raised(1)
            #expect(try await holder(bench) == "first")
            try await eventually("the line in the file") {
                try bench.lines().contains { $0["rule"].text == "wage.absconding" }
            }
            let clock = ContinuousClock()
            let told = clock.now
            post.stop.open()
            #expect(try await ending == .stopped)
            // Long before the lease would have ended by itself.
            #expect(clock.now - told < .seconds(lease) / 10)
            #expect(try await holder(bench) == "")
        }
    }

    @Test func `the one that stands by takes over when the first stops`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            let first = try await Post(bench, "first", lease: 3)
            let second = try await Post(bench, "second", lease: 3)
            async let one = first.run()
            try await eventually("the first cycle") { try await holder(bench) == "first" }
            async let other = second.run()
            try await bench.abscond(1)
            try await bench.raised(1)
            #expect(
                try await bench.texts("SELECT DISTINCT holder FROM laborwatch.cycles") == ["first"])
            first.stop.open()
            #expect(try await one == .stopped)
            try await eventually("the change of turns") { try await holder(bench) == "second" }
            try await bench.abscond(2)
            try await bench.raised(2)
            second.stop.open()
            #expect(try await other == .stopped)
        }
    }

    @Test func `a replay goes on where it stopped and repeats no day`() async throws {
        try await withBench { bench in
            try await bench.live()
            let replay = Replay(
                from: Period(year: 2025, month: 3), through: Period(year: 2025, month: 8),
                every: .week)
            let first = try await Post(bench, "first", replay: replay)
            async let one = first.run()
            try await eventually("three days") {
                try await bench.number("SELECT count(*) FROM laborwatch.cycles") >= 3
            }
            first.stop.open()
            #expect(try await one == .stopped)
            let days = try await bench.number("SELECT count(*) FROM laborwatch.cycles")
            #expect(days < replay.days.count)
            let second = try await Post(bench, "second", replay: replay)
            #expect(try await second.run() == .replayed)
            #expect(
                try await bench.texts(
                    """
                    SELECT to_char(as_of AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')
                      FROM laborwatch.cycles ORDER BY cycle_id
                    """) == replay.days.map(\.description))
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.deliveries WHERE state <> 'delivered'") == 0)
            let told = try bench.lines().map { $0["event_id"].text }
            let known = try await bench.texts("SELECT event_id::text FROM laborwatch.alert_events")
            #expect(told.count > 20)
            #expect(told.sorted() == known.sorted())
        }
    }

    @Test func `a replay that is over has nothing left to do`() async throws {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-03")
            let replay = Replay(
                from: Period(year: 2025, month: 2), through: Period(year: 2025, month: 3))
            #expect(try await Post(bench, "first", replay: replay).run() == .replayed)
            #expect(try await Post(bench, "second", replay: replay).run() == .replayed)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycles") == 2)
        }
    }
}
