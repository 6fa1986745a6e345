import Labor

/// A yearly counter that is below the value that its target demands at this time of the year.
///
/// The running total of the year is compared with target × share. The share is the part of the
/// year's total that earlier years had reached by the same month; month / 12 if too few earlier
/// years are known. The shortfall is 1 − total / (target × share).
struct IndicatorPace: SeriesDetector {
    static let schema = Schema(
        detector: "indicator.pace", kinds: [.indicator],
        parameters: Schema.everywhere([
            .init("targets", .table(0.000_001...1e12, names: [])),
            .init("monthly", .texts, .texts([])),
            .init("names", .textTable(names: [], values: []), .textTable([:])),
            .init("units", .textTable(names: [], values: []), .textTable([:])),
            .init("first_month", .whole(1...12), .number(3)),
            .init("season_years_min", .whole(1...20), .number(2)),
            .init("season_years_max", .whole(1...20), .number(5)),
            .init("age_max_months", .whole(0...36), .number(3)),
        ]),
        limits: [.init("shortfall", 0.001...1)])

    private let rule: CheckedRule
    private let ladders: Regional<Ladder>
    /// The yearly target by `code/region`, or by code for the whole jurisdiction.
    private let targets: [String: Double]
    /// The codes whose values are monthly amounts. The values of other codes are running totals of
    /// the year.
    private let monthly: Set<String>
    private let names: [String: String]
    private let units: [String: String]
    /// The first month of a year that is judged.
    private let firstMonth: Int
    /// The minimum and maximum number of earlier years for the share.
    private let yearsMin: Int
    private let yearsMax: Int
    /// The maximum age of the newest value, months.
    private let ageMax: Int

    init(_ rule: CheckedRule) {
        self.rule = rule
        ladders = Regional(rule, \.ladder)
        targets = rule.base.table("targets")
        monthly = Set(rule.base.texts("monthly"))
        names = rule.base.textTable("names")
        units = rule.base.textTable("units")
        firstMonth = rule.base.whole("first_month")
        yearsMin = rule.base.whole("season_years_min")
        yearsMax = rule.base.whole("season_years_max")
        ageMax = rule.base.whole("age_max_months")
    }

    func judge(_ series: IndicatorSeries, _ context: EvaluationContext) -> SeriesVerdict {
        let path = series.path(context)
        guard let target = target(series, isWhole: path.count == 1) else {
            return .status(.notEvaluated)
        }
        guard let newest = series.newest(context, ageMax: ageMax) else { return .status(.silent) }
        let period = newest.period
        guard let total = total(series, period) else { return .status(.silent) }
        guard period.month >= firstMonth else { return .status(.clear(through: period)) }
        let own = share(series, period)
        let share = own ?? Double(period.month) / 12
        let expected = target * share
        let shortfall = 1 - total / expected
        let verdict = ladders.at(path).judge { $0.reached("shortfall", by: shortfall) }
        guard let verdict else { return .status(.clear(through: period)) }
        var marks = [
            "path": own == nil ? "even_path" : "own_path", "unit": units[series.code] ?? "",
        ]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        let last = self.total(series, period.adding(-12))
        return .finding(
            Finding(
                rule: rule.id, kind: rule.kind,
                subject: series.subject(context, named: names[series.code]), period: period,
                raises: verdict.raises, holds: verdict.holds, certainty: .observed,
                share: min(1, max(0, shortfall)),
                evidence: Evidence(
                    value: total, previous: last, expected: expected.rounded(),
                    threshold: verdict.threshold,
                    measures: [
                        "target": target, "path_share": share, "shortfall_share": shortfall,
                        "projected": (total / share).rounded(),
                        "missing": max(0, expected - total).rounded(),
                    ], marks: marks, rows: series.rows(24))))
    }

    /// The target of a series; nil when it has none. A target without a region applies to the whole
    /// jurisdiction.
    private func target(_ series: IndicatorSeries, isWhole: Bool) -> Double? {
        targets[series.subjectID] ?? (isWhole ? targets[series.code] : nil)
    }

    /// The running total of the year up to a month; nil if a month is missing.
    private func total(_ series: IndicatorSeries, _ period: Period) -> Double? {
        guard monthly.contains(series.code) else { return series.value(period) }
        var sum = 0.0
        for back in 0..<period.month {
            guard let value = series.value(period.adding(-back)) else { return nil }
            sum += value
        }
        return sum
    }

    /// The part of the year's total that earlier years had reached by the same month: sum of the
    /// parts / sum of the totals, at most 1. Nil when fewer than `yearsMin` years are complete.
    private func share(_ series: IndicatorSeries, _ period: Period) -> Double? {
        var reached = 0.0
        var whole = 0.0
        var years = 0
        for back in 1...yearsMax {
            let end = period.adding(12 - period.month - 12 * back)
            guard let year = total(series, end), year > 0,
                let part = total(series, period.adding(-12 * back))
            else { continue }
            reached += part
            whole += year
            years += 1
        }
        guard years >= yearsMin, reached > 0 else { return nil }
        return min(1, reached / whole)
    }
}
