import Alerting
import Labor
import Store
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct LeaseTests {
    @Test func `a renewal keeps the token and moves the end`() async throws {
        try await withStore { bench in
            let first = try #require(try await bench.store.acquireLease(holder: "a", seconds: 30))
            let again = try #require(try await bench.store.acquireLease(holder: "a", seconds: 60))
            #expect(again.token == first.token)
            #expect(again.expiresAt > first.expiresAt)
        }
    }

    @Test func `a second daemon waits until the first one's lease runs out`() async throws {
        try await withStore { bench in
            let first = try #require(try await bench.store.acquireLease(holder: "a", seconds: 60))
            let other = bench.another()
            #expect(try await other.acquireLease(holder: "b", seconds: 60) == nil)
            try await bench.expireLease()
            let second = try #require(try await other.acquireLease(holder: "b", seconds: 60))
            #expect(second.token == first.token + 1)
            #expect(try await bench.store.acquireLease(holder: "a", seconds: 60) == nil)
            await other.close()
        }
    }

    @Test func `a lease that was given back is free at once`() async throws {
        try await withStore { bench in
            let first = try await bench.lease("a")
            try await bench.store.release(first)
            let second = try await bench.lease("b")
            #expect(second.token == first.token + 1)
            try await bench.store.release(first)
            #expect(try await bench.store.acquireLease(holder: "a", seconds: 60) == nil)
        }
    }

    @Test func `whoever lost the lease writes nothing`() async throws {
        try await withStore { bench in
            let lost = try await bench.lease("a")
            try await bench.expireLease()
            _ = try await bench.lease("b")
            let record = Story(1).told(.raised).record(["file"])
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.commit(record, under: lost)
            }
            #expect(error?.code == .leaseLost)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.cycle") == 0)
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.alert") == 0)
        }
    }

    @Test func `an old token of the same holder is refused, too`() async throws {
        try await withStore { bench in
            let old = try await bench.lease("a")
            try await bench.expireLease()
            _ = try await bench.lease("b")
            try await bench.expireLease()
            _ = try await bench.lease("a")
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.commit(cycleRecord([]), under: old)
            }
            #expect(error?.code == .leaseLost)
        }
    }

    @Test func `a lease that ran out but was not taken still writes`() async throws {
        try await withStore { bench in
            let lease = try await bench.lease("a")
            try await bench.expireLease()
            try await bench.store.commit(cycleRecord([Story(1).told(.raised)]), under: lease)
            #expect(try await bench.store.recall().open.count == 1)
        }
    }

    @Test func `of many daemons that want a free lease one gets it`() async throws {
        try await withStore { bench in
            let won = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        let store = bench.another()
                        let lease = try await store.acquireLease(
                            holder: "daemon \(number)", seconds: 60)
                        await store.close()
                        return lease != nil
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(won == 1)
        }
    }
}

extension Bench {
    /// Lets the lease's time be over without waiting for it.
    func expireLease() async throws {
        try await run(
            "UPDATE laborwatch.lease SET expires_at = clock_timestamp() - interval '1 second'")
    }
}
