import Labor

/// The ordinary number of enterprises of a county that cut staff in one month. It comes from the
/// last months of the county. If these are too few, it comes from the same months of the other
/// counties.
struct ClusterChance: Sendable {
    /// The number of months used.
    let months: Int
    /// The minimum number of months with reports.
    let monthsMin: Int

    /// The counts of one county in one month.
    struct Tally {
        /// The number of enterprises that cut staff.
        var cuts: Int
        /// The number of cuts that are seasonal for their enterprise; not part of `cuts`.
        var seasonal = 0
        /// The number of enterprises that reported.
        var reported: Int
    }

    /// The distribution of `cuts` in an ordinary month; nil without enough months.
    /// - Parameters:
    ///   - now: the counts of the month judged.
    ///   - month: the month judged, as an index of the panel.
    ///   - seasons: the months of earlier years that are the season of this month.
    ///   - tally: the counts of a county in a month.
    ///   - peers: the other counties.
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

    /// The number of cuts that the season of earlier years predicts, without the cuts that are
    /// already known as seasonal. It matters for enterprises that did not report in earlier years,
    /// so that their own season is not known.
    private func season(_ now: Tally, _ seasons: [Int], _ tally: (Int) -> Tally) -> Double {
        var rate = 0.0
        for past in seasons where past >= 1 {
            let then = tally(past)
            guard then.reported > 0 else { continue }
            rate = max(rate, Double(then.cuts + then.seasonal) / Double(then.reported))
        }
        return rate * Double(now.reported) - Double(now.seasonal)
    }

    /// The distribution for the number of reporters in `now`, fitted to known months.
    /// - Parameter season: the minimum of the mean.
    private func distribution(
        _ known: [Tally], _ now: Tally, atLeast season: Double
    ) -> CountDistribution {
        let rates = known.map { Double($0.cuts) / Double($0.reported) }.sorted()
        let reporters = known.reduce(0) { $0 + $1.reported }
        // Rates above the upper quartile are cut to it, so that a past outbreak or a first winter
        // does not count as ordinary. A median would be 0 where most months have no cut. Half a cut
        // is added to the sum of all months, so that the rate is never 0 and a first cut is not
        // infinitely unusual.
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
