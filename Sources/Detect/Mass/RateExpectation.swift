/// The expected count of a month: the rate of the twelve months before × a seasonal factor × the
/// exposure. The seasonal factor is the ratio of the same month of earlier years to the twelve
/// months before it. The estimate follows level and trend within a year. It can also be computed
/// for past months, which gives the dispersion.
///
/// The count may be the sum of a few months (`window`), which shows small rises that last.
///
/// For a festival month the expectation from earlier months of the same festival is computed, too,
/// whatever their calendar month. The larger of both expectations is used, because past counts
/// cannot show whether a season keeps its calendar month or follows the festival.
struct RateExpectation: Sendable {
    /// The maximum number of earlier years for the seasonal factor.
    var years = 5
    /// The minimum number of earlier years.
    var yearsMin = 1
    /// The number of past months for the dispersion.
    var residuals = 36
    /// The minimum number of past months for the dispersion.
    var residualsMin = 9
    /// The number of months that are counted together; the month judged is the last one.
    var window = 1

    /// The series of one node, with running sums, so that the sum of a year takes constant time.
    struct Series {
        let counts: [Double]
        let exposures: [Double]
        /// The months with a count.
        let reported: ReportedMonths
        /// Each festival, with running sums that leave out its months.
        let festivals: [(months: FestivalMonths, rest: Sums)]
        let sums: Sums

        init(counts: [Double], exposures: [Double], festivals: [FestivalMonths] = []) {
            self.counts = counts
            self.exposures = exposures
            reported = ReportedMonths(exposures: exposures)
            sums = Sums(counts, exposures)
            self.festivals = festivals.map { months in
                let isOrdinary = counts.indices.map { !months.isFestival($0) }
                return (
                    months,
                    Sums(
                        zip(counts, isOrdinary).map { $1 ? $0 : 0 },
                        zip(exposures, isOrdinary).map { $1 ? $0 : 0 })
                )
            }
        }

        /// Leavers / staff of a month; nil for a month without a count.
        func rate(_ month: Int) -> Double? {
            exposures[month] > 0 ? counts[month] / exposures[month] : nil
        }
    }

    /// Running sums of counts and exposures.
    struct Sums {
        private let counts: [Double]
        private let exposures: [Double]
        private let reported: ReportedMonths

        init(_ counts: [Double], _ exposures: [Double]) {
            self.counts = Sums.running(counts)
            self.exposures = Sums.running(exposures)
            reported = ReportedMonths(exposures: exposures)
        }

        private static func running(_ values: [Double]) -> [Double] {
            var sums = [0.0]
            sums.reserveCapacity(values.count + 1)
            for value in values { sums.append(sums[sums.count - 1] + value) }
            return sums
        }

        /// The count of the last `months` months up to `month`.
        func count(_ month: Int, months: Int) -> Double {
            counts[month + 1] - counts[month + 1 - months]
        }

        /// The exposure of the last `months` months up to `month`.
        func exposure(_ month: Int, months: Int) -> Double {
            exposures[month + 1] - exposures[month + 1 - months]
        }

        /// Count / exposure over the twelve months before `month`; nil when these are no year of
        /// data.
        func rate(before month: Int) -> Double? {
            guard month >= 12, reported.hasYear(before: month) else { return nil }
            let exposure = exposures[month] - exposures[month - 12]
            return exposure > 0 ? (counts[month] - counts[month - 12]) / exposure : nil
        }
    }

    /// The expected count of a window.
    struct Expected {
        /// The expected count, persons.
        var count: Double
        /// The number of earlier years used for the season.
        var years: Int
        /// The part of `count` that a festival causes, persons.
        var festive = 0.0

        /// The variance that the festival adds, because its effect differs from year to year.
        var festiveVariance: Double {
            FestivalMonths.variability * FestivalMonths.variability * festive * festive
        }
    }

    /// The expected count of the window that ends with `month`; nil without enough history.
    func expected(_ series: Series, _ month: Int) -> Expected? {
        guard var expected = seasonal(series.sums, month) else { return nil }
        for (months, rest) in series.festivals {
            guard let festive = festive(months, series, month) else { continue }
            let count = festive + (seasonal(rest, month)?.count ?? 0)
            guard count > expected.count else { continue }
            expected.count = count
            expected.festive = festive
        }
        return expected
    }

    /// The expectation without festivals; nil when the history is too short. Half a person is added
    /// to both sums of the seasonal factor, so that the factor is never 0 or infinite.
    private func seasonal(_ sums: Sums, _ month: Int) -> Expected? {
        guard let rate = sums.rate(before: month - window + 1) else { return nil }
        var observed = 0.5
        var usual = 0.5
        var found = 0
        for year in 1...years {
            let earlier = month - 12 * year
            guard earlier - window + 1 >= 12 else { break }
            let exposure = sums.exposure(earlier, months: window)
            guard exposure > 0, let before = sums.rate(before: earlier - window + 1) else {
                continue
            }
            observed += sums.count(earlier, months: window)
            usual += before * exposure
            found += 1
        }
        guard found >= yearsMin else { return nil }
        return Expected(
            count: observed / usual * rate * sums.exposure(month, months: window), years: found)
    }

    /// The count that the festival months of a window cause; nil without a festival month, or when
    /// no earlier festival is known.
    private func festive(_ months: FestivalMonths, _ series: Series, _ month: Int) -> Double? {
        var sum: Double?
        for at in max(0, month - window + 1)...month where months.isFestival(at) {
            guard let rate = months.expected(at, years: years, value: series.rate) else {
                return nil
            }
            sum = (sum ?? 0) + rate * series.exposures[at]
        }
        return sum
    }

    /// The dispersion (variance / expectation) over past windows that do not overlap this one, and
    /// their number; nil when there are fewer than `residualsMin`.
    func dispersion(
        _ series: Series, before month: Int
    ) -> (phi: Double, months: Double)? {
        var squares: [Double] = []
        let end = month - window + 1
        for past in max(window - 1, end - residuals)..<max(end, window - 1)
        where series.exposures[past] > 0 {
            guard let expected = expected(series, past) else { continue }
            let mean = max(expected.count, Self.meanMin)
            let error = series.sums.count(past, months: window) - expected.count
            squares.append(error * error / (mean + expected.festiveVariance))
        }
        guard squares.count >= residualsMin else { return nil }
        return (meanSquare(squares), Double(squares.count))
    }

    /// The minimum expected count, persons. With an expectation of 0, a single leaver would be
    /// infinitely unusual.
    static let meanMin = 0.5
}

/// The mean of squared residuals per expectation. Outliers are limited, so that a past outbreak
/// does not raise the dispersion and hide the next one.
func meanSquare(_ squares: [Double]) -> Double {
    // The median of a squared standard normal number is 0.455. The limit 9 is the square of 3
    // standard deviations.
    let cap = 9 * max(quantile(squares.sorted(), 0.5) / 0.455, 1)
    return squares.reduce(0) { $0 + min($1, cap) } / Double(squares.count)
}
