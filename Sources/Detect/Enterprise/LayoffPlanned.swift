import Labor

/// Detects layoffs that an enterprise announces, by a filed plan or in its report, with the limits
/// of law and emergency plans.
///
/// A plan is not an outcome: German notices of short-time work were revised down, and British
/// redundancy notices (form HR1) count as proposals. A plan alone therefore never gives red.
/// `layoff.statutory` detects the actual layoffs. For a known enterprise `event.direct` leaves
/// filed plans to this rule (`left_to`), so that one plan gives one alert.
///
/// The remaining persons of the plan are compared with the limits. The alert clears when the plan
/// is withdrawn (the newest statement is 0), when the headcount has fallen by it, or when
/// `window_months` are over.
struct LayoffPlanned: SubjectDetector {
    static let schema = Schema(
        detector: "layoff.planned", kinds: [.layoff],
        parameters: [
            .init("window_months", .whole(1...24), .number(3)),
            .init("base_gap_months", .whole(0...12), .number(2)),
            Schema.dueDay, Schema.ageMax,
        ],
        limits: [
            .init("persons", 1...Schema.counts.upperBound, whole: true),
            .init("share", Schema.share),
            .init("share_persons_min", Schema.counts, whole: true, role: .restriction),
        ], highest: .orange)

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let window: Int
        let baseGap: Int
        let dueDay: Int
        let ageMax: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            window = settings.whole("window_months")
            baseGap = settings.whole("base_gap_months")
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
        }
    }

    /// A plan in force, with the part that was carried out.
    private struct Standing {
        /// The first and the latest statement with the same number of persons.
        var origin: LayoffPlan
        var newest: LayoffPlan
        /// The planned number of persons.
        var persons: Double
        /// The persons of the plan who have left since, without transfers.
        var carriedOut: Double
        /// The headcount at the time of the first statement; nil when it is not known.
        var staff: Double?
        /// The latest report, as an index of the panel; nil when none is recent.
        var latest: Int?

        /// The planned persons who have not left yet.
        var remaining: Double { max(0, persons - carriedOut) }
        /// The remaining persons as a share of `staff`, 0…1; nil when `staff` is unknown.
        var share: Double? { staff.map { $0 > 0 ? min(1, remaining / $0) : 1 } }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
    }

    func findings(in context: EvaluationContext) -> [Finding] {
        let regionalSettings = settings.regionalSettings(of: context)
        var findings: [Finding] = []
        context.forEachRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let plan = standing(row, regional, context),
                let finding = finding(plan, row, regional, context)
            else { return }
            findings.append(finding)
        }
        return findings
    }

    /// The status of an alert without a finding. If a plan is in force, it is below the limits, and
    /// the reports decide the status. If no plan is in force, the status is clear even without a
    /// report, because events and the calendar show it.
    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.row(of: key) else { return .notEvaluated }
        let regional = settings.at(context.path(row))
        guard let plan = standing(row, regional, context) else {
            return .clear(through: context.asOf.day.period)
        }
        return context.status(row, through: plan.latest, dueDay: regional.dueDay)
    }

    /// The newest plan; nil when it was withdrawn, has no number, or is older than `window_months`.
    /// A repeated statement with the same number is the same plan, whose age counts from the first
    /// statement.
    private func standing(_ row: Int, _ regional: RegionalSettings, _ context: EvaluationContext)
        -> Standing?
    {
        let plans = LayoffPlan.all(context, row)
        guard let newest = plans.last, let persons = newest.persons, persons > 0 else {
            return nil
        }
        let origin = plans.suffix(while: { $0.persons == persons }).first ?? newest
        guard context.asOf.day.period.months(since: origin.period) <= regional.window else {
            return nil
        }
        let panel = context.facts.panel
        let latest = context.latestReport(row, ageMax: regional.ageMax)
        // A report gives the headcount together with the plan. A filed plan comes before the end of
        // its month, so the headcount of the month before counts.
        let month = origin.period.months(since: panel.first) - (origin.basis == .event ? 1 : 0)
        let base = self.base(panel, row, month, regional)
        let staff = base.flatMap { panel.headcount(row, $0) }.map(Double.init)
        var carriedOut = 0.0
        if let base, let latest, latest > base {
            let dismissed = (base + 1...latest).reduce(0.0) {
                $0 + Double(panel.employerSeparations(row, $1) ?? 0)
            }
            let now = panel.headcount(row, latest).map(Double.init)
            // Persons who moved to another employer were not laid off.
            carriedOut =
                max(dismissed, (staff ?? 0) - (now ?? staff ?? 0))
                - context.moves.out(row, base + 1...latest)
        }
        return Standing(
            origin: origin, newest: newest, persons: Double(persons),
            carriedOut: max(0, carriedOut), staff: staff, latest: latest)
    }

    /// The latest month with a headcount at or before `month`, at most `base_gap_months` older; nil
    /// for none.
    private func base(_ panel: Panel, _ row: Int, _ month: Int, _ regional: RegionalSettings)
        -> Int?
    {
        guard month >= 0, month < panel.months else { return nil }
        return stride(from: month, through: max(0, month - regional.baseGap), by: -1)
            .first { panel.headcount(row, $0) != nil }
    }

    /// The finding of a plan; nil below every tier.
    private func finding(
        _ plan: Standing, _ row: Int, _ regional: RegionalSettings, _ context: EvaluationContext
    ) -> Finding? {
        let verdict = regional.ladder.judge { limits in
            limits.reached("persons", by: plan.remaining)
                || limits.reached("share", by: plan.share ?? 0)
                    && limits.allows("share_persons_min", plan.remaining)
        }
        guard let verdict else { return nil }
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        var marks = [
            "basis": plan.newest.basis.rawValue, "plan": "not_yet_outcome",
            Credibility.mark: Credibility.declared.rawValue,
        ]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        var measures = ["planned": plan.persons, "remaining": plan.remaining]
        if plan.carriedOut > 0 { measures["carried_out"] = plan.carriedOut }
        measures["staff"] = plan.staff
        var rows: [EvidenceRow] = []
        if let latest = plan.latest {
            let first = plan.origin.period.months(since: panel.first) - 1
            rows = Rows.reports(
                panel, row, max(0, min(first, latest))...latest,
                [.headcount, .plannedLayoffs, .employerSeparations])
        }
        rows += Rows.events([plan.origin.event].compactMap { $0 })
        let seen = [plan.newest.period, plan.latest.map(panel.period)].compactMap { $0 }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: seen.max() ?? plan.newest.period, raises: verdict.raises,
            holds: verdict.holds, certainty: .observed, persons: Int(plan.remaining.rounded()),
            share: plan.share,
            evidence: Evidence(
                value: plan.remaining, previous: plan.persons, threshold: verdict.threshold,
                measures: measures, marks: marks, rows: Rows.limited(rows)))
    }
}

extension Array {
    /// The longest suffix whose elements all satisfy a test.
    fileprivate func suffix(while test: (Element) -> Bool) -> ArraySlice<Element> {
        let start = lastIndex { !test($0) }.map { $0 + 1 } ?? startIndex
        return self[start...]
    }
}
