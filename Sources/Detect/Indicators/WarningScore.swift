/// Computes the warning index of a region from its component series. Each component is seasonally
/// adjusted and standardised by its own past. The weighted sum of the components is scaled to
/// 0…100. Source: DB32/T 3903.
struct WarningScore: Sendable {
    /// The number of months before the scored month that form its past.
    var past = 36
    /// The minimum number of known months of the past.
    var pastMin = 12
    /// The limit of an absolute score, so that one component alone cannot determine the index.
    var scoreMax = 4.0
    /// The minimum standard deviation of a component, in the unit of the component.
    var scaleMin = 0.002
    /// The minimum standard deviation as a part of the component's mean. It suits an indicator of
    /// any unit.
    var scaleMinPart = 0.01
    /// The minimum weight of the known components, as a part of the weight of all.
    var weightMin = 0.5
    /// The minimum standard deviation of the weighted sum.
    var sumScaleMin = 0.25

    /// The monthly values of one component.
    struct Series {
        /// The values by month; a higher value is worse. Nil for a month without a known value.
        var values: [Double?]
        /// The festival months that affect the component; empty for a component that no festival
        /// affects.
        var festivals: [FestivalMonths] = []
    }

    /// The index of one month, with its parts. The arrays have one element for each component; nil
    /// where a component has no score.
    struct Index {
        /// The index, 0…100. 50 is usual; 10 points are one standard deviation.
        var value: Double
        /// The contribution of each component, in points of the index.
        var points: [Double?]
        /// The standardised score of each component.
        var scores: [Double?]
    }

    /// The standardised score of each month, limited to ±`scoreMax`; nil without enough data.
    func scores(_ series: Series) -> [Double?] {
        let values = series.values
        let reported = ReportedMonths(values.map { $0 != nil })
        let adjusted = values.indices.map { month in
            reported.count(month - past..<month) >= pastMin ? unseasonal(series, month) : nil
        }
        let known = ReportedMonths(adjusted.map { $0 != nil })
        return values.indices.map { month in
            guard let value = adjusted[month], known.count(month - past..<month) >= pastMin
            else { return nil }
            let past = adjusted[max(0, month - self.past)..<month].compactMap { $0 }
            let (mean, deviation) = moments(past)
            let level = abs(moments(values[..<month].compactMap { $0 }).mean)
            let scale = max(deviation, scaleMin, scaleMinPart * level)
            return min(max((value - mean) / scale, -scoreMax), scoreMax)
        }
    }

    /// The difference between a value and its season. If the value is above every possible season,
    /// the result is the distance to the highest one. Otherwise it is minus the distance to the
    /// nearest one.
    ///
    /// There are several possible seasons, because a season may keep its calendar month or follow a
    /// festival. The calendar season is the mean of the same month of earlier years and of the past
    /// (`season`). The festival seasons are: the calendar season computed without months that a
    /// festival affected (not used in a month of return, because the staff is expected back); the
    /// values of earlier festival months; the values of earlier months of return.
    private func unseasonal(_ series: Series, _ month: Int) -> Double? {
        let values = series.values
        guard let value = values[month] else { return nil }
        var seasons = [season(of: month, values) { _ in true }]
        for festival in series.festivals {
            if !festival.isReturn(month) {
                seasons.append(season(of: month, values) { !festival.isMoved($0) })
            }
            seasons += [
                festival.expected(month) { values[$0] },
                festival.expectedReturn(month) { values[$0] },
            ].compactMap { $0 }
        }
        let distances = seasons.map { value - $0 }
        let least = distances.min() ?? 0
        return least > 0 ? least : -(distances.map { abs($0) }.min() ?? 0)
    }

    /// The mean of the same calendar month of earlier years, where the mean of the past counts as
    /// one more year.
    /// - Parameter counts: whether an earlier month is used.
    private func season(
        of month: Int, _ values: [Double?], where counts: (Int) -> Bool
    ) -> Double {
        var sum = moments(values[max(0, month - past)..<month].compactMap { $0 }).mean
        var count = 1.0
        for earlier in stride(from: month - 12, through: 0, by: -12) where counts(earlier) {
            guard let value = values[earlier] else { continue }
            sum += value
            count += 1
        }
        return sum / count
    }

    /// The index of a month; nil without enough data.
    /// - Parameter scores: the scores of each component, by month.
    func index(_ scores: [[Double?]], weights: [Double], month: Int) -> Index? {
        guard let now = sum(scores, weights, month) else { return nil }
        let past = (max(0, month - self.past)..<month).compactMap { sum(scores, weights, $0) }
        guard past.count >= pastMin else { return nil }
        let (mean, deviation) = moments(past)
        let unit = 10 / max(deviation, sumScaleMin)
        let known = zip(scores, weights).reduce(0) { $0 + ($1.0[month] == nil ? 0 : $1.1) }
        return Index(
            value: min(max(50 + unit * (now - mean), 0), 100),
            points: zip(scores, weights).map { scores, weight in
                scores[month].map { $0 * weight / known * unit }
            }, scores: scores.map { $0[month] })
    }

    /// The weighted mean of the known scores of a month; nil when their weight is below
    /// `weightMin`.
    private func sum(_ scores: [[Double?]], _ weights: [Double], _ month: Int) -> Double? {
        var (sum, known) = (0.0, 0.0)
        for (scores, weight) in zip(scores, weights) {
            guard let score = scores[month] else { continue }
            sum += weight * score
            known += weight
        }
        return known > 0 && known >= weightMin * weights.reduce(0, +) ? sum / known : nil
    }

    /// The mean and the sample standard deviation; both 0 for no values.
    private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(max(1, values.count - 1))).squareRoot())
    }
}
