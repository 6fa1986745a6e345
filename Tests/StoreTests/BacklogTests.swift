import Alerting
import Labor
import Store
import Testing

/// What waits for a receiver after failed tries, once it answers again.
@Suite struct BacklogTests {
    private let hour: Int64 = 3_600

    /// Commits alerts with numbers for a receiver, of which each was tried and failed.
    private func fail(
        _ numbers: ClosedRange<Int>, until: Instant, in bench: Bench,
        receivers: [String] = ["file"]
    ) async throws {
        try await bench.store.commit(
            cycleRecord(numbers.map { Story($0).told(.raised) }, receivers), under: bench.lease())
        for message in try await bench.messages(receivers, at: noon(0)) {
            #expect(try await bench.settle(message, .retry(at: until), noon(0)))
        }
    }

    @Test func `after an outage the first success makes the others due, in their order`()
        async throws
    {
        try await withStore { bench in
            try await fail(1...4, until: noon(1), in: bench, receivers: ["file", "bureau"])
            let back = noon(0).adding(seconds: hour)
            try await bench.commit(Story(9).told(.raised))
            let probe = try #require(try await bench.messages(at: back).first)
            #expect(probe.subjects == ["9 raised"])
            #expect(try await bench.settle(probe, .delivered, back))
            #expect(try await bench.store.nextDue(receivers: ["file"]) == back)
            let told = try await bench.messages(at: back)
            #expect(told.map(\.subjects) == (1...4).map { ["\($0) raised"] })
            #expect(told.map(\.attempts) == [1, 1, 1, 1])
            // Of another receiver nothing is known.
            #expect(try await bench.store.nextDue(receivers: ["bureau"]) == noon(1))
        }
    }

    @Test func `what the receiver asked to put off, or a courier has in hand, keeps its time`()
        async throws
    {
        try await withStore { bench in
            try await fail(1...2, until: noon(0).adding(seconds: 5), in: bench)
            let soon = noon(0).adding(seconds: 5)
            let messages = try await bench.messages(at: soon)
            #expect(try await bench.settle(messages[0], .snooze(until: noon(2)), soon))
            try await bench.commit(Story(9).told(.raised))
            let probe = try #require(try await bench.messages(at: soon).first)
            #expect(try await bench.settle(probe, .delivered, soon))
            #expect(try await bench.messages(at: soon).isEmpty)
            #expect(try await bench.settle(messages[1], .delivered, soon))
            #expect(try await bench.store.nextDue(receivers: ["file"]) == noon(2))
        }
    }

    @Test func `one that fails where others succeed is not tried at each of their successes`()
        async throws
    {
        try await withStore { bench in
            try await fail(1...1, until: noon(1), in: bench)
            var now = noon(0)
            var tries = 0
            for number in 2...20 {
                now = now.adding(seconds: 60)
                try await bench.commit(Story(number).told(.raised))
                for message in try await bench.messages(at: now) {
                    if message.subjects == ["1 raised"] {
                        tries += 1
                        #expect(try await bench.settle(message, .retry(at: noon(1)), now))
                    } else {
                        #expect(try await bench.settle(message, .delivered, now))
                    }
                }
            }
            #expect(tries == 1)
            // A try by the schedule makes it like any other again.
            let late = try #require(try await bench.messages(at: noon(1)).first)
            #expect(try await bench.settle(late, .retry(at: noon(3)), noon(1)))
            try await bench.commit(Story(21).told(.raised))
            let probe = try #require(try await bench.messages(at: noon(1)).first)
            #expect(try await bench.settle(probe, .delivered, noon(2)))
            #expect(try await bench.messages(at: noon(2)).map(\.subjects) == [["1 raised"]])
        }
    }

    @Test func `messages of a group that failed come together, and what is new joins no old one`()
        async throws
    {
        try await withStore { bench in
            try await bench.commit([Story(1).told(.raised), Story(2).told(.raised)], group: "g")
            let failed = try await bench.messages(at: noon(0))[0]
            #expect(try await bench.settle(failed, .retry(at: noon(1)), noon(0)))
            let back = noon(0).adding(seconds: hour)
            try await bench.commit([Story(3).told(.raised)], group: "g")
            let probe = try await bench.messages(at: back)[0]
            #expect(probe.subjects == ["3 raised"])
            #expect(try await bench.settle(probe, .delivered, back))
            #expect(try await bench.messages(at: back).map(\.message.id) == [failed.message.id])
        }
    }

    enum Return: CaseIterable { case enabled, moved, tried }

    @Test(arguments: Return.allCases)
    func `a receiver that is enabled, moved or tried by hand gets its backlog at once`(
        way: Return
    ) async throws {
        try await withStore { bench in
            let store = bench.store
            try await fail(1...3, until: noon(1), in: bench)
            try await store.disable(receiver: "file", fingerprint: "1", reason: "410", at: noon(0))
            let back = noon(0).adding(seconds: hour)
            switch way {
            case .enabled:
                #expect(try await store.enable(receiver: "file", now: back))
            case .moved:
                let reason = try await store.disabledReason(
                    receiver: "file", fingerprint: "2", at: back)
                #expect(reason == nil)
            case .tried:
                #expect(try await store.bringForward(receiver: "file", now: back) == 3)
                #expect(try await store.bringForward(receiver: "file", now: back) == 0)
            }
            #expect(
                try await bench.messages(at: back).map(\.subjects)
                    == (1...3).map { ["\($0) raised"] })
        }
    }
}
