import Labor

/// The early-warning index of each region. Several weak signs that move together are stronger
/// evidence than each sign alone. The weights come from the rule. The evidence lists the
/// contribution of each component.
struct WarningIndex: Detector {
    static let schema = Schema(
        detector: "index.warning", kinds: [.indicator, .massUnemployment],
        parameters: Schema.everywhere(
            [
                .init("weights", .table(0...1_000, names: [])),
                .init("bad_when_low", .texts, .texts([])),
                .init("past_months", .whole(12...120), .number(36)),
                .init("past_months_min", .whole(6...120), .number(12)),
                .init("score_max", .number(1...10), .number(4)),
                .init("scale_min", .number(0...1), .number(0.002)),
                .init("scale_min_part", .number(0...1), .number(0.01)),
                .init("weight_min", .number(Schema.share), .number(0.5)),
                .init("sum_scale_min", .number(0.01...10), .number(0.25)),
                .init("components_min", .whole(1...20), .number(2)),
                .init("component_score_min", .number(0...10), .number(1)),
                .init("enterprises_min", .whole(1...10_000), .number(10)),
                .init("reported_share_min", .number(Schema.share), .number(0.6)),
                .init("carry_months", .whole(0...12), .number(2)),
                Schema.dueDay,
            ] + Festivals.parameters),
        limits: [.init("index", 0...100)])

    private let rule: CheckedRule
    private let ladders: Regional<Ladder>
    private let score: WarningScore
    /// The components in order of their names, so that the sums do not depend on the order of a
    /// table.
    private let components: [(name: String, weight: Double)]
    private let falling: Set<String>
    private let componentsMin: Int
    private let componentScoreMin: Double
    private let enterprisesMin: Double
    private let reportedShareMin: Double
    private let carry: Int
    private let dueDay: Int
    private let festivals: Festivals

    init(_ rule: CheckedRule) {
        self.rule = rule
        ladders = Regional(rule, \.ladder)
        var score = WarningScore()
        score.past = rule.base.whole("past_months")
        score.pastMin = rule.base.whole("past_months_min")
        score.scoreMax = rule.base.number("score_max")
        score.scaleMin = rule.base.number("scale_min")
        score.scaleMinPart = rule.base.number("scale_min_part")
        score.weightMin = rule.base.number("weight_min")
        score.sumScaleMin = rule.base.number("sum_scale_min")
        self.score = score
        components = rule.base.table("weights").filter { $0.value > 0 }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        falling = Set(rule.base.texts("bad_when_low"))
        componentsMin = rule.base.whole("components_min")
        componentScoreMin = rule.base.number("component_score_min")
        enterprisesMin = rule.base.number("enterprises_min")
        reportedShareMin = rule.base.number("reported_share_min")
        carry = rule.base.whole("carry_months")
        dueDay = rule.base.whole("due_day")
        festivals = Festivals(rule.base)
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        var outcome = Outcome(findings: [], statuses: [:])
        var watched: [RegionCode: EpisodeKey] = [:]
        for key in watching where key.subjectType == .region {
            outcome.statuses[key] = .silent
            watched[RegionCode(key.subjectID)] = key
        }
        guard let now = context.now else { return outcome }
        let due = max(1, context.dueMonth(dueDay: dueDay).months(since: context.facts.panel.first))
        var indicators: [RegionCode: [String: IndicatorSeries]] = [:]
        for series in IndicatorSeries.all(in: context) {
            indicators[series.region, default: [:]][series.code] = series
        }
        let festivals = festivals.months(of: context.facts.panel)
        for (region, sums) in sums(context, through: now) {
            let isReported = sums.map {
                $0.enterprises >= enterprisesMin
                    && $0.enterprises >= reportedShareMin * $0.reportedBefore
            }
            guard
                let month = stride(from: now, through: due, by: -1).first(where: { isReported[$0] })
            else { continue }
            let known = Known(
                region: region, sums: sums, indicators: indicators[region] ?? [:],
                festivals: festivals, context: context)
            switch look(at: known, month) {
            case .unknown: break
            // A finding that only holds a tier is reported for an open episode only.
            case .stands(let finding) where finding.raises != nil || watched[region] != nil:
                outcome.findings.append(finding)
            case .stands, .ordinary:
                guard let key = watched[region] else { break }
                outcome.statuses[key] = context.status(clearIn: month) { past in
                    guard isReported[past],
                        case .stands = look(at: known, past)
                    else { return false }
                    return true
                }
            }
        }
        return outcome
    }

    /// The result for one region and month.
    private enum Look {
        /// There is not enough data for an index.
        case unknown
        /// The index reaches no tier.
        case ordinary
        /// The index reaches a raise limit or a clear limit.
        case stands(Finding)
    }

    /// The input data of one region.
    private struct Known {
        let region: RegionCode
        /// The sums of the reports of each panel month.
        let sums: [RegionSums]
        let indicators: [String: IndicatorSeries]
        let festivals: [FestivalMonths]
        let context: EvaluationContext
    }

    /// The index of one month, with its inputs.
    private struct Measured {
        let index: WarningScore.Index
        /// The index of the month before; nil without enough data.
        let before: WarningScore.Index?
        let series: [WarningScore.Series]
        let month: Int
    }

    /// Computes the index of a month and compares it with the limits.
    private func look(at known: Known, _ month: Int) -> Look {
        let series = components.map { self.series($0.name, known, through: month) }
        let scores = series.map(score.scores)
        let weights = components.map(\.weight)
        guard let index = score.index(scores, weights: weights, month: month) else {
            return .unknown
        }
        let before = score.index(scores, weights: weights, month: month - 1)
        let measured = Measured(index: index, before: before, series: series, month: month)
        return finding(measured, known).map(Look.stands) ?? .ordinary
    }

    /// The sums of each region, by month.
    private func sums(_ context: EvaluationContext, through now: Int) -> [RegionCode: [RegionSums]]
    {
        let panel = context.facts.panel
        let empty = [RegionSums](repeating: RegionSums(), count: now + 1)
        var ofPlace = [RegionSums](
            repeating: RegionSums(), count: context.regionCodes.count * empty.count)
        for (row, regional) in context.regionIndex.enumerated() {
            let first = Int(regional) * empty.count
            var start = RegionSums.Heads(panel, row, 0)
            for month in stride(from: 1, through: now, by: 1) {
                let end = RegionSums.Heads(panel, row, month)
                ofPlace[first + month].add(row, month, from: start, to: end, in: context)
                start = end
            }
        }
        var sums: [RegionCode: [RegionSums]] = [:]
        for (regional, path) in context.paths.enumerated() where context.isKnown(regional: regional)
        {
            for region in path {
                var own = sums[region] ?? empty
                for month in own.indices { own[month].add(ofPlace[regional * empty.count + month]) }
                sums[region] = own
            }
        }
        return sums
    }

    /// The values of one component up to a month; a higher value is worse. Indicators are published
    /// later than reports, so a missing value is replaced by the last one, which may be up to
    /// `carry` months old.
    private func series(
        _ name: String, _ known: Known, through month: Int
    ) -> WarningScore.Series {
        if let measure = RegionSums.Measure(rawValue: name) {
            return WarningScore.Series(
                values: known.sums[...month].map { $0.value(measure) },
                festivals: measure.isStaff ? known.festivals : [])
        }
        guard let indicator = known.indicators[name] else {
            return WarningScore.Series(values: [Double?](repeating: nil, count: month + 1))
        }
        let sign = falling.contains(name) ? -1.0 : 1
        let panel = known.context.facts.panel
        return WarningScore.Series(
            values: (0...month).map { at in
                for back in 0...carry {
                    if let value = indicator.value(panel.period(at).adding(-back)) {
                        return sign * value
                    }
                }
                return nil
            })
    }

    /// The finding of an index; nil below every tier.
    private func finding(
        _ measured: Measured, _ known: Known
    ) -> Finding? {
        let (index, month) = (measured.index, measured.month)
        let (region, context) = (known.region, known.context)
        let high = index.scores.count { ($0 ?? 0) >= componentScoreMin }
        let path = context.facts.regions.path(region)
        let ladder = ladders.at(path.isEmpty ? [region] : path)
        let verdict = ladder.judge(mayRaise: high >= componentsMin) { limits in
            limits.reached("index", by: index.value)
        }
        guard let verdict else { return nil }
        var measures = ["high_components": Double(high)]
        for (regional, component) in components.enumerated() {
            guard let points = index.points[regional], let score = index.scores[regional] else {
                continue
            }
            measures["points_\(component.name)"] = (points * 10).rounded() / 10
            measures["score_\(component.name)"] = (score * 100).rounded() / 100
            if let value = measured.series[regional].values[month] {
                measures[component.name] = value
            }
        }
        let leading = components.indices.filter { (index.points[$0] ?? 0) > 0.05 }
            .sorted { (index.points[$0] ?? 0) > (index.points[$1] ?? 0) }
        var marks = [
            "leading": leading.prefix(3).map { components[$0].name }.joined(separator: ",")
        ]
        if leading.isEmpty { marks["leading"] = nil }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        return Finding(
            rule: rule.id, kind: rule.kind,
            subject: Subject(
                type: .region, id: region.rawValue,
                name: context.facts.regions.name(region, in: .chinese), regionCode: region),
            period: context.facts.panel.period(month), raises: verdict.raises,
            holds: verdict.holds, certainty: .provisional,
            evidence: Evidence(
                value: (index.value * 10).rounded() / 10,
                previous: measured.before.map { ($0.value * 10).rounded() / 10 }, expected: 50,
                scale: 10,
                threshold: verdict.threshold, measures: measures, marks: marks))
    }
}
