import Alerting
import Labor
import Store
import Testing

/// Deliveries that go out as one message.
@Suite struct GroupTests {
    @Test func `what is due in a group is one message, each episode's events in their order`()
        async throws
    {
        try await withStore { bench in
            let stories = [
                Story(1).told(.raised).told(.resolved, on: 2), Story(2).told(.raised, on: 1),
                Story(3).told(.raised, on: 4),
            ]
            try await bench.commit(stories, group: "g")
            try await bench.commit(Story(9).told(.raised, on: 1))
            let messages = try await bench.messages(at: noon(3))
            #expect(messages.map(\.message.group) == ["g", nil])
            #expect(messages[0].subjects == ["1 raised", "2 raised", "1 resolved"])
            #expect(messages[0].message.notices == messages[0].deliveries.map(\.notice))
            #expect(try await bench.messages(at: noon(3)).isEmpty)
            #expect(try await bench.settle(messages[0], .delivered, noon(3)))
            var filter = DeliveryFilter()
            filter.states = [.delivered]
            let told = try await bench.store.deliveries(filter)
            #expect(told.map(\.messageID) == Array(repeating: messages[0].message.id, count: 3))
            #expect(told.map(\.attempts) == [1, 1, 1])
            #expect(try await bench.store.delivery(told[0].id).log.map(\.outcome) == ["delivered"])
        }
    }

    @Test func `an event whose forerunner is in another group waits for it`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit([raised], group: "a")
            try await bench.commit(
                [raised.written.told(.resolved, on: 1), Story(2).told(.raised)], group: "b")
            let first = try await bench.messages(at: noon(2))
            #expect(first.map(\.subjects) == [["1 raised"]])
            let second = try await bench.messages(at: noon(2))
            #expect(second.map(\.subjects) == [["2 raised"]])
            #expect(try await bench.settle(first[0], .delivered, noon(2)))
            #expect(try await bench.messages(at: noon(2)).map(\.subjects) == [["1 resolved"]])
        }
    }

    @Test func `a message that failed comes again as it was, and what is new goes by itself`()
        async throws
    {
        try await withStore { bench in
            try await bench.commit([Story(1).told(.raised), Story(2).told(.raised)], group: "g")
            let first = try await bench.messages(at: noon(0))
            #expect(try await bench.settle(first[0], .retry(at: noon(1)), noon(0)))
            try await bench.commit([Story(3).told(.raised, on: 1)], group: "g")
            let again = try await bench.messages(at: noon(1))
            #expect(again.map(\.message.id) == first.map(\.message.id))
            #expect(again.map(\.attempts) == [1])
            #expect(try await bench.messages(at: noon(1)).map(\.subjects) == [["3 raised"]])
            #expect(try await bench.settle(again[0], .dead, noon(1)))
            #expect(try await bench.settle(again[0], .dead, noon(1)) == false)
        }
    }

    @Test func `the next message of a group keeps its distance, a further try does not`()
        async throws
    {
        try await withStore { bench in
            let hour: Int64 = 3_600
            try await bench.commit([Story(1).told(.raised)], group: "g", interval: hour)
            let first = try await bench.messages(at: noon(0))
            #expect(try await bench.settle(first[0], .delivered, noon(0)))
            try await bench.commit([Story(2).told(.raised)], group: "g", interval: hour)
            try await bench.commit([Story(3).told(.raised)], group: "h", interval: hour)
            #expect(try await bench.messages(at: noon(0)).map(\.subjects) == [["3 raised"]])
            let due = noon(0).adding(seconds: hour)
            #expect(
                try await bench.store.nextDue(receivers: ["file"])
                    == noon(0).adding(seconds: 60))
            #expect(try await bench.messages(at: due.adding(seconds: -1), lease: 7_200).count == 1)
            let second = try await bench.messages(at: due)
            #expect(second.map(\.subjects) == [["2 raised"]])
            let soon = due.adding(seconds: 5)
            #expect(try await bench.settle(second[0], .retry(at: soon), due))
            #expect(try await bench.messages(at: soon).map(\.subjects) == [["2 raised"]])
        }
    }

    @Test(arguments: [true, false])
    func `a group's distance does not lead into quiet hours, but to their end`(isQuiet: Bool)
        async throws
    {
        try await withStore { bench in
            try await bench.commit([Story(1).told(.raised)], group: "g", interval: 300)
            let first = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(first, .delivered, noon(0)))
            let evening = noon(0).adding(seconds: isQuiet ? 200 : 301)
            var record = cycleRecord([Story(2).told(.raised)], ["file"])
            record.orders[0].group = "g"
            record.orders[0].groupInterval = 300
            record.orders[0].quiet = QuietTime(from: evening, until: noon(1))
            // A clock that was put off to the morning is told in the morning.
            record.episodes[0].nextClockAt = noon(2)
            record.notices[0].dueAt = noon(0).adding(seconds: 7_200)
            try await bench.store.commit(record, under: bench.lease())
            let due = isQuiet ? noon(1) : noon(0).adding(seconds: 300)
            #expect(try await bench.store.nextDue(receivers: ["file"]) == due)
            #expect(try await bench.messages(at: due.adding(seconds: -1)).isEmpty)
            let second = try await bench.messages(at: due)
            #expect(second.map(\.subjects) == [["2 raised"]])
            #expect(second.flatMap(\.message.notices).map(\.dueAt) == [noon(2)])
        }
    }

    @Test func `who joins a group while it waits goes out with it and does not prolong the wait`()
        async throws
    {
        try await withStore { bench in
            for (number, due) in [(1, 30), (2, 50)] {
                var record = cycleRecord([Story(number).told(.raised)], ["file"])
                record.orders[0].group = "g"
                record.orders[0].groupInterval = 300
                record.orders[0].notBefore = noon(0).adding(seconds: Int64(due))
                try await bench.store.commit(record, under: bench.lease())
            }
            let due = noon(0).adding(seconds: 30)
            #expect(try await bench.messages(at: due.adding(seconds: -1)).isEmpty)
            let messages = try await bench.messages(at: due)
            #expect(messages.map(\.subjects) == [["1 raised", "2 raised"]])
        }
    }

    @Test func `a probe gets one message, of a group or not`() async throws {
        try await withStore { bench in
            try await bench.commit([Story(1).told(.raised), Story(2).told(.raised)], group: "g")
            try await bench.commit(Story(3).told(.raised))
            #expect(try await bench.messages(at: noon(0), limit: 1).count == 1)
            #expect(try await bench.messages(at: noon(0), limit: 1).count == 1)
            #expect(try await bench.messages(at: noon(0), limit: 1).isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a storm of six thousand is one message, and is settled at once`() async throws {
        try await withStore { bench in
            let clock = ContinuousClock()
            func times(_ numbers: ClosedRange<Int>) async throws -> (Duration, Duration) {
                let group = "storm \(numbers.lowerBound)"
                try await bench.commit(numbers.map { Story($0).told(.raised) }, group: group)
                var messages: [ClaimedMessage] = []
                let claiming = try await clock.measure {
                    messages = try await bench.messages(at: noon(0))
                }
                #expect(messages.map(\.deliveries.count) == [numbers.count])
                var isSettled = false
                let settling = try await clock.measure {
                    isSettled = try await bench.settle(messages[0], .delivered, noon(0))
                }
                #expect(isSettled)
                return (claiming, settling)
            }
            let few = try await times(1...600)
            let many = try await times(601...6_600)
            #expect(many.0 < few.0 * 50, "claiming took \(many.0) after \(few.0)")
            #expect(many.1 < few.1 * 50, "settling took \(many.1) after \(few.1)")
            #expect(try await bench.store.nextDue(receivers: ["file"]) == nil)
        }
    }

    @Test func `couriers at work together tell each event once and in order`() async throws {
        try await withStore { bench in
            let stories = (1...60).map {
                Story($0).told(.raised).told(.confirmed).told(.resolved, on: 1)
            }
            for part in 0..<6 {
                try await bench.commit(
                    Array(stories[part * 10..<part * 10 + 10]), group: "g\(part % 3)")
            }
            let heard = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let store = bench.another()
                        var heard: [String] = []
                        while true {
                            let claimed = try await store.claim(
                                receivers: ["file"], limit: 7, leaseSeconds: 60, now: noon(2))
                            if claimed.isEmpty { break }
                            for message in claimed {
                                heard += message.subjects
                                let attempt = DeliveryAttempt(
                                    startedAt: noon(2), endedAt: noon(2), outcome: .delivered)
                                #expect(try await store.settle(message, attempt))
                            }
                        }
                        await store.close()
                        return heard
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(heard.flatMap(\.self).count == 180)
            #expect(Set(heard.flatMap(\.self)).count == 180)
        }
    }
}

extension ClaimedMessage {
    /// Who and what, in the message's order.
    var subjects: [String] {
        message.notices.map { "\($0.event.subject.id) \($0.event.what.rawValue)" }
    }
}

extension Bench {
    func commit(_ stories: [Story], group: String, interval: Int64? = nil) async throws {
        var record = cycleRecord(stories, ["file"])
        for index in record.orders.indices {
            record.orders[index].group = group
            record.orders[index].groupInterval = interval
        }
        try await store.commit(record, under: lease())
    }

    func messages(
        _ receivers: [String] = ["file"], at now: Instant, limit: Int = 50, lease: Int = 60
    ) async throws -> [ClaimedMessage] {
        try await store.claim(receivers: receivers, limit: limit, leaseSeconds: lease, now: now)
    }

    func settle(
        _ message: ClaimedMessage, _ outcome: DeliveryAttempt.Outcome, _ at: Instant,
        fallback: String? = nil
    ) async throws -> Bool {
        try await store.settle(
            message,
            DeliveryAttempt(startedAt: at, endedAt: at, outcome: outcome, fallback: fallback))
    }
}
