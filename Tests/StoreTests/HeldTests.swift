import Alerting
import Labor
import Store
import Support
import Testing

/// What a silence or an inhibition holds back for a while.
@Suite struct HeldTests {
    @Test func `what is held is recalled, the newest of each receiver and episode`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(held: raised, ["file", "bureau"])
            try await bench.commit(held: raised.written.told(.confirmed, on: 1), ["file"])
            let held = try await bench.store.recall().held
            #expect(
                Set(held.map { "\($0.receiver) \($0.reason)" }) == [
                    "file silenced:7", "bureau silenced:7",
                ])
            let file = try #require(held.first { $0.receiver == "file" })
            #expect(try await bench.store.delivery(file.deliveryID).what == .confirmed)
            #expect(try await bench.store.delivery(file.deliveryID).isHeld)
            #expect(try await bench.claim(["file", "bureau"], at: noon(9)).isEmpty)
        }
    }

    @Test func `what is let go is told once, in its company and not before its time`() async throws
    {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(held: raised)
            try await bench.commit(held: raised.written.told(.confirmed, on: 1))
            let held = try #require(try await bench.store.recall().held.first)
            var record = cycleRecord([raised.written.told(.confirmed, on: 1).written])
            record.releases = [
                Release(
                    deliveryID: held.deliveryID, group: "county=540102", notBefore: noon(3),
                    dueAt: noon(4))
            ]
            let lease = try await bench.lease()
            try await bench.store.commit(record, under: lease)
            try await bench.store.commit(record, under: lease)
            #expect(try await bench.store.recall().held.isEmpty)
            #expect(try await bench.claim(at: noon(2)).isEmpty)
            #expect(try await bench.store.nextDue(receivers: ["file"]) == noon(3))
            let messages = try await bench.store.claim(
                receivers: ["file"], limit: 9, leaseSeconds: 60, now: noon(3))
            #expect(messages.map(\.message.group) == ["county=540102"])
            #expect(messages.flatMap(\.deliveries).map(\.notice.event.what) == [.confirmed])
            // The event's own clock, noon(2), ran out before anybody could hear.
            #expect(messages.flatMap(\.message.notices).map(\.dueAt) == [noon(4)])
            let first = try #require(
                try await bench.store.deliveries(DeliveryFilter()).first { $0.what == .raised })
            #expect(first.state == .suppressed)
            #expect(first.reason == .silenced(by: 7))
            #expect(!first.isHeld)
        }
    }

    @Test func `what waits for its time is recalled, and may be held back after all`() async throws
    {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            var record = cycleRecord([raised, Story(2).told(.raised)], ["file"])
            record.orders[0].notBefore = noon(5)
            try await bench.store.commit(record, under: bench.lease())
            let waiting = try await bench.store.recall().waiting
            #expect(waiting.map(\.alertID) == [raised.episode.id])
            var holding = cycleRecord([])
            holding.holds = waiting.map {
                Hold(deliveryID: $0.deliveryID, reason: .silenced(by: 7))
            }
            let lease = try await bench.lease()
            try await bench.store.commit(holding, under: lease)
            try await bench.store.commit(holding, under: lease)
            let memory = try await bench.store.recall()
            #expect(memory.waiting.isEmpty)
            #expect(memory.held.map(\.reason) == [.silenced(by: 7)])
            #expect(try await bench.claim(at: noon(6)).map(\.notice.event.subject.id) == ["2"])
            try await bench.commit(raised.written.told(.resolved, on: 1))
            #expect(try await bench.claim(at: noon(7)).map(\.notice.event.subject.id) == ["2"])
            #expect(try await bench.reasons() == ["raised silenced:7", "resolved never_told"])
        }
    }

    @Test func `what is held back is not let go after what followed it was told`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            var record = raised.record(["file"])
            record.orders[0].notBefore = noon(5)
            try await bench.store.commit(record, under: bench.lease())
            let waiting = try await bench.store.recall().waiting
            try await bench.commit(raised.written.told(.confirmed, on: 1))
            var holding = cycleRecord([])
            holding.holds = waiting.map {
                Hold(deliveryID: $0.deliveryID, reason: .silenced(by: 7))
            }
            try await bench.store.commit(holding, under: bench.lease())
            #expect(try await bench.store.recall().held.isEmpty)
            #expect(try await bench.claim(at: noon(1)).map(\.notice.event.what) == [.confirmed])
        }
    }

    @Test func `what a courier has in hand is not held back any more`() async throws {
        try await withStore { bench in
            var record = Story(1).told(.raised).record(["file"])
            record.orders[0].notBefore = noon(1)
            try await bench.store.commit(record, under: bench.lease())
            let waiting = try await bench.store.recall().waiting
            let message = try #require(try await bench.messages(at: noon(1)).first)
            var holding = cycleRecord([])
            holding.holds = waiting.map {
                Hold(deliveryID: $0.deliveryID, reason: .silenced(by: 7))
            }
            try await bench.store.commit(holding, under: bench.lease())
            #expect(try await bench.settle(message, .delivered, noon(1)))
            #expect(try await bench.store.recall().held.isEmpty)
        }
    }

    @Test func `whoever was told is told of the end also while it is silenced`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            let changed = raised.written.told(.confirmed, on: 1)
            try await bench.commit(held: changed)
            try await bench.commit(held: changed.written.told(.resolved, on: 2))
            let first = try #require(try await bench.claim(at: noon(2)).first)
            #expect(try await bench.deliver(first, noon(2)))
            #expect(try await bench.claim(at: noon(2)).map(\.notice.event.what) == [.resolved])
            #expect(try await bench.store.recall().held.isEmpty)
            #expect(try await bench.reasons() == ["confirmed silenced:7"])
        }
    }

    @Test(arguments: [true, false])
    func `the end of what was held all along is told to nobody, and that is on record`(
        isSilenced: Bool
    ) async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(held: raised)
            let end = raised.written.told(.resolved, on: 1)
            if isSilenced { try await bench.commit(held: end) } else { try await bench.commit(end) }
            #expect(try await bench.claim(at: noon(2)).isEmpty)
            #expect(try await bench.reasons() == ["raised silenced:7", "resolved never_told"])
            #expect(try await bench.store.recall().held.isEmpty)
            #expect(
                try await bench.number("SELECT count(*) FROM laborwatch.delivery WHERE is_held")
                    == 0)
        }
    }

    @Test func `both at once are never told either`() async throws {
        try await withStore { bench in
            try await bench.commit(held: Story(1).told(.raised).told(.resolved))
            #expect(try await bench.reasons() == ["raised silenced:7", "resolved never_told"])
        }
    }

    @Test func `what is told later puts an end to what was held before`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(held: raised)
            let held = try #require(try await bench.store.recall().held.first)
            try await bench.commit(raised.written.told(.tierChanged, on: 1))
            #expect(try await bench.store.recall().held.isEmpty)
            var late = cycleRecord([])
            late.releases = [Release(deliveryID: held.deliveryID)]
            try await bench.store.commit(late, under: bench.lease())
            #expect(try await bench.claim(at: noon(2)).map(\.notice.event.what) == [.tierChanged])
        }
    }

    @Test func `silences are recalled until a cycle has begun after their end`() async throws {
        try await withStore { bench in
            var matcher = SilenceMatcher()
            matcher.kind = .layoff
            for (start, end) in [(0, 1), (0, 5), (6, 9)] {
                _ = try await bench.store.addSilence(
                    matcher, from: noon(start), to: noon(end), reason: "搬迁", by: "li", now: noon(0))
            }
            #expect(try await bench.store.recall().silences.map(\.id) == [1, 2, 3])
            try await bench.store.commit(cycleRecord([], asOf: noon(1)), under: bench.lease())
            let silences = try await bench.store.recall().silences
            #expect(silences.map(\.id) == [2, 3])
            #expect(silences == (try await bench.store.silences().reversed().suffix(2)))
            try await bench.store.expireSilence(2, by: "li", at: noon(2), in: .shanghai)
            try await bench.store.commit(cycleRecord([], asOf: noon(3)), under: bench.lease())
            #expect(try await bench.store.recall().silences.map(\.id) == [3])
        }
    }
}

extension Bench {
    /// Commits a story of which nobody is to be told for a while.
    func commit(held story: Story, _ receivers: [String] = ["file"]) async throws {
        var record = story.record(receivers)
        for index in record.orders.indices {
            record.orders[index].suppressed = .silenced(by: 7)
        }
        try await store.commit(record, under: lease())
    }

    /// Every event that was not sent, with the reason, in the order of the events.
    func reasons() async throws -> [String] {
        var filter = DeliveryFilter()
        filter.states = [.suppressed, .dropped]
        return try await store.deliveries(filter).sorted { $0.sequence < $1.sequence }
            .map { "\($0.what.rawValue) \($0.reason?.rawValue ?? "?")" }
    }
}
