import Labor

/// Detects an owner who may abscond (欠薪逃匿): wages are owed, and there are other signs: a collapse
/// of the headcount, missing reports, or contributions not paid. The tiers require two or three of
/// these signs.
///
/// A recorded event `owner_absconded` raises an alert with or without arrears. For a known
/// enterprise only this rule reports the event, so that one flight gives one alert. `event.direct`
/// leaves such events to this rule (`left_to`) and reports those that name only a region.
///
/// The detector evaluates all enterprises independent of the scope, because peers and the end of a
/// month depend on other enterprises.
struct WageAbsconding: Detector {
    static let schema = Schema(
        detector: "wage.absconding", kinds: [.wageArrears],
        parameters: RiskSigns.Options.parameters + IdleStaff.Options.parameters
            + Baseline.Options.parameters + [
                .init("collapse_share", .number(0.1...1), .number(0.5)),
                .init("missed_min", .whole(1...12), .number(1)),
                .init("contributions_min", .whole(1...24), .number(2)),
            ],
        limits: [
            .init("months", 0.05...24),
            .init("signs", 1...3, whole: true),
            .init("owner_absconded", Schema.counts, whole: true),
        ])

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        let monthsFloor: Double
        let signs: RiskSigns.Options
        let collapse: Double
        let missedMin: Int
        let contributionsMin: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            monthsFloor = ladder.floor("months")
            signs = RiskSigns.Options(settings)
            collapse = settings.number("collapse_share")
            missedMin = settings.whole("missed_min")
            contributionsMin = settings.whole("contributions_min")
        }
    }

    /// The measures of one enterprise.
    private struct Sight {
        var latest: Int?
        var owed: Balance.Excess?
        var gap: ReportGap.Gap?
        /// The names of the signs other than the arrears, in a fixed order.
        var signs: [String] = []
        var measures: [String: Double] = [:]
        /// The marks that state with what a fall of the headcount was compared; nil without a fall.
        var compared: String?
        var flights: [Event] = []
        var staff: Int?

        /// The persons affected by the event: all staff when the event gives no number.
        var fled: Int { flights.compactMap { $0.persons.map(Int.init) }.max() ?? staff ?? 0 }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let idle: IdleStaff.Options
    private let baseline: Baseline.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        idle = IdleStaff.Options(rule.base)
        baseline = Baseline.Options(rule.base)
    }

    var measures: Set<SharedMeasure> { [.peers(baseline.peers), .shortPay] }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let regionalSettings = settings.regionalSettings(of: context)
        let signs = RiskSigns(
            context, base: settings.base.signs, regionalSettings: regionalSettings.map(\.signs),
            baseline: baseline,
            idle: idle)
        guard let signs else {
            return Outcome(
                findings: [],
                statuses: Dictionary(uniqueKeysWithValues: watching.map { ($0, .silent) }))
        }
        var findings: [Finding] = []
        var balance = Balance()
        context.forEveryRow { row in
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let sight = look(row, regional, signs, &balance),
                let finding = finding(row, sight, regional, context)
            else { return }
            findings.append(finding)
        }
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            statuses[key] = context.anyRow(of: key).map(signs.status) ?? .notEvaluated
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// Measures an enterprise; nil when it owes no wages and the owner did not abscond. This
    /// excludes most enterprises.
    private func look(
        _ row: Int, _ regional: RegionalSettings, _ signs: RiskSigns, _ balance: inout Balance
    ) -> Sight? {
        let flights = signs.flights(row)
        let owed = signs.arrears(row, &balance)
        let owes = (owed?.months ?? 0) >= regional.monthsFloor - 1e-9
        guard owes || !flights.isEmpty else { return nil }
        var sight = Sight(owed: owed, flights: flights)
        let panel = signs.context.facts.panel
        let latest = signs.latest(row)
        sight.latest = latest
        if let latest {
            sight.staff = (max(0, latest - 3)...latest).compactMap {
                panel.headcount(row, $0)
            }.max().map(Int.init)
        }
        if let owed = sight.owed { sight.measures["arrears_months"] = owed.months }
        let lost = latest.map { signs.fall(row, $0) } ?? Baseline.Fall()
        let fall = lost.share
        let standsStill = latest.map {
            panel.operatingState(row, $0) == .suspended && signs.idleShare(row, $0) > 0
        }
        if fall > 0 {
            sight.measures["headcount_fall_share"] = fall
            sight.compared = lost.compared
        }
        if fall >= regional.collapse - 1e-9 || standsStill == true || signs.isClosed(row, latest) {
            sight.signs.append("headcount_collapse")
        }
        sight.gap = signs.silence.gap(row)
        if let gap = sight.gap, gap.missed >= regional.missedMin {
            sight.signs.append("silence")
            sight.measures["missed"] = Double(gap.missed)
        }
        let unpaid = latest.map { signs.unpaidContributions(row, $0) } ?? 0
        if unpaid >= regional.contributionsMin {
            sight.signs.append("unpaid_contributions")
            sight.measures["contributions_months"] = Double(unpaid)
        }
        sight.measures["signs"] = Double(sight.signs.count)
        return sight
    }

    /// The finding of an enterprise; nil below every tier.
    private func finding(
        _ row: Int, _ sight: Sight, _ regional: RegionalSettings, _ context: EvaluationContext
    ) -> Finding? {
        let months = sight.owed?.months ?? 0
        let isFlight = !sight.flights.isEmpty
        let verdict = regional.ladder.judge { limits in
            let bySigns =
                limits.reached("months", by: months)
                && limits.reached("signs", by: Double(sight.signs.count))
            let byEvent = isFlight && limits.reached("owner_absconded", by: Double(sight.fled))
            return bySigns || byEvent
        }
        guard let verdict else { return nil }
        let panel = context.facts.panel
        let enterprise = panel.enterprises[row]
        var signs = sight.signs
        if months >= regional.monthsFloor - 1e-9 { signs.insert("wages_owed", at: 0) }
        var marks: [String: String] = [:]
        if !signs.isEmpty { marks["signs"] = signs.joined(separator: ",") }
        if isFlight { marks["raised_by"] = "owner_absconded" }
        marks["compared"] = sight.compared
        if verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        let reported = sight.latest.map {
            Rows.reports(
                panel, row, max(0, $0 - 5)...$0,
                [
                    .headcount, .operatingState, .wagesDue, .wagesPaid, .workersUnpaid,
                    .contributionsDue, .contributionsPaid,
                ])
        }
        let seen = [sight.latest, sight.gap?.due].compactMap { $0.map(panel.period) }
        let told = sight.flights.map(\.occurredOn.period)
        let amount = sight.flights.compactMap(\.amount).max()
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: (seen + told).max() ?? context.asOf.day.period, raises: verdict.raises,
            holds: verdict.holds, certainty: isFlight ? .observed : .provisional,
            persons: isFlight ? sight.fled : sight.staff,
            amount: sight.owed.map { Int64($0.amount.rounded()) } ?? amount,
            evidence: Evidence(
                value: months, threshold: verdict.threshold, measures: sight.measures,
                marks: marks,
                rows: Rows.limited((reported ?? []) + Rows.events(sight.flights))))
    }
}
