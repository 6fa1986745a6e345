package import Labor

/// Detects enterprises that are likely to close, by a score of several signs: wages owed,
/// contributions not paid, a fall of the headcount that peers do not explain, idle staff, missing
/// reports, and disputes.
///
/// No sign alone reaches a tier. `layoff.silence` covers a different question: why an enterprise
/// does not report. It uses only signs from before the missing reports. The tier red also requires
/// that the enterprise is closed and owes wages, because points alone do not justify an urgent
/// alert.
///
/// The detector evaluates all enterprises independent of the scope, because peers and the end of a
/// month depend on other enterprises.
struct ClosureRisk: RankingDetector {
    static let schema = Schema(
        detector: "closure.risk", kinds: [.layoff],
        parameters: RiskScale.parameters + RiskSigns.Options.parameters
            + IdleStaff.Options.parameters + Baseline.Options.parameters,
        limits: [
            .init("points", 1...100),
            .init("signs", 1...6, whole: true, role: .restriction),
            .init("staff_min", Schema.counts, whole: true, role: .restriction),
            .init("closed", 0...1, whole: true, role: .restriction),
            .init("owed_months", 0...24, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let pointsFloor: Double
        let signs: RiskSigns.Options

        init(_ settings: Settings) {
            ladder = settings.ladder
            pointsFloor = ladder.floor("points")
            signs = RiskSigns.Options(settings)
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let scale: RiskScale
    private let idle: IdleStaff.Options
    private let baseline: Baseline.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        scale = RiskScale(rule.base)
        idle = IdleStaff.Options(rule.base)
        baseline = Baseline.Options(rule.base)
    }

    var measures: Set<SharedMeasure> { [.peers(baseline.peers), .shortPay] }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let regionalSettings = settings.regionalSettings(of: context)
        guard let signs = signs(context, regionalSettings) else {
            return Outcome(
                findings: [],
                statuses: Dictionary(uniqueKeysWithValues: watching.map { ($0, .silent) }))
        }
        var findings: [Finding] = []
        var balance = Balance()
        context.forEveryRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard
                let score = signs.score(row, scale, &balance, atLeast: regional.pointsFloor),
                let finding = finding(score, of: row, regional.ladder, signs, &balance)
            else { return }
            findings.append(finding)
        }
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            statuses[key] = context.anyRow(of: key).map(signs.status) ?? .notEvaluated
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// The scores of all enterprises with known data, the highest score first; equal scores in
    /// rising order of IDs. Facts on record add points to the signs. Closed enterprises come last.
    func ranking(_ context: EvaluationContext) -> [RiskScore] {
        guard let signs = signs(context, settings.regionalSettings(of: context)) else { return [] }
        var balance = Balance()
        var scores: [(id: Int64, score: RiskScore)] = []
        context.forEveryRow { row in
            guard var score = signs.score(row, scale, &balance) else { return }
            score.record = signs.record(row)
            score.recordPoints = scale.points(of: score.record)
            scores.append((context.facts.panel.enterprises[row].id, score))
        }
        scores.sort { left, right in
            let isOver = (left.score.record == .closure, right.score.record == .closure)
            if isOver.0 != isOver.1 { return isOver.1 }
            return (right.score.standing, left.id) < (left.score.standing, right.id)
        }
        return scores.map(\.score)
    }

    /// The signs of all enterprises; nil while the panel has no month.
    private func signs(_ context: EvaluationContext, _ regionalSettings: [RegionalSettings])
        -> RiskSigns?
    {
        RiskSigns(
            context, base: settings.base.signs, regionalSettings: regionalSettings.map(\.signs),
            baseline: baseline,
            idle: idle)
    }

    /// The finding of a score; nil below every tier.
    private func finding(
        _ score: RiskScore, of row: Int, _ ladder: Ladder, _ signs: RiskSigns,
        _ balance: inout Balance
    ) -> Finding? {
        let panel = signs.context.facts.panel
        let latest = signs.latest(row)
        let closed = signs.isClosed(row, latest)
        let owed = signs.arrears(row, &balance)
        let leading = score.leading
        // The largest headcount of the last seven months. An enterprise whose latest report is 0
        // had staff until recently.
        let staff = (max(0, (latest ?? 0) - 6)...max(0, latest ?? 0)).compactMap {
            panel.headcount(row, $0)
        }.max()
        let verdict = ladder.judge { limits in
            limits.reached("points", by: score.total)
                && limits.allows("signs", Double(leading.count))
                && limits.allows("staff_min", Double(staff ?? 0))
                && limits.allows("closed", closed ? 1 : 0)
                && limits.allows("owed_months", owed?.months ?? 0)
        }
        guard let verdict else { return nil }
        let enterprise = panel.enterprises[row]
        var marks = ["leading": leading.map(\.component.mark).joined(separator: ",")]
        if closed { marks["state"] = "closed" }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        var measures = ["points": score.total, "signs": Double(leading.count)]
        for part in leading {
            measures["\(part.component.rawValue)_points"] = part.points
            measures[part.component.measure] = part.figure
        }
        if let fallCompared = score.fallCompared, measures["headcount_points"] != nil {
            marks["compared"] = fallCompared
        }
        let due = signs.silence.gap(row)?.due
        let month = max(latest ?? 0, due ?? 0)
        let reported = latest.map { max(0, $0 - 5)...$0 }
        let rows = reported.map {
            Rows.reports(
                panel, row, $0,
                [
                    .headcount, .idle, .operatingState, .wagesDue, .wagesPaid,
                    .contributionsDue, .contributionsPaid,
                ])
        }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: latest == nil && due == nil
                ? signs.context.asOf.day.period : panel.period(month),
            raises: verdict.raises, holds: verdict.holds,
            certainty: .provisional, persons: staff.map(Int.init),
            amount: owed.map { Int64($0.amount.rounded()) },
            evidence: Evidence(
                value: score.total, threshold: verdict.threshold, measures: measures,
                marks: marks,
                rows: Rows.limited(
                    (rows ?? []) + Rows.events(signs.flights(row) + signs.disputes(row)))))
    }
}

extension RiskComponent {
    /// The mark that names the component in alerts.
    fileprivate var mark: String {
        switch self {
        case .arrears: "unpaid_wages"
        case .contributions: "unpaid_contributions"
        case .headcount: "headcount_fall"
        case .idle: "idle_staff"
        case .silence: "silence"
        case .disputes: "disputes"
        }
    }

    /// The name of the component's figure in the measures; it implies the unit.
    fileprivate var measure: String {
        switch self {
        case .arrears: "arrears_months"
        case .contributions: "contributions_months"
        case .headcount: "headcount_fall_share"
        case .idle: "idle_share"
        case .silence: "missed"
        case .disputes: "disputes"
        }
    }
}

extension Rule {
    /// All enterprises in the order of their risk of closing, the highest score first; nil when the
    /// detector of this rule computes no score.
    /// - Parameters:
    ///   - facts: the facts known at the as-of. They must not contain later reports or events.
    ///   - asOf: the moment of the evaluation.
    package func ranking(_ facts: Facts, asOf: AsOf) -> [RiskScore]? {
        (detector as? any RankingDetector).map { ranking in
            ranking.ranking(
                EvaluationContext(facts, asOf: asOf, scope: .all, measuring: ranking.measures))
        }
    }
}
