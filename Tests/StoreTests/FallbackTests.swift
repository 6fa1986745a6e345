import Alerting
import Labor
import Postgres
import Store
import Support
import Testing

/// What becomes of deliveries that are given up, and of receivers that fail.
@Suite(.timeLimit(.minutes(20))) struct FallbackTests {
    @Test func `a delivery that is given up is made to the fallback, once`() async throws {
        try await withStore { bench in
            try await bench.commit([Story(1).told(.raised), Story(2).told(.raised)], group: "g")
            let message = try await bench.messages(at: noon(0))[0]
            try await bench.sql.perform { try $0.listen("laborwatch_outbox") }
            #expect(try await bench.settle(message, .dead, noon(1), fallback: "duty"))
            let woken = try await bench.sql.perform { session in
                try session.waitForNotification(deadline: .seconds(60)) != nil
            }
            #expect(woken)
            #expect(try await bench.settle(message, .dead, noon(1), fallback: "duty") == false)
            let heirs = try await bench.messages(["duty"], at: noon(1))
            #expect(heirs.map(\.subjects) == [["1 raised", "2 raised"]])
            for heir in heirs[0].deliveries {
                let dead = try #require(message.deliveries.first { $0.notice == heir.notice })
                let record = try await bench.store.delivery(heir.id)
                #expect(record.reason == .fallback(of: dead.id))
                #expect(record.group == "g")
            }
        }
    }

    @Test func `a fallback that has, or is to get, the event is not told twice`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised), ["file", "duty"])
            let message = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(message, .dead, noon(0), fallback: "duty"))
            #expect(try await bench.claim(["duty"], at: noon(0)).count == 1)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.delivery") == 2)
        }
    }

    @Test func `a fallback is told also of what it did not want, but not of what is silenced`()
        async throws
    {
        try await withStore { bench in
            for (number, isHeld) in [(1, false), (2, true)] {
                var record = Story(number).told(.raised).record(["file", "duty"])
                record.orders[1].suppressed = isHeld ? .silenced(by: 1) : .tierNotWanted
                try await bench.store.commit(record, under: bench.lease())
            }
            for message in try await bench.messages(at: noon(0)) {
                #expect(try await bench.settle(message, .dead, noon(0), fallback: "duty"))
            }
            #expect(
                try await bench.messages(["duty"], at: noon(0)).map(\.subjects) == [["1 raised"]])
            #expect(try await bench.store.recall().held.count == 1)
        }
    }

    @Test func `a fallback is not told of a raising after its end`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            try await bench.commit(raised.written.told(.resolved, on: 1), ["file", "duty"])
            let end = try await bench.messages(["duty"], at: noon(1))[0]
            #expect(try await bench.settle(end, .delivered, noon(1)))
            let late = try await bench.messages(at: noon(1))[0]
            #expect(try await bench.settle(late, .dead, noon(1), fallback: "duty"))
            #expect(try await bench.messages(["duty"], at: noon(2)).isEmpty)
            #expect(try await bench.reasons() == ["raised over"])
        }
    }

    @Test func `whoever was told as a fallback is told of the end`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            let message = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(message, .dead, noon(0), fallback: "duty"))
            var end = raised.written.told(.resolved, on: 1).record(["file", "duty"])
            end.orders[1].suppressed = .tierNotWanted
            try await bench.store.commit(end, under: bench.lease())
            var told: [String] = []
            for _ in 0..<2 {
                let next = try await bench.messages(["duty"], at: noon(2))[0]
                told += next.subjects
                #expect(try await bench.settle(next, .delivered, noon(2)))
            }
            #expect(told == ["1 raised", "1 resolved"])
        }
    }

    @Test func `what waits with a fallback is held by a silence like all else, and let go again`()
        async throws
    {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            let message = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(message, .dead, noon(1), fallback: "duty"))
            let waiting = try await bench.store.recall().waiting
            #expect(waiting.map(\.receiver) == ["duty"])
            #expect(waiting.map(\.isOwed) == [true])
            var holding = cycleRecord([])
            holding.holds = waiting.map {
                Hold(deliveryID: $0.deliveryID, reason: .silenced(by: 7))
            }
            try await bench.store.commit(holding, under: bench.lease())
            #expect(try await bench.messages(["duty"], at: noon(2)).isEmpty)
            // Meanwhile comes what it would not want of its own.
            let risen = raised.written.told(.tierChanged, on: 2)
            var change = risen.record(["duty"])
            change.orders[0].suppressed = .tierNotWanted
            try await bench.store.commit(change, under: bench.lease())
            let held = try await bench.store.recall().held
            #expect(held.map(\.isOwed) == [true])
            var letting = cycleRecord([])
            letting.releases = held.map { Release(deliveryID: $0.deliveryID) }
            try await bench.store.commit(letting, under: bench.lease())
            let told = try await bench.messages(["duty"], at: noon(3))
            #expect(told.map(\.subjects) == [["1 raised"]])
            #expect(
                try await bench.store.delivery(told[0].deliveries[0].id).reason
                    == .fallback(of: message.deliveries[0].id))
            #expect(try await bench.settle(told[0], .delivered, noon(3)))
            #expect(
                try await bench.messages(["duty"], at: noon(3)).map(\.subjects)
                    == [["1 tier_changed"]])
        }
    }

    @Test func `fallbacks that lead round in a circle end where they began`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            // A reload may turn a fallback round while deliveries wait.
            for (receiver, heir) in [("file", "duty"), ("duty", "file")] {
                let message = try await bench.messages([receiver], at: noon(0))[0]
                #expect(try await bench.settle(message, .dead, noon(0), fallback: heir))
            }
            #expect(try await bench.messages(["file", "duty"], at: noon(9)).isEmpty)
            #expect(
                try await bench.number(
                    "SELECT count(*) FROM laborwatch.delivery WHERE state = 'dead'") == 2)
        }
    }

    @Test func `the end follows to whoever may have heard of the raising before it was given up`()
        async throws
    {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            let message = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(message, .dead, noon(0)))
            var end = raised.written.told(.resolved, on: 1).record(["file"])
            end.orders[0].suppressed = .tierNotWanted
            try await bench.store.commit(end, under: bench.lease())
            let told = try await bench.messages(at: noon(1))
            #expect(told.map(\.subjects) == [["1 resolved"]])
            #expect(try await bench.settle(told[0], .delivered, noon(1)))
            // What was given up does not come after its end.
            let report = try await bench.store.retry(.receiver("file"), now: noon(2))
            #expect([report.retried, report.over] == [0, 1])
            #expect(try await bench.messages(at: noon(2)).isEmpty)
        }
    }

    @Test func `a dead letter that two ask for comes back once and is held by one`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let message = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(message, .dead, noon(0)))
            let other = bench.another()
            let mine = bench.store
            async let here = mine.retry(.all, now: noon(1))
            async let there = other.retry(.all, now: noon(1))
            let reports = try await [here, there]
            #expect(reports.map(\.retried).sorted() == [0, 1])
            async let first = mine.claim(
                receivers: ["file"], limit: 9, leaseSeconds: 60, now: noon(1))
            async let second = other.claim(
                receivers: ["file"], limit: 9, leaseSeconds: 60, now: noon(1))
            let claims = try await [first, second]
            #expect(claims.map(\.count).sorted() == [0, 1])
            await other.close()
        }
    }

    @Test func `a receiver that is gone stays so until it is enabled or moves`() async throws {
        try await withStore { bench in
            let store = bench.store
            #expect(
                try await store.disabledReason(receiver: "a", fingerprint: "1", at: noon(0)) == nil)
            try await store.disable(receiver: "a", fingerprint: "1", reason: "410", at: noon(0))
            let other = bench.another()
            #expect(
                try await other.disabledReason(receiver: "a", fingerprint: "1", at: noon(0))
                    == "410")
            #expect(try await other.enable(receiver: "a", now: noon(0)))
            #expect(try await other.enable(receiver: "a", now: noon(0)) == false)
            #expect(
                try await store.disabledReason(receiver: "a", fingerprint: "1", at: noon(0)) == nil)
            try await store.disable(receiver: "a", fingerprint: "1", reason: "410", at: noon(0))
            #expect(
                try await other.disabledReason(receiver: "a", fingerprint: "2", at: noon(0)) == nil)
            #expect(
                try await other.disabledReason(receiver: "a", fingerprint: "1", at: noon(0)) == nil)
            await other.close()
        }
    }

    @Test func `how receivers fare is told in one row each`() async throws {
        try await withStore { bench in
            let stories = (1...3).map { Story($0).told(.raised, on: $0) }
            try await bench.store.commit(
                cycleRecord(stories, ["file", "bureau", "new"]), under: bench.lease())
            let file = try await bench.messages(at: noon(3))
            #expect(try await bench.settle(file[0], .retry(at: noon(4)), noon(3)))
            #expect(try await bench.settle(file[1], .dead, noon(5)))
            let bureau = try await bench.messages(["bureau"], at: noon(3))
            #expect(try await bench.settle(bureau[0], .dead, noon(3)))
            #expect(try await bench.settle(bureau[1], .delivered, noon(4)))
            try await bench.store.disable(
                receiver: "bureau", fingerprint: "x", reason: "410 Gone", at: noon(5))
            let health = try await bench.store.receiverHealth(now: noon(5))
            #expect(
                health == [
                    ReceiverRecord(
                        name: "bureau", disabledAt: noon(5), disabledReason: "410 Gone",
                        failingSince: nil, pending: 1, oldestPendingAt: noon(3), deadLastDay: 0),
                    ReceiverRecord(
                        name: "file", failingSince: noon(3), pending: 2, oldestPendingAt: noon(1),
                        deadLastDay: 1),
                    ReceiverRecord(
                        name: "new", pending: 3, oldestPendingAt: noon(1), deadLastDay: 0),
                ])
        }
    }
}
