import Alerting
import Daemon
import Labor
import Settings
import Source

/// One test of rules: a small invented bureau, the evaluated days, and the expected events.
struct RuleTest: Sendable {
    var name: String
    var file: String
    var line: Int
    var tape: RevisionTape
    var replay: Replay
    /// The health of the daemon; nil if the test does not state it.
    var health: RuleTestHealth?
    /// The rules to evaluate and to compare.
    var rules: Set<RuleID>
    var expected: [EventLine]
}

/// One alert event as a test sees it. All values are texts, so expected events and real events are
/// compared and printed in the same way.
struct EventLine: Hashable, Sendable {
    /// The keys of an expected event; the first five are required.
    static let keys = [
        "as_of", "rule", "subject", "what", "tier", "state", "reason", "period", "persons",
        "title", "title_en",
    ]
    static let required = Array(keys.prefix(5))

    var values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    /// An event of the pipeline.
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

    /// Whether an event has all values of this expected event.
    func matches(_ event: EventLine) -> Bool {
        values.allSatisfy { event.values[$0.key] == $0.value }
    }

    /// The values in the notation of a test file, so that a line of a diff can be pasted into the
    /// file.
    func text(_ keys: Set<String>) -> String {
        let parts = EventLine.keys.compactMap { key -> String? in
            guard keys.contains(key), let value = values[key] else { return nil }
            let needsQuotes = value.contains { !$0.isASCII || ":,{}[]#'\"".contains($0) }
            return "\(key): \(needsQuotes ? JSONText.line(.string(value)) : value)"
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

/// The result of one test.
struct RuleTestOutcome: Sendable {
    enum Verdict: Hashable, Sendable {
        case passed
        /// The lines of a diff: expected events that are missing, and events that were not
        /// expected.
        case failed([String])
        /// A rule that the test needs is switched off.
        case skipped(String)
    }

    var test: RuleTest
    var verdict: Verdict
}

extension RuleTest {
    /// Replays the days through the daemon's pipeline and compares the events.
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
        _ = backtest.run(replay, health: { health?.on($0, components.zone) }) { notice in
            // A test of a rule speaks of its alerts.
            if notice.event.isOfIncident { return }
            came.append(EventLine(notice, zone: components.zone))
        }
        return RuleTestOutcome(test: self, verdict: compared(with: came))
    }

    /// Pairs each expected event with one real event; each real event is used once.
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
