import Support
import Testing

/// The outbox of the courier tests has the contract of production. StoreTests run the same
/// scenarios and schedules on PostgreSQL.
@Suite(.timeLimit(.minutes(20))) struct OutboxConformanceTests {
    @Test(arguments: DeliveryScenario.all)
    func `the outbox in memory gives the record of the scenario`(
        scenario: DeliveryScenario
    ) async throws {
        #expect(try await scenario.play(on: MemoryOutbox()) == scenario.expected)
    }

    /// 1,000 schedules; a failure names its seed. CourierScheduleTests run 10,000 schedules of a
    /// courier on the same outbox.
    @Test(arguments: 0..<40)
    func `whoever was told is told of the end, in order, and the rest has a reason`(
        block: UInt64
    ) async throws {
        for seed in block * 25..<block * 25 + 25 {
            let outcome = try await DeliverySchedule(seed: seed).play(on: MemoryOutbox())
            #expect(outcome.record.count > 8, "seed \(seed)")
            #expect(outcome.complaints == [], "seed \(seed)")
        }
    }
}
