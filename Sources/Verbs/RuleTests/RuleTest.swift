import Alerting
import Daemon
import Labor
import Settings
import Source

/// One test of rules: a small made-up bureau, the days it is looked at, and what must be said.
struct RuleTest: Sendable {
    var name: String
    var file: String
    var line: Int
    var tape: RevisionTape
    var replay: Replay
    /// How the watching itself fares; nil where the test says nothing of it.
    var health: RuleTestHealth?
    /// The rules whose events are compared; the others are not evaluated.
    var rules: Set<RuleID>
    var expected: [EventLine]
}

/// One alert event as a test sees it: its values as texts, so that what is expected and what came
/// are compared and printed in the same way.
struct EventLine: Hashable, Sendable {
    /// What a test may ask for; the first five it must.
    static let keys = [
        "as_of", "rule", "subject", "what", "tier", "state", "reason", "period", "persons",
        "title", "title_en",
    ]
    static let required = Array(keys.prefix(5))

    var values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    /// What the pipeline said.
    init(_ notice: AlertNotice, zone: Zone) {
        let event = notice.event
        values = [
            "as_of": zone.day(event.asOf).description, "rule": event.rule.rawValue,
            "subject": "\(event.subject.type.rawValue):\(event.subject.id)",
            "what": event.what.rawValue, "tier": event.toTier.rawValue,
            "state": event.toState.rawValue, "reason": event.reason.rawValue,
            "period": event.period.description,
        ]
        values["persons"] = event.persons.map { String($0) }
        values["title"] = notice.texts[.chinese]?.title
        values["title_en"] = notice.texts[.english]?.title
    }

    /// Whether an event has all the values that are asked for here.
    func matches(_ event: EventLine) -> Bool {
        values.allSatisfy { event.values[$0.key] == $0.value }
    }

    /// The values in the notation of a test file, so that a line of a diff can be pasted there.
    func text(_ keys: Set<String>) -> String {
        let parts = EventLine.keys.compactMap { key -> String? in
            guard keys.contains(key), let value = values[key] else { return nil }
            let needsQuotes = value.contains { !$0.isASCII || ":,{}[]#'\"".contains($0) }
            return "\(key): \(needsQuotes ? JSONText.line(.string(value)) : value)"
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

/// How one test ended.
struct RuleTestOutcome: Sendable {
    enum Verdict: Hashable, Sendable {
        case passed
        /// The lines of a diff: what was expected and did not come, what came and was not expected.
        case failed([String])
        /// A rule that it needs is switched off.
        case skipped(String)
    }

    var test: RuleTest
    var verdict: Verdict
}

extension RuleTest {
    /// Replays the days through the pipeline that the daemon runs, and compares.
    func run(_ components: Components) -> RuleTestOutcome {
        let idle = rules.subtracting(components.catalogue.evaluated).sorted()
        if !idle.isEmpty {
            let names = idle.map(\.rawValue).joined(separator: ", ")
            return RuleTestOutcome(test: self, verdict: .skipped("not evaluated: \(names)"))
        }
        let backtest = Backtest(
            pipeline: components.pipeline(only: rules, waits: false), tape: tape,
            zone: components.zone)
        var came: [EventLine] = []
        _ = backtest.run(replay, health: { health?.on($0, components.zone) }) {
            came.append(EventLine($0, zone: components.zone))
        }
        return RuleTestOutcome(test: self, verdict: compared(with: came))
    }

    /// Pairs each expected event with one that came, each of these once.
    private func compared(with came: [EventLine]) -> RuleTestOutcome.Verdict {
        var left = came
        var missing: [EventLine] = []
        var lines: [(day: String, mark: String, line: EventLine)] = []
        for wanted in expected {
            if let index = left.firstIndex(where: wanted.matches) {
                lines.append((wanted.values["as_of"] ?? "", "  ", left.remove(at: index)))
            } else {
                missing.append(wanted)
            }
        }
        if missing.isEmpty, left.isEmpty { return .passed }
        lines += missing.map { ($0.values["as_of"] ?? "", "- ", $0) }
        lines += left.map { ($0.values["as_of"] ?? "", "+ ", $0) }
        let asked = expected.reduce(into: Set(EventLine.required)) { $0.formUnion($1.values.keys) }
        let ordered = lines.enumerated().sorted {
            ($0.element.day, $0.offset) < ($1.element.day, $1.offset)
        }
        return .failed(ordered.map { $0.element.mark + $0.element.line.text(asked) })
    }
}
