import Alerting
import Labor
import Store
import Testing

/// An event that may be told now, behind one of its episode that waits for its time.
@Suite struct ForerunnerTests {
    /// Two events of one episode, the second ordered a day later.
    private func commit(
        _ bench: Bench, first: (inout DeliveryOrder) -> Void,
        second: (inout DeliveryOrder) -> Void = { _ in }, fails: Bool = false,
        rising: Bool = true
    ) async throws {
        let raised = Story(1, tier: .orange).told(.raised)
        var record = raised.record(["file"])
        first(&record.orders[0])
        try await bench.store.commit(record, under: bench.lease())
        if fails {
            let message = try #require(try await bench.messages(at: noon(0)).first)
            #expect(try await bench.settle(message, .retry(at: noon(9)), noon(0)))
        }
        var next = raised.written.told(.tierChanged, on: 1)
        if rising {
            next.episode.tier = .red
            next.episode.peakTier = .red
            next.notices[0].event.toTier = .red
        }
        record = next.record(["file"])
        second(&record.orders[0])
        try await bench.store.commit(record, under: bench.lease())
    }

    @Test func `a red at night does not wait for the morning of the orange before it`()
        async throws
    {
        try await withStore { bench in
            try await commit(bench, first: { $0.notBefore = noon(5) })
            #expect(try await bench.store.nextDue(receivers: ["file"]) == noon(1))
            let raised = try #require(try await bench.messages(at: noon(1)).first)
            #expect(raised.subjects == ["1 raised"])
            #expect(try await bench.settle(raised, .delivered, noon(1)))
            #expect(try await bench.messages(at: noon(1)).map(\.subjects) == [["1 tier_changed"]])
        }
    }

    @Test func `what was to wait in another group goes out with it, and nothing else does`()
        async throws
    {
        try await withStore { bench in
            var other = Story(2).told(.raised).record(["file"])
            other.orders[0].group = "by_day"
            other.orders[0].notBefore = noon(5)
            try await bench.store.commit(other, under: bench.lease())
            try await commit(
                bench,
                first: {
                    $0.group = "by_day"
                    $0.groupInterval = 300
                    $0.notBefore = noon(5)
                }, second: { $0.group = "red" })
            let messages = try await bench.messages(at: noon(1))
            #expect(messages.map(\.subjects) == [["1 raised", "1 tier_changed"]])
            #expect(messages.map(\.message.group) == ["red"])
            #expect(try await bench.settle(messages[0], .delivered, noon(1)))
            #expect(try await bench.messages(at: noon(5)).map(\.subjects) == [["2 raised"]])
        }
    }

    @Test(arguments: [true, false])
    func `what failed is tried again sooner for the sake of a higher tier only`(rising: Bool)
        async throws
    {
        try await withStore { bench in
            try await commit(bench, first: { _ in }, fails: true, rising: rising)
            #expect(
                try await bench.store.nextDue(receivers: ["file"]) == (rising ? noon(1) : noon(9)))
        }
    }

    @Test func `what is let go takes along what waits before it`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            var record = raised.record(["file"])
            record.orders[0].notBefore = noon(5)
            try await bench.store.commit(record, under: bench.lease())
            try await bench.commit(held: raised.written.told(.confirmed, on: 1))
            let held = try #require(try await bench.store.recall().held.first)
            var later = cycleRecord([])
            later.releases = [Release(deliveryID: held.deliveryID, notBefore: noon(2))]
            try await bench.store.commit(later, under: bench.lease())
            #expect(try await bench.store.nextDue(receivers: ["file"]) == noon(2))
        }
    }
}
