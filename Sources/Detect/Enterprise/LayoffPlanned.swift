import Labor

/// Layoffs that an enterprise itself announces, by a plan on file or in its report, against the
/// steps of law and plans.
///
/// A plan is not its outcome: Germany's notices of short time were revised down, and Britain's of
/// redundancies (form HR1) are read as proposals. So a plan alone is never red; what comes of it is
/// for `layoff.statutory` to see. Where the enterprise is known, `event.direct` leaves plans on
/// file to this rule (`left_to`), so that one plan is one alert.
///
/// What is left of the plan counts: it clears when it is withdrawn (the
/// newest word is 0), when the staff has fallen by it, or when its months are over.
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

    /// A plan that stands, with what has come of it.
    private struct Standing {
        /// Where it was said first, and last in the same words.
        var origin: LayoffPlan
        var newest: LayoffPlan
        var persons: Double
        var carriedOut: Double
        /// Staff when it was said; nil when not known.
        var staff: Double?
        /// The latest report; nil when none is recent.
        var latest: Int?

        var remaining: Double { max(0, persons - carriedOut) }
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

    /// Clear by the reports where a plan was carried out; where none stands any more, or it was
    /// withdrawn, clear without one: events and the calendar say so.
    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        guard let row = context.row(of: key) else { return .notEvaluated }
        let regional = settings.at(context.path(row))
        guard let plan = standing(row, regional, context) else {
            return .clear(through: context.asOf.day.period)
        }
        return context.status(row, through: plan.latest, dueDay: regional.dueDay)
    }

    /// The newest plan, nil when it is withdrawn, of unknown size, or its months are over. The same
    /// number said again is the same plan, and its months run from the first time.
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
        // A report tells the staff with its plan; a plan on file comes before its month's end.
        let month = origin.period.months(since: panel.first) - (origin.basis == .event ? 1 : 0)
        let base = self.base(panel, row, month, regional)
        let staff = base.flatMap { panel.headcount(row, $0) }.map(Double.init)
        var carriedOut = 0.0
        if let base, let latest, latest > base {
            let dismissed = (base + 1...latest).reduce(0.0) {
                $0 + Double(panel.employerSeparations(row, $1) ?? 0)
            }
            let now = panel.headcount(row, latest).map(Double.init)
            // Who moved to another employer was not laid off by the plan.
            carriedOut =
                max(dismissed, (staff ?? 0) - (now ?? staff ?? 0))
                - context.moves.out(row, base + 1...latest)
        }
        return Standing(
            origin: origin, newest: newest, persons: Double(persons),
            carriedOut: max(0, carriedOut), staff: staff, latest: latest)
    }

    /// The report that tells the staff before a plan: that of its month, or one not much older.
    private func base(_ panel: Panel, _ row: Int, _ month: Int, _ regional: RegionalSettings)
        -> Int?
    {
        guard month >= 0, month < panel.months else { return nil }
        return stride(from: month, through: max(0, month - regional.baseGap), by: -1)
            .first { panel.headcount(row, $0) != nil }
    }

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
        var marks = ["basis": plan.newest.basis.rawValue, "plan": "not_yet_outcome"]
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
    /// The last elements that all satisfy a test.
    fileprivate func suffix(while test: (Element) -> Bool) -> ArraySlice<Element> {
        let start = lastIndex { !test($0) }.map { $0 + 1 } ?? startIndex
        return self[start...]
    }
}
