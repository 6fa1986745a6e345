import Labor

/// Detects layoffs that require a notice 30 days ahead (劳动合同法 41) but had none.
///
/// The loss is computed as in `layoff.statutory`, with the same limits, transfers and explanations.
/// A loss that peers, season or a known cause explain gives no finding. A net decrease of the
/// headcount does not prove layoffs, so it only raises a question at the lowest tier. Declared
/// separations (`employer_separations`) without a notice are a breach of procedure. If no
/// enterprise has ever stated a plan, the bureau does not record plans. A missing plan is then no
/// evidence about a net decrease (`net_needs_plans`).
///
/// The notice is in order if a filed plan, or a reported number of `planned_layoffs`, was known at
/// least `notice_days` before the end of the month of the loss and covers enough of the loss.
///
/// The detector evaluates all enterprises independent of the scope, because peers depend on the
/// reports of others.
struct LayoffUnreported: SubjectDetector {
    static let schema = Schema(
        detector: "layoff.unreported", kinds: [.layoff],
        parameters: LossGuard.parameters + StatutoryExplanation.Options.parameters + [
            .init("notice_days", .whole(1...365), .number(30)),
            .init("plan_days_max", .whole(30...1_000), .number(183)),
            .init("plan_part_min", .number(Schema.share), .number(0.5)),
            .init("net_needs_plans", .flag, .flag(true)),
            Schema.dueDay, Schema.ageMax,
        ] + Schema.everywhere(StaffFalls.Options.parameters),
        limits: [
            .init("persons", 1...Schema.counts.upperBound, whole: true),
            .init("share", Schema.share),
            .init("share_persons_min", Schema.counts, whole: true, role: .restriction),
            .init("declared", 0...1, whole: true, role: .restriction),
            .init("net_share_min", Schema.share, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let lossGuard: LossGuard
        let causes: KnownCauses
        let noticeDays: Int
        let planDaysMax: Int
        let planPart: Double
        let netNeedsPlans: Bool
        let dueDay: Int
        let ageMax: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            lossGuard = LossGuard(settings)
            causes = KnownCauses(settings)
            noticeDays = settings.whole("notice_days")
            planDaysMax = settings.whole("plan_days_max")
            planPart = settings.number("plan_part_min")
            netNeedsPlans = settings.flag("net_needs_plans")
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
        }
    }

    /// The defect of the notice.
    private enum Notice: String {
        /// There was no plan, or only one after the end of the month.
        case none = "notice_none"
        /// There was a plan before the end of the month, but less than `notice_days` ahead.
        case late = "notice_late"
        /// There was a plan in time, but for far fewer persons.
        case partial = "notice_partial"
    }

    /// A loss that requires a notice, with the defect of the notice.
    private struct Breach {
        var verdict: Ladder.Verdict
        var loss: HeadcountLoss
        var notice: Notice
        var credibility = Credibility.recordOnly
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
        let explanation = StatutoryExplanation(context, self.explanation)
        let falls = context.shared.falls(context, fallOptions)
        lazy var keepsPlans = LayoffPlan.isKept(context)
        var findings: [Finding] = []
        context.forEveryRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let month = context.latestReport(row, ageMax: regional.ageMax) else { return }
            var best: Breach?
            for window in LayoffStatutory.windows {
                guard
                    let loss = regional.lossGuard.loss(
                        context.facts.panel, row, month: month, window: window,
                        moves: context.moves),
                    let verdict = Self.judge(loss, regional),
                    let notice = Self.notice(loss, row, regional, context),
                    loss.basis == .employerSeparations || !regional.netNeedsPlans || keepsPlans,
                    explanation?.reason(row, loss, regional.causes, context) == nil
                else { continue }
                if let known = best, known.verdict.rank >= verdict.rank { continue }
                best = Breach(verdict: verdict, loss: loss, notice: notice)
            }
            guard var best else { return }
            if best.loss.basis == .employerSeparations {
                best.credibility = .declared
            } else if let credible = falls.credible(row, best.loss.month) {
                best.credibility = credible.credibility
            } else {
                best.verdict = best.verdict.capped(regional.ladder)
            }
            let judged = EnterpriseMonth(row: row, month: best.loss.month, regional: regional)
            findings.append(finding(best, of: judged, context))
        }
        return findings
    }

    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.anyRow(of: key) else { return .notEvaluated }
        let regional = settings.at(context.path(row))
        let month = context.latestReport(row, ageMax: regional.ageMax)
        return context.status(row, through: month, dueDay: regional.dueDay)
    }

    /// The tiers that a loss reaches; nil below every tier.
    private static func judge(_ loss: HeadcountLoss, _ regional: RegionalSettings) -> Ladder
        .Verdict?
    {
        let countsPersons = regional.lossGuard.countsPersons(loss)
        let countsShare = regional.lossGuard.countsShare(loss)
        guard countsPersons || countsShare else { return nil }
        let declared = loss.basis == .employerSeparations
        return regional.ladder.judge { limits in
            guard limits.allows("declared", declared ? 1 : 0) else { return false }
            return countsPersons && limits.reached("persons", by: loss.persons)
                && limits.believes(loss)
                || countsShare && limits.reached("share", by: loss.share)
                    && limits.allows("share_persons_min", loss.persons)
        }
    }

    /// The defect of the notice for a loss; nil when the notice was in order.
    private static func notice(
        _ loss: HeadcountLoss, _ row: Int, _ regional: RegionalSettings,
        _ context: EvaluationContext
    ) -> Notice? {
        let panel = context.facts.panel
        let end = panel.period(month(loss, panel, row)).lastDay
        var notice = Notice.none
        for plan in LayoffPlan.all(context, row) {
            let ahead = end.days(since: plan.day)
            guard ahead >= 0, ahead <= regional.planDaysMax, plan.persons != 0 else { continue }
            let covers =
                plan.persons.map { Double($0) >= regional.planPart * loss.persons - 1e-9 } ?? true
            if ahead < regional.noticeDays {
                if notice == .none { notice = .late }
            } else if covers {
                return nil
            } else {
                notice = .partial
            }
        }
        return notice
    }

    /// The month of the window with the largest part of the loss; the earliest one of equal months.
    /// With a later month, a late plan would look as if it were in time.
    private static func month(_ loss: HeadcountLoss, _ panel: Panel, _ row: Int) -> Int {
        var most = -1.0
        var month = loss.month
        for at in max(0, loss.month - loss.window + 1)...loss.month {
            var lost = 0.0
            switch loss.basis {
            case .employerSeparations: lost = Double(panel.employerSeparations(row, at) ?? 0)
            case .netHeadcount:
                guard at > 0, let now = panel.headcount(row, at),
                    let before = panel.latestReport(row, upTo: at - 1)
                        .flatMap({ panel.headcount(row, $0) })
                else { continue }
                lost = Double(before - now)
            }
            if lost > most {
                most = lost
                month = at
            }
        }
        return month
    }

    private func finding(
        _ breach: Breach, of judged: EnterpriseMonth<RegionalSettings>, _ context: EvaluationContext
    ) -> Finding {
        let (verdict, loss, notice) = (breach.verdict, breach.loss, breach.notice)
        let (row, regional) = (judged.row, judged.regional)
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        var marks = [
            "basis": loss.basis.rawValue, "window": "\(loss.window)_months",
            "notice": notice.rawValue, Credibility.mark: breach.credibility.rawValue,
        ]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        var measures = [
            "persons": loss.persons, "share": loss.share, "staff": loss.staff,
            "window_months": Double(loss.window), "notice_days": Double(regional.noticeDays),
        ]
        if loss.transferred > 0 { measures["transferred"] = loss.transferred }
        let first = max(0, min(loss.base ?? loss.month, loss.month - loss.window + 1))
        let plans = (context.eventsOf[row] ?? []).filter {
            $0.kind == .layoffPlan || $0.kind == .staffTransfer
        }
        let rows =
            Rows.reports(
                panel, row, first...loss.month,
                [.headcount, .employerSeparations, .plannedLayoffs]) + Rows.events(plans)
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(loss.month), raises: verdict.raises, holds: verdict.holds,
            certainty: loss.basis == .employerSeparations ? .observed : .provisional,
            persons: Int(loss.persons.rounded()), share: loss.share,
            evidence: Evidence(
                value: panel.headcount(row, loss.month).map(Double.init),
                previous: loss.base.flatMap { panel.headcount(row, $0) }.map(Double.init),
                threshold: verdict.threshold, measures: measures, marks: marks,
                rows: Rows.limited(rows)))
    }
}

extension Ladder.Verdict {
    /// The order of verdicts: by the raised tier, then by the held tier.
    fileprivate var rank: Int { (raises?.rank ?? 0) * 10 + (holds?.rank ?? 0) }
}
