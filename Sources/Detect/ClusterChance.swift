import Labor

/// How many enterprises of a county cut staff in an ordinary month: what its own last months had, or
/// where those are few, what the other counties had among as many reporters.
struct ClusterChance: Sendable {
    let months: Int
    let monthsMin: Int

    /// The number to expect, with the scatter of the months behind it; nil where nothing is known.
    /// - Parameter count: the cuts and the reporters of a county in a month.
    func usual(
        reported: Int, _ county: RegionCode, before month: Int,
        count: (RegionCode, Int) -> (cuts: Int, reported: Int), peers: () -> [RegionCode]
    ) -> CountDistribution? {
        let past = max(1, month - months)..<max(1, month)
        let own = past.map { count(county, $0) }.filter { $0.reported > 0 }
        if own.count >= monthsMin { return distribution(own, reported) }
        let others = peers().flatMap { peer in past.map { count(peer, $0) } }
            .filter { $0.reported > 0 }
        return others.count >= monthsMin ? distribution(others, reported) : nil
    }

    private func distribution(
        _ known: [(cuts: Int, reported: Int)], _ reported: Int
    ) -> CountDistribution {
        let rates = known.map { Double($0.cuts) / Double($0.reported) }.sorted()
        let reporters = known.reduce(0) { $0 + $1.reported }
        // The middle month, so that a past outbreak or a first winter does not count as ordinary;
        // half a cut more a year, for none in a year does not make the first one a wonder.
        let rate = quantile(rates, 0.5) + 0.5 / Double(reporters)
        let squares = known.map { one in
            let expected = rate * Double(one.reported)
            let error = Double(one.cuts) - expected
            return error * error / expected
        }
        let phi = squares.count > 1 ? meanSquare(squares) : 1
        return CountDistribution(mean: rate * Double(reported), phi: max(1, phi))
    }
}
