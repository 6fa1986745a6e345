import Alerting
import Labor
import Store
import Support
import Testing

/// The outbox on PostgreSQL and the outbox in memory have the same contract. Both give the expected
/// record of each scenario, and equal records of each schedule.
@Suite(.timeLimit(.minutes(20))) struct DeliveryConformanceTests {
    @Test(arguments: DeliveryScenario.all)
    func `the outbox on PostgreSQL gives the record of the scenario`(
        scenario: DeliveryScenario
    ) async throws {
        try await withStore { bench in
            let store = try await PostgresDeliveries(bench)
            #expect(try await scenario.play(on: store) == scenario.expected)
        }
    }

    /// 200 schedules, ten per database; a failure names its seed.
    @Test(arguments: 0..<20)
    func `both outboxes give the same record of a schedule, and it violates no guarantee`(
        block: UInt64
    ) async throws {
        try await withStore { bench in
            let store = try await PostgresDeliveries(bench)
            for seed in block * 10..<block * 10 + 10 {
                let schedule = DeliverySchedule(seed: seed)
                let real = try await schedule.play(on: store)
                let memory = try await schedule.play(on: MemoryOutbox())
                let first = zip(real.record, memory.record).first { $0 != $1 }
                #expect(
                    real.record == memory.record,
                    "seed \(seed): \(first.map { "\($0) on PostgreSQL, \($1) in memory" } ?? "")")
                #expect(real.complaints == [], "seed \(seed)")
            }
        }
    }
}
