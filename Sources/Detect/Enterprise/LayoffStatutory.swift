import Labor

/// Detects layoffs above the thresholds of law and emergency plans: a number of persons, or a share
/// of the staff, within one month or three months. The long window detects a cut that is divided
/// into parts below the threshold, such as 19 + 19 + 19.
///
/// A net decrease of the headcount can consist of resignations. The higher tiers therefore require
/// a share of the staff in addition (`net_share_min`). Otherwise an ordinary month of a large
/// employer would be red.
///
/// A loss that peers, season or a known cause explain has the lowest tier (parameter `explain`).
/// With explanations the rule evaluates all enterprises independent of the scope, because the
/// medians of peers change when others report.
struct LayoffStatutory: SubjectDetector {
    static let schema = Schema(
        detector: "layoff.statutory", kinds: [.layoff],
        parameters: LossGuard.parameters + StatutoryExplanation.Options.parameters
            + Schema.everywhere(StaffFalls.Options.parameters) + [Schema.dueDay, Schema.ageMax],
        limits: [
            .init("persons", 1...Schema.counts.upperBound, whole: true),
            .init("share", Schema.share),
            .init("staff_min", Schema.counts, whole: true, role: .restriction),
            .init("share_persons_min", Schema.counts, whole: true, role: .restriction),
            .init("net_share_min", Schema.share, role: .restriction),
        ])

    /// The window lengths in months, for 30 and 90 days.
    static let windows = [1, 3]

    private struct RegionalSettings: Sendable {
        let lossGuard: LossGuard
        let causes: KnownCauses
        let ladder: Ladder
        let personsFloor: Double
        let shareFloor: Double
        let dueDay: Int
        let ageMax: Int

        init(_ settings: Settings) {
            lossGuard = LossGuard(settings)
            causes = KnownCauses(settings)
            ladder = settings.ladder
            personsFloor = ladder.floor("persons")
            shareFloor = ladder.floor("share")
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
        }
    }

    /// A loss that reaches a tier.
    private struct Crossing {
        var verdict: Ladder.Verdict
        var loss: HeadcountLoss
        /// The explanation of the loss; nil without one.
        var reason: String?
        var credibility = Credibility.recordOnly
        /// The credible part of a net fall; nil without one.
        var credible: StaffFalls.Credible?
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let explanation: StatutoryExplanation.Options
    private let fallOptions: StaffFalls.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        explanation = StatutoryExplanation.Options(rule.base)
        fallOptions = StaffFalls.Options(rule.base)
    }

    var measures: Set<SharedMeasure> {
        [.peers(fallOptions.baseline.peers), .falls(fallOptions)]
    }

    func findings(in context: EvaluationContext) -> [Finding] {
        let regionalSettings = settings.regionalSettings(of: context)
        var findings: [Finding] = []
        let explanation = StatutoryExplanation(context, self.explanation)
        let falls = context.shared.falls(context, fallOptions)
        context.forEveryRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let month = context.latestReport(row, ageMax: regional.ageMax) else { return }
            var best: Crossing?
            for window in Self.windows {
                guard
                    let loss = regional.lossGuard.loss(
                        context.facts.panel, row, month: month, window: window, moves: context.moves
                    ),
                    loss.persons >= regional.personsFloor - 1e-9
                        || loss.share >= regional.shareFloor - 1e-9,
                    let verdict = Self.judge(loss, regional.lossGuard, regional.ladder)
                else { continue }
                let crossing = Crossing(verdict: verdict, loss: loss)
                if let known = best, !Self.outranks(crossing, known) { continue }
                best = crossing
            }
            guard var best else { return }
            best.reason = explanation?.reason(row, best.loss, regional.causes, context)
            Self.believe(&best, row, regional, falls, context)
            findings.append(finding(best, of: row, context))
        }
        return findings
    }

    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.anyRow(of: key) else { return .notEvaluated }
        let regional = settings.at(context.path(row))
        let month = context.latestReport(row, ageMax: regional.ageMax)
        return context.status(row, through: month, dueDay: regional.dueDay)
    }

    /// Sets the credibility of a loss and limits its tier to what is credible: the lowest tier for
    /// a loss on record only, and the tier of the credible part for a net fall.
    private static func believe(
        _ crossing: inout Crossing, _ row: Int, _ regional: RegionalSettings, _ falls: StaffFalls,
        _ context: EvaluationContext
    ) {
        let loss = crossing.loss
        guard crossing.reason == nil else {
            crossing.verdict = crossing.verdict.capped(regional.ladder)
            return
        }
        let first = max(0, min(loss.base ?? loss.month, loss.month - loss.window + 1))
        if loss.basis == .employerSeparations
            || Credibility.isStated(row, first...loss.month, context)
        {
            crossing.credibility = .declared
            return
        }
        guard let credible = falls.credible(row, loss.month) else {
            crossing.verdict = crossing.verdict.capped(regional.ladder)
            return
        }
        crossing.credibility = credible.credibility
        crossing.credible = credible
        let part = HeadcountLoss(
            window: 1, month: loss.month, base: loss.base, basis: loss.basis,
            persons: credible.persons, staff: credible.staff, transferred: 0)
        crossing.verdict = crossing.verdict.limited(
            to: judge(part, regional.lossGuard, regional.ladder), regional.ladder)
    }

    /// The tiers that a loss reaches; nil below every tier.
    private static func judge(
        _ loss: HeadcountLoss, _ lossGuard: LossGuard, _ ladder: Ladder
    ) -> Ladder.Verdict? {
        let countsPersons = lossGuard.countsPersons(loss)
        let countsShare = lossGuard.countsShare(loss)
        guard countsPersons || countsShare else { return nil }
        return ladder.judge { limits in
            let byPersons =
                countsPersons && limits.reached("persons", by: loss.persons)
                && limits.allows("staff_min", loss.staff)
                && limits.believes(loss)
            let byShare =
                countsShare && limits.reached("share", by: loss.share)
                && limits.allows("share_persons_min", loss.persons)
            return byPersons || byShare
        }
    }

    /// Whether the left window decides for the enterprise: the higher tier first, then more
    /// persons.
    private static func outranks(_ left: Crossing, _ right: Crossing) -> Bool {
        let leftRanks = (left.verdict.raises?.rank ?? 0, left.verdict.holds?.rank ?? 0)
        let rightRanks = (right.verdict.raises?.rank ?? 0, right.verdict.holds?.rank ?? 0)
        if leftRanks != rightRanks { return leftRanks > rightRanks }
        return left.loss.persons > right.loss.persons
    }

    private func finding(_ crossing: Crossing, of row: Int, _ context: EvaluationContext) -> Finding
    {
        let (verdict, loss) = (crossing.verdict, crossing.loss)
        let panel = context.facts.panel
        var marks = ["basis": loss.basis.rawValue, "window": "\(loss.window)_months"]
        var measures = [
            "persons": loss.persons, "share": loss.share, "staff": loss.staff,
            "window_months": Double(loss.window),
        ]
        marks["explained_by"] = crossing.reason
        marks[Credibility.mark] = crossing.credibility.rawValue
        if let credible = crossing.credible {
            measures["credible_persons"] = min(loss.persons, credible.persons.rounded())
        }
        if loss.base == nil { marks["staff"] = "estimated" }
        if loss.transferred > 0 {
            marks["transfer"] = "persons_taken_off"
            measures["transferred"] = loss.transferred
        }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        let enterprise = panel.enterprises[row]
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        let first = max(0, min(loss.base ?? loss.month, loss.month - loss.window + 1))
        var rows = Rows.reports(
            panel, row, first...loss.month, [.headcount, .employerSeparations])
        if loss.transferred > 0 {
            rows += Rows.events(
                (context.eventsOf[row] ?? []).filter { $0.kind == .staffTransfer })
        }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(loss.month), raises: verdict.raises, holds: verdict.holds,
            certainty: .observed, persons: Int(loss.persons.rounded()), share: loss.share,
            evidence: Evidence(
                value: panel.headcount(row, loss.month).map(Double.init),
                previous: loss.base.flatMap { panel.headcount(row, $0) }.map(Double.init),
                p: crossing.credible?.p, threshold: verdict.threshold, measures: measures,
                marks: marks,
                rows: Rows.limited(rows)))
    }
}
