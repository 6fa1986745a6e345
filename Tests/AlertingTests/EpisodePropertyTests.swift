import Alerting
import Labor
import Support
import Testing

/// Random lives of some subjects under three rules, one of which leaves the catalogue halfway.
@Suite struct EpisodePropertyTests {
    private static let rules: [RuleID] = ["by.months", "by.days", "leaving"]
    private static let policies: [RuleID: EpisodePolicy] = [
        "by.months": EpisodePolicy(clearAfter: .periods(2), reminderDays: [.red: 3, .blue: 9]),
        "by.days": EpisodePolicy(clearAfter: .days(6), reminderDays: [.orange: 4]),
    ]

    private struct World {
        var evaluations: [Evaluation] = []

        init(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            for day in 1...60 {
                var findings: [Finding] = []
                var statuses: [EpisodeKey: SubjectStatus] = [:]
                for rule in EpisodePropertyTests.rules {
                    for number in 1...3 {
                        let subject = Subject(
                            type: .enterprise, id: "\(number)", name: "\(number)")
                        let month = 10 + day / 20 - (random.chance(15) ? 1 : 0)
                        let key = EpisodeKey(
                            rule: rule, subjectType: .enterprise, subjectID: subject.id)
                        switch Int.random(in: 0..<10, using: &random) {
                        case 0..<4:
                            findings.append(
                                World.finding(rule, subject, month: month, &random))
                        case 4..<6: statuses[key] = .clear(through: Bundle.month(month))
                        case 6:
                            statuses[key] = .passed(
                                in: Bundle.month(month - 1), through: Bundle.month(month))
                        case 7: statuses[key] = .silent
                        case 8: statuses[key] = .notEvaluated
                        default: break
                        }
                    }
                }
                findings.shuffle(using: &random)
                evaluations.append(
                    Bundle.evaluation(day: day, findings: findings, statuses: statuses))
            }
        }

        private static func finding(
            _ rule: RuleID, _ subject: Subject, month: Int, _ random: inout SeededGenerator
        ) -> Finding {
            let raises = random.chance(70) ? Tier.allCases.randomElement(using: &random) : nil
            let holds = Tier.allCases.randomElement(using: &random)
            return Bundle.finding(
                raises, holds: holds ?? .blue, month: month,
                certainty: random.chance(50) ? .provisional : .observed, rule: rule,
                subject: subject, persons: Int.random(in: 1...4, using: &random))
        }
    }

    private struct Run {
        var open: [AlertID: Episode] = [:]
        var ended: [AlertID: Episode] = [:]
        var events: [AlertEvent] = []

        mutating func take(_ step: Step) {
            for episode in step.episodes {
                open[episode.id] = episode.state.isOpen ? episode : nil
                if !episode.state.isOpen { ended[episode.id] = episode }
            }
            events += step.events
        }
    }

    private static func machine(day: Int) -> EpisodeMachine {
        EpisodeMachine(policies: policies, knownRules: Set(rules.prefix(day < 30 ? 3 : 2)))
    }

    @Test(arguments: 0..<150)
    func `random lives keep every promise of the machine`(seed: Int) throws {
        var run = Run()
        for (index, evaluation) in World(seed: UInt64(seed)).evaluations.enumerated() {
            let machine = Self.machine(day: index + 1)
            let at = evaluation.asOf.instant.adding(seconds: 60)
            let before = run
            let step = machine.advance(Array(run.open.values), with: evaluation, at: at)
            let sorted = before.open.values.sorted { $0.key < $1.key }
            #expect(machine.advance(sorted, with: evaluation, at: at) == step)
            run.take(step)
            let again = machine.advance(Array(run.open.values), with: evaluation, at: at)
            #expect(again == Step(), "seed \(seed) day \(index + 1)")
            expectPromises(step, evaluation, before: before, after: run)
        }
        expectWholeHistories(run)
    }

    private func expectPromises(
        _ step: Step, _ evaluation: Evaluation, before: Run, after: Run
    ) {
        #expect(Set(after.open.values.map(\.key)).count == after.open.count)
        #expect(step.episodes.map(\.key) == step.episodes.map(\.key).sorted())
        let silent = Set(
            evaluation.statuses.filter { $0.value == .silent || $0.value == .notEvaluated }
                .keys)
        for event in step.events where event.reason != .ruleRemoved {
            let key = EpisodeKey(
                rule: event.rule, subjectType: event.subject.type, subjectID: event.subject.id)
            if silent.contains(key) { #expect(event.what == .reminder) }
        }
        for episode in step.episodes {
            #expect(before.ended[episode.id] == nil, "an ended episode moved")
            #expect(episode != before.open[episode.id])
            #expect(episode.peakTier >= episode.tier)
            #expect((episode.resolvedAt != nil) == !episode.state.isOpen)
            #expect((episode.quietPeriod != nil) == (episode.quietSince != nil))
        }
        for (_, events) in Dictionary(grouping: step.events, by: \.alertID) {
            #expect(events.count <= 2)
        }
    }

    private func expectWholeHistories(_ run: Run) {
        #expect(run.events.count > 50)
        for (id, events) in Dictionary(grouping: run.events, by: \.alertID) {
            #expect(events.map(\.sequence) == Array(1...events.count))
            #expect(events.first?.what == .raised)
            #expect(events.filter { $0.what == .raised }.count == 1)
            for (earlier, later) in zip(events, events.dropFirst()) {
                #expect(later.fromTier == earlier.toTier)
                #expect(later.fromState == earlier.toState)
                #expect(earlier.toState.isOpen)
            }
            let episode = run.open[id] ?? run.ended[id]
            #expect(episode?.tier == events.last?.toTier)
            #expect(episode?.state == events.last?.toState)
            #expect(episode?.peakTier == events.map(\.toTier).max())
            #expect((run.open[id] != nil) == (run.ended[id] == nil))
            #expect(Set(events.map(\.id)).count == events.count)
        }
        #expect(!run.open.values.contains { $0.rule == "leaving" })
    }

    @Test func `the same evaluations give the same events`() {
        let runs = (0..<2).map { _ in
            var run = Run()
            for (index, evaluation) in World(seed: 7).evaluations.enumerated() {
                run.take(
                    Self.machine(day: index + 1).advance(
                        Array(run.open.values), with: evaluation, at: evaluation.asOf.instant))
            }
            return run.events
        }
        #expect(runs[0] == runs[1])
    }
}
