import Detect
import Labor
import Support
import Testing

/// A county of 530 enterprises in which nothing happens but the ordinary, and what is said of it.
@Suite struct LargeCountyTests {
    static let key = MassTests.region("mass.cluster", Town.county)

    /// Staff from 15 to 3,000. Most months move by a few percent; in one of 150 an enterprise loses a
    /// tenth to a half of its staff and takes people on again two months later.
    static func ordinary(seed: UInt64) -> Town {
        var random = SeededGenerator(seed: seed)
        var town = Town(530)
        for id in 1...Int64(530) {
            let size = 15 * Double.random(in: 0...1, using: &random).grown
            var dip = 0.0
            var heads: [Int32?] = []
            for month in 0..<Town.months {
                if month % 3 == Int(id) % 3 { dip = 0 }
                if Int.random(in: 0..<150, using: &random) == 0 {
                    dip = Double.random(in: 0.1...0.5, using: &random)
                }
                let noise = Double.random(in: -0.02...0.02, using: &random)
                heads.append(Int32(size * (1 + noise) * (1 - dip)))
            }
            town.heads(heads, of: id)
        }
        return town
    }

    @Test func `an ordinary month of a large county seldom raises and soon clears`() throws {
        let rule = try RuleFiles.definition("mass.cluster")
        var blind = rule
        for tier in Tier.allCases {
            blind.tiers[tier]?.limits["unusual_min"] = nil
            blind.tiers[tier]?.limits["single_unusual_min"] = nil
        }
        var raised = 0
        var clear = 0
        var raisedBlindly = 0
        for seed in 1...3 as ClosedRange<UInt64> {
            let town = Self.ordinary(seed: seed)
            for month in 12..<Town.months {
                let looked = try town.look(rule, month: month, watching: [Self.key])
                raised += looked.findings.count { $0.raises != nil }
                clear += looked.findings.isEmpty ? 1 : 0
                raisedBlindly += try town.look(blind, month: month).findings
                    .count { $0.raises != nil }
            }
        }
        #expect(raised <= 5, "\(raised) of 36 months")
        #expect(raisedBlindly >= 30, "without the chance \(raisedBlindly) of 36 months")
        #expect(clear >= 28, "\(clear) of 36 months")
    }

    @Test func `a real cluster stands out of the ordinary of a large county`() throws {
        let rule = try RuleFiles.definition("mass.cluster")
        let month = Town.months - 1
        for seed in 1...3 as ClosedRange<UInt64> {
            var town = Self.ordinary(seed: seed)
            for index in town.reports.indices
            where town.reports[index].period == Town.period(month)
                && town.reports[index].enterpriseID % 20 == 0
            {
                town.reports[index].headcount = town.reports[index].headcount * 11 / 20
            }
            let raised = try town.look(rule, month: month).findings.first?.raises
            #expect(
                raised.map { $0 >= .orange } == true, "seed \(seed): \(String(describing: raised))")
        }
    }

    @Test func `a large cut that the employer declared counts however many others lose`() throws {
        let rule = try RuleFiles.definition("mass.cluster")
        var town = Town(12)
        // A different enterprise loses 250 each month, so that a net fall of 250 is ordinary.
        for id in 1...Int64(12) {
            var heads = [Int32?](repeating: 1_000, count: 14)
            heads[Int(id)] = 750
            if id == 1 { heads[13] = 750 }
            town.heads(heads, of: id)
        }
        #expect(try town.look(rule, month: 13).findings.isEmpty)
        for index in town.reports.indices
        where town.reports[index].enterpriseID == 1
            && town.reports[index].period == Town.period(13)
        {
            town.reports[index].employerSeparations = 250
        }
        #expect(try town.look(rule, month: 13).findings.first?.raises == .yellow)
    }
}

extension Double {
    /// From 1 to 200, small values being the most common.
    fileprivate var grown: Double { 1 + 199 * self * self * self * self }
}
