import Alerting
import Daemon
import Foundation
import Labor
import Store
import Testing

/// A store that also remembers silences and what they hold, over the real one.
private actor HoldingHistory: Alerting.History {
    private let store: PostgresStore
    private(set) var silences: [Silence]
    private var held: [HeldOrder] = []
    private(set) var records: [CycleRecord] = []

    init(_ store: PostgresStore, silences: [Silence]) {
        self.store = store
        self.silences = silences
    }

    func acquireLease(holder: String, seconds: Int) async throws -> Lease? {
        try await store.acquireLease(holder: holder, seconds: seconds)
    }

    func release(_ lease: Lease) async throws { try await store.release(lease) }

    func recall() async throws -> Memory {
        var memory = try await store.recall()
        memory.silences = silences
        memory.held = held
        return memory
    }

    func commit(_ cycle: CycleRecord, under lease: Lease) async throws {
        try await store.commit(cycle, under: lease)
        records.append(cycle)
        let gone = Set(cycle.releases.map(\.deliveryID))
        held.removeAll { gone.contains($0.deliveryID) }
        for order in cycle.orders where order.isHeld {
            held.append(
                HeldOrder(
                    deliveryID: Int64(held.count + 1), alertID: order.alertID,
                    receiver: order.receiver, reason: order.suppressed ?? ""))
        }
    }

    func noteFailure(asOf: Instant, startedAt: Instant, message: String) async throws {
        try await store.noteFailure(asOf: asOf, startedAt: startedAt, message: message)
    }
}

/// Silences over cycles, the idle ones too.
struct HoldingTests {
    private func instant(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }

    @Test func `what a silence held is let go at its end, though nothing new was reported`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            var matcher = SilenceMatcher()
            matcher.region = RegionCode("540000")
            let silence = Silence(
                id: 7, matcher: matcher, startsAt: try instant("2026-06-03T00:00:00+08:00"),
                endsAt: try instant("2026-06-03T14:00:00+08:00"), reason: "r", createdBy: "c")
            let workshop = try bench.workshop()
            let store = try await workshop.store()
            let history = HoldingHistory(store, silences: [silence])
            let engine = Engine(
                reader: try workshop.reader(), history: history, pipeline: workshop.pipeline(),
                monotonic: SystemClock.monotonic)
            let lease = try #require(
                try await store.acquireLease(holder: "test", seconds: 600))
            func cycle(_ text: String) async throws -> Engine.Outcome {
                let moment = try instant(text)
                return try await engine.cycle(
                    asOf: Zone.shanghai.asOf(moment), at: moment, lease: lease)
            }
            let first = try await cycle("2026-06-03T12:00:00+08:00")
            #expect(first.events > 0)
            let orders = try #require(await history.records.first).orders
            #expect(orders.allSatisfy { $0.suppressed == "silenced:7" && $0.isHeld })
            try await eventually("an idle look") {
                try await cycle("2026-06-03T13:59:59+08:00").isIdle
            }
            #expect(await history.records.allSatisfy { $0.releases.isEmpty })
            let count = await history.records.count
            #expect(try await !cycle("2026-06-03T14:00:00+08:00").isIdle)
            let releasing = try #require(await history.records.last)
            #expect(await history.records.count == count + 1)
            #expect(releasing.releases.count == orders.count)
            #expect(releasing.notices.isEmpty)
            #expect(try await cycle("2026-06-03T14:00:01+08:00").isIdle)
            await store.close()
        }
    }

    @Test func `what nobody takes on is told again to people, in cycles that read nothing new`()
        async throws
    {
        try await withBench { bench in
            try await bench.settle(from: "2025-06", through: "2026-04")
            try await bench.report(1, "2026-05", staff: 190, at: "2026-06-03T10:00:00+08:00")
            let secret = try bench.scratch.write(
                "secret", "whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
            let workshop = try bench.workshop(
                """
                receivers:
                  - {name: file, type: file, directory: \(bench.scratch.path)/alerts}
                  - {name: chat, type: webhook, url: "http://127.0.0.1:9/x",
                     secret_file: "\(secret)", groups: true}
                """)
            let store = try await workshop.store()
            let history = HoldingHistory(store, silences: [])
            let engine = Engine(
                reader: try workshop.reader(), history: history, pipeline: workshop.pipeline(),
                monotonic: SystemClock.monotonic)
            let lease = try #require(
                try await store.acquireLease(holder: "test", seconds: 600))
            func cycle(_ text: String) async throws -> Engine.Outcome {
                let moment = try instant(text)
                return try await engine.cycle(
                    asOf: Zone.shanghai.asOf(moment), at: moment, lease: lease)
            }
            #expect(try await cycle("2026-06-03T12:00:00+08:00").events > 0)
            let first = try #require(await history.records.first)
            let orange = first.notices.filter { $0.event.toTier >= .orange }
            #expect(!orange.isEmpty && orange.count < first.notices.count)
            try await eventually("an idle look") {
                try await cycle("2026-06-03T15:59:59+08:00").isIdle
            }
            #expect(try await cycle("2026-06-03T16:00:00+08:00").events == orange.count)
            let again = try #require(await history.records.last)
            #expect(again.notices.map(\.event.alertID) == orange.map(\.event.alertID))
            #expect(again.notices.allSatisfy { $0.event.reason == .repeatDue })
            #expect(again.orders.map(\.receiver) == orange.map { _ in "chat" })
            #expect(try await cycle("2026-06-03T16:01:00+08:00").isIdle)
            #expect(try await cycle("2026-06-03T20:00:00+08:00").events == orange.count)
            await store.close()
        }
    }
}
