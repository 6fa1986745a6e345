import Alerting
import Labor
import Testing

@Suite struct PersonTests {
    private let machine = Bundle.machine()

    private func acknowledged(_ tier: Tier, _ certainty: Certainty = .observed) throws -> Episode {
        let episode = try Bundle.raised(tier, certainty: certainty).episode
        return try #require(machine.acknowledge(episode, by: "zhang", at: Bundle.day(2))).episode
    }

    private func advance(_ episode: Episode, _ finding: Finding, day: Int) -> Step {
        machine.advance(
            [episode], with: Bundle.evaluation(day: day, findings: [finding]),
            at: Bundle.day(day))
    }

    @Test func `taking an episode on is an event with its actor`() throws {
        let episode = try Bundle.raised().episode
        let (after, event) = try #require(
            machine.acknowledge(episode, by: "zhang", at: Bundle.day(2)))
        #expect(told(event) == "acknowledged taken_on orange/orange firing/acknowledged 10")
        #expect(event.actor == "zhang")
        #expect(event.sequence == 2)
        #expect(after.acknowledgedTier == .orange)
        #expect(after.state == .acknowledged)
        #expect(machine.acknowledge(after, by: "li", at: Bundle.day(3)) == nil)
    }

    @Test func `a higher tier ends an acknowledgement and the same or a lower one does not`() throws
    {
        let episode = try acknowledged(.orange)
        let lower = advance(episode, Bundle.finding(.blue, month: 11), day: 3)
        #expect(
            lower.events.map(told)
                == ["tier_changed tier_fell orange/blue acknowledged/acknowledged 11"])
        let back = advance(
            try #require(lower.episodes.first), Bundle.finding(.orange, month: 11), day: 4)
        #expect(
            back.events.map(told)
                == ["tier_changed tier_rose blue/orange acknowledged/acknowledged 11"])
        let higher = advance(
            try #require(back.episodes.first), Bundle.finding(.red, month: 11), day: 5)
        #expect(
            higher.events.map(told)
                == ["tier_changed tier_rose orange/red acknowledged/firing 11"])
        #expect(higher.episodes.map(\.acknowledgedTier) == [nil])
    }

    @Test func `who took it on is not reminded`() throws {
        let episode = try acknowledged(.red)
        let evaluation = Bundle.evaluation(day: 60, statuses: [episode.key: .silent])
        #expect(machine.advance([episode], with: evaluation, at: Bundle.day(60)) == Step())
    }

    @Test func `an uncertain episode that was taken on can still be confirmed or withdrawn`() throws
    {
        let episode = try acknowledged(.orange, .provisional)
        let later = advance(
            episode, Bundle.finding(.orange, month: 11, certainty: .provisional), day: 9)
        #expect(
            later.events.map(told)
                == ["confirmed later_report_confirms orange/orange acknowledged/acknowledged 11"])
        let clear = Bundle.evaluation(
            day: 9, statuses: [episode.key: .clear(through: Bundle.month(11))])
        let denied = machine.advance([episode], with: clear, at: Bundle.day(9))
        #expect(
            denied.events.map(told)
                == ["withdrawn later_report_denies orange/orange acknowledged/withdrawn 10"])
    }

    @Test func `a person can end an episode once`() throws {
        let episode = try Bundle.raised().episode
        let (after, event) = try #require(
            machine.resolve(episode, by: "zhang", at: Bundle.day(2)))
        #expect(told(event) == "resolved ended_by_person orange/orange firing/resolved 10")
        #expect(after.resolvedAt == Bundle.day(2))
        #expect(machine.resolve(after, by: "zhang", at: Bundle.day(3)) == nil)
        #expect(machine.acknowledge(after, by: "zhang", at: Bundle.day(3)) == nil)
    }
}
