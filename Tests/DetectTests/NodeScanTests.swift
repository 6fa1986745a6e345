import Testing

@testable import Detect

/// Expectations and dispersions of the scan's nodes.
@Suite struct NodeScanTests {
    /// Thirty leaves of 96 months with a mean of 60, and all of them together.
    private func leaves(seed: UInt64, common: Double = 0) -> NodeScan.Leaves {
        var random = SplitMix64(seed: seed)
        var counts = [[Double]](repeating: [], count: 30)
        for _ in 0..<96 {
            let shared = 1 + common * random.normal()
            for leaf in counts.indices {
                counts[leaf].append(random.count(mean: 60 * max(0.1, shared), phi: 2))
            }
        }
        return NodeScan.Leaves(
            counts: counts, exposures: counts.map { $0.map { _ in 1 } })
    }

    private let nodes = (0..<30).map { [$0] } + [Array(0..<30)]

    @Test func `a small rise that lasts shows in the months together`() throws {
        var found = (short: 0, long: 0)
        for seed in 1...12 as ClosedRange<UInt64> {
            var leaves = leaves(seed: seed)
            for month in 93...95 {
                leaves.counts[4][month] = (leaves.counts[4][month] * 1.55).rounded()
            }
            for trailing in [1, 3] {
                let scan = NodeScan(trailing: trailing, statistic: ScanStatistic(replicates: 99))
                let first = try #require(scan.judge(leaves, nodes: nodes, month: 95).first)
                guard first.index == 4, first.result.searched <= 0.05 else { continue }
                if trailing == 1 {
                    found.short += 1
                } else {
                    found.long += 1
                    #expect(first.node.strongest.expected > 50)
                }
            }
        }
        #expect(found.long >= found.short + 3, "\(found)")
        #expect(found.long >= 6, "\(found)")
    }

    @Test func `a rise of this month alone is told as one of a month`() throws {
        var leaves = leaves(seed: 3)
        leaves.counts[4][95] *= 3
        let scan = NodeScan(statistic: ScanStatistic(replicates: 99))
        let first = try #require(scan.judge(leaves, nodes: nodes, month: 95).first)
        #expect(first.index == 4)
        #expect(first.node.strongest.months == 1)
        #expect(first.node.strongest.count == leaves.counts[4][95])
        #expect(first.result.searched < 0.01)
        // The months before the rise are judged without it.
        let before = try #require(scan.judge(leaves, nodes: nodes, month: 94).first)
        #expect(before.result.searched > 0.01)
    }

    @Test func `where there is too little history for the sum the month itself speaks`() throws {
        var leaves = leaves(seed: 3)
        leaves.counts[4][34] *= 4
        let scan = NodeScan(residuals: 12, statistic: ScanStatistic(replicates: 99))
        let first = try #require(scan.judge(leaves, nodes: nodes, month: 34).first)
        #expect(first.index == 4)
        #expect(first.node.strongest.months == 1)
        #expect(scan.judge(leaves, nodes: nodes, month: 20).isEmpty)
    }

    @Test func `what is common to all leaves is usual of large nodes`() throws {
        var random = SplitMix64(seed: 9)
        let small = (0..<100).map { _ in (expected: 40.0, phi: 2 * (0.8 + 0.4 * random.unit())) }
        let large = (1...10).map { (expected: 400.0 * Double($0), phi: 2 + 2.0 * Double($0)) }
        let line = DispersionLine(small + large)
        #expect(abs(line.usual(40) - 2.2) < 0.4)
        #expect(abs(line.usual(4_000) - 22) < 4)
        // One that scatters ten times as much as its like changes little.
        let swayed = DispersionLine(small + large + [(expected: 40, phi: 40)])
        #expect(abs(swayed.usual(40) - line.usual(40)) < 0.1)
        #expect(DispersionLine([(expected: 10, phi: 0.2)]).usual(10) == 1)
    }

    @Test(arguments: [0.0, 0.06])
    func `a swing of all leaves is no alarm`(_ common: Double) {
        var alarms = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let scan = NodeScan(statistic: ScanStatistic(replicates: 99, seed: seed))
            let judged = scan.judge(
                leaves(seed: 100 + seed, common: common), nodes: nodes, month: 95)
            if judged.contains(where: { $0.result.searched <= 0.05 }) { alarms += 1 }
        }
        #expect(alarms <= 5, "\(alarms) of 20")
    }
}
