import Alerting
import Labor
import Store
import Support
import Testing

@Suite struct RecallTests {
    @Test func `an episode that did not move is taken from what was known`() async throws {
        try await withStore { bench in
            let stories = (1...3).map { Story($0).told(.raised) }
            try await bench.store.commit(cycleRecord(stories), under: bench.lease())
            var known = try await bench.store.recall()
            // A mark that the database does not have shows who was read again.
            for index in known.open.indices { known.open[index].persons = -1 }
            try await bench.store.setVerdict(.transfer, of: stories[1].episode.id)
            try await bench.commit(stories[2].written.told(.confirmed))
            let memory = try await bench.store.recall(knowing: known)
            #expect(memory.open.map(\.persons) == [-1, 126, 126])
            #expect(memory.open.map(\.verdict) == [nil, .transfer, nil])
            #expect(memory.open.map(\.sequence) == [1, 1, 2])
        }
    }

    @Test func `a memory of another origin is not trusted`() async throws {
        try await withStore { bench in
            let story = Story(1).told(.raised)
            try await bench.commit(story)
            var known = try await bench.store.recall()
            known.open[0].sequence = 9
            #expect(try await bench.store.recall(knowing: known).open == [story.episode])
            let other = Memory(open: [Story(7).episode])
            #expect(try await bench.store.recall(knowing: other).open == [story.episode])
        }
    }

    @Test func `any history is recalled by one call unless it says otherwise`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            let plain = PlainHistory(store: bench.store)
            #expect(try await plain.recall(knowing: Memory()) == bench.store.recall())
        }
    }

    /// Whatever cycles and people do between two looks, knowing the last look changes nothing.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `recalling with a memory gives what recalling without one gives`(
        seed: UInt64
    ) async throws {
        try await withStore { bench in
            var random = SeededGenerator(seed: seed)
            var open: [Int: Story] = [:]
            var memory: Memory?
            for day in 0..<30 {
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    let number = Int.random(in: 1...9, using: &random)
                    try await step(number, day, &open, bench, &random)
                }
                let whole = try await bench.store.recall()
                memory = try await bench.store.recall(knowing: memory)
                #expect(memory == whole, "seed \(seed), day \(day)")
                #expect(whole.open.count == open.count)
            }
        }
    }

    /// One thing that may happen to an episode: a cycle, a person, or its end.
    private func step(
        _ number: Int, _ day: Int, _ open: inout [Int: Story], _ bench: Bench,
        _ random: inout SeededGenerator
    ) async throws {
        guard let story = open[number] else {
            var story = Story(number)
            story.episode.id = AlertID(
                story.episode.key,
                firstAsOf: noon(day).adding(seconds: Int64(random.next() % 80_000)))
            let raised = story.told(.raised, on: day)
            try await bench.commit(raised)
            open[number] = raised.written
            return
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            try await bench.store.setVerdict(
                [nil, .confirmed, .seasonal].randomElement(using: &random) ?? nil,
                of: story.episode.id)
        case 1:
            let taken = story.told(.acknowledged, on: day, actor: "officer")
            try await bench.store.apply([taken.episode], notices: taken.notices, orders: [])
            open[number] = taken.written
        case 2:
            try await bench.commit(story.told(.resolved, on: day))
            open[number] = nil
        default:
            var changed = story
            changed.episode.evidence.value = Double(random.next() % 1_000)
            try await bench.commit(changed)
            open[number] = changed
        }
    }
}

/// A history that has nothing but what it must have.
private struct PlainHistory: History {
    let store: PostgresStore

    func acquireLease(holder: String, seconds: Int) async throws -> Lease? {
        try await store.acquireLease(holder: holder, seconds: seconds)
    }

    func release(_ lease: Lease) async throws { try await store.release(lease) }

    func recall() async throws -> Memory { try await store.recall() }

    func ended(foundAsOf asOf: Instant) async throws -> Set<AlertID> {
        try await store.ended(foundAsOf: asOf)
    }

    func commit(_ cycle: CycleRecord, under lease: Lease) async throws {
        try await store.commit(cycle, under: lease)
    }

    func noteFailure(asOf: Instant, startedAt: Instant, message: String) async throws {
        try await store.noteFailure(asOf: asOf, startedAt: startedAt, message: message)
    }
}
