import Alerting
import Deliver
import Labor
import Logging
import Support
import Testing

/// One courier with an outbox in memory and a clock that stands still.
struct Bench {
    let outbox: MemoryOutbox
    let clock = ManualClock()
    let log = LogLines()
    let courier: Courier

    init(
        _ receivers: [any Receiver], fallbacks: [String: String] = [:],
        schedule: RetrySchedule = .standard, outbox: MemoryOutbox = MemoryOutbox(),
        monotonic: (@Sendable () -> Double)? = nil,
        sleep: @escaping @Sendable (Double) async throws -> Void = { _ in }
    ) {
        let clock = clock
        let log = log
        self.outbox = outbox
        courier = Courier(
            outbox: outbox, receivers: receivers, fallbacks: fallbacks, schedule: schedule,
            logger: Logger(label: "test") { _ in KeepingLogHandler(kept: log) },
            clock: { clock.now }, monotonic: monotonic, random: { 0.5 }, sleep: sleep)
    }

    /// Rounds until nothing waits, the clock going from due time to due time.
    func drain(roundsMax: Int = 2_000) async throws {
        for _ in 0..<roundsMax {
            let round = try await courier.round()
            if let due = round.nextDue {
                clock.advance(to: due)
            } else if round.claimed == 0 {
                return
            }
        }
        Issue.record("after \(roundsMax) rounds there is still something to do")
    }
}

@Suite(.timeLimit(.minutes(20))) struct CourierRoundTests {
    @Test func `the log counts what was delivered once a round, and names few of many`()
        async throws
    {
        let receiver = ScriptedReceiver("a") { _, _ in .success(DeliveryReceipt(status: 200)) }
        let bench = Bench([receiver])
        for number in 1...5 {
            await bench.outbox.add(
                notice("event-\(number)", episode: "episode-\(number)"), to: "a", at: morning)
        }
        _ = try await bench.courier.round()
        let lines = bench.log.lines
        #expect(lines.filter { $0.level == .debug }.count == 5)
        let told = lines.filter { $0.level >= .info }
        #expect(told.map(\.message) == ["alerts were delivered"])
        #expect(told.first?.metadata == ["receiver": "a", "deliveries": "5"])
        #expect(DeliveryWords.text([1, 2]) == "1,2")
        #expect(DeliveryWords.text(Array(1...400)) == "1,2,3,4,5,6,7,8 and 392 more")
    }

    @Test func `a round delivers what is due and writes down how it went`() async throws {
        let receiver = ScriptedReceiver("a") { _, _ in
            .success(DeliveryReceipt(status: 200, answer: "ok"))
        }
        let bench = Bench([receiver])
        await bench.outbox.add(notice(), to: "a", at: morning)
        await bench.outbox.add(notice("event-2", episode: "episode-2"), to: "a", at: morning)
        await bench.outbox.add(notice("event-3"), to: "other", at: morning)
        let round = try await bench.courier.round()
        #expect(round == CourierRound(claimed: 2, delivered: 2))
        let rows = await bench.outbox.rows
        #expect(rows.map(\.state) == [.delivered, .delivered, .pending])
        #expect(
            rows[0].tries == [
                DeliveryAttempt(
                    startedAt: morning, endedAt: morning, outcome: .delivered, status: 200,
                    answer: "ok")
            ])
    }

    @Test func `a failed try is written down and made again by the schedule`() async throws {
        let receiver = ScriptedReceiver("a") { _, number in
            number == 1 ? .failure(.refused) : .success(DeliveryReceipt())
        }
        let bench = Bench([receiver])
        await bench.outbox.add(notice(), to: "a", at: morning)
        let first = try await bench.courier.round()
        let due = morning.adding(seconds: 5)
        #expect(first == CourierRound(claimed: 1, delivered: 0, nextDue: due))
        let early = try await bench.courier.round()
        #expect(early == CourierRound(claimed: 0, delivered: 0, nextDue: due))
        bench.clock.advance(seconds: 5)
        let second = try await bench.courier.round()
        #expect(second == CourierRound(claimed: 1, delivered: 1))
        let tries = await bench.outbox.rows[0].tries
        #expect(tries.map(\.outcome) == [.retry(at: due), .delivered])
        #expect(tries.map(\.error) == ["no connection", nil])
        #expect(tries.map(\.status) == [500, nil])
        #expect(tries.map(\.answer) == ["no", nil])
    }

    @Test func `after the last try of the schedule it is a dead letter`() async throws {
        let bench = Bench([ScriptedReceiver("a") { _, _ in .failure(.refused) }])
        await bench.outbox.add(notice(), to: "a", at: morning)
        try await bench.drain()
        let row = await bench.outbox.rows[0]
        #expect(row.state == .dead)
        #expect(row.attempts == 10)
        let elapsed = bench.clock.now.seconds(since: morning)
        #expect(elapsed >= 272_105 && elapsed < 272_105 + 600)
    }

    @Test func `what can never be delivered is a dead letter at once, and the next one is tried`()
        async throws
    {
        let receiver = ScriptedReceiver("a") { _, number in
            number == 1 ? .failure(.hopeless) : .success(DeliveryReceipt())
        }
        let bench = Bench([receiver])
        await bench.outbox.add(notice(), to: "a", at: morning)
        await bench.outbox.add(notice("event-2", sequence: 2), to: "a", at: morning)
        try await bench.drain()
        let rows = await bench.outbox.rows
        #expect(rows.map(\.state) == [.dead, .delivered])
        #expect(rows[0].tries.map(\.error) == ["unreadable"])
    }

    @Test func `an endpoint that is gone costs one dead letter and keeps its backlog`()
        async throws
    {
        let bench = Bench([
            ScriptedReceiver("a") { _, _ in .failure(.gone) }, ScriptedReceiver("b"),
        ])
        for number in 1...20 {
            for receiver in ["a", "b"] {
                await bench.outbox.add(
                    notice("event-\(number)", episode: "\(number)"), to: receiver, at: morning)
            }
        }
        try await bench.drain()
        bench.clock.advance(seconds: 3_600)
        #expect(try await bench.courier.round() == CourierRound())
        let rows = await bench.outbox.rows.filter { $0.receiver == "a" }
        #expect(rows.map(\.state) == [.dead] + Array(repeating: .pending, count: 19))
        #expect(rows.allSatisfy { $0.lockedUntil == nil && $0.attempts <= 1 })
        #expect(rows[1].tries.map(\.error) == ["not tried: the receiver is gone"])
        #expect(await bench.outbox.claims.count { $0.receiver == "a" } == 1)
        let others = await bench.outbox.rows.filter { $0.receiver == "b" }
        #expect(!others.isEmpty)
        #expect(others.allSatisfy { $0.state == .delivered })
        let errors = bench.log.lines.filter { $0.level == .error && $0.metadata["hint"] != nil }
        #expect(errors.map { $0.metadata["receiver"] } == ["a"])
        #expect(errors.first?.metadata["hint"]?.description.contains("receivers enable a") == true)
    }

    @Test func `a wait that the receiver asks for is no try`() async throws {
        let receiver = ScriptedReceiver("a") { _, number in
            number <= 20 ? .failure(.busy(90)) : .success(DeliveryReceipt())
        }
        let bench = Bench([receiver])
        await bench.outbox.add(notice(), to: "a", at: morning)
        let first = try await bench.courier.round()
        #expect(first.nextDue == morning.adding(seconds: 90))
        try await bench.drain()
        let row = await bench.outbox.rows[0]
        #expect(row.state == .delivered)
        #expect(row.attempts == 1)
        #expect(row.tries.count == 21)
        #expect(bench.clock.now == morning.adding(seconds: 20 * 90))
    }

    @Test func `waits are bounded in length and number`() async throws {
        let bench = Bench(
            [ScriptedReceiver("a") { _, _ in .failure(.busy(.max)) }],
            schedule: try RetrySchedule(waits: [0, 5]))
        await bench.outbox.add(notice(), to: "a", at: morning)
        try await bench.drain()
        let row = await bench.outbox.rows[0]
        #expect(row.state == .dead)
        #expect(row.attempts == 2)
        let outcomes = row.tries.map(\.outcome)
        #expect(outcomes[0] == .snooze(until: morning.adding(seconds: 86_400)))
        #expect(outcomes.count == 52)
        let counted = morning.adding(seconds: 50 * 86_400)
        #expect(outcomes[50] == .retry(at: counted.adding(seconds: 86_400)))
    }

    @Test func `a throttling answer without a time is a try with a longer wait`() async throws {
        let bench = Bench([ScriptedReceiver("a") { _, _ in .failure(.busy(nil)) }])
        await bench.outbox.add(notice(), to: "a", at: morning)
        let round = try await bench.courier.round()
        #expect(round.nextDue == morning.adding(seconds: 30))
        #expect(await bench.outbox.rows[0].attempts == 1)
    }

    @Test func `a receiver that keeps failing is only probed`() async throws {
        let bench = Bench([ScriptedReceiver("a") { _, _ in .failure(.refused) }])
        for number in 0..<16 {
            await bench.outbox.add(
                notice("event-\(number)", episode: "episode-\(number)"), to: "a", at: morning)
        }
        let round = try await bench.courier.round()
        #expect(round == CourierRound(claimed: 16, nextDue: morning.adding(seconds: 5)))
        let rows = await bench.outbox.rows
        #expect(rows.map(\.attempts) == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(
            rows[5].tries.map(\.error) == ["not tried: the receiver pauses after its last answer"])
        // During the pause not even the outbox is asked.
        _ = try await bench.courier.round()
        #expect(await bench.outbox.claims.map(\.limit) == [16])
        bench.clock.advance(seconds: 5)
        let probe = try await bench.courier.round()
        #expect(probe == CourierRound(claimed: 1, nextDue: morning.adding(seconds: 15)))
        #expect(await bench.outbox.claims.map(\.limit) == [16, 1])
    }

    @Test func `a probe that goes well opens the way again`() async throws {
        let receiver = ScriptedReceiver("a") { _, number in
            number <= 7 ? .failure(.refused) : .success(DeliveryReceipt())
        }
        let bench = Bench([receiver])
        for number in 0..<30 {
            await bench.outbox.add(
                notice("event-\(number)", episode: "episode-\(number)"), to: "a", at: morning)
        }
        try await bench.drain()
        let delivered = await bench.outbox.rows
        #expect(!delivered.isEmpty)
        #expect(delivered.allSatisfy { $0.state == .delivered })
        #expect(await bench.outbox.claims.map(\.limit).prefix(5) == [16, 1, 1, 1, 16])
        #expect(bench.clock.now.seconds(since: morning) < 60 * 10)
    }

    @Test func `a claim that was lost meanwhile is harmless`() async throws {
        let outbox = MemoryOutbox()
        let clock = ManualClock()
        let receiver = ScriptedReceiver("a") { notice, number in
            // While the first is on its way, its lease ends and another courier takes it.
            guard number == 1 else { return .success(DeliveryReceipt()) }
            clock.advance(seconds: 121)
            _ = try? await outbox.claim(
                receivers: ["a"], limit: 1, leaseSeconds: 120, now: clock.now)
            return .success(DeliveryReceipt())
        }
        let courier = Courier(
            outbox: outbox, receivers: [receiver],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { clock.now }, random: { 0 })
        await outbox.add(notice(), to: "a", at: morning)
        await outbox.add(notice("event-2", episode: "episode-2"), to: "a", at: morning)
        let round = try await courier.round()
        #expect(round.claimed == 2)
        #expect(await outbox.refusedSettlements == 1)
        let rows = await outbox.rows
        #expect(rows[0].state == .pending)
        #expect(rows[0].tries.isEmpty)
        // The batch had taken too long by then, so the second went back untried.
        #expect(rows[1].tries.map(\.error) == ["not tried: the deliveries before it took too long"])
        _ = try await courier.round()
        #expect(await outbox.rows[1].state == .delivered)
    }

    @Test func `an error of the store is thrown and what was claimed comes again`() async throws {
        let bench = Bench([ScriptedReceiver("a"), ScriptedReceiver("b")])
        await bench.outbox.add(notice(), to: "a", at: morning)
        await bench.outbox.add(notice(), to: "b", at: morning)
        await bench.outbox.failNext(1)
        await #expect(throws: MemoryOutbox.Unreachable.self) {
            try await bench.courier.round()
        }
        // One of the two was not held up by the other's error.
        let states = await bench.outbox.rows.map(\.state)
        #expect(states.filter { $0 == .delivered }.count == 1)
        #expect(try await bench.courier.round().delivered == 1)
    }
}
