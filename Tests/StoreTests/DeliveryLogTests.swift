import Alerting
import Labor
import Store
import Testing

@Suite struct DeliveryLogTests {
    /// Delivers everything that is due to some receivers.
    private func deliverAll(_ bench: Bench, _ receivers: [String], at now: Instant) async throws {
        while true {
            let claimed = try await bench.claim(receivers, at: now)
            if claimed.isEmpty { return }
            for delivery in claimed { _ = try await bench.deliver(delivery, now) }
        }
    }

    @Test func `only what was delivered to a receiver counts as told`() async throws {
        try await withStore { bench in
            let both = ["file", "bureau"]
            let raised = Story(1).told(.raised)
            let story = raised.written.told(.confirmed, on: 1).told(.reminder, on: 2)
            try await bench.commit(raised, both)
            try await bench.commit(story, both)
            try await deliverAll(bench, ["bureau"], at: noon(3))
            let events = (raised.notices + story.notices).map(\.event)
            let id = raised.episode.id
            let told = try await bench.store.told(before: [id: 3], to: "bureau")
            #expect(
                told == [
                    id: events.prefix(2).map {
                        ToldEvent(id: $0.id, sequence: $0.sequence, at: $0.at)
                    }
                ])
            #expect(try await bench.store.told(before: [id: 1], to: "bureau").isEmpty)
            #expect(try await bench.store.told(before: [id: 3], to: "file").isEmpty)
        }
    }

    @Test func `of several episodes each is answered up to its own place`() async throws {
        try await withStore { bench in
            var ids: [AlertID] = []
            for number in 1...3 {
                let raised = Story(number).told(.raised)
                try await bench.commit(raised)
                try await bench.commit(raised.written.told(.confirmed, on: 1))
                ids.append(raised.episode.id)
            }
            try await deliverAll(bench, ["file"], at: noon(3))
            let told = try await bench.store.told(
                before: [ids[0]: 3, ids[1]: 2, ids[2]: 1], to: "file")
            #expect(told.mapValues { $0.map(\.sequence) } == [ids[0]: [1, 2], ids[1]: [1]])
            #expect(try await bench.store.told(before: [:], to: "file").isEmpty)
        }
    }

    @Test func `what stands is the last event told of each open episode`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            let confirmed = raised.written.told(.confirmed, on: 1)
            try await bench.commit(raised)
            try await bench.commit(confirmed)
            let second = Story(2).told(.raised)
            try await bench.commit(second)
            try await bench.commit(second.written.told(.resolved, on: 1))
            try await deliverAll(bench, ["file"], at: noon(2))
            // Never delivered: told to nobody.
            try await bench.commit(Story(3).told(.raised, on: 2))
            let standing = try await bench.store.standing(for: "file", endedSince: noon(2))
            #expect(
                standing
                    == [StandingAlert(notice: confirmed.notices[0], startedAt: noon(0))])
            let lately = try await bench.store.standing(for: "file", endedSince: noon(1))
            #expect(Set(lately.map(\.notice.event.what)) == [.confirmed, .resolved])
            #expect(try await bench.store.standing(for: "bureau", endedSince: noon(0)).isEmpty)
        }
    }
}
