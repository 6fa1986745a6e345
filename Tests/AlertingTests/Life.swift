import Alerting
import Labor
import Testing

/// One look at one enterprise, and what is said of it.
struct Look: Sendable {
    enum Sight: Sendable {
        case finds(Tier?, holds: Tier? = nil, month: Int, Certainty = .observed)
        case clear(Int)
        case passed(Int, through: Int)
        case silent
        case removed(SubjectStatus.Removal)
        case notEvaluated
        case nothing
    }

    var day: Int
    var sight: Sight
    var said: [String]

    init(_ day: Int, _ sight: Sight, _ said: String...) {
        self.day = day
        self.sight = sight
        self.said = said
    }

    var evaluation: Evaluation {
        let key = Bundle.finding(.blue, month: 1).key
        switch sight {
        case .finds(let raises, let holds, let month, let certainty):
            return Bundle.evaluation(
                day: day,
                findings: [
                    Bundle.finding(raises, holds: holds, month: month, certainty: certainty)
                ])
        case .clear(let month):
            return Bundle.evaluation(
                day: day, statuses: [key: .clear(through: Bundle.month(month))])
        case .passed(let month, let through):
            return Bundle.evaluation(
                day: day,
                statuses: [
                    key: .passed(in: Bundle.month(month), through: Bundle.month(through))
                ])
        case .removed(let what):
            return Bundle.evaluation(day: day, statuses: [key: .removed(what)])
        case .silent: return Bundle.evaluation(day: day, statuses: [key: .silent])
        case .notEvaluated: return Bundle.evaluation(day: day, statuses: [key: .notEvaluated])
        case .nothing: return Bundle.evaluation(day: day)
        }
    }
}

/// A row of the table of transitions, told as a life of looks.
struct Life: Sendable, CustomTestStringConvertible {
    var name: String
    var policy: EpisodePolicy
    var looks: [Look]

    init(_ name: String, _ policy: EpisodePolicy = .standard, _ looks: Look...) {
        self.name = name
        self.policy = policy
        self.looks = looks
    }

    var testDescription: String { name }
}

/// An event in one line: what, why, tiers, states and the month that decided.
func told(_ event: AlertEvent) -> String {
    let month = event.period.months(since: Bundle.month(1)) + 1
    return [
        event.what.rawValue, event.reason.rawValue,
        "\(event.fromTier?.rawValue ?? "-")/\(event.toTier.rawValue)",
        "\(event.fromState?.rawValue ?? "-")/\(event.toState.rawValue)", "\(month)",
    ].joined(separator: " ")
}
