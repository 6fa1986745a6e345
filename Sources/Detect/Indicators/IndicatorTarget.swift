import Labor

/// A macro indicator beyond its limits. The limits of a tier are named by indicator. A value
/// exactly on a limit still meets the target.
///
/// For an indicator without a good or bad level, the change from the same month of last year is
/// judged, in percent. A rate that grows during the year is judged only from a given month on.
struct IndicatorTarget: SeriesDetector {
    static let schema = Schema(
        detector: "indicator.target", kinds: [.indicator],
        parameters: [
            .init("indicators", .texts),
            .init("bad_when_low", .texts, .texts([])),
            .init("names", .textTable(names: [], values: []), .textTable([:])),
            .init("units", .textTable(names: [], values: []), .textTable([:])),
            .init("against_last_year", .texts, .texts([])),
            .init("judged_from_month", .table(1...12, names: []), .table([:])),
            .init("age_max_months", .whole(0...36), .number(6)),
            .init("rows_months", .whole(1...40), .number(13)),
        ],
        limits: [], clearFactor: 1, limitsListedIn: "indicators",
        fallingListedIn: "bad_when_low")

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        /// The codes of the judged indicators.
        let indicators: Set<String>
        /// The codes for which a low value is bad.
        let falling: Set<String>
        let names: [String: String]
        let units: [String: String]
        /// The codes for which the change from last year is judged.
        let againstLastYear: Set<String>
        /// The first judged month of a year (1…12), by code.
        let fromMonth: [String: Double]
        /// The maximum age of the newest value, months.
        let ageMax: Int
        /// The number of values in the evidence.
        let rowsMonths: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            indicators = Set(settings.texts("indicators"))
            falling = Set(settings.texts("bad_when_low"))
            names = settings.textTable("names")
            units = settings.textTable("units")
            againstLastYear = Set(settings.texts("against_last_year"))
            fromMonth = settings.table("judged_from_month")
            ageMax = settings.whole("age_max_months")
            rowsMonths = settings.whole("rows_months")
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
    }

    func judge(_ series: IndicatorSeries, _ context: EvaluationContext) -> SeriesVerdict {
        let regional = settings.at(series.path(context))
        guard regional.indicators.contains(series.code) else { return .status(.notEvaluated) }
        guard let newest = series.newest(context, ageMax: regional.ageMax) else {
            return .status(.silent)
        }
        return finding(series, newest, regional, context).map(SeriesVerdict.finding)
            ?? .status(.clear(through: newest.period))
    }

    /// The measure that is compared with the limits: the value, or its change from last year in
    /// percent. Nil when it cannot be computed yet.
    private func measure(
        _ series: IndicatorSeries, _ newest: Indicator, _ regional: RegionalSettings
    ) -> Double? {
        if let from = regional.fromMonth[series.code], Double(newest.period.month) < from {
            return nil
        }
        guard regional.againstLastYear.contains(series.code) else { return newest.value }
        guard let before = series.value(newest.period.adding(-12)), before > 0 else { return nil }
        return (newest.value / before - 1) * 100
    }

    private func finding(
        _ series: IndicatorSeries, _ newest: Indicator, _ regional: RegionalSettings,
        _ context: EvaluationContext
    ) -> Finding? {
        guard let measure = measure(series, newest, regional) else { return nil }
        let low = regional.falling.contains(series.code)
        let verdict = regional.ladder.judge { limits in
            guard let limit = limits[series.code] else { return false }
            return low ? measure < limit - 1e-9 : measure > limit + 1e-9
        }
        guard var verdict else { return nil }
        verdict.threshold.limits = verdict.threshold.limits.filter { $0.key == series.code }
        let limit = verdict.threshold.limits[series.code]
        let isChange = regional.againstLastYear.contains(series.code)
        var marks = [
            "indicator": regional.names[series.code] ?? series.code,
            // Texts write the unit after each value, so an indicator without a unit has the empty
            // text.
            "unit": regional.units[series.code] ?? "",
        ]
        if low { marks["direction"] = "bad_when_low" }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        return Finding(
            rule: rule.id, kind: rule.kind,
            subject: series.subject(context, named: regional.names[series.code]),
            period: newest.period, raises: verdict.raises, holds: verdict.holds,
            certainty: .observed,
            evidence: Evidence(
                value: newest.value,
                previous: isChange
                    ? series.value(newest.period.adding(-12))
                    : series.values.dropLast().last?.value,
                expected: isChange ? nil : limit, threshold: verdict.threshold,
                measures: isChange ? ["change_share": measure / 100] : [:], marks: marks,
                rows: series.rows(regional.rowsMonths)))
    }
}
