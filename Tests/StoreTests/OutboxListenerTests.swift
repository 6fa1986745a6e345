import Alerting
import Labor
import Postgres
import Store
import Testing

/// Every writer that makes a delivery due notifies the channel, with its origin.
@Suite(.timeLimit(.minutes(20))) struct OutboxListenerTests {
    enum Step: CaseIterable {
        case cycle, person, retry, enable, tried, fallback

        var origin: String {
            switch self {
            case .cycle: "cycle"
            case .person, .retry, .enable, .tried: "person"
            case .fallback: "courier"
            }
        }

        /// Makes the precondition of the step.
        func prepare(_ bench: Bench) async throws {
            let store = bench.store
            switch self {
            case .cycle, .person, .fallback: break
            case .retry, .enable, .tried:
                try await bench.commit(Story(1).told(.raised))
                let message = try await bench.messages(at: noon(0))[0]
                let outcome: DeliveryAttempt.Outcome = self == .retry ? .dead : .retry(at: noon(9))
                #expect(try await bench.settle(message, outcome, noon(0)))
                if self == .enable {
                    try await store.disable(
                        receiver: "file", fingerprint: "1", reason: "410", at: noon(0))
                }
            }
            if self == .fallback { try await bench.commit(Story(1).told(.raised)) }
        }

        func take(_ bench: Bench) async throws {
            let store = bench.store
            switch self {
            case .cycle: try await bench.commit(Story(1).told(.raised))
            case .person:
                let story = Story(1).told(.raised)
                try await store.apply(
                    [story.episode], notices: story.notices, orders: story.orders(["file"]))
            case .retry: #expect(try await store.retry(.all, now: noon(1)).retried == 1)
            case .enable: #expect(try await store.enable(receiver: "file", now: noon(1)))
            case .tried:
                #expect(try await store.bringForward(receiver: "file", now: noon(1)) == 1)
            case .fallback:
                let message = try await bench.messages(at: noon(0))[0]
                #expect(try await bench.settle(message, .dead, noon(0), fallback: "duty"))
            }
        }
    }

    @Test(arguments: Step.allCases)
    func `what makes a delivery due wakes the couriers once`(step: Step) async throws {
        try await withStore { bench in
            try await step.prepare(bench)
            try await bench.sql.perform { try $0.listen(OutboxListener.channel) }
            try await step.take(bench)
            let heard = try await bench.sql.perform { session in
                let first = try session.waitForNotification(deadline: .seconds(60))
                return [first].compactMap(\.self) + session.lastNotifications()
            }
            #expect(heard.map(\.payload) == [step.origin])
        }
    }

    @Test func `a listener hears of everybody but the cycle, which wakes its couriers itself`()
        async throws
    {
        try await withStore { bench in
            let (heard, report) = AsyncStream.makeStream(of: String.self)
            let options = ConnectionOptions(dsn: bench.dsn)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await OutboxListener.listen(
                        options, ready: { report.yield("ready") },
                        heard: { report.yield("heard") })
                }
                var sounds = heard.makeAsyncIterator()
                #expect(await sounds.next() == "ready")
                try await bench.commit(Story(1).told(.raised))
                try await bench.sql.perform { session in
                    _ = try session.execute(
                        "SELECT pg_notify($1, 'cycle')",
                        [
                            .text(OutboxListener.channel)
                        ])
                    _ = try session.execute(
                        "SELECT pg_notify($1, 'person')",
                        [
                            .text(OutboxListener.channel)
                        ])
                }
                #expect(await sounds.next() == "heard")
                group.cancelAll()
                // The cancelled task ends the connection with an error.
                await #expect(throws: PostgresError.self) { try await group.waitForAll() }
                report.finish()
                #expect(await sounds.next() == nil)
            }
        }
    }
}
