import Testing

@testable import Detect

/// Distributions, random numbers and lists of tests.
@Suite struct StatisticTests {
    /// Upper tails by scipy 1.17 (`nbinom.sf(y - 1, m / (f - 1), 1 / f)`, `poisson.sf(y - 1, m)`).
    @Test(arguments: [
        (count: 5.0, mean: 2.0, phi: 1.0, p: 0.052653017343711125),
        (20, 10, 1, 0.0034543419758568334),
        (20, 10, 2.5, 0.045701542130026196),
        (3, 10, 2.5, 0.9684241570564933),
        (150, 100, 4, 0.012408748452002337),
        (0, 7, 3, 1),
    ])
    func `tails are those of scipy`(
        _ count: Double, _ mean: Double, _ phi: Double, _ p: Double
    ) {
        let tail = CountDistribution(mean: mean, phi: phi).upperTail(count)
        #expect(abs(tail - p) < 1e-9 * p, "\(tail)")
    }

    /// Masses between 2⁻¹⁰⁷⁴ and 2⁻¹⁰²² no longer fall when they are multiplied; 3,362 jobs lost in a
    /// county where 40 were expected lie there.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            (mean: 40.328186264128696, phi: 4.9095200784777715, counts: 3_300...3_490),
            (40, 1, 455...490), (0.5, 1, 145...170), (1e-9, 2, 975...1_050),
            (500, 30, 23_000...24_300),
        ])
    func `a tail too small for a number ends`(
        _ mean: Double, _ phi: Double, _ counts: ClosedRange<Int>
    ) {
        let distribution = CountDistribution(mean: mean, phi: phi)
        let tails = counts.map { distribution.upperTail(Double($0)) }
        #expect(zip(tails, tails.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(tails.contains { $0 > 0 && !$0.isNormal })
        #expect(tails.last == 0)
    }

    /// Figures that no bureau has and that a fit may yet give: no number, beyond all numbers, so
    /// large that one more is the same.
    private static let extremes = [
        0, 0.5, 1e6, 1e17, 1e300, .infinity, .nan, -1,
    ]

    @Test(
        .timeLimit(.minutes(20)), arguments: extremes, [1, 4, 1e9, .nan])
    func `every tail and every quantile ends, whatever it is asked`(_ mean: Double, _ phi: Double) {
        let distribution = CountDistribution(mean: mean, phi: phi)
        for count in Self.extremes {
            #expect((0...1).contains(distribution.upperTail(count)), "\(count)")
        }
        #expect(distribution.quantile(above: 0.01) >= 0)
        #expect(distribution.quantile(above: 0).isFinite)
        var random = SplitMix64(seed: 3)
        for _ in 0..<20 { _ = random.count(mean: mean, phi: phi) }
        _ = random.gamma(mean)
        _ = logGamma(mean)
    }

    @Test func `a median of what is no number ends`() {
        for size in 1...40 {
            for holes in 0...size {
                var values = (0..<size).map { ($0 * 7) % size < holes ? Float.nan : Float($0 % 5) }
                _ = Robust.median(&values, count: size)
            }
        }
    }

    @Test(arguments: [(1.0, 1.0), (0.05, 3.0), (40, 1.3), (900, 12)])
    func `a quantile is the smallest count that is exceeded rarely`(
        _ mean: Double, _ phi: Double
    ) {
        let distribution = CountDistribution(mean: mean, phi: phi)
        for alpha in [0.2, 0.05, 0.01, 0.0001] {
            let quantile = distribution.quantile(above: alpha)
            #expect(distribution.upperTail(quantile + 1) <= alpha)
            #expect(quantile == 0 || distribution.upperTail(quantile) > alpha)
        }
    }

    @Test(arguments: [(0.4, 1.0), (8, 2.5), (60, 1), (60, 4), (2_000, 30)])
    func `drawn counts have their mean and variance`(_ mean: Double, _ phi: Double) {
        var random = SplitMix64(seed: 11)
        let drawn = (0..<40_000).map { _ in random.count(mean: mean, phi: phi) }
        let found = drawn.reduce(0, +) / 40_000
        let variance = drawn.reduce(0) { $0 + ($1 - found) * ($1 - found) } / 39_999
        #expect(abs(found - mean) < 5 * (phi * mean / 40_000).squareRoot())
        #expect(abs(variance / (phi * mean) - 1) < 0.08)
        #expect(drawn.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    }

    @Test func `numbers of a seed are those of SplitMix64`() {
        var random = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ]
        #expect(expected == (0..<3).map { _ in random.next() })
    }

    /// The example of Benjamini and Hochberg (1995): four of fifteen at a rate of 5 %.
    @Test func `a list is cut where Benjamini and Hochberg cut theirs`() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
            0.4262, 0.5719, 0.6528, 0.7590, 1,
        ]
        #expect(
            benjaminiHochberg(p.reversed(), rate: 0.05).reversed().prefix(5) == [
                true, true, true, true, false,
            ])
        #expect(benjaminiHochberg([], rate: 0.05) == [])
        #expect(benjaminiHochberg([0.2, 0.9], rate: 0.05) == [false, false])
    }

    @Test(arguments: [[1], [1, 3]])
    func `the scan keeps its level where nothing happened`(_ spans: [Int]) {
        var random = SplitMix64(seed: 5)
        let nodes = (0..<30).map { [$0] } + (0..<6).map { Array($0 * 5..<$0 * 5 + 5) }
        var alarms = 0
        for trial in 0..<200 {
            let counts = (0..<30).map { _ in (0..<3).map { _ in random.count(mean: 40, phi: 2) } }
            let judged = ScanStatistic(replicates: 99, seed: UInt64(trial)).judge(
                nodes.map { leaves in
                    ScanStatistic.Node(
                        leaves: leaves,
                        sums: spans.map { months in
                            .init(
                                months: months,
                                count: leaves.reduce(0) { sum, leaf in
                                    sum + counts[leaf].prefix(months).reduce(0, +)
                                }, expected: Double(40 * months * leaves.count), phi: 2)
                        })
                }, leaves: .init(repeating: .init(expected: [40, 40, 40], phi: 2), count: 30))
            if judged.contains(where: { $0.searched <= 0.05 }) { alarms += 1 }
        }
        #expect((2...22).contains(alarms), "\(alarms) of 200")
    }
}
