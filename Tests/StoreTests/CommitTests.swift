import Alerting
import Labor
import Postgres
import Store
import Support
import Testing

@Suite struct CommitTests {
    @Test func `a cycle is remembered as it was written`() async throws {
        try await withStore { bench in
            let story = Story(1).told(.raised)
            let record = cycleRecord(
                [story], ["file"], watermarks: ["report": "123", "event": "9"], asOf: noon(3))
            try await bench.store.commit(record, under: bench.lease())
            let memory = try await bench.store.recall()
            #expect(memory.open == [story.episode])
            #expect(memory.watermarks == ["report": "123", "event": "9"])
            #expect(memory.lastAsOf == noon(3))
        }
    }

    @Test func `an empty store remembers nothing`() async throws {
        try await withStore { bench in
            let memory = try await bench.store.recall()
            #expect(memory == Memory())
        }
    }

    @Test func `an ended episode is no longer recalled, and the next one of its key may begin`()
        async throws
    {
        try await withStore { bench in
            let first = Story(1).told(.raised)
            try await bench.commit(first)
            var second = Story(1)
            second.episode.id = AlertID(second.episode.key, firstAsOf: noon(9))
            let next = second.told(.raised, on: 9)
            let record = cycleRecord([next, first.written.told(.resolved, on: 9)], ["file"])
            try await bench.store.commit(record, under: bench.lease())
            #expect(try await bench.store.recall().open.map(\.id) == [next.episode.id])
        }
    }

    @Test func `a second open episode of one rule and subject is refused`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            var second = Story(1)
            second.episode.id = AlertID(second.episode.key, firstAsOf: noon(9))
            let error = await #expect(throws: StoreError.self) {
                try await bench.commit(second.told(.raised, on: 9))
            }
            #expect(error?.code == .episodeMoved)
        }
    }

    @Test func `a cycle with one row that the database refuses changes nothing at all`()
        async throws
    {
        try await withStore { bench in
            try await bench.store.commit(
                cycleRecord([], watermarks: ["report": "1"]), under: bench.lease())
            var wrong = Story(2).told(.raised)
            wrong.episode.tier = .red
            let record = cycleRecord(
                [Story(1).told(.raised), wrong, Story(3).told(.raised)], ["file"],
                watermarks: ["report": "2"], asOf: noon(5))
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.commit(record, under: bench.lease())
            }
            #expect(error?.code == .refused)
            let memory = try await bench.store.recall()
            #expect(memory.open.isEmpty)
            #expect(memory.watermarks == ["report": "1"])
            #expect(memory.lastAsOf == noon(0))
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.delivery") == 0)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycle") == 1)
        }
    }

    @Test func `a cycle that is written twice has said everything once`() async throws {
        try await withStore { bench in
            let record = cycleRecord(
                [Story(1).told(.raised).told(.confirmed), Story(2).told(.raised)],
                ["file", "bureau"])
            let lease = try await bench.lease()
            try await bench.store.commit(record, under: lease)
            let once = try await bench.store.recall()
            try await bench.store.commit(record, under: lease)
            #expect(try await bench.store.recall().open == once.open)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.alert_event") == 3)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.delivery") == 6)
        }
    }

    @Test func `a replay does not bring back deliveries that were taken out meanwhile`()
        async throws
    {
        try await withStore { bench in
            let record = Story(1).told(.raised).record(["file"])
            let lease = try await bench.lease()
            try await bench.store.commit(record, under: lease)
            try await bench.run("DELETE FROM laborwatch.delivery")
            try await bench.store.commit(record, under: lease)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.delivery") == 0)
        }
    }

    @Test func `a cycle does not write over what a person did meanwhile`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            let taken = raised.written.told(.acknowledged, on: 1, actor: "duty officer")
            try await bench.store.apply(
                [taken.episode], notices: taken.notices, orders: taken.orders(["file"]))
            for late in [raised.written.told(.confirmed, on: 1), raised.written] {
                let error = await #expect(throws: StoreError.self) {
                    try await bench.commit(late)
                }
                #expect(error?.code == .episodeMoved)
                #expect(error?.isRetryable == true)
            }
            #expect(try await bench.store.recall().open == [taken.episode])
            let history = try await bench.store.alert(raised.episode.id.rawValue)
            #expect(history.notices.map(\.event.what) == [.raised, .acknowledged])
            #expect(history.notices.last?.event.actor == "duty officer")
        }
    }

    @Test func `a person's step on an episode that a cycle moved on is refused`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            try await bench.commit(raised.written.told(.confirmed, on: 1))
            let late = raised.written.told(.acknowledged, on: 1, actor: "x")
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.apply([late.episode], notices: late.notices, orders: [])
            }
            #expect(error?.code == .episodeMoved)
        }
    }

    @Test func `of a person and a cycle at the same time one moves the episode on`() async throws {
        try await withStore { bench in
            let stories = (1...12).map { Story($0).told(.raised) }
            let lease = try await bench.lease()
            try await bench.store.commit(cycleRecord(stories), under: lease)
            for story in stories {
                let cycle = story.written.told(.confirmed, on: 1)
                let person = story.written.told(.acknowledged, on: 1, actor: "x")
                async let cycleWon = succeeds {
                    try await bench.store.commit(cycleRecord([cycle]), under: lease)
                }
                async let personWon = succeeds {
                    try await bench.store.apply(
                        [person.episode], notices: person.notices, orders: [])
                }
                let won = (cycle: await cycleWon, person: await personWon)
                #expect(won.cycle != won.person)
                let history = try await bench.store.alert(story.episode.id.rawValue)
                #expect(history.alert.episode == (won.cycle ? cycle : person).episode)
                #expect(history.notices.count == 2)
            }
        }
    }

    @Test func `a cycle keeps the verdict that it did not know of`() async throws {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            try await bench.commit(raised)
            try await bench.store.setVerdict(.transfer, of: raised.episode.id)
            try await bench.commit(raised.written.told(.reminder, on: 7))
            #expect(try await bench.store.recall().open.map(\.verdict) == [.transfer])
        }
    }

    @Test func `a delivery of an event that is not written is refused`() async throws {
        try await withStore { bench in
            var record = Story(1).told(.raised).record([])
            record.orders = Story(2).told(.raised).orders(["file"])
            let lease = try await bench.lease()
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.commit(record, under: lease)
            }
            #expect(error?.code == .refused)
        }
    }

    @Test func `who is not told is on record with the reason`() async throws {
        try await withStore { bench in
            let story = Story(1).told(.raised)
            var record = story.record(["file", "bureau"])
            record.orders[1].suppressed = .tierNotWanted
            try await bench.store.commit(record, under: bench.lease())
            let reason = try await bench.text(
                """
                SELECT t.outcome || ' ' || d.reason || ' ' || (d.finished_at IS NOT NULL)
                  FROM laborwatch.deliveries d JOIN laborwatch.delivery_attempts t
                 USING (delivery_id)
                 WHERE d.receiver = 'bureau' AND d.state = 'suppressed'
                """)
            #expect(reason == "suppressed tier_not_wanted true")
            #expect(try await bench.store.nextDue(receivers: ["bureau"]) == nil)
        }
    }

    @Test
    func `whoever was told of a raising is told of the end, whatever the filters say by then`()
        async throws
    {
        try await withStore { bench in
            let raised = Story(1).told(.raised)
            var first = raised.record(["file", "bureau", "gone"])
            first.orders[1].suppressed = .regionNotWanted
            try await bench.store.commit(first, under: bench.lease())
            _ = try await bench.store.drop(receiver: "gone", now: noon(0))
            let told = try #require(try await bench.claim(at: noon(0)).first)
            #expect(try await bench.deliver(told, noon(0)))
            try await bench.sql.perform { try $0.listen("laborwatch_outbox") }
            var second = raised.written.told(.resolved, on: 1).record(["file", "bureau", "gone"])
            for index in second.orders.indices {
                second.orders[index].suppressed = .regionNotWanted
            }
            try await bench.store.commit(second, under: bench.lease())
            let owed = try await bench.claim(["file", "bureau", "gone"], at: noon(1))
            #expect(owed.map(\.notice.event.what) == [.resolved])
            #expect(owed.map(\.receiver) == ["file"])
            let states = try await bench.text(
                """
                SELECT string_agg(concat_ws(' ', receiver, state, reason, finished_at IS NULL), ', '
                                  ORDER BY receiver)
                  FROM laborwatch.delivery WHERE sequence = 2
                """)
            #expect(
                states == "bureau suppressed region_not_wanted f, file pending t, "
                    + "gone suppressed region_not_wanted f")
            #expect(try await bench.store.status().lastGoodCycle?.deliveries == 1)
            let woken = try await bench.sql.perform { session in
                try session.waitForNotification(deadline: .seconds(60)) != nil
            }
            #expect(woken)
        }
    }

    @Test func `it is told of the end also when both are written at once`() async throws {
        try await withStore { bench in
            var record = Story(1).told(.raised).told(.confirmed).told(.resolved).record(["file"])
            record.orders[0].suppressed = .tierNotWanted
            record.orders[2].suppressed = .tierNotWanted
            try await bench.store.commit(record, under: bench.lease())
            var filter = DeliveryFilter()
            filter.states = [.pending]
            let pending = try await bench.store.deliveries(filter)
            #expect(Set(pending.map(\.what)) == [.confirmed, .resolved])
        }
    }

    @Test func `a cycle with deliveries wakes the courier when it is committed`() async throws {
        try await withStore { bench in
            try await bench.sql.perform { try $0.listen("laborwatch_outbox") }
            try await bench.commit(Story(1).told(.raised), [])
            try await bench.commit(Story(2).told(.raised), ["file"])
            let heard = try await bench.sql.perform { session in
                try session.waitForNotification(deadline: .seconds(60)) != nil
                    && session.lastNotifications().isEmpty
            }
            #expect(heard)
        }
    }

    @Test func `a failed cycle is on record and moves nothing`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let before = try await bench.store.recall()
            try await bench.store.noteFailure(
                asOf: noon(8), startedAt: noon(8), message: "the source is away")
            #expect(try await bench.store.recall() == before)
            let latest = try await bench.store.cycles(limit: 1)
            #expect(latest.map(\.error) == ["the source is away"])
            #expect(try await bench.store.status().lastGoodCycle?.asOf == noon(0))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `ten times as many episodes take far less than a hundred times as long`() async throws {
        try await withStore { bench in
            let lease = try await bench.lease()
            let clock = ContinuousClock()
            func times(_ numbers: ClosedRange<Int>) async throws -> (Duration, Duration) {
                let stories = numbers.map { Story($0).told(.raised) }
                let writing = try await clock.measure {
                    try await bench.store.commit(cycleRecord(stories, ["file", "b"]), under: lease)
                }
                return (writing, try await clock.measure { _ = try await bench.store.recall() })
            }
            let few = try await times(1...600)
            let many = try await times(601...6_600)
            #expect(try await bench.store.recall().open.count == 6_600)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.delivery") == 13_200)
            #expect(many.0 < few.0 * 50, "writing took \(many.0) after \(few.0)")
            #expect(many.1 < few.1 * 50, "reading took \(many.1) after \(few.1)")
        }
    }
}

/// Whether it did not throw that somebody else was first.
private func succeeds(_ body: @Sendable () async throws -> Void) async -> Bool {
    do {
        try await body()
        return true
    } catch let error as StoreError where error.code == .episodeMoved {
        return false
    } catch {
        Issue.record(error)
        return false
    }
}
