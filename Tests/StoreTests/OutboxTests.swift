import Alerting
import Labor
import Store
import Support
import Testing

@Suite struct OutboxTests {
    @Test func `a claim hands out the event with its words`() async throws {
        try await withStore { bench in
            let story = Story(1).told(.raised)
            try await bench.commit(story)
            let claimed = try await bench.claim(at: noon(0))
            #expect(claimed.map(\.notice) == story.notices)
            #expect(claimed.map(\.receiver) == ["file"])
            #expect(claimed.map(\.attempts) == [0])
            #expect(claimed.map(\.createdAt) == [noon(0)])
        }
    }

    @Test func `nothing is handed out before it is due or to others`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised, on: 2))
            #expect(try await bench.claim(at: noon(1)).isEmpty)
            #expect(try await bench.claim(["bureau"], at: noon(3)).isEmpty)
            #expect(try await bench.claim([], at: noon(3)).isEmpty)
            #expect(try await bench.store.nextDue(receivers: ["file"]) == noon(2))
        }
    }

    @Test func `the events of an episode reach a receiver one after the other`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised, ["file", "bureau"])
            try await bench.commit(
                raised.written.told(.confirmed, on: 1).told(.resolved, on: 2), ["file", "bureau"])
            try await bench.commit(Story(2).told(.raised, on: 3))
            var told: [String] = []
            for _ in 0..<3 {
                let claimed = try await bench.claim(at: noon(5))
                told += claimed.map { "\($0.notice.event.subject.id) \($0.notice.event.what)" }
                for delivery in claimed { #expect(try await bench.deliver(delivery, noon(5))) }
            }
            #expect(told == ["1 raised", "2 raised", "1 confirmed", "1 resolved"])
            #expect(try await bench.claim(["bureau"], at: noon(5)).count == 1)
        }
    }

    @Test func `an event that must be tried again holds back the later ones, a dead one does not`()
        async throws
    {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised).told(.confirmed))
            let first = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.settle(first, .retry(at: noon(1)), noon(0)))
            #expect(try await bench.claim(at: noon(0)).isEmpty)
            #expect(try await bench.store.nextDue(receivers: ["file"]) == noon(1))
            let again = try #require(try await bench.claim(at: noon(1)).first)
            #expect(again.id == first.id)
            #expect(again.attempts == 1)
            #expect(again.claim != first.claim)
            #expect(try await bench.settle(again, .dead, noon(1)))
            let next = try #require(try await bench.claim(at: noon(1)).first)
            #expect(next.notice.event.what == .confirmed)
        }
    }

    @Test func `a try that the receiver asked to put off does not count`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let first = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.settle(first, .snooze(until: noon(1)), noon(0)))
            #expect(try await bench.claim(at: noon(1)).map(\.attempts) == [0])
        }
    }

    @Test func `a claim that was not settled falls free, and its late result counts for nothing`()
        async throws
    {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let slow = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.claim(at: noon(0).adding(seconds: 59)).isEmpty)
            #expect(
                try await bench.store.nextDue(receivers: ["file"]) == noon(0).adding(seconds: 60))
            let taken = try #require(try await bench.claim(at: noon(0).adding(seconds: 60)).first)
            #expect(taken.id == slow.id)
            #expect(try await bench.settle(slow, .dead, noon(1)) == false)
            #expect(try await bench.deliver(taken, noon(1)))
            #expect(try await bench.deliver(taken, noon(1)) == false)
            let delivery = try await bench.store.delivery(slow.id)
            #expect(delivery.state == .delivered)
            #expect(delivery.attempts == 1)
            #expect(delivery.log.map(\.counted) == [false, true, false])
        }
    }

    @Test func `a late result counts while nobody else took the delivery`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let slow = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.deliver(slow, noon(3)))
        }
    }

    @Test func `couriers at work together never hold the same delivery`() async throws {
        try await withStore { bench in
            let stories = (1...120).map { Story($0).told(.raised) }
            try await bench.store.commit(cycleRecord(stories, ["file"]), under: bench.lease())
            let ids = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let store = bench.another()
                        var held: [Int64] = []
                        while true {
                            let claimed = try await store.claim(
                                receivers: ["file"], limit: 7, leaseSeconds: 60, now: noon(1))
                            if claimed.isEmpty { break }
                            held += claimed.flatMap(\.deliveries).map(\.id)
                        }
                        await store.close()
                        return held
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(ids).count == ids.count)
            #expect(ids.count == 120)
        }
    }

    @Test func `dead letters come back with all their tries, in their order`() async throws {
        try await withStore { bench in
            let stories = (1...3).map { Story($0).told(.raised, on: $0) }
            let record = cycleRecord(stories, ["file", "bureau"])
            try await bench.store.commit(record, under: bench.lease())
            for receiver in ["file", "bureau"] {
                for delivery in try await bench.claim([receiver], at: noon(4)) {
                    #expect(try await bench.settle(delivery, .dead, noon(4)))
                }
            }
            #expect(try await bench.store.nextDue(receivers: ["file", "bureau"]) == nil)
            #expect(try await bench.store.retry(.receiver("file"), now: noon(5)).retried == 3)
            #expect(try await bench.store.retry(.receiver("file"), now: noon(5)).retried == 0)
            let claimed = try await bench.claim(at: noon(5))
            #expect(claimed.map(\.notice.event.subject.id) == ["1", "2", "3"])
            #expect(claimed.map(\.attempts) == [0, 0, 0])
            #expect(try await bench.store.retry(.all, now: noon(5)).retried == 3)
        }
    }

    @Test func `a dead letter that a later event has overtaken is not brought back`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised).told(.resolved), ["file", "bureau"])
            try await bench.commit(Story(2).told(.raised).told(.resolved))
            for receiver in ["file", "bureau"] {
                for raised in try await bench.claim([receiver], at: noon(0)) {
                    #expect(try await bench.settle(raised, .dead, noon(0)))
                }
            }
            let end = try #require(try await bench.claim(at: noon(1)).first)
            let id = end.id - 2
            #expect(end.notice.event.what == .resolved)
            let held = await #expect(throws: StoreError.self) {
                try await bench.store.retry(.one(id), now: noon(1))
            }
            #expect(held?.code == .refused)
            #expect(held?.isRetryable == true)
            #expect(try await bench.deliver(end, noon(1)))
            let report = try await bench.store.retry(.all, now: noon(2))
            #expect(report.over == 1)
            #expect(report.retried == 2)
            let over = try await bench.store.delivery(id)
            #expect(over.state == .dropped)
            #expect(over.reason == .overtaken)
            #expect(over.finishedAt == noon(2))
            let told = try await bench.claim(["file", "bureau"], at: noon(2))
            #expect(told.map(\.notice.event.what) == [.raised, .raised])
            #expect(!told.map(\.id).contains(id))
        }
    }

    @Test func `a new leader frees the claims of the one before it`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let killed = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.claim(at: noon(0)).isEmpty)
            #expect(try await bench.store.releaseClaims() == 1)
            #expect(try await bench.store.releaseClaims() == 0)
            #expect(try await bench.deliver(killed, noon(0)) == false)
            let again = try #require(try await bench.claim(at: noon(0)).first)
            #expect(again.id == killed.id)
            #expect(try await bench.deliver(killed, noon(0)) == false)
            #expect(try await bench.deliver(again, noon(0)))
        }
    }

    @Test func `what waits for a receiver that is no more is found and can be dropped`()
        async throws
    {
        try await withStore { bench in
            let stories = (1...3).map { Story($0).told(.raised) }
            let record = cycleRecord(stories, ["file", "old"])
            try await bench.store.commit(record, under: bench.lease())
            let claimed = try await bench.claim(["old"], at: noon(0))
            #expect(try await bench.deliver(claimed[0], noon(0)))
            #expect(try await bench.store.orphans(receivers: ["file"]) == ["old": 2])
            #expect(try await bench.store.orphans(receivers: []) == ["file": 3, "old": 2])
            let dropped = try await bench.store.drop(
                receiver: "old", now: noon(1))
            #expect(dropped == 2)
            #expect(try await bench.store.orphans(receivers: ["file"]).isEmpty)
            #expect(try await bench.deliver(claimed[1], noon(1)) == false)
            let delivery = try await bench.store.delivery(claimed[1].id)
            #expect(delivery.state == .dropped)
            #expect(delivery.reason == .receiverRemoved)
            #expect(try await bench.claim(at: noon(1)).count == 3)
        }
    }

    @Test func `one delivery is brought back by its number, if it can be`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let claimed = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.settle(claimed, .retry(at: noon(9)), noon(0)))
            #expect(try await bench.store.retry(.one(claimed.id), now: noon(1)).retried == 1)
            let again = try #require(try await bench.claim(at: noon(1)).first)
            #expect(again.attempts == 1)
            #expect(try await bench.deliver(again, noon(1)))
            let finished = await #expect(throws: StoreError.self) {
                try await bench.store.retry(.one(claimed.id), now: noon(2)).retried
            }
            #expect(finished?.code == .refused)
            let unknown = await #expect(throws: StoreError.self) {
                try await bench.store.retry(.one(404), now: noon(2)).retried
            }
            #expect(unknown?.code == .notFound)
        }
    }

    @Test func `an answer with a zero byte is stored without it`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let claimed = try #require(try await bench.claim(at: noon(0)).first)
            let attempt = DeliveryAttempt(
                startedAt: noon(0), endedAt: noon(0), outcome: .dead, status: 500,
                error: "bad\0", answer: "a\0b")
            #expect(try await bench.store.settle(ClaimedMessage(claimed), attempt))
            let log = try await bench.store.delivery(claimed.id).log
            #expect(log.map(\.answer) == ["a\u{FFFD}b"])
            #expect(log.map(\.status) == [500])
        }
    }

    /// Whatever receivers answer, an episode's events arrive in order and none is lost.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `under random failures every receiver hears each episode in order`(
        seed: UInt64
    ) async throws {
        try await withStore { bench in
            var random = SeededGenerator(seed: seed)
            let stories = (1...4).map { number in
                Story(number).told(.raised).told(.confirmed, on: 1).told(.resolved, on: 2)
            }
            let record = cycleRecord(stories, ["file", "bureau"])
            try await bench.store.commit(record, under: bench.lease())
            var now = noon(3)
            var heard: [String: [Int]] = [:]
            for _ in 0..<200 {
                let claimed = try await bench.claim(["file", "bureau"], at: now)
                for delivery in claimed.shuffled(using: &random) {
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: break
                    case 1:
                        let later = now.adding(seconds: .random(in: 1...500, using: &random))
                        _ = try await bench.settle(delivery, .retry(at: later), now)
                    default:
                        let event = delivery.notice.event
                        #expect(try await bench.deliver(delivery, now))
                        heard["\(delivery.receiver) \(event.alertID)", default: []].append(
                            event.sequence)
                    }
                }
                guard let due = try await bench.store.nextDue(receivers: ["file", "bureau"]) else {
                    break
                }
                now = max(now, due)
            }
            #expect(heard.count == 8)
            #expect(heard.values.allSatisfy { $0 == [1, 2, 3] }, "seed \(seed): \(heard)")
        }
    }
}

extension Bench {
    func claim(
        _ receivers: [String] = ["file"], at now: Instant
    ) async throws -> [ClaimedDelivery] {
        try await store.claim(receivers: receivers, limit: 50, leaseSeconds: 60, now: now)
            .flatMap(\.deliveries)
    }

    func settle(
        _ delivery: ClaimedDelivery, _ outcome: DeliveryAttempt.Outcome, _ at: Instant
    ) async throws -> Bool {
        try await store.settle(
            ClaimedMessage(delivery),
            DeliveryAttempt(startedAt: at, endedAt: at, outcome: outcome))
    }

    func deliver(_ delivery: ClaimedDelivery, _ at: Instant) async throws -> Bool {
        try await settle(delivery, .delivered, at)
    }
}
