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
    func scores(_ series: [Double?]) -> [Double?] {
        let adjusted = series.indices.map { unseasonal(series, $0) }
        return series.indices.map { month in
            guard let value = adjusted[month] else { return nil }
            let past = adjusted[max(0, month - self.past)..<month].compactMap { $0 }
            guard past.count >= pastMin else { return nil }
            let (mean, deviation) = moments(past)
            let level = abs(moments(series[..<month].compactMap { $0 }).mean)
            let scale = max(deviation, scaleMin, scaleMinPart * level)
            return min(max((value - mean) / scale, -scoreMax), scoreMax)
        }
    }

    /// The value less what the same month of earlier years was, drawn towards the mean of the past
    /// as by one more year.
    private func unseasonal(_ series: [Double?], _ month: Int) -> Double? {
        guard let value = series[month] else { return nil }
        let past = series[max(0, month - self.past)..<month].compactMap { $0 }
        guard past.count >= pastMin else { return nil }
        var sum = moments(past).mean
        var count = 1.0
        for earlier in stride(from: month - 12, through: 0, by: -12) {
            guard let value = series[earlier] else { continue }
            sum += value
            count += 1
        }
        return value - sum / count
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
