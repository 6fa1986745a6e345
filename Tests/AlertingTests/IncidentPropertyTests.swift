import Alerting
import Labor
import Support
import Testing

/// Random lives of alerts, and the incidents that they belong to.
@Suite struct IncidentPropertyTests {
    private static let subjects: [Subject] =
        (1...4).map { IncidentBench.enterprise($0, region: $0 < 3 ? "540102" : "540103") }
        + ["540100", "540102"].map { IncidentBench.region($0) }

    /// The evaluation of one day: each subject has findings of some rules, is clear, or silent.
    private static func evaluation(_ day: Int, _ random: inout SeededGenerator) -> Evaluation {
        var findings: [Finding] = []
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        let month = 6 + day / 12
        for rule in IncidentBench.kinds.keys.sorted() {
            for subject in subjects {
                let isMass = rule == "mass.rate"
                guard isMass == (subject.type == .region), rule != "indicator.level" else {
                    continue
                }
                let key = EpisodeKey(
                    rule: rule, subjectType: subject.type, subjectID: subject.id)
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3:
                    findings.append(
                        IncidentBench.finding(
                            rule, subject, Tier.allCases.randomElement(using: &random),
                            holds: .blue, month: month - (random.chance(20) ? 1 : 0),
                            certainty: random.chance(40) ? .provisional : .observed,
                            marks: random.chance(30) ? ["credibility": "record_only"] : [:]))
                case 3..<6: statuses[key] = .clear(through: Bundle.month(month))
                default: break
                }
            }
        }
        return Bundle.evaluation(day: day, findings: findings, statuses: statuses)
    }

    /// 10,000 looks in all: 200 lives of 50 days.
    @Test(arguments: 0..<200)
    func `random lives keep every promise of incidents`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var bench = IncidentBench()
        for day in 1...50 {
            let evaluation = Self.evaluation(day, &random)
            let step = bench.alertMachine.advance(
                Array(bench.alerts.values), with: evaluation, at: Bundle.day(day))
            let advanced = bench.advance(step, day: day)
            var shuffled = step
            shuffled.episodes.shuffle(using: &random)
            #expect(bench.advance(shuffled, day: day) == advanced, "the order does not matter")
            // The whole state in the step gives the same incidents as the changes alone.
            var full = step
            let moved = Set(step.episodes.map(\.id))
            full.episodes += bench.alerts.values.filter { !moved.contains($0.id) }
            #expect(
                bench.advance(full, day: day).episodes.filter(\.isIncident)
                    == advanced.episodes.filter(\.isIncident))
            bench.take(advanced)
            for alert in bench.alerts.values {
                let isPlaced = alert.incidentID.map { bench.incidents[$0] != nil } ?? false
                #expect(isPlaced, "each open alert belongs to one open incident")
            }
            let members = Dictionary(grouping: bench.alerts.values, by: \.incidentID)
            for incident in bench.incidents.values {
                let own = members[incident.id] ?? []
                #expect(!own.isEmpty, "an open incident has an open alert")
                let credible = own.filter { !$0.evidence.isRecordOnly }
                #expect(incident.incident?.isRecordOnly == credible.isEmpty)
                let counted = credible.isEmpty ? own : credible
                #expect(incident.tier == counted.map(\.tier).max())
            }
        }
        let lives = Dictionary(grouping: bench.events, by: \.alertID)
        #expect(!lives.isEmpty)
        for (id, events) in lives {
            #expect(events.map(\.sequence) == Array(1...events.count))
            #expect(events.first?.what == .raised)
            let ends = events.filter(\.what.endsEpisode)
            #expect(ends.count == (bench.incidents[id] == nil ? 1 : 0))
            #expect(ends.isEmpty || events.last?.what.endsEpisode == true)
        }
    }

    @Test func `a replay gives every incident the same ID`() {
        func ids() -> [String] {
            var random = SeededGenerator(seed: 11)
            var bench = IncidentBench()
            for day in 1...60 {
                let evaluation = Self.evaluation(day, &random)
                bench.take(
                    bench.advance(
                        bench.alertMachine.advance(
                            Array(bench.alerts.values), with: evaluation, at: Bundle.day(day)),
                        day: day))
            }
            return bench.events.map { "\($0.id) \($0.alertID) \(IncidentBench.told($0))" }
        }
        let first = ids()
        #expect(!first.isEmpty)
        #expect(first == ids())
    }
}
