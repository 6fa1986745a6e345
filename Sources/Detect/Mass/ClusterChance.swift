import Labor

/// How many enterprises of a county cut staff in an ordinary month: what its own last months had, or
/// where those are few, what the other counties had among as many reporters.
struct ClusterChance: Sendable {
    let months: Int
    let monthsMin: Int

    /// What was counted in one county and month.
    struct Tally {
        var cuts: Int
        /// Cuts that the season of their own enterprise explains.
        var seasonal = 0
        var reported: Int
    }

    /// The number to expect, with the scatter of the months behind it; nil where nothing is known.
    /// - Parameters:
    ///   - seasons: the months of earlier years that are the season of this month.
    ///   - tally: what a county had in a month.
    func usual(
        _ now: Tally, _ county: RegionCode, before month: Int, seasons: [Int],
        tally: (RegionCode, Int) -> Tally, peers: () -> [RegionCode]
    ) -> CountDistribution? {
        let past = max(1, month - months)..<max(1, month)
        let own = past.map { tally(county, $0) }.filter { $0.reported > 0 }
        if own.count >= monthsMin {
            return distribution(own, now, atLeast: season(now, seasons) { tally(county, $0) })
        }
        let others = peers().flatMap { peer in past.map { tally(peer, $0) } }
            .filter { $0.reported > 0 }
        return others.count >= monthsMin ? distribution(others, now, atLeast: 0) : nil
    }

    /// What the county's season of earlier years makes of the enterprises whose own season is not
    /// known, for they did not report then: its cuts among as many, less those explained already.
    private func season(_ now: Tally, _ seasons: [Int], _ tally: (Int) -> Tally) -> Double {
        var rate = 0.0
        for past in seasons where past >= 1 {
            let then = tally(past)
            guard then.reported > 0 else { continue }
            rate = max(rate, Double(then.cuts + then.seasonal) / Double(then.reported))
        }
        return rate * Double(now.reported) - Double(now.seasonal)
    }

    private func distribution(
        _ known: [Tally], _ now: Tally, atLeast season: Double
    ) -> CountDistribution {
        let rates = known.map { Double($0.cuts) / Double($0.reported) }.sorted()
        let reporters = known.reduce(0) { $0 + $1.reported }
        // A past outbreak or a first winter does not count as ordinary, so what is above the upper
        // quartile is cut to it; the middle month alone would be none where most months have none.
        // Half a cut more a year, for none in a year does not make the first one a wonder.
        let cap = quantile(rates, 0.75)
        let mean = rates.reduce(0) { $0 + min($1, cap) } / Double(rates.count)
        let rate = mean + 0.5 / Double(reporters)
        let squares = known.map { one in
            let expected = rate * Double(one.reported)
            let error = Double(one.cuts) - expected
            return error * error / expected
        }
        let phi = squares.count > 1 ? meanSquare(squares) : 1
        return CountDistribution(
            mean: max(rate * Double(now.reported), season), phi: max(1, phi))
    }
}
