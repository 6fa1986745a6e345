import Labor

/// A seasonally adjusted rate that rises above its low, at any level. The measure follows the rule
/// of Sahm: the mean of the last `mean_months` minus the lowest such mean of the `low_months`
/// before. Small regions vary more, so they have a limit of their own (`rise_region`).
struct IndicatorMomentum: SeriesDetector {
    static let schema = Schema(
        detector: "indicator.momentum", kinds: [.indicator],
        parameters: Schema.everywhere([
            .init("indicators", .texts),
            .init("names", .textTable(names: [], values: []), .textTable([:])),
            .init("mean_months", .whole(1...12), .number(3)),
            .init("low_months", .whole(3...60), .number(12)),
            .init("season_years_min", .whole(2...20), .number(2)),
            .init("age_max_months", .whole(0...36), .number(3)),
            .init("rows_months", .whole(1...40), .number(16)),
        ]),
        limits: [.init("rise_whole", 0.01...100), .init("rise_region", 0.01...100)])

    private let rule: CheckedRule
    private let ladders: Regional<Ladder>
    private let indicators: Set<String>
    private let names: [String: String]
    private let mean: Int
    private let low: Int
    private let seasonYearsMin: Int
    private let ageMax: Int
    private let rowsMonths: Int

    init(_ rule: CheckedRule) {
        self.rule = rule
        ladders = Regional(rule, \.ladder)
        indicators = Set(rule.base.texts("indicators"))
        names = rule.base.textTable("names")
        mean = rule.base.whole("mean_months")
        low = rule.base.whole("low_months")
        seasonYearsMin = rule.base.whole("season_years_min")
        ageMax = rule.base.whole("age_max_months")
        rowsMonths = rule.base.whole("rows_months")
    }

    func judge(_ series: IndicatorSeries, _ context: EvaluationContext) -> SeriesVerdict {
        guard indicators.contains(series.code) else { return .status(.notEvaluated) }
        guard let newest = series.newest(context, ageMax: ageMax) else { return .status(.silent) }
        let season = season(series)
        guard let now = smoothed(series, newest.period, season) else { return .status(.silent) }
        let before = (1...low).compactMap { smoothed(series, newest.period.adding(-$0), season) }
        guard let lowest = before.min(), before.count * 2 > low else { return .status(.silent) }
        let path = series.path(context)
        let limit = path.count == 1 ? "rise_whole" : "rise_region"
        let rise = now - lowest
        let verdict = ladders.at(path).judge { $0.reached(limit, by: rise) }
        guard var verdict else { return .status(.clear(through: newest.period)) }
        verdict.threshold.limits = verdict.threshold.limits.filter { $0.key == limit }
        var marks = ["season": season == nil ? "season_unknown" : "season_taken_off"]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        return .finding(
            Finding(
                rule: rule.id, kind: rule.kind,
                subject: series.subject(context, named: names[series.code]),
                period: newest.period, raises: verdict.raises, holds: verdict.holds,
                certainty: .observed,
                evidence: Evidence(
                    value: rounded(now), previous: rounded(lowest), threshold: verdict.threshold,
                    measures: [
                        "rise": rounded(rise), "raw": newest.value,
                        "past_months": Double(before.count),
                    ], marks: marks,
                    rows: series.rows(rowsMonths))))
    }

    /// The seasonally adjusted mean of the last `mean_months` months up to `period`; nil when one
    /// of them is missing.
    private func smoothed(
        _ series: IndicatorSeries, _ period: Period, _ season: [Double]?
    ) -> Double? {
        var sum = 0.0
        for back in 0..<mean {
            let month = period.adding(-back)
            guard let value = series.value(month) else { return nil }
            sum += value - (season?[month.month - 1] ?? 0)
        }
        return sum / Double(mean)
    }

    /// The seasonal effect of each calendar month, in the unit of the indicator: the mean distance
    /// from the centred 12-month average, over all months whose average is complete. The effects
    /// add up to 0. Nil while any calendar month has fewer than `seasonYearsMin` distances.
    private func season(_ series: IndicatorSeries) -> [Double]? {
        var distances = [[Double]](repeating: [], count: 12)
        for value in series.values {
            var sum = 0.0
            var weight = 0.0
            for offset in -6...6 {
                guard let near = series.value(value.period.adding(offset)) else { continue }
                let share = abs(offset) == 6 ? 0.5 : 1
                sum += share * near
                weight += share
            }
            guard weight == 12 else { continue }
            distances[value.period.month - 1].append(value.value - sum / weight)
        }
        guard distances.allSatisfy({ $0.count >= seasonYearsMin }) else { return nil }
        let means = distances.map { $0.reduce(0, +) / Double($0.count) }
        let centre = means.reduce(0, +) / 12
        return means.map { $0 - centre }
    }

    private func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
