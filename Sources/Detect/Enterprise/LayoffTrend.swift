import Foundation
import Labor

/// Detects a sudden fall of the headcount that neither the peers nor the own season explain.
///
/// The first report may contain an error, so its finding is provisional. The next report confirms
/// the finding if at least two thirds of the loss remain (`kept_share`). Otherwise there is no
/// finding any more, and the alert is withdrawn. The finding lasts for at most four months. After
/// that the lower headcount is the new reference level.
///
/// The detector evaluates all enterprises independent of the scope, because the medians of peers
/// change when others report.
struct LayoffTrend: Detector {
    static let schema = Schema(
        detector: "layoff.trend", kinds: [.layoff],
        parameters: Schema.everywhere(Baseline.Options.parameters + Transfers.Options.parameters)
            + KnownCauses.parameters + [
                .init("alpha", .number(1e-9...0.5), .number(0.03)),
                .init("alpha_hold", .number(1e-9...0.5), .number(0.05)),
                .init("kept_share", .number(Schema.share), .number(2.0 / 3)),
                .init("raw_share_min", .number(Schema.share), .number(0.08)),
                .init("persons_min", .whole(1...1_000), .number(10)),
                .init("small_staff", .whole(0...10_000), .number(100)),
                .init("small_persons_min", .whole(1...1_000), .number(3)),
                .init("nulls_min", .whole(20...1_000_000), .number(500)),
                .init("false_discovery_rate", .number(0.001...1), .number(0.1)),
                .init("budget", .whole(0...100_000), .number(20)),
                Schema.dueDay, Schema.ageMax,
            ] + ReportDoubt.parameters + Schema.everywhere(StaffFalls.Options.limits),
        limits: Schema.staffLoss, clearFactor: 2.0 / 3)

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let causes: KnownCauses
        let shareFloor: Double
        /// The same limit as ln(staff / expected staff).
        let levelFloor: Double
        let dueDay: Int
        let ageMax: Int
        let alpha: Double
        let alphaHold: Double
        let kept: Double
        let rawShare: Double
        let personsMin: Double
        let smallStaff: Double
        let smallPersons: Double
        let doubt: ReportDoubt
        let budget: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            causes = KnownCauses(settings)
            shareFloor = min(ladder.floor("share"), 1)
            levelFloor = log(max(1e-9, 1 - shareFloor + 1e-9))
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
            alpha = settings.number("alpha")
            alphaHold = settings.number("alpha_hold")
            kept = settings.number("kept_share")
            rawShare = settings.number("raw_share_min")
            personsMin = settings.number("persons_min")
            smallStaff = settings.number("small_staff")
            smallPersons = settings.number("small_persons_min")
            doubt = ReportDoubt(settings)
            budget = settings.whole("budget")
        }

        /// Whether the number of persons exceeds a few leavers. The minimum is lower for a small
        /// staff.
        /// - Parameter factor: the part of the minimum that suffices.
        func counts(_ persons: Double, of staff: Double, factor: Double) -> Bool {
            let small = max(smallPersons, personsMin * staff / smallStaff)
            let least = staff < smallStaff ? min(personsMin, small) : personsMin
            return persons >= least * factor - 1e-9
        }
    }

    /// A fall over one window that reaches a tier.
    private struct Fall {
        var residual: Baseline.Residual
        var certainty: Baseline.Certainty
        var persons: Double
        var isConfirmed: Bool
        var verdict: Ladder.Verdict
        var match: Transfers.Match?
    }

    /// The fall of an enterprise, with its rank among past months and among the other alarms.
    private struct Case {
        var row: Int
        var month: Int
        var fall: Fall
        var rank: EmpiricalP.Rank?
        /// The smallest false discovery rate at which the fall would be listed; nil without a rank.
        var discovery: Double?
        var standing: AlarmBudget.Standing?
        var isListed = false
        var credibility = Credibility.recordOnly

        /// The probability that the fall is real: 1 − the false discovery rate, or 1 − p without a
        /// rank.
        var probability: Double { 1 - (discovery ?? fall.certainty.p) }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let baseOptions: Baseline.Options
    /// These options apply to all regions, because falls of all regions are ranked together.
    private let fallOptions: StaffFalls.Options
    private let listRate: Double

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        baseOptions = Baseline.Options(rule.base)
        fallOptions = StaffFalls.Options(rule.base, pastShare: settings.base.shareFloor)
        listRate = rule.base.number("false_discovery_rate")
    }

    var measures: Set<SharedMeasure> { [.peers(baseOptions.peers), .falls(fallOptions)] }

    /// The input data of one evaluation.
    private struct Field {
        let context: EvaluationContext
        let baseline: Baseline
        let transfers: Transfers
    }

    /// One enterprise in one month. The month is an index of `Peers`.
    private typealias Judged = EnterpriseMonth<RegionalSettings>

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let regionalSettings = settings.regionalSettings(of: context)
        let baseline = Baseline(context, baseOptions)
        let field = Field(
            context: context, baseline: baseline,
            transfers: Transfers(context, baseline, fallOptions.transfers))
        var scratch = [Float](repeating: 0, count: Peers.span)
        var cases: [Case] = []
        for row in context.facts.panel.enterprises.indices {
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let month = baseline.latest(row, ageMax: regional.ageMax, context),
                let fall = strongest(
                    Judged(row: row, month: month, regional: regional), field, &scratch)
            else { continue }
            cases.append(Case(row: row, month: month, fall: fall))
        }
        let falls = context.shared.falls(context, fallOptions)
        compare(&cases, EmpiricalP(context, baseline, fallOptions.past), falls, baseline)
        believe(&cases, falls, regionalSettings, field)
        keepBudget(&cases, regionalSettings, context)
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            statuses[key] = baseline.status(of: key, context) { row in
                let regional = regionalSettings[Int(context.regionIndex[row])]
                return (regional.ageMax, regional.dueDay)
            }
        }
        return Outcome(
            findings: cases.map { finding($0, context, baseline) }, statuses: statuses)
    }

    /// Ranks the falls of each month among the falls of earlier months without an alarm. Then marks
    /// those that the procedure of Benjamini and Hochberg lists, with the number of all judged
    /// enterprises as the number of tests.
    private func compare(
        _ cases: inout [Case], _ nulls: EmpiricalP, _ falls: StaffFalls, _ baseline: Baseline
    ) {
        for month in Set(cases.map(\.month)) {
            let members = cases.indices.filter { cases[$0].month == month }
            let panelMonth = month + baseline.peers.start
            for index in members { cases[index].rank = falls.rank(cases[index].row, panelMonth) }
            let others = members.filter { !falls.covers(cases[$0].row, panelMonth) }
            let ranks = nulls.ranks(of: others.map { cases[$0].row }, month: month)
            for (index, rank) in zip(others, ranks) { cases[index].rank = rank }
            let ranked = members.filter { cases[$0].rank != nil }
            let rates = falseDiscoveryRates(
                ranked.compactMap { cases[$0].rank?.p }, tests: nulls.judged(month))
            for (regional, rate) in zip(ranked, rates) {
                cases[regional].discovery = rate
                cases[regional].isListed = rate <= listRate
            }
        }
    }

    /// Sets the credibility of each fall. A fall that is not credible gets the lowest tier.
    private func believe(
        _ cases: inout [Case], _ falls: StaffFalls, _ regionalSettings: [RegionalSettings],
        _ field: Field
    ) {
        for index in cases.indices {
            let one = cases[index]
            let month = one.month + field.baseline.peers.start
            let first = max(0, month - one.fall.residual.window + 1)
            if Credibility.isStated(one.row, first...month, field.context) {
                cases[index].credibility = .declared
            } else if let credible = falls.credible(one.row, month) {
                cases[index].credibility = credible.credibility
            } else {
                let ladder = regionalSettings[Int(field.context.regionIndex[one.row])].ladder
                cases[index].fall.verdict = one.fall.verdict.capped(ladder)
            }
        }
    }

    /// Ranks the unconfirmed alarms of each region and month. Alarms beyond the budget of the
    /// region get the lowest tier, except red ones.
    private func keepBudget(
        _ cases: inout [Case], _ regionalSettings: [RegionalSettings], _ context: EvaluationContext
    ) {
        let open = cases.indices.filter {
            !cases[$0].fall.isConfirmed && cases[$0].fall.verdict.raises != nil
        }
        let standings = AlarmBudget.rank(
            open.map { index in
                let one = cases[index]
                return AlarmBudget.Candidate(
                    county: Int(context.regionIndex[one.row]), month: one.month,
                    persons: one.fall.persons, probability: one.probability,
                    id: context.facts.panel.enterprises[one.row].id)
            }, budget: { regionalSettings[$0].budget })
        for (index, standing) in zip(open, standings) {
            var standing = standing
            if cases[index].fall.verdict.raises == .red { standing.isOver = false }
            cases[index].standing = standing
            guard standing.isOver else { continue }
            let ladder = regionalSettings[Int(context.regionIndex[cases[index].row])].ladder
            cases[index].fall.verdict = cases[index].fall.verdict.overBudget(ladder)
        }
    }

    /// The fall of the window with the highest tier; nil without a fall.
    private func strongest(
        _ subject: Judged, _ field: Field, _ scratch: inout [Float]
    ) -> Fall? {
        let regional = subject.regional
        var best: Fall?
        for window in Baseline.windows {
            guard
                let residual = field.baseline.residual(
                    subject.row, subject.month, window: window, atMost: regional.levelFloor),
                residual.share >= regional.shareFloor - 1e-9,
                let fall = judge(residual, of: subject, field, &scratch)
            else { continue }
            if let known = best, !Self.outranks(fall, known) { continue }
            best = fall
        }
        return best
    }

    /// Judges the fall of the headcount in one window. The result is nil in five cases: more than a
    /// third of the fall was recovered; the fall is too small; the fall is not statistically
    /// significant; a known cause (`regional.causes`) or a transfer of staff explains it; or it
    /// does not reach the clear threshold of any tier.
    private func judge(
        _ residual: Baseline.Residual, of subject: Judged, _ field: Field,
        _ scratch: inout [Float]
    ) -> Fall? {
        let (row, month, regional) = (subject.row, subject.month, subject.regional)
        let (context, baseline) = (field.context, field.baseline)
        // A fall of which more than a third has come back is not a lasting one.
        if 1 - exp(residual.value) < regional.kept * (1 - exp(residual.deepest)) - 1e-9 {
            return nil
        }
        let rawShare = 1 - exp(residual.raw)
        let factor = regional.kept
        if residual.bySeason == nil, rawShare < regional.rawShare * factor { return nil }
        let now = exp(baseline.peers.level(row, month))
        var persons = now < 1 ? residual.expected : residual.persons
        guard regional.counts(persons, of: residual.staff, factor: factor) else { return nil }
        let certainty = baseline.certainty(row, month, residual, &scratch)
        guard certainty.p <= regional.alphaHold else { return nil }
        let panelMonth = month + baseline.peers.start
        let first = context.facts.panel.period(panelMonth).adding(1 - residual.window)
        if regional.causes.cause(row, first...context.facts.panel.period(panelMonth), context)
            != nil
        {
            return nil
        }
        let match = field.transfers.match(row, month, window: residual.window, persons: persons)
        if let match, match.persons > 0 {
            persons -= match.persons
            guard regional.counts(persons, of: residual.staff, factor: factor) else { return nil }
        }
        let share = persons / residual.staff
        let wasSeen =
            1 - exp(residual.before) >= max(regional.shareFloor, regional.kept * residual.share)
        let isDoubtful = regional.doubt.remains(
            row, month, raw: residual.raw, wasSeen: wasSeen, context, baseline.peers)
        let mayRaise =
            certainty.p <= regional.alpha / Double(Baseline.windows.count)
            && regional.counts(persons, of: residual.staff, factor: 1)
            && (residual.bySeason != nil || rawShare >= regional.rawShare)
            && !isDoubtful
        let size = LossSize(persons: persons, share: share, staff: residual.staff)
        guard var verdict = regional.ladder.judge(mayRaise: mayRaise, size.crosses) else {
            return nil
        }
        if match != nil, match?.persons == 0 { verdict = verdict.capped(regional.ladder) }
        return Fall(
            residual: residual, certainty: certainty, persons: persons,
            isConfirmed: wasSeen && !isDoubtful,
            verdict: verdict, match: match)
    }

    /// Whether the left window decides: the higher tier first, then more persons.
    private static func outranks(_ left: Fall, _ right: Fall) -> Bool {
        let leftRanks = (left.verdict.raises?.rank ?? 0, left.verdict.holds?.rank ?? 0)
        let rightRanks = (right.verdict.raises?.rank ?? 0, right.verdict.holds?.rank ?? 0)
        if leftRanks != rightRanks { return leftRanks > rightRanks }
        return left.persons > right.persons
    }

    private func finding(_ one: Case, _ context: EvaluationContext, _ baseline: Baseline) -> Finding
    {
        let panel = context.facts.panel
        let (row, fall) = (one.row, one.fall)
        let month = one.month + baseline.peers.start
        let residual = fall.residual
        let enterprise = panel.enterprises[row]
        let first = max(0, month - residual.window - 3)
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(month), raises: fall.verdict.raises, holds: fall.verdict.holds,
            certainty: fall.isConfirmed ? .confirmed : .provisional,
            persons: Int(fall.persons.rounded()), share: fall.persons / residual.staff,
            evidence: Evidence(
                value: panel.headcount(row, month).map(Double.init),
                previous: (0..<month).last { panel.headcount(row, $0) != nil }
                    .flatMap { panel.headcount(row, $0) }.map(Double.init),
                expected: (residual.expected * 10).rounded() / 10,
                scale: fall.certainty.scale, p: fall.certainty.p,
                threshold: fall.verdict.threshold, measures: measures(one),
                marks: marks(one, enterprise, baseline),
                rows: Rows.limited(Rows.reports(panel, row, first...month, [.headcount]))))
    }

    private func marks(
        _ one: Case, _ enterprise: Enterprise, _ baseline: Baseline
    ) -> [String: String] {
        let fall = one.fall
        var marks = [
            "window": "\(fall.residual.window)_months",
            "compared": baseline.compared(one.row, one.month, fall.residual),
        ]
        if let match = fall.match {
            marks["transfer"] = match.basis
            if let other = match.enterprise { marks["transfer_to"] = String(other) }
        }
        marks[Credibility.mark] = one.credibility.rawValue
        if fall.verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        if let rank = one.rank { marks["nulls"] = rank.basis }
        if one.isListed { marks["list"] = "listed" }
        if one.standing?.isOver == true { marks["budget"] = "over_budget" }
        return marks
    }

    private func measures(_ one: Case) -> [String: Double] {
        let residual = one.fall.residual
        var measures = [
            "persons": one.fall.persons, "share": one.fall.persons / residual.staff,
            "window_months": Double(residual.window),
            "peers_share": 1 - exp(min(0, residual.raw - residual.byPeers)),
        ]
        if let match = one.fall.match, match.persons > 0 {
            measures["transferred"] = match.persons
        }
        if let rank = one.rank {
            measures["empirical_p"] = rank.p
            measures["nulls"] = Double(rank.nulls)
        }
        measures["false_discovery"] = one.discovery
        if let standing = one.standing {
            measures["rank"] = Double(standing.rank)
            measures["ranked"] = Double(standing.ranked)
            measures["expected_persons"] = (standing.expected * 10).rounded() / 10
        }
        return measures
    }
}
