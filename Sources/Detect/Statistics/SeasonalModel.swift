import Foundation

/// The seasonal quasi-Poisson model of a monthly count: ln(mean) = level of the season + trend +
/// ln(staff). Past outbreaks get a lower weight by their Anscombe residuals. Source: Farrington, in
/// the form of Noufaily et al. (Stat Med 2013;32:1206), with months instead of weeks.
///
/// The month judged and its neighbours share one level. The other months of the year are divided
/// into blocks with one level each. With `window` 1 and `levels` 10, each other month has its own
/// level.
package struct SeasonalModel: Sendable {
    /// The maximum number of earlier years.
    package var years = 5
    /// The minimum number of years of data for a fit. With fewer than three years the fit has no
    /// trend.
    package var yearsMin = 3
    /// The number of months on each side of the month judged that share its level.
    package var window = 1
    /// The number of levels, including the level of the month judged.
    package var levels = 10
    /// The number of months before the month judged that are left out, because an outbreak may have
    /// begun in them.
    package var recentLeftOut = 6
    /// The standardised Anscombe residual above which a month gets a lower weight.
    package var reweightAbove = 2.58
    /// Whether the model may have a trend.
    package var trend = true

    /// A model with the settings of Noufaily et al., in months.
    package init() {}

    /// The result of a fit for the month judged.
    package struct Fit: Sendable {
        /// The expected count.
        package var expected: Double
        /// The dispersion (variance / mean), at least 1.
        package var phi: Double
        /// The standard error of ln(`expected`).
        package var error: Double
        /// The slope of the trend, ln a month; nil without a trend.
        package var slope: Double?
        /// The number of years of data used.
        package var years: Int
    }

    /// A series of monthly counts, with the staff that each count refers to.
    package struct Series: Sendable {
        /// The count of each month.
        package var counts: [Double]
        /// The staff of each month; 0 for a month without a count.
        package var exposures: [Double]
        /// The months that count as history.
        package var reported: ReportedMonths
        /// The festival months of each calendar; empty where no festival moves the counts.
        package var festivals: [FestivalMonths]

        /// Creates a series. Each argument sets the property of the same name. Without `reported`,
        /// every month with an exposure above 0 is history.
        package init(
            counts: [Double], exposures: [Double], reported: ReportedMonths? = nil,
            festivals: [FestivalMonths] = []
        ) {
            self.counts = counts
            self.exposures = exposures
            self.reported = reported ?? ReportedMonths(exposures: exposures)
            self.festivals = festivals
        }
    }

    /// Fits the months before `month`; see `fit(_:month:)`. Months with an exposure of 0 are left
    /// out. The result is nil when the history is too short.
    package func fit(counts: [Double], exposures: [Double], month: Int) -> Fit? {
        fit(Series(counts: counts, exposures: exposures), month: month)
    }

    /// Fits the months before `month`; nil when there are too few years of data.
    ///
    /// For a festival month the expectation from earlier months of the same festival is computed,
    /// too, whatever their calendar month. The larger of both expectations is used, because past
    /// counts cannot show whether a season keeps its calendar month or follows the festival.
    package func fit(_ series: Series, month: Int) -> Fit? {
        let known = series.reported.years(
            before: month, slack: window, most: min(years, max(0, month - window) / 12))
        guard known >= yearsMin, series.exposures[month] > 0,
            var fit = plain(series.counts, series.exposures, month, years: known)
        else { return nil }
        for months in series.festivals {
            let usual = months.expected(month, years: years) { at in
                series.exposures[at] > 0 ? series.counts[at] / series.exposures[at] : nil
            }
            guard let usual, usual * series.exposures[month] > fit.expected else { continue }
            var rest = series.exposures
            for at in rest.indices where at != month && months.isFestival(at) { rest[at] = 0 }
            let ordinary = plain(series.counts, rest, month, years: known) ?? fit
            let expected = usual * series.exposures[month]
            let festive = FestivalMonths.variability * FestivalMonths.variability * expected
            fit = ordinary
            fit.expected = expected
            fit.phi += festive
        }
        return fit
    }

    /// Fits the model without festivals. The trend is left out if it gives an expectation above
    /// every past count. The result is nil when the history is too short.
    private func plain(
        _ counts: [Double], _ exposures: [Double], _ month: Int, years known: Int
    ) -> Fit? {
        let used = min(years, max(0, month - window) / 12)
        let level = levelOfDistance
        var data = Data(levels: (level.max() ?? 0) + 1)
        for at in month - 12 * used - window..<max(month - recentLeftOut, 0)
        where exposures[at] > 0 {
            let distance = ((at - month) % 12 + 12) % 12
            data.append(
                counts[at], exposure: exposures[at], level: level[distance],
                time: Double(at - month))
        }
        guard data.counts.count > data.levels + 1, data.knowsLevelZero else { return nil }
        var solution = data.robust(trend: trend && known >= 3, above: reweightAbove)
        if solution.slope != nil,
            solution.expected * exposures[month] > (data.counts.max() ?? 0)
        {
            solution = data.robust(trend: false, above: reweightAbove)
        }
        return Fit(
            expected: solution.expected * exposures[month], phi: max(solution.phi, 1),
            error: (solution.variance * solution.phi).squareRoot(),
            slope: solution.slope, years: known)
    }

    /// The index of the level that each calendar month belongs to; 0 is the level of the month
    /// judged. Element k is for the months whose calendar month is k months after that of the month
    /// judged, k = 0…11.
    private var levelOfDistance: [Int] {
        let rest = 11 - 2 * window
        let blocks = min(max(levels - 1, 1), max(rest, 1))
        return (0..<12).map { distance in
            guard distance > window, distance < 12 - window else { return 0 }
            let position = distance - window - 1
            let (size, longer) = rest.quotientAndRemainder(dividingBy: blocks)
            let boundary = longer * (size + 1)
            return position < boundary
                ? 1 + position / (size + 1) : 1 + longer + (position - boundary) / size
        }
    }
}

/// The months that a model is fitted to, one element a month in each array.
private struct Data {
    let levels: Int
    var counts: [Double] = []
    var exposures: [Double] = []
    var level: [Int] = []
    var times: [Double] = []

    /// The result of one fit. `expected` is a rate per unit of exposure.
    struct Solution {
        var expected: Double
        var slope: Double?
        var phi: Double
        /// The variance of ln(`expected`) for a dispersion of 1.
        var variance: Double
        var means: [Double]
        var leverages: [Double]
    }

    /// The sums for the normal equations, by level.
    private struct Sums {
        /// Σ weight × mean.
        var weight: [Double]
        /// Σ weight × mean × time.
        var moment: [Double]
        /// The information about the slope, after the levels are eliminated.
        var information: Double
    }

    init(levels: Int) { self.levels = levels }

    /// Whether any month has the level of the month judged.
    var knowsLevelZero: Bool { level.contains(0) }

    mutating func append(_ count: Double, exposure: Double, level: Int, time: Double) {
        counts.append(count)
        exposures.append(exposure)
        self.level.append(level)
        times.append(time)
    }

    /// Fits twice. The second fit gives past outbreaks of the first fit a lower weight.
    func robust(trend: Bool, above limit: Double) -> Solution {
        let first = solve([Double](repeating: 1, count: counts.count), trend: trend)
        return solve(weights(first, above: limit), trend: trend)
    }

    /// The weights of the second fit: 1 / residual² for a standardised Anscombe residual above
    /// `limit`, otherwise 1; scaled to a mean of 1.
    private func weights(_ solution: Solution, above limit: Double) -> [Double] {
        let phi = max(solution.phi, 1)
        var weights = counts.indices.map { index in
            let mean = solution.means[index]
            guard mean > 1e-10 else { return 1.0 }
            let raw = 1.5 * (pow(counts[index], 2.0 / 3) * pow(mean, -1.0 / 6) - mean.squareRoot())
            let residual = raw / (phi * max(1 - solution.leverages[index], 1e-9)).squareRoot()
            return residual > limit ? 1 / (residual * residual) : 1
        }
        let scale = Double(weights.count) / weights.reduce(0, +)
        for index in weights.indices { weights[index] *= scale }
        return weights
    }

    /// Maximises the likelihood by Fisher scoring. For a given slope the levels have a closed form,
    /// so the iteration has only one variable.
    private func solve(_ weights: [Double], trend: Bool) -> Solution {
        var slope = 0.0
        var (rates, means) = levels(weights, slope)
        if trend {
            for _ in 0..<50 {
                let sums = sums(weights, means)
                guard sums.information > 1e-12 else { break }
                var score = 0.0
                for index in counts.indices {
                    score += weights[index] * (counts[index] - means[index]) * times[index]
                }
                let step = min(max(score / sums.information, -0.05), 0.05)
                slope += step
                (rates, means) = levels(weights, slope)
                if abs(step) < 1e-12 { break }
            }
        }
        return finish(weights, rates, means, slope: trend ? slope : nil)
    }

    /// The rate of each level for a given slope, and the mean of each month.
    private func levels(_ weights: [Double], _ slope: Double) -> ([Double], [Double]) {
        var observed = [Double](repeating: 0, count: levels)
        var possible = observed
        var factors = exposures
        for index in counts.indices {
            factors[index] *= exp(slope * times[index])
            observed[level[index]] += weights[index] * counts[index]
            possible[level[index]] += weights[index] * factors[index]
        }
        let rates = zip(observed, possible).map { $1 > 0 ? $0 / $1 : 0 }
        for index in factors.indices { factors[index] *= rates[level[index]] }
        return (rates, factors)
    }

    private func sums(_ weights: [Double], _ means: [Double]) -> Sums {
        var weight = [Double](repeating: 0, count: levels)
        var moment = weight
        var square = 0.0
        for index in counts.indices {
            let share = weights[index] * means[index]
            weight[level[index]] += share
            moment[level[index]] += share * times[index]
            square += share * times[index] * times[index]
        }
        for (sum, moment) in zip(weight, moment) where sum > 0 { square -= moment * moment / sum }
        return Sums(weight: weight, moment: moment, information: square)
    }

    /// Computes the dispersion, the leverages and the variance of a fit.
    private func finish(
        _ weights: [Double], _ rates: [Double], _ means: [Double], slope: Double?
    ) -> Solution {
        let sums = sums(weights, means)
        let hasTrend = slope != nil && sums.information > 1e-12
        var deviation = 0.0
        var leverages = means
        for index in counts.indices {
            let own = level[index]
            let mean = means[index]
            guard mean > 1e-10, sums.weight[own] > 0 else {
                leverages[index] = 0
                continue
            }
            let error = counts[index] - mean
            deviation += weights[index] * error * error / mean
            let away = times[index] - sums.moment[own] / sums.weight[own]
            let byTrend = hasTrend ? away * away / sums.information : 0
            leverages[index] = weights[index] * mean * (1 / sums.weight[own] + byTrend)
        }
        var variance = 0.0
        if sums.weight[0] > 0 {
            let away = sums.moment[0] / sums.weight[0]
            variance = 1 / sums.weight[0] + (hasTrend ? away * away / sums.information : 0)
        }
        let freedom = counts.count - levels - (slope == nil ? 0 : 1)
        return Solution(
            expected: rates[0], slope: slope, phi: deviation / Double(max(freedom, 1)),
            variance: variance, means: means, leverages: leverages)
    }
}
