import Alerting
import Labor
import Support
import Testing

/// What time alone does to an episode.
@Suite struct ClockTests {
    private let machine = EpisodeMachine(
        policies: [:], knownRules: [Bundle.rule], clocks: ResponseClocks())

    /// An episode that was raised at noon of day 1.
    private func raised(_ tier: Tier, _ machine: EpisodeMachine) throws -> Episode {
        let evaluation = Bundle.evaluation(
            day: 1, findings: [Bundle.finding(tier, month: 10)])
        return try #require(
            machine.advance([], with: evaluation, at: Bundle.day(1)).episodes.first)
    }

    private func after(_ hours: Double) -> Instant {
        Instant(microseconds: Bundle.day(1).microseconds + Int64(hours * 3_600_000_000))
    }

    @Test(
        arguments: [
            (Tier.red, [1.99], [String]()), (.red, [2], ["2 level 1"]),
            (.red, [2, 3.9, 4], ["2 level 1", "4 level 2"]),
            (.orange, [2, 4, 6, 100], ["2 level 1", "4 level 2"]),
            // Who comes back late gives each level its time.
            (.red, [50, 51.9, 52], ["50 level 1", "52 level 2"]),
            (.yellow, [2, 11.9, 12], ["12 level 1"]), (.blue, [2, 12, 500], []),
        ] as [(Tier, [Double], [String])])
    func `an unanswered episode is handed up level by level as its clocks run out`(
        tier: Tier, hours: [Double], expected: [String]
    ) throws {
        var episode = try raised(tier, machine)
        var said: [String] = []
        for hour in hours {
            let step = machine.tick([episode], at: after(hour))
            episode = step.episodes.first ?? episode
            said += step.events.map { event in
                #expect(told(event).hasPrefix("escalated clock_ran_out"))
                #expect(event.fromState == event.toState)
                let number = hour.rounded() == hour ? "\(Int(hour))" : "\(hour)"
                return "\(number) level \(event.level)"
            }
        }
        #expect(said == expected)
        #expect(episode.level == expected.count)
    }

    @Test func `the clock of the machine is the one that is told`() throws {
        let clocks = ResponseClocks(
            ownWaits: [.layoff: [.red: .seconds(5 * 3_600)]],
            escalationWaits: [.layoff: [.red: .seconds(9 * 3_600)]])
        let machine = EpisodeMachine(
            policies: [:], knownRules: [Bundle.rule], clocks: clocks)
        let episode = try raised(.red, machine)
        #expect(episode.nextClockAt == after(5))
        #expect(machine.tick([episode], at: after(4.9)) == Step())
        let step = machine.tick([episode], at: after(5))
        #expect(step.episodes.first?.nextClockAt == after(14))
        #expect(step.events.map { clocks.dueAt($0) } == [after(14)])
    }

    @Test func `taking it on stops the clock and every repetition`() throws {
        let episode = try raised(.red, machine)
        let taken = try #require(machine.acknowledge(episode, by: "zhang", at: after(1)))
        #expect(taken.episode.nextClockAt == nil)
        #expect(machine.tick([taken.episode], at: after(900)) == Step())
    }

    @Test func `a tier above the one taken on starts a clock, at the level reached`() throws {
        var episode = try raised(.orange, machine)
        episode = try #require(machine.tick([episode], at: after(2)).episodes.first)
        episode = try #require(machine.acknowledge(episode, by: "li", at: after(3))?.episode)
        let evaluation = Bundle.evaluation(
            day: 2, findings: [Bundle.finding(.red, month: 11)])
        episode = try #require(
            machine.advance([episode], with: evaluation, at: after(24)).episodes.first)
        #expect(episode.level == 1)
        #expect(episode.nextClockAt == after(26))
        #expect(machine.tick([episode], at: after(26)).events.map(\.level) == [2])
    }

    @Test func `a routedAlert that grew worse does not wait longer for it`() throws {
        var episode = try raised(.orange, machine)
        let evaluation = Bundle.evaluation(
            day: 1, findings: [Bundle.finding(.red, month: 10)])
        episode = try #require(
            machine.advance([episode], with: evaluation, at: after(1.5)).episodes.first)
        #expect(episode.tier == .red)
        #expect(episode.nextClockAt == after(2))
    }

    @Test func `a tier without a clock ends the wait`() throws {
        let episode = try raised(.red, machine)
        let evaluation = Bundle.evaluation(
            day: 2, findings: [Bundle.finding(.blue, month: 10)])
        let lower = try #require(
            machine.advance([episode], with: evaluation, at: after(1)).episodes.first)
        #expect(lower.tier == .blue)
        #expect(lower.nextClockAt == nil)
        #expect(machine.tick([lower], at: after(99)) == Step())
    }

    @Test func `what is quiet waits, and goes up when its cause is back`() throws {
        var episode = try raised(.red, machine)
        let clear = Bundle.evaluation(
            day: 1, findings: [Bundle.finding(.red, month: 11)])
        episode = try #require(
            machine.advance([episode], with: clear, at: after(1)).episodes.first)
        let quiet = Bundle.evaluation(
            day: 2, statuses: [episode.key: .clear(through: Bundle.month(12))])
        let still = try #require(
            machine.advance([episode], with: quiet, at: after(24)).episodes.first)
        #expect(still.quietSince != nil)
        #expect(machine.tick([still], at: after(30)) == Step())
        let back = Bundle.evaluation(day: 3, findings: [Bundle.finding(.red, month: 13)])
        let again = try #require(
            machine.advance([still], with: back, at: after(48)).episodes.first)
        #expect(machine.tick([again], at: after(48)).events.map(\.what) == [.escalated])
    }

    @Test func `what nobody can hear of waits for nobody, and has its whole time afterwards`()
        throws
    {
        var episode = try raised(.red, machine)
        func tick(_ hours: Double, unheard: Bool) -> [AlertWhat] {
            let step = machine.tick(
                [episode], unheard: unheard ? [episode.id: Unheard(until: nil)] : [:],
                at: after(hours))
            episode = step.episodes.first ?? episode
            return step.events.map(\.what)
        }
        #expect(tick(1, unheard: true) == [])
        #expect(episode.nextClockAt == nil)
        #expect(tick(50, unheard: true) == [])
        #expect(tick(100, unheard: false) == [])
        #expect(episode.nextClockAt == after(102))
        #expect(tick(101.9, unheard: false) == [])
        #expect(tick(102, unheard: false) == [.escalated])
        #expect(episode.level == 1)
    }

    @Test func `a clock that quiet hours put off starts at their end and not at the next look`()
        throws
    {
        var episode = try raised(.red, machine)
        for hour in [0, 3, 7.5] {
            let step = machine.tick(
                [episode], unheard: [episode.id: Unheard(until: after(8))], at: after(hour))
            #expect(step.events.isEmpty)
            #expect(step.episodes.count == (hour == 0 ? 1 : 0))
            episode = step.episodes.first ?? episode
            #expect(episode.nextClockAt == after(10))
        }
        #expect(machine.tick([episode], at: after(8.3)) == Step())
        #expect(machine.tick([episode], at: after(10)).events.map(\.what) == [.escalated])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `whatever happens, an episode goes up level by level and only while unanswered`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let levels = Int.random(in: 0...3, using: &random)
        let machine = EpisodeMachine(
            policies: [Bundle.rule: EpisodePolicy(clearAfter: .periods(1))],
            knownRules: [Bundle.rule], clocks: ResponseClocks(levels: levels))
        var open: [Episode] = []
        var told: [AlertID: [AlertEvent]] = [:]
        for hour in 0..<400 {
            let at = after(Double(hour))
            var step = Step()
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                let tier = Tier.allCases.randomElement(using: &random) ?? .red
                step = machine.advance(
                    open,
                    with: Evaluation(
                        asOf: Zone.utc.asOf(at),
                        findings: [Bundle.finding(tier, month: 10 + hour / 150)], statuses: [:]),
                    at: at)
            case 1 where random.chance(30):
                let statuses = open.map { ($0.key, SubjectStatus.clear(through: Bundle.month(14))) }
                step = machine.advance(
                    open,
                    with: Evaluation(
                        asOf: Zone.utc.asOf(at), findings: [],
                        statuses: Dictionary(uniqueKeysWithValues: statuses)), at: at)
            case 2 where random.chance(20):
                if let taken = open.first.flatMap({ machine.acknowledge($0, by: "z", at: at) }) {
                    step = Step(episodes: [taken.episode], events: [taken.event])
                }
            default:
                step = machine.tick(open, at: at)
                #expect(step.events.allSatisfy { $0.what == .escalated })
                for event in step.events {
                    let was = try #require(open.first { $0.id == event.alertID })
                    #expect(was.state != .acknowledged && was.state.isOpen)
                    #expect(event.level == was.level + 1)
                }
                #expect(machine.tick(step.episodes, at: at) == Step(), "seed \(seed)")
            }
            for event in step.events { told[event.alertID, default: []].append(event) }
            var byID = Dictionary(uniqueKeysWithValues: open.map { ($0.id, $0) })
            for episode in step.episodes { byID[episode.id] = episode }
            open = byID.values.filter(\.state.isOpen)
            for episode in byID.values {
                #expect(episode.level <= levels)
                let isWaiting = episode.state == .firing || episode.state == .provisional
                #expect(isWaiting || episode.nextClockAt == nil)
            }
        }
        #expect(!told.isEmpty)
        for events in told.values {
            #expect(events.count { $0.what == .escalated } <= levels)
            #expect(events.map(\.sequence) == Array(1...events.count))
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.level <= $1.level })
        }
    }
}
