import Alerting
import Deliver
import Labor
import Logging
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct CourierRunTests {
    private func next<Element: Sendable>(_ stream: AsyncStream<Element>) async -> Element? {
        await stream.first { _ in true }
    }

    /// The first so many elements of a stream.
    private func first<Element: Sendable>(
        _ count: Int, of stream: AsyncStream<Element>
    ) async -> [Element] {
        var elements: [Element] = []
        for await element in stream {
            elements.append(element)
            if elements.count == count { break }
        }
        return elements
    }

    @Test func `a ring brings what is new to its receiver`() async throws {
        let sleep = ManualSleep()
        let receiver = ScriptedReceiver("a")
        let bench = Bench([receiver], sleep: sleep.rest)
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = bench.courier.run(wake: wake)
        // The courier has looked, found nothing and rests for the time of the poll.
        #expect(await next(sleep.begun) == Courier.pollSeconds)
        await bench.outbox.add(notice(), to: "a", at: morning)
        ring.yield()
        #expect(await next(receiver.taken) == "event-1")
        ring.finish()
        try await run
        #expect(await bench.outbox.rows[0].state == .delivered)
    }

    @Test func `one that was stopped delivers again when it is run again`() async throws {
        let rings = (1...2).map { _ in AsyncStream.makeStream(of: Void.self) }
        let receiver = ScriptedReceiver("a") { _, number in
            rings[number - 1].continuation.finish()
            return .success(DeliveryReceipt())
        }
        let bench = Bench([receiver])
        for (turn, ring) in rings.enumerated() {
            await bench.outbox.add(notice("event-\(turn + 1)"), to: "a", at: morning)
            try await bench.courier.run(wake: ring.stream)
            let rows = await bench.outbox.rows
            #expect(rows.count == turn + 1)
            #expect(rows.allSatisfy { $0.state == .delivered })
        }
    }

    @Test func `without a ring the poll finds what is new`() async throws {
        let sleep = ManualSleep()
        let receiver = ScriptedReceiver("a")
        let bench = Bench([receiver], sleep: sleep.rest)
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = bench.courier.run(wake: wake)
        #expect(await next(sleep.begun) == Courier.pollSeconds)
        await bench.outbox.add(notice(), to: "a", at: morning)
        sleep.endAll()
        #expect(await next(receiver.taken) == "event-1")
        ring.finish()
        try await run
    }

    @Test func `a delivery is made again when it falls due`() async throws {
        let sleep = ManualSleep()
        let receiver = ScriptedReceiver("a") { _, number in
            number == 1 ? .failure(.refused) : .success(DeliveryReceipt())
        }
        let bench = Bench(
            [receiver], schedule: try RetrySchedule(waits: [0, 2]), sleep: sleep.rest)
        await bench.outbox.add(notice(), to: "a", at: morning)
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = bench.courier.run(wake: wake)
        #expect(await next(sleep.begun) == 2)
        bench.clock.advance(seconds: 2)
        sleep.endAll()
        #expect(await next(receiver.taken) == "event-1")
        ring.finish()
        try await run
    }

    @Test func `a receiver that hangs does not delay another`() async throws {
        let gate = Gate()
        let sleep = ManualSleep()
        let hanging = ScriptedReceiver("hanging") { _, _ in
            await gate.pass()
            return .failure(.refused)
        }
        let healthy = ScriptedReceiver("healthy")
        let bench = Bench([hanging, healthy], sleep: sleep.rest)
        for number in 1...40 {
            // All of one episode, so that every one needs a claim of its own.
            for receiver in ["hanging", "healthy"] {
                await bench.outbox.add(
                    notice("event-\(number)", sequence: number), to: receiver, at: morning)
            }
        }
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = bench.courier.run(wake: wake)
        #expect(await next(hanging.tried) == "event-1")
        #expect(await first(40, of: healthy.taken) == (1...40).map { "event-\($0)" })
        gate.open()
        ring.finish()
        try await run
    }

    @Test func `what is in flight at the stop is finished and the rest put back`() async throws {
        let gate = Gate()
        let sleep = ManualSleep()
        let receiver = ScriptedReceiver("a") { _, _ in
            await gate.pass()
            return .success(DeliveryReceipt())
        }
        let bench = Bench([receiver], sleep: sleep.rest)
        for number in 1...3 {
            await bench.outbox.add(
                notice("event-\(number)", episode: "\(number)"), to: "a", at: morning)
        }
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = bench.courier.run(wake: wake)
        #expect(await next(receiver.tried) == "event-1")
        ring.finish()
        // The time of grace has begun, so the lane knows that it is to stop.
        #expect(await next(sleep.begun) == Courier.graceSeconds)
        gate.open()
        try await run
        let rows = await bench.outbox.rows
        #expect(rows.map(\.state) == [.delivered, .pending, .pending])
        #expect(rows.map(\.attempts) == [1, 0, 0])
        #expect(rows[1].tries.map(\.error) == ["not tried: the courier stops"])
        #expect(rows[1].tries.map(\.outcome) == [.snooze(until: morning)])
    }

    @Test func `what does not end within the time of grace is put back`() async throws {
        let gate = Gate()
        let sleep = ManualSleep()
        let receiver = ScriptedReceiver("a") { _, _ in
            await gate.pass()
            return .failure(.refused)
        }
        let bench = Bench([receiver], sleep: sleep.rest)
        await bench.outbox.add(notice(), to: "a", at: morning)
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = bench.courier.run(wake: wake)
        #expect(await next(receiver.tried) == "event-1")
        ring.finish()
        #expect(await next(sleep.begun) == Courier.graceSeconds)
        sleep.endAll()
        try await run
        let row = await bench.outbox.rows[0]
        #expect(row.state == .pending)
        #expect(row.attempts == 0)
        #expect(row.lockedUntil == nil)
    }

    @Test func `a courier whose only receiver is gone waits for its end`() async throws {
        let receiver = ScriptedReceiver("a") { _, _ in .failure(.gone) }
        let bench = Bench([receiver])
        await bench.outbox.add(notice(), to: "a", at: morning)
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        let (ended, reportEnd) = AsyncStream.makeStream(of: String.self)
        async let run: Void = {
            try await bench.courier.run(wake: wake)
            reportEnd.yield("courier")
        }()
        #expect(await next(receiver.tried) == "event-1")
        ring.yield()
        reportEnd.yield("test")
        ring.finish()
        try await run
        reportEnd.finish()
        #expect(await first(2, of: ended) == ["test", "courier"])
        #expect(await bench.outbox.claims.count == 1)
    }

    @Test func `a cancelled courier says so`() async throws {
        let sleep = ManualSleep()
        let bench = Bench([ScriptedReceiver("a")], sleep: sleep.rest)
        let (wake, _) = AsyncStream.makeStream(of: Void.self)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await bench.courier.run(wake: wake) }
                #expect(await next(sleep.begun) == Courier.pollSeconds)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a courier without receivers waits for its end`() async throws {
        let bench = Bench([])
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        ring.yield()
        ring.finish()
        try await bench.courier.run(wake: wake)
        #expect(try await bench.courier.round() == CourierRound())
    }

    @Test func `a store that cannot be reached is asked again after growing pauses`() async throws {
        let receiver = ScriptedReceiver("a")
        let (pauses, report) = AsyncStream.makeStream(of: Double.self)
        let clock = ManualClock()
        let outbox = MemoryOutbox()
        let courier = Courier(
            outbox: outbox, receivers: [receiver],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { clock.now },
            sleep: { seconds in
                clock.advance(seconds: seconds)
                report.yield(seconds)
            })
        await outbox.add(notice(), to: "a", at: morning)
        await outbox.failNext(5)
        let (wake, ring) = AsyncStream.makeStream(of: Void.self)
        async let run: Void = courier.run(wake: wake)
        #expect(await next(receiver.taken) == "event-1")
        ring.finish()
        try await run
        report.finish()
        // 1, 2, 4, 8 and 16 seconds, in steps no longer than the poll.
        let waited = await first(9, of: pauses)
        #expect(waited == [1, 2, 4, 5, 3, 5, 5, 5, 1])
    }
}
