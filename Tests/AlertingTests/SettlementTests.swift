import Alerting
import Labor
import Testing

@Suite struct SettlementTests {
    private static let noon = Instant(seconds: 1_793_880_000)

    private static func settle(
        _ outcome: DeliveryAttempt.Outcome, after postponement: Postponement = Postponement(),
        wasTried: Bool = true
    ) throws -> Settlement {
        let event = try Bundle.raised().event
        let claimed = ClaimedDelivery(
            id: 1, receiver: "r", notice: AlertNotice(event: event, texts: [:]), attempts: 2,
            createdAt: noon, claim: 1, postponement: postponement)
        return Settlement(
            of: claimed,
            by: DeliveryAttempt(
                startedAt: noon, endedAt: noon.adding(seconds: 3), outcome: outcome,
                wasTried: wasTried))
    }

    @Test func `every outcome has its state, its count of tries and its next try`() throws {
        let later = Self.noon.adding(seconds: 60)
        let end = Self.noon.adding(seconds: 3)
        let table: [(DeliveryAttempt.Outcome, DeliveryState, Int, Instant?, Instant?)] = [
            (.delivered, .delivered, 3, nil, end), (.dead, .dead, 3, nil, end),
            (.retry(at: later), .pending, 3, later, nil),
            (.snooze(until: later), .pending, 2, later, nil),
        ]
        for (outcome, state, attempts, next, finished) in table {
            let settlement = try Self.settle(outcome)
            #expect(settlement.state == state)
            #expect(settlement.attempts == attempts)
            #expect(settlement.nextAttemptAt == next)
            #expect(settlement.finishedAt == finished)
        }
    }

    @Test func `what failed by the schedule may come forward, what failed ahead of it may not`()
        throws
    {
        let later = Self.noon.adding(seconds: 60)
        let first = try Self.settle(.retry(at: later))
        #expect(first.postponement == Postponement(scheduledAt: later, mayComeForward: true))
        let ahead = try Self.settle(.retry(at: later), after: first.postponement)
        #expect(ahead.postponement == Postponement(scheduledAt: later, mayComeForward: false))
        let due = Postponement(scheduledAt: Self.noon, mayComeForward: false)
        let onTime = try Self.settle(.retry(at: later), after: due)
        #expect(onTime.postponement.mayComeForward)
        let asked = try Self.settle(.snooze(until: later), after: first.postponement)
        #expect(asked.postponement == Postponement())
        let untried = try Self.settle(
            .snooze(until: later), after: first.postponement, wasTried: false)
        #expect(untried.postponement == first.postponement)
    }
}
