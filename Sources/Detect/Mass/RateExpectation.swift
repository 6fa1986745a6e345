/// What the months before say of a count: its rate over the last twelve months, times how the same
/// month of earlier years stood to the twelve months before it. Level and trend are followed within a
/// year, and every past month can be judged by the same words, which tells the dispersion.
///
/// The count may be that of a few months together: what is small but lasts shows in their sum.
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
        private let countSums: [Double]
        private let exposureSums: [Double]

        init(counts: [Double], exposures: [Double]) {
            self.counts = counts
            self.exposures = exposures
            countSums = Series.sums(counts)
            exposureSums = Series.sums(exposures)
        }

        private static func sums(_ values: [Double]) -> [Double] {
            var sums = [0.0]
            sums.reserveCapacity(values.count + 1)
            for value in values { sums.append(sums[sums.count - 1] + value) }
            return sums
        }

        /// The count of the months that end with one.
        func count(_ month: Int, months: Int) -> Double {
            countSums[month + 1] - countSums[month + 1 - months]
        }

        /// The exposure of the months that end with one.
        func exposure(_ month: Int, months: Int) -> Double {
            exposureSums[month + 1] - exposureSums[month + 1 - months]
        }

        /// Count per exposure over the twelve months before one; nil where there was no exposure.
        func rate(before month: Int) -> Double? {
            guard month >= 12 else { return nil }
            let exposure = exposureSums[month] - exposureSums[month - 12]
            return exposure > 0 ? (countSums[month] - countSums[month - 12]) / exposure : nil
        }
    }

    /// The count expected in the months that end with one; nil when too little is known.
    func expected(_ series: Series, _ month: Int) -> Double? {
        guard let rate = series.rate(before: month - window + 1) else { return nil }
        var observed = 0.5
        var usual = 0.5
        var found = 0
        for year in 1...years {
            let earlier = month - 12 * year
            guard earlier - window + 1 >= 12 else { break }
            let exposure = series.exposure(earlier, months: window)
            guard exposure > 0, let before = series.rate(before: earlier - window + 1) else {
                continue
            }
            observed += series.count(earlier, months: window)
            usual += before * exposure
            found += 1
        }
        guard found >= yearsMin else { return nil }
        return observed / usual * rate * series.exposure(month, months: window)
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
            let mean = max(expected, Self.meanMin)
            let error = series.count(past, months: window) - expected
            squares.append(error * error / mean)
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
