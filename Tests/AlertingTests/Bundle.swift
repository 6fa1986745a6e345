import Alerting
import Labor
import Support

/// Short names for what the tests are made of.
enum Bundle {
    static let rule: RuleID = "layoff.statutory"
    static let enterprise = Subject(
        type: .enterprise, id: "1024", name: "高原建设", regionCode: RegionCode("540102"),
        industryCode: IndustryCode("E47"))

    /// Noon of a day in November 2026 (UTC); 31 and more go on into December.
    static func day(_ number: Int) -> Instant {
        Instant(seconds: 1_793_491_200 + Int64(number - 1) * 86_400 + 43_200)
    }

    static func month(_ number: Int) -> Period { Period(year: 2026, month: 1).adding(number - 1) }

    static func finding(
        _ raises: Tier?, holds: Tier? = nil, month: Int, certainty: Certainty = .observed,
        rule: RuleID = rule, subject: Subject = enterprise, persons: Int? = 126
    ) -> Finding {
        Finding(
            rule: rule, kind: .layoff, subject: subject, period: Bundle.month(month),
            raises: raises, holds: holds, certainty: certainty, persons: persons, share: 0.31,
            evidence: Evidence(value: Double(month)))
    }

    static func evaluation(
        day: Int, findings: [Finding] = [], statuses: [EpisodeKey: SubjectStatus] = [:]
    ) -> Evaluation {
        Evaluation(
            asOf: Zone.utc.asOf(Bundle.day(day)), findings: findings, statuses: statuses)
    }

    static func machine(_ policy: EpisodePolicy = .standard) -> EpisodeMachine {
        EpisodeMachine(policies: [rule: policy], knownRules: [rule])
    }

    /// An episode that was just raised on day 1 by the figures of October, and its event.
    static func raised(
        _ tier: Tier = .orange, certainty: Certainty = .observed
    ) throws -> (episode: Episode, event: AlertEvent) {
        let step = machine().advance(
            [],
            with: evaluation(
                day: 1, findings: [finding(tier, month: 10, certainty: certainty)]),
            at: day(1))
        guard let episode = step.episodes.first, let event = step.events.first else {
            throw Missing(what: "a raised episode")
        }
        return (episode, event)
    }
}

/// Something that a test needs was not made.
struct Missing: Error {
    var what: String
}

extension SeededGenerator {
    /// True with a probability in per cent.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
