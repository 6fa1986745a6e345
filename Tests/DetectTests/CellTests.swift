import Detect
import Testing

/// The sums and quantiles under the detectors.
@Suite struct CellTests {
    static let members: [(before: Double, after: Double)] = [
        (900, 500), (40, 40), (300, 310), (300, 290), (120, 100), (10, 0), (300, 305),
    ]

    static func sums(_ members: [(before: Double, after: Double)], top: Int) -> CellSums {
        var sums = CellSums()
        for member in members { sums.add(before: member.before, after: member.after, top: top) }
        return sums
    }

    @Test(arguments: [0, 1, 3, 20])
    func `the largest are the same in any order and any division`(_ top: Int) {
        let whole = Self.sums(Self.members, top: top)
        let reversed = Self.sums(Self.members.reversed(), top: top)
        var merged = Self.sums(Array(Self.members.suffix(4)), top: top)
        merged.add(Self.sums(Array(Self.members.prefix(3)), top: top), top: top)
        for other in [reversed, merged] {
            #expect(other.largest.map(\.before) == whole.largest.map(\.before))
            #expect(other.largest.map(\.after) == whole.largest.map(\.after))
            #expect(other.falling == whole.falling)
            #expect(other.before == whole.before)
        }
        #expect(whole.largest.count == min(top, 7))
    }

    @Test func `the fall is told with and without the largest`() {
        let sums = Self.sums(Self.members, top: 1)
        #expect(sums.enterprises == 7)
        #expect(sums.falling == 4)
        #expect(abs(sums.fall - (1 - 1_545.0 / 1_970)) < 1e-12)
        #expect(abs((sums.fallWithoutLargest ?? 0) - (1 - 1_045.0 / 1_070)) < 1e-12)
        #expect(Self.sums(Self.members, top: 9).fallWithoutLargest == nil)
        #expect(CellSums().fall == 0)
    }

    @Test(arguments: [
        ([3.0], 0.25, 3.0), ([1, 2], 0.5, 1.5), ([1, 2, 3, 4, 5], 0.25, 2), ([1, 2, 3], 1, 3),
        ([1, 2, 3, 4], 0.25, 1.75),
    ])
    func `a quantile lies between its neighbours`(
        _ values: [Double], _ q: Double, _ expected: Double
    ) {
        #expect(quantile(values, q) == expected)
    }
}
