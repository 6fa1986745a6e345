import Alerting
import Detect
import Labor
import Settings

/// The result of evaluating a rule again for the moment of an event, compared with the stored
/// event.
struct Recomputation: Sendable {
    /// One figure that differs.
    struct Difference: Hashable, Sendable {
        /// The path of the figure in the event, such as `evidence.measures.share`.
        var field: String
        var stored: JSONValue
        var now: JSONValue
    }

    /// The most likely cause of a difference.
    enum Cause: Hashable, Sendable {
        /// The rule is no longer evaluated.
        case ruleGone
        /// A threshold of the rule has changed.
        case thresholdChanged
        /// Rows that are dated before the event's as-of but that the rule did not see at that time.
        case rowsCame([EvidenceRow])
        /// Rows that the rule saw but that no longer exist or are held back.
        case rowsGone([EvidenceRow])
        /// The subject is now in another region or industry.
        case subjectMoved
        /// The subject's rows and the thresholds are the same as the stored ones. The cause is then
        /// a late row of a peer or of another enterprise of the cell, or a changed parameter of the
        /// rule.
        case elsewhere
    }

    /// The result of a re-computation.
    enum Result: Sendable {
        case agrees
        case disagrees([Difference], [Cause])
        /// The source could not be read.
        case unreachable(Failure)
        /// The re-computation was switched off.
        case skipped
        /// The event does not come from an evaluation.
        case notApplicable
    }

    /// Relative tolerance for numbers, because sums may be added in another order.
    private static let tolerance = 1e-9

    let result: Result

    init(_ result: Result) {
        self.result = result
    }

    /// Evaluates the event's rule on what was known at the event's moment, and compares the
    /// figures.
    init(of event: AlertEvent, facts: Facts, rules: [Rule], zone: Zone) {
        // Health readings are in no source, so they cannot be read again.
        guard event.isJudged, event.subject.type != .system else {
            self.init(.notApplicable)
            return
        }
        let rule = rules.first { $0.id == event.rule && $0.definition.enabled }
        guard let rule else {
            self.init(
                .disagrees(
                    [Difference(field: "rule", stored: .string(event.rule.rawValue), now: .null)],
                    [.ruleGone]))
            return
        }
        // Some rules report a lower tier only while an episode is open, as it was then.
        let key = EpisodeKey(
            rule: event.rule, subjectType: event.subject.type, subjectID: event.subject.id)
        let evaluation = Evaluator(rules: [rule]).evaluate(
            facts, asOf: zone.asOf(event.asOf), scope: .all, watching: [key])
        let finding = evaluation.findings.first { $0.key == key }
        if finding == nil, event.reason == .figuresStand,
            case .passed(let month, _)? = evaluation.statuses[key], month >= event.period
        {
            self.init(.agrees)
            return
        }
        let differences = Recomputation.differences(event, finding)
        guard !differences.isEmpty else {
            self.init(.agrees)
            return
        }
        self.init(
            .disagrees(
                differences,
                LikelyCauses(event: event, finding: finding, facts: facts, rule: rule).list))
    }

    /// Every figure that differs, in the order of the contract.
    static func differences(_ event: AlertEvent, _ finding: Finding?) -> [Difference] {
        guard event.toState.isOpen else {
            // An event that ends an alert contains the figures of the last finding. The
            // recomputation agrees if it gives no finding.
            guard let finding else { return [] }
            let tier = finding.raises ?? finding.holds
            return [
                Difference(
                    field: "tier", stored: .null, now: tier.map { .string($0.rawValue) } ?? .null)
            ]
        }
        let stored = fields(event)
        let now = finding.map { fields($0, of: event) } ?? [:]
        let names = Set(stored.keys).union(now.keys)
        let differences = names.sorted(by: isBefore).compactMap { name -> Difference? in
            let (then, this) = (stored[name] ?? .null, now[name] ?? .null)
            return isSame(then, this) ? nil : Difference(field: name, stored: then, now: this)
        }
        guard finding != nil else { return differences.filter { $0.field == "tier" } }
        return differences
    }

    private static let order = [
        "tier", "period", "certainty", "persons", "share", "amount", "evidence.value",
        "evidence.previous", "evidence.expected", "evidence.scale", "evidence.p",
    ]

    private static func isBefore(_ left: String, _ right: String) -> Bool {
        let places = [left, right].map { order.firstIndex(of: $0) ?? order.count }
        return (places[0], left) < (places[1], right)
    }

    private static func fields(_ event: AlertEvent) -> [String: JSONValue] {
        var fields = evidence(event.evidence)
        fields["tier"] = .string(event.toTier.rawValue)
        fields["period"] = .string(event.period.description)
        if event.what == .raised { fields["certainty"] = .string(event.certainty.rawValue) }
        fields["persons"] = event.persons.map { .int(Int64($0)) }
        fields["share"] = event.share.map { .double($0) }
        fields["amount"] = event.amount.map { .int($0) }
        return fields
    }

    private static func fields(_ finding: Finding, of event: AlertEvent) -> [String: JSONValue] {
        var fields = evidence(finding.evidence)
        // A finding that confirms need not raise: the episode keeps its tier.
        let tier: Tier? =
            switch event.reason {
            case .thresholdCrossed, .tierRose: finding.raises
            case .tierFell: finding.holds
            default: event.toTier
            }
        fields["tier"] = tier.map { .string($0.rawValue) }
        fields["period"] = .string(finding.period.description)
        if event.what == .raised { fields["certainty"] = .string(finding.certainty.rawValue) }
        fields["persons"] = finding.persons.map { .int(Int64($0)) }
        fields["share"] = finding.share.map { .double($0) }
        fields["amount"] = finding.amount.map { .int($0) }
        return fields
    }

    private static func evidence(_ evidence: Evidence) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        let figures = [
            "value": evidence.value, "previous": evidence.previous, "expected": evidence.expected,
            "scale": evidence.scale, "p": evidence.p,
        ]
        for case (let name, let value?) in figures where value.isFinite {
            fields["evidence.\(name)"] = .double(value)
        }
        for (name, value) in evidence.measures where value.isFinite {
            fields["evidence.measures.\(name)"] = .double(value)
        }
        for (name, mark) in evidence.marks { fields["evidence.marks.\(name)"] = .string(mark) }
        if let threshold = evidence.threshold {
            fields["evidence.threshold.tier"] = .string(threshold.tier.rawValue)
            fields["evidence.threshold.source"] = .string(threshold.source)
            for (name, limit) in threshold.limits {
                fields["evidence.threshold.\(name)"] = .double(limit)
            }
        }
        for (index, row) in evidence.rows.enumerated() {
            let place = index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)"
            let month = row.period.map { " \($0)" } ?? ""
            fields["evidence.rows.\(place)\(month)"] = .object(row.values)
        }
        return fields
    }

    /// Whether two values are equal; the store does not distinguish 5 from 5.0.
    static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let left = left.asNumber, let right = right.asNumber {
            return abs(left - right) <= tolerance * max(1e-3, abs(left), abs(right))
        }
        switch (left, right) {
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { name, value in
                    right[name].map { isSame(value, $0) } ?? false
                }
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(isSame)
        default: return left == right
        }
    }
}

extension AlertEvent {
    /// Whether the event comes from an evaluation. A person's step and a reminder repeat the
    /// figures of an earlier event.
    var isJudged: Bool {
        // The figures of an incident are those of its alerts.
        if isOfIncident { return false }
        return switch reason {
        case .thresholdCrossed, .tierRose, .tierFell, .laterReportConfirms, .laterReportDenies,
            .reportCorrected, .causeGone, .figuresStand, .becameCredible:
            true
        case .reminderDue, .repeatDue, .clockRanOut, .takenOn, .endedByPerson, .ruleRemoved,
            .enterpriseRemoved, .regionRemoved, .industryRemoved, .indicatorRemoved,
            .anotherKind, .sameIncident, .alertsEnded, .adopted:
            false
        }
    }

    /// Whether the event raised the alert or its tier on the basis of new figures.
    var decidesTier: Bool {
        [.thresholdCrossed, .tierRose, .becameCredible].contains(reason)
    }
}
