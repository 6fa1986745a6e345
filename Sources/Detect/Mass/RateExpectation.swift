/// What the months before say of a count: its rate over the last twelve months, times how the same
/// month of earlier years stood to the twelve months before it. Level and trend are followed within a
/// year, and every past month can be judged by the same words, which tells the dispersion.
///
/// The count may be that of a few months together: what is small but lasts shows in their sum.
///
/// In a festival month the earlier months of that festival are compared too, under whatever name
/// they fell. The larger of the two expectations counts, because the past cannot tell a season that
/// keeps its month from one that follows the festival.
struct RateExpectation: Sendable {
    /// At most so many earlier years for the season.
    var years = 5
    /// Fewer than this tell nothing.
    var yearsMin = 1
    /// So many past months tell the dispersion.
    var residuals = 36
    /// With fewer it is not known.
    var residualsMin = 9
    /// The months that are counted together, the one judged last.
    var window = 1

    /// The sums of one node, so that a year costs no more than a month.
    struct Series {
        let counts: [Double]
        let exposures: [Double]
        /// The months with a count.
        let reported: ReportedMonths
        /// Each festival, with the series without its months.
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

        /// Leavers per staff of a month; nil where nothing was counted.
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

        /// The count of the months that end with one.
        func count(_ month: Int, months: Int) -> Double {
            counts[month + 1] - counts[month + 1 - months]
        }

        /// The exposure of the months that end with one.
        func exposure(_ month: Int, months: Int) -> Double {
            exposures[month + 1] - exposures[month + 1 - months]
        }

        /// Count per exposure over the twelve months before one; nil where they are no year of data.
        func rate(before month: Int) -> Double? {
            guard month >= 12, reported.hasYear(before: month) else { return nil }
            let exposure = exposures[month] - exposures[month - 12]
            return exposure > 0 ? (counts[month] - counts[month - 12]) / exposure : nil
        }
    }

    /// The count expected in the months that end with one.
    struct Expected {
        var count: Double
        /// How many earlier years the season was compared with.
        var years: Int
        /// The part that a festival brings.
        var festive = 0.0

        /// The variance that the festival adds: its depth differs from year to year.
        var festiveVariance: Double {
            FestivalMonths.variability * FestivalMonths.variability * festive * festive
        }
    }

    /// The count expected in the months that end with one; nil when too little is known.
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

    /// What the festival months of a window let expect; nil where it has none, or where no earlier
    /// festival is known.
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

    /// The dispersion over the windows that ended before this one began; nil with too few of them.
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

    /// A count below half a person is not expected: zero would make any one leaver a wonder.
    static let meanMin = 0.5
}

/// The mean of squared residuals per expectation, single outliers cut to what a fluke may be: an
/// outbreak of the past must not make the next one look ordinary.
func meanSquare(_ squares: [Double]) -> Double {
    // 0.455 is the median of a squared normal number, 9 the square of three standard errors.
    let cap = 9 * max(quantile(squares.sorted(), 0.5) / 0.455, 1)
    return squares.reduce(0) { $0 + min($1, cap) } / Double(squares.count)
}
