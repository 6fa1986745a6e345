/// The steps from the series of a region to its warning index, after DB32/T 3903: the season is taken
/// off, the rest is standardised by its own past, weighted, summed and brought to one scale.
struct WarningScore: Sendable {
    /// So many months before the one scored are its past.
    var past = 36
    /// With fewer there is no score.
    var pastMin = 12
    /// A score counts to this at most: one component is not an index.
    var scoreMax = 4.0
    /// Scatter below this, in the unit of the component, is taken for this.
    var scaleMin = 0.002
    /// The same as a part of the component's mean, for indicators of any unit.
    var scaleMinPart = 0.01
    /// The components known must have this part of all weight.
    var weightMin = 0.5
    /// The scatter of the weighted sum is taken for this at least.
    var sumScaleMin = 0.25

    /// One component month by month.
    struct Series {
        /// The values, higher being worse; nil where none is known.
        var values: [Double?]
        /// The festival months that move it; empty for a component that no festival moves.
        var festivals: [FestivalMonths] = []
    }

    /// The index of one month.
    struct Index {
        /// 50 is usual, 10 points are one standard deviation.
        var value: Double
        /// What each component added, in points of the index.
        var points: [Double?]
        /// The standardised score of each component.
        var scores: [Double?]
    }

    /// The standardised scores of a series, nil where too little is known.
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

    /// How far a value lies from its season: above 0 by as much as no season explains, below 0 by the
    /// distance to the nearest one.
    ///
    /// A season that keeps its month is what the same month of earlier years was, drawn towards the
    /// mean of the past as by one more year. A season that follows a festival is the same without the
    /// months that the festival moved, or what earlier festivals brought in their months. In the month
    /// of the return the staff is expected back.
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

    /// The index of the last month of the scores; nil where too little is known.
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

    private func sum(_ scores: [[Double?]], _ weights: [Double], _ month: Int) -> Double? {
        var (sum, known) = (0.0, 0.0)
        for (scores, weight) in zip(scores, weights) {
            guard let score = scores[month] else { continue }
            sum += weight * score
            known += weight
        }
        return known > 0 && known >= weightMin * weights.reduce(0, +) ? sum / known : nil
    }

    private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(max(1, values.count - 1))).squareRoot())
    }
}
