import Alerting
import Daemon
import Deliver
import Labor
import Store
import Support
import Testing

/// A daemon hears of deliveries that another connection makes due.
@Suite(.timeLimit(.minutes(20))) struct WatchOutboxTests {
    /// A receiver that accepts every message and reports its ID.
    private struct Taker: Receiver {
        let name = "file"
        let taken: AsyncStream<String>.Continuation

        func deliver(
            _ message: AlertMessage, at now: Instant
        ) async throws(DeliveryFailure) -> DeliveryReceipt {
            taken.yield(message.id)
            return DeliveryReceipt()
        }

        func close() async {}
    }

    /// Only a notification can wake the courier: its sleep never ends, and the only cycle has
    /// committed before.
    @Test func `a delivery that another connection makes due is sent without waiting for a poll`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            try await bench.abscond(1)
            let components = try bench.components()
            let store = try await components.store()
            let (taken, report) = AsyncStream.makeStream(of: String.self)
            let watch = Watch(
                Watch.Parts(
                    engine: Engine(
                        reader: try components.reader(), history: store,
                        pipeline: components.pipeline(waits: true),
                        monotonic: SystemClock.monotonic),
                    history: store, outbox: store,
                    courier: Courier(
                        outbox: store, receivers: [Taker(taken: report)], logger: silent,
                        clock: SystemClock.now,
                        sleep: { _ in
                            let (never, _) = AsyncStream.makeStream(of: Void.self)
                            for await _ in never {}
                            try Task.checkCancellation()
                        }),
                    receivers: ["file"], listening: nil,
                    outboxListening: try components.storeOptions(), intervalSeconds: 86_400,
                    leaseSeconds: 600, holder: "test", zone: components.zone, replay: nil),
                manager: ServiceManager(environment: [:]), logger: silent)
            let stop = Latch()
            async let ending = watch.run(until: stop)
            var messages = taken.makeAsyncIterator()
            _ = await messages.next()
            try await bench.settled()
            let wanted = try await bench.texts(
                "SELECT event_id::text FROM laborwatch.deliveries ORDER BY delivery_id LIMIT 1")
            // Some of the first wake-ups may come from the cycle or from the start of the listener.
            for _ in 1...6 {
                try await bench.settled()
                try await bench.run(
                    "UPDATE laborwatch.delivery SET state = 'dead' WHERE event_id = '\(wanted[0])'")
                let answer = try await components.apply(
                    .retry(delivery: nil, receiver: nil), at: SystemClock.now(), bench)
                #expect(answer.result["retried"] == 1)
                while let message = await messages.next(), message != wanted[0] {}
            }
            stop.open()
            #expect(try await ending == .stopped)
            await store.close()
        }
    }
}

extension Bench {
    /// Waits until no delivery is pending.
    fileprivate func settled() async throws {
        try await eventually("the end of the delivery") {
            try await number("SELECT count(*) FROM laborwatch.deliveries WHERE state = 'pending'")
                == 0
        }
    }
}
