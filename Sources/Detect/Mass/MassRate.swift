import Labor

/// Detects a fall of the headcount in a cell (county × section) or a region: the link relative of
/// the enterprises that reported both months, minus the fall of the same season last year.
///
/// A few large enterprises alone give no finding: the fall must also appear without them, or in
/// most of the enterprises. The finding is provisional. It is withdrawn when later reports no
/// longer show it.
struct MassRate: Detector {
    static let schema = Schema(
        detector: "mass.rate", kinds: [.massUnemployment],
        parameters: Schema.everywhere(
            [
                .init("largest_left_out", .whole(0...20), .number(4)),
                .init("season_slack_months", .whole(0...2), .number(1)),
                Schema.dueDay,
            ] + Festivals.parameters) + [
                .init("enterprises_min", .whole(1...10_000), .number(5)),
                .init("heads_min", .whole(1...1_000_000), .number(200)),
                .init("rest_part", .number(Schema.share), .number(0.5)),
                .init("diffusion_min", .number(Schema.share), .number(0.6)),
                .init("reported_share_min", .number(Schema.share), .number(0.6)),
                .init("season", .flag, .flag(true)),
            ],
        limits: [
            .init("fall", 0.001...1),
            .init("persons_min", Schema.counts, whole: true, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let settings: Settings
        let ladder: Ladder
        let enterprisesMin: Int
        let headsMin: Double
        let restPart: Double
        let diffusionMin: Double
        let reportedShareMin: Double
        let season: Bool

        init(_ settings: Settings) {
            self.settings = settings
            ladder = settings.ladder
            enterprisesMin = settings.whole("enterprises_min")
            headsMin = settings.number("heads_min")
            restPart = settings.number("rest_part")
            diffusionMin = settings.number("diffusion_min")
            reportedShareMin = settings.number("reported_share_min")
            season = settings.flag("season")
        }

        /// Whether the group has enough enterprises and staff to be judged.
        func isEnough(_ sums: CellSums) -> Bool {
            sums.enterprises >= enterprisesMin && sums.before >= headsMin
        }

        /// Whether enough of the enterprises that reported the month before have reported the
        /// month.
        func isReported(_ sums: CellSums) -> Bool {
            isEnough(sums)
                && Double(sums.enterprises) >= reportedShareMin * Double(sums.reportedBefore)
        }
    }

    /// The sums of the months of one evaluation. Each month is computed once.
    private struct Months {
        let groups: CellGroups
        let context: EvaluationContext
        let festivals: [FestivalMonths]
        let top: Int
        var known: [Int: [CellSums]] = [:]

        mutating func sums(_ month: Int) -> [CellSums] {
            if let sums = known[month] { return sums }
            let sums = groups.sums(context.facts.panel, context.moves, month: month, top: top)
            known[month] = sums
            return sums
        }
    }

    /// The measures of a group in one month, with the regional settings.
    private struct Measured {
        let group: CellGroups.Group
        let month: Int
        let regional: RegionalSettings
        let sums: CellSums
        /// The expected seasonal fall as a share; nil when no season is known.
        let season: Double?
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    /// These values apply to all regions, because the sums are computed once for all groups: the
    /// number of largest enterprises left out, the slack of the season in months, and the due day.
    private let top: Int
    private let slack: Int
    private let dueDay: Int
    private let festivals: Festivals

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        top = rule.base.whole("largest_left_out")
        slack = rule.base.whole("season_slack_months")
        dueDay = rule.base.whole("due_day")
        festivals = Festivals(rule.base)
    }

    var measures: Set<SharedMeasure> { [.cells] }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        var outcome = Outcome(findings: [], statuses: [:])
        for key in watching where [.cell, .region].contains(key.subjectType) {
            outcome.statuses[key] = .silent
        }
        guard let now = context.now else { return outcome }
        let panel = context.facts.panel
        let due = max(1, context.dueMonth(dueDay: dueDay).months(since: panel.first))
        let groups = context.shared.groups(context)
        var months = Months(
            groups: groups, context: context, festivals: festivals.months(of: panel), top: top)
        let watched = Set(watching)
        for index in groups.subjects {
            let group = groups.groups[index]
            let path = context.facts.regions.path(group.region)
            let regional = settings.at(path.isEmpty ? [group.region] : path)
            let month = stride(from: now, through: due, by: -1).first {
                regional.isReported(months.sums($0)[index])
            }
            guard let month else { continue }
            let measured = measured(index, month, regional, &months)
            if var finding = finding(measured, context) {
                finding.evidence.rows = rows(groups.rows(of: index), month, context)
                outcome.findings.append(finding)
            } else {
                let subject = subject(group, context)
                let key = EpisodeKey(
                    rule: rule.id, subjectType: subject.type, subjectID: subject.id)
                if watched.contains(key) {
                    outcome.statuses[key] = context.status(clearIn: month) { past in
                        let earlier = self.measured(index, past, regional, &months)
                        return regional.isReported(earlier.sums)
                            && self.finding(earlier, context) != nil
                    }
                }
            }
        }
        return outcome
    }

    /// The seasonal fall of a group as a share: the largest fall of the months around the same
    /// month of the year before, or the fall of this festival in earlier years, whichever is
    /// larger. Nil when neither is known.
    private func season(
        _ index: Int, _ month: Int, _ regional: RegionalSettings, _ months: inout Months
    ) -> Double? {
        guard regional.season else { return 0 }
        var largest: Double?
        for earlier in month - 12 - slack...month - 12 + slack where earlier >= 1 {
            let sums = months.sums(earlier)[index]
            if regional.isEnough(sums) { largest = max(largest ?? 0, sums.fall) }
        }
        for festival in months.festivals {
            let fall = festival.expected(month) { past in
                guard past >= 1 else { return nil }
                let sums = months.sums(past)[index]
                return regional.isEnough(sums) ? max(0, sums.fall) : nil
            }
            if let fall { largest = max(largest ?? 0, fall) }
        }
        return largest
    }

    private func measured(
        _ index: Int, _ month: Int, _ regional: RegionalSettings, _ months: inout Months
    ) -> Measured {
        Measured(
            group: months.groups.groups[index], month: month, regional: regional,
            sums: months.sums(month)[index], season: season(index, month, regional, &months))
    }

    /// The finding of a group and month; nil below every tier.
    private func finding(_ measured: Measured, _ context: EvaluationContext) -> Finding? {
        let (sums, regional, season) = (measured.sums, measured.regional, measured.season)
        let expected = season ?? 0
        let fall = sums.fall - expected
        guard fall >= regional.ladder.floor("fall") - 1e-9 else { return nil }
        let rest = sums.fallWithoutLargest.map { $0 - expected }
        let isWide = sums.diffusion >= regional.diffusionMin - 1e-9
        let persons = sums.before - sums.after
        let verdict = regional.ladder.judge { limits in
            guard let limit = limits["fall"], limits.reached("fall", by: fall),
                limits.allows("persons_min", persons)
            else { return false }
            return isWide || (rest.map { $0 >= regional.restPart * limit - 1e-9 } ?? false)
        }
        guard let verdict else { return nil }
        var measures = [
            "fall_share": sums.fall, "unseasonal_share": fall, "falling_share": sums.diffusion,
            "enterprises": Double(sums.enterprises), "falling": Double(sums.falling),
        ]
        measures["rest_share"] = sums.fallWithoutLargest
        if sums.moved > 0 { measures["transferred"] = sums.moved }
        var marks = [
            "season": season == nil ? "none_known" : expected > 0 ? "taken_off" : "no_fall"
        ]
        if !regional.season { marks["season"] = nil }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: subject(measured.group, context),
            period: context.facts.panel.period(measured.month), raises: verdict.raises,
            holds: verdict.holds, certainty: .provisional, persons: Int(persons.rounded()),
            share: min(1, max(0, sums.fall)),
            evidence: Evidence(
                value: sums.after, previous: sums.before,
                expected: expected > 0 ? (sums.before * (1 - expected)).rounded() : nil,
                threshold: verdict.threshold, measures: measures, marks: marks))
    }

    private func subject(_ group: CellGroups.Group, _ context: EvaluationContext) -> Subject {
        let name = context.facts.regions.name(group.region, in: .chinese)
        guard let section = group.section else {
            return Subject(
                type: .region, id: group.region.rawValue, name: name, regionCode: group.region)
        }
        return Subject(
            type: .cell, id: "\(group.region)/\(section)",
            name: name + context.facts.industries.name(section, in: .chinese),
            regionCode: group.region, industryCode: section)
    }

    /// The ten enterprises of the group with the largest losses. Enterprises whose loss is only a
    /// transfer are left out.
    private func rows(_ members: [Int], _ month: Int, _ context: EvaluationContext) -> [EvidenceRow]
    {
        let panel = context.facts.panel
        var losers: [(row: Int, before: Int32, after: Int32)] = []
        for row in members {
            guard let before = panel.headcount(row, month - 1),
                let after = panel.headcount(row, month),
                Double(before - after) > context.moves.out(row, month...month)
            else { continue }
            losers.append((row, before, after))
        }
        losers.sort { left, right in
            let (more, less) = (left.before - left.after, right.before - right.after)
            if more != less { return more > less }
            return panel.enterprises[left.row].id < panel.enterprises[right.row].id
        }
        return losers.prefix(10).map { row, before, after in
            EvidenceRow(
                table: "labor.report", period: panel.period(month),
                values: [
                    "enterprise_id": .int(panel.enterprises[row].id),
                    "name": .string(panel.enterprises[row].name),
                    "headcount_before": .int(Int64(before)), "headcount": .int(Int64(after)),
                ], reportedAt: panel.reportedAt(row, month))
        }
    }
}
