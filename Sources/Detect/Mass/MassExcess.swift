import Labor

/// Detects more leavers in a cell or region than its season, trend and ordinary variation explain.
///
/// All cells are tested in each month, so some exceed their bound by chance. The procedure of
/// Benjamini and Hochberg limits the share of false findings. The excess of one enterprise alone is
/// no finding, because other rules cover single enterprises.
struct MassExcess: Detector {
    static let schema = Schema(
        detector: "mass.excess", kinds: [.massUnemployment],
        parameters: Schema.everywhere(
            [
                FlowBasis.parameter,
                .init("years", .whole(1...20), .number(8)),
                .init("years_min", .whole(2...20), .number(3)),
                .init("window_months", .whole(0...3), .number(1)),
                .init("season_levels", .whole(2...12), .number(10)),
                .init("recent_left_out_months", .whole(0...24), .number(6)),
                .init("reweight_above", .number(1...100), .number(2.58)),
                .init("trend", .flag, .flag(true)),
                .init(
                    "bound", .choice(UpperBound.allCases.map(\.rawValue)),
                    .text(UpperBound.plugIn.rawValue)),
                .init("alpha", .number(0.0001...0.5), .number(0.01)),
                .init("false_discovery_rate", .number(0.001...1), .number(0.05)),
                .init("cases_min", .whole(0...10_000), .number(5)),
                .init("cases_months", .whole(1...12), .number(4)),
                Schema.dueDay,
            ] + Festivals.parameters) + [
                .init("losing_enterprises_min", .whole(1...1_000), .number(3)),
                .init("rest_part", .number(Schema.share), .number(0.5)),
                .init("heads_min", .whole(1...1_000_000), .number(200)),
                .init("reported_share_min", .number(Schema.share), .number(0.6)),
            ],
        limits: [
            .init("exceedance", 0.1...1_000),
            .init("persons_min", Schema.counts, whole: true, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let losingMin: Int
        let restPart: Double
        let headsMin: Double
        let reportedShareMin: Double

        init(_ settings: Settings) {
            ladder = settings.ladder
            losingMin = settings.whole("losing_enterprises_min")
            restPart = settings.number("rest_part")
            headsMin = settings.number("heads_min")
            reportedShareMin = settings.number("reported_share_min")
        }
    }

    /// The test of one group in one month.
    private struct Test {
        var group: Int
        var month: Int
        var flow: CellFlows.Flow
        var fit: SeasonalModel.Fit
        var judged: UpperBound.Judgement
        var regional: RegionalSettings
        /// Whether the group had enough leavers in the last months (`cases_min`) to be judged.
        var speaks: Bool
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    /// The model and the test level apply to all regions, because the tests of one procedure must
    /// be comparable.
    private let model: SeasonalModel
    private let basis: FlowBasis
    private let festivals: Festivals
    private let bound: UpperBound
    private let alpha: Double
    private let rate: Double
    private let casesMin: Double
    private let casesMonths: Int
    private let dueDay: Int

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        var model = SeasonalModel()
        model.years = rule.base.whole("years")
        model.yearsMin = rule.base.whole("years_min")
        model.window = rule.base.whole("window_months")
        model.levels = rule.base.whole("season_levels")
        model.recentLeftOut = rule.base.whole("recent_left_out_months")
        model.reweightAbove = rule.base.number("reweight_above")
        model.trend = rule.base.flag("trend")
        self.model = model
        basis = FlowBasis(rule.base)
        festivals = Festivals(rule.base)
        bound = UpperBound(rawValue: rule.base.text("bound")) ?? .plugIn
        alpha = rule.base.number("alpha")
        rate = rule.base.number("false_discovery_rate")
        casesMin = rule.base.number("cases_min")
        casesMonths = rule.base.whole("cases_months")
        dueDay = rule.base.whole("due_day")
    }

    var measures: Set<SharedMeasure> { [.cells, .flows(basis)] }

    /// The input data of one evaluation.
    private struct Field {
        let context: EvaluationContext
        let groups: CellGroups
        let flows: CellFlows
        let festivals: [FestivalMonths]
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        var outcome = Outcome(findings: [], statuses: [:])
        for key in watching where [.cell, .region].contains(key.subjectType) {
            outcome.statuses[key] = .silent
        }
        let field = Field(
            context: context, groups: context.shared.groups(context),
            flows: context.shared.flows(context, basis),
            festivals: festivals.months(of: context.facts.panel))
        let (groups, flows) = (field.groups, field.flows)
        let due = max(1, context.dueMonth(dueDay: dueDay).months(since: context.facts.panel.first))
        guard let now = context.now, due <= now else { return outcome }
        let tests = groups.subjects.compactMap { test($0, due...now, field) }
        let listed = benjaminiHochberg(tests.map { $0.speaks ? $0.judged.p : 1 }, rate: rate)
        let watched = Set(watching)
        for (test, isListed) in zip(tests, listed) {
            let group = groups.groups[test.group]
            let key = group.key(of: rule.id)
            // A finding that only holds a tier is reported for an open episode only. Among hundreds
            // of cells, some are near their bound in every month.
            func isShown(_ month: Int) -> Bool {
                guard month > 0, let test = self.test(test.group, month...month, field) else {
                    return false
                }
                return finding(test, group, mayRaise: false, context) != nil
            }
            let found = finding(test, group, mayRaise: isListed, context) {
                isShown(test.month - 1)
            }
            if var finding = found,
                finding.raises != nil || watched.contains(key)
            {
                finding.evidence.rows = flows.rows(
                    groups.rows(of: test.group), test.month,
                    sums: history(test, flows))
                outcome.findings.append(finding)
                continue
            }
            if watched.contains(key) {
                outcome.statuses[key] = context.status(clearIn: test.month, shows: isShown)
            }
        }
        return outcome
    }

    /// Tests the newest month of a range that enough enterprises have reported; nil without such a
    /// month or without enough history.
    private func test(
        _ group: Int, _ months: ClosedRange<Int>, _ field: Field
    ) -> Test? {
        let flows = field.flows
        let region = field.groups.groups[group].region
        let path = field.context.facts.regions.path(region)
        let regional = settings.at(path.isEmpty ? [region] : path)
        let month = months.reversed().first { month in
            let flow = flows[group, month]
            return flow.isReported(share: regional.reportedShareMin)
                && flow.staff >= regional.headsMin
        }
        guard let month else { return nil }
        let counts = flows.counts(group)
        let series = SeasonalModel.Series(
            counts: counts, exposures: flows.exposures(group),
            reported: flows.reported(group, staffMin: regional.headsMin),
            festivals: field.festivals)
        guard let fit = model.fit(series, month: month) else { return nil }
        let lately = counts[max(0, month - casesMonths + 1)...month].reduce(0, +)
        return Test(
            group: group, month: month, flow: flows[group, month], fit: fit,
            judged: bound.judge(counts[month], fit, alpha: alpha), regional: regional,
            speaks: lately >= casesMin)
    }

    /// The finding of a test; nil below every tier.
    /// - Parameter wasSeen: whether the month before shows the event as well.
    private func finding(
        _ test: Test, _ group: CellGroups.Group, mayRaise: Bool, _ context: EvaluationContext,
        wasSeen: () -> Bool = { false }
    ) -> Finding? {
        let exceedance = test.judged.exceedance
        let ladder = test.regional.ladder
        guard test.speaks, exceedance >= ladder.floor("exceedance") - 1e-9 else { return nil }
        let (flow, fit) = (test.flow, test.fit)
        let excess = flow.count - fit.expected
        let rest = exceedance * (excess - flow.largest) / max(excess, 1e-9)
        guard flow.losing >= test.regional.losingMin else { return nil }
        let verdict = ladder.judge(mayRaise: mayRaise) { limits in
            guard let limit = limits["exceedance"] else { return false }
            return limits.reached("exceedance", by: exceedance)
                && limits.allows("persons_min", excess)
                && rest >= test.regional.restPart * limit - 1e-9
        }
        guard var verdict else { return nil }
        verdict = MassCaution.limit(
            verdict, ladder, losing: flow.losing, years: fit.years, wasSeen: wasSeen)
        var marks = ["basis": basis.rawValue]
        if fit.years < MassCaution.years { marks[MassCaution.mark] = "low" }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        var measures = [
            "upper": test.judged.upper.rounded(), "exceedance": exceedance, "rest": rest,
            "excess": excess.rounded(), "phi": fit.phi, "years": Double(fit.years),
            "enterprises": Double(flow.enterprises), "losing": Double(flow.losing),
            "largest": flow.largest, "staff": flow.staff,
        ]
        measures["slope"] = fit.slope
        return Finding(
            rule: rule.id, kind: rule.kind, subject: group.subject(context),
            period: context.facts.panel.period(test.month), raises: verdict.raises,
            holds: verdict.holds, certainty: .provisional,
            persons: Int(max(0, excess).rounded()),
            share: flow.staff > 0 ? min(1, max(0, excess / flow.staff)) : nil,
            evidence: Evidence(
                value: flow.count, expected: (fit.expected * 10).rounded() / 10,
                scale: (fit.phi * fit.expected).squareRoot(), p: test.judged.p,
                threshold: verdict.threshold, measures: measures, marks: marks))
    }

    /// The sums of the last thirteen months and of the same month of earlier years, without months
    /// that were not reported.
    private func history(
        _ test: Test, _ flows: CellFlows
    ) -> [(month: Int, flow: CellFlows.Flow)] {
        let earlier = stride(from: test.month - 12 * model.years, to: test.month - 12, by: 12)
        return (Array(earlier) + Array(max(1, test.month - 12)...test.month)).filter { $0 >= 1 }
            .map { ($0, flows[test.group, $0]) }.filter { $0.1.enterprises > 0 }
    }
}

extension CellGroups.Group {
    /// The ID of the subject: `region`, or `region/section` for a cell.
    var subjectID: String { section.map { "\(region)/\($0)" } ?? region.rawValue }

    /// The key of the group's episode.
    func key(of rule: RuleID) -> EpisodeKey {
        EpisodeKey(
            rule: rule, subjectType: section == nil ? .region : .cell, subjectID: subjectID)
    }

    func subject(_ context: EvaluationContext) -> Subject {
        let name = context.facts.regions.name(region, in: .chinese)
        let inner = section.map { context.facts.industries.name($0, in: .chinese) } ?? ""
        return Subject(
            type: section == nil ? .region : .cell, id: subjectID, name: name + inner,
            regionCode: region, industryCode: section)
    }
}
