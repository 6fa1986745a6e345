/// What the months before say of a count: its rate over the last twelve months, times how the same
/// month of earlier years stood to the twelve months before it. Level and trend are followed within a
/// year, and every past month can be judged by the same words, which tells the dispersion.
struct RateExpectation: Sendable {
    /// At most so many earlier years for the season.
    var years = 5
    /// Fewer than this tell nothing.
    var yearsMin = 1
    /// So many past months tell the dispersion.
    var residuals = 36
    /// With fewer it is not known.
    var residualsMin = 9

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

        /// Count per exposure over the twelve months before one; nil where there was no exposure.
        func rate(before month: Int) -> Double? {
            guard month >= 12 else { return nil }
            let exposure = exposureSums[month] - exposureSums[month - 12]
            return exposure > 0 ? (countSums[month] - countSums[month - 12]) / exposure : nil
        }
    }

    /// The count expected in a month; nil when too little is known.
    func expected(_ series: Series, _ month: Int) -> Double? {
        guard let rate = series.rate(before: month) else { return nil }
        var observed = 0.5
        var usual = 0.5
        var found = 0
        for year in 1...years {
            let earlier = month - 12 * year
            guard earlier >= 12 else { break }
            guard series.exposures[earlier] > 0, let before = series.rate(before: earlier) else {
                continue
            }
            observed += series.counts[earlier]
            usual += before * series.exposures[earlier]
            found += 1
        }
        guard found >= yearsMin else { return nil }
        return observed / usual * rate * series.exposures[month]
    }

    /// The dispersion over the months before one; nil with too few of them.
    func dispersion(
        _ series: Series, before month: Int
    ) -> (phi: Double, months: Double)? {
        var squares: [Double] = []
        for past in max(0, month - residuals)..<month where series.exposures[past] > 0 {
            guard let expected = expected(series, past) else { continue }
            let mean = max(expected, Self.meanMin)
            let error = series.counts[past] - expected
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
