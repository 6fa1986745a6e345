import Labor

/// The figures of an incident, computed from its open alerts.
struct IncidentFigures {
    /// The alert that the texts of the incident tell first.
    let lead: Episode
    /// The highest tier of a credible alert; the highest tier of all when every alert is on record
    /// only.
    let tier: Tier
    let certainty: Certainty
    let isRecordOnly: Bool
    /// Persons of the union of the alerts. The alerts of one enterprise count the same persons, so
    /// the maximum counts; in a list of missing reports each alert is one enterprise.
    let persons: Int?
    let amount: Int64?
    /// The evidence of the lead, with the measures and marks that the texts need of the others.
    let evidence: Evidence
    /// The first as-of at which every open alert was quiet; nil while one of them is not.
    let quietSince: Instant?
    let quietPeriod: Period?

    /// Nil without an open alert.
    init?(_ alerts: [Episode], isList: Bool) {
        let open = alerts.filter(\.state.isOpen)
        let credible = open.filter { !$0.evidence.isRecordOnly }
        let counted = credible.isEmpty ? open : credible
        guard let lead = counted.min(by: IncidentFigures.leads) else { return nil }
        self.lead = lead
        isRecordOnly = credible.isEmpty
        tier = counted.map(\.tier).max() ?? lead.tier
        if counted.contains(where: { $0.certainty == .confirmed }) {
            certainty = .confirmed
        } else {
            certainty =
                counted.contains { $0.certainty == .observed } ? .observed : .provisional
        }
        persons = isList ? nil : counted.compactMap(\.persons).max()
        amount = counted.compactMap(\.amount).max()
        let isQuiet = open.allSatisfy { $0.quietSince != nil }
        quietSince = isQuiet ? open.compactMap(\.quietSince).max() : nil
        quietPeriod = isQuiet ? open.compactMap(\.quietPeriod).max() : nil
        evidence = IncidentFigures.evidence(lead, counted, isList: isList)
    }

    /// Whether the left alert is told before the right one: the higher tier, then the kind in the
    /// order of `AlertKind.allCases`, then more persons, then the key.
    private static func leads(_ left: Episode, _ right: Episode) -> Bool {
        if left.tier != right.tier { return left.tier > right.tier }
        let kinds = AlertKind.allCases
        let (one, two) = (kinds.firstIndex(of: left.kind), kinds.firstIndex(of: right.kind))
        if let one, let two, one != two { return one < two }
        // A rule that only adds to another one, such as a cut without a plan, does not lead.
        let (first, second) = (order(left.rule), order(right.rule))
        if first != second { return first < second }
        if left.persons != right.persons { return left.persons ?? 0 > right.persons ?? 0 }
        return (left.key, left.id) < (right.key, right.id)
    }

    /// The place of a layoff rule in a story: first the figures of the fall, then what adds to it.
    private static func order(_ rule: RuleID) -> Int {
        let known: [RuleID] = [
            "layoff.statutory", "layoff.trend", "layoff.slow", "layoff.silence", "layoff.planned",
        ]
        return known.firstIndex(of: rule) ?? known.count
    }

    /// The evidence of the lead, with what the texts say of the other alerts.
    private static func evidence(
        _ lead: Episode, _ counted: [Episode], isList: Bool
    ) -> Evidence {
        var evidence = lead.evidence
        evidence.rows = []
        evidence.marks[Phrasebook.leadRule] = lead.rule.rawValue
        if isList {
            evidence.marks["story"] = "missing_reports"
            evidence.measures["enterprises"] = Double(counted.count)
            evidence.marks["enterprises"] = counted.map(\.subject.name).sorted().prefix(10)
                .joined(separator: "、")
            return evidence
        }
        let isFall =
            lead.rule == "layoff.statutory" && evidence.previous != nil && evidence.value != nil
        evidence.marks["story"] = isFall ? "fall" : "lead"
        var others: [String] = []
        for alert in counted.sorted(by: leads) where alert.id != lead.id {
            switch alert.rule {
            case "wage.arrears": evidence.measures["also_arrears_months"] = alert.evidence.value
            case "layoff.unreported":
                evidence.marks["also_notice"] = alert.evidence.marks["notice"] ?? "notice_none"
            case "social.arrears":
                evidence.measures["also_contributions_months"] =
                    alert.evidence.measures["months"]
            default:
                // The rules of one fall of the headcount tell the same figures.
                if alert.kind == .layoff, lead.kind == .layoff,
                    order(alert.rule) < 3, order(lead.rule) < 3
                {
                    continue
                }
                if !others.contains(alert.rule.rawValue) { others.append(alert.rule.rawValue) }
            }
        }
        evidence.marks["also_rules"] = others.isEmpty ? nil : others.joined(separator: ",")
        return evidence
    }
}
