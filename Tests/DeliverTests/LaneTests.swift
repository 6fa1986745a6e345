import Alerting
import Deliver
import Labor
import Logging
import Synchronization
import Support
import Testing

/// Receivers that are gone, and clocks that jump.
@Suite(.timeLimit(.minutes(20))) struct LaneTests {
    private func gone() -> ScriptedReceiver { ScriptedReceiver("a") { _, _ in .failure(.gone) } }

    private func outbox(episodes: ClosedRange<Int>) async -> MemoryOutbox {
        let outbox = MemoryOutbox()
        for number in episodes {
            await outbox.add(
                notice("event-\(number)", episode: "\(number)"), to: "a", at: morning)
        }
        return outbox
    }

    @Test func `a receiver that is gone stays so for the next courier, until it is enabled`()
        async throws
    {
        let outbox = await outbox(episodes: 1...3)
        _ = try await Bench([gone()], outbox: outbox).courier.round()
        let well = Bench([ScriptedReceiver("a")], outbox: outbox)
        #expect(try await well.courier.round() == CourierRound())
        #expect(well.log.lines.filter { $0.level == .error }.count == 1)
        _ = await outbox.enable(receiver: "a", now: morning)
        #expect(try await well.courier.round().delivered == 2)
        #expect(await outbox.rows.map(\.state) == [.dead, .delivered, .delivered])
    }

    @Test func `a receiver that was gone and has another address now is told`() async throws {
        let outbox = await outbox(episodes: 1...2)
        _ = try await Bench([gone()], outbox: outbox).courier.round()
        await outbox.disable(receiver: "a", fingerprint: "elsewhere", reason: "410", at: morning)
        #expect(
            try await Bench([ScriptedReceiver("a")], outbox: outbox).courier.round().delivered == 1)
    }

    @Test func `what waits for a receiver that is gone goes to its fallback, then and later`()
        async throws
    {
        let outbox = await outbox(episodes: 1...3)
        let duty = ScriptedReceiver("duty")
        let bench = Bench([gone(), duty], fallbacks: ["a": "duty"], outbox: outbox)
        try await bench.drain()
        await outbox.add(notice("event-9", episode: "9"), to: "a", at: morning)
        try await bench.drain()
        let rows = await outbox.rows
        #expect(
            rows.filter { $0.receiver == "a" }.map(\.state) == Array(repeating: .dead, count: 4))
        let heirs = rows.filter { $0.receiver == "duty" }
        #expect(heirs.map(\.state) == Array(repeating: .delivered, count: 4))
        #expect(heirs.map(\.notice.event.id) == ["event-1", "event-2", "event-3", "event-9"])
    }

    @Test func `a fallback that is dead itself passes on to its own, and the last one keeps it`()
        async throws
    {
        let outbox = await outbox(episodes: 1...2)
        let second = ScriptedReceiver("b") { _, _ in .failure(.hopeless) }
        let third = ScriptedReceiver("c") { _, _ in .failure(.gone) }
        let bench = Bench(
            [gone(), second, third], fallbacks: ["a": "b", "b": "c"], outbox: outbox)
        try await bench.drain()
        let states = Dictionary(grouping: await outbox.rows, by: \.receiver)
            .mapValues { $0.map(\.state) }
        #expect(
            states == [
                "a": [.dead, .dead], "b": [.dead, .dead],
                // What was under way when it said so is given up, the rest waits for somebody.
                "c": [.dead, .pending],
            ])
    }

    @Test func `a jump of the wall clock does not prolong a pause`() async throws {
        let ticks = Mutex(100.0)
        let outbox = await outbox(episodes: 1...1)
        let receiver = ScriptedReceiver("a") { _, number in
            number == 1 ? .failure(.busy(30)) : .success(DeliveryReceipt())
        }
        let bench = Bench(
            [receiver], outbox: outbox, monotonic: { ticks.withLock { $0 } })
        bench.clock.advance(seconds: 7_200)
        _ = try await bench.courier.round()
        // The wall clock is set back by two hours; what is new is due by it.
        bench.clock.set(morning)
        await outbox.add(notice("event-2", episode: "2"), to: "a", at: morning)
        #expect(try await bench.courier.round().delivered == 0)
        ticks.withLock { $0 += 30 }
        #expect(try await bench.courier.round().delivered == 1)
    }
}
