import Detect
import Labor
import Testing

/// The composite index of a region, and the number of enterprises that is ordinary in a county.
@Suite struct WarningTests {
    static func definition() throws -> RuleDefinition {
        try RuleFiles.definition("index.warning")
    }

    @Test func `several weak signs together raise the index, with what each added`() throws {
        var valley = Valley(seed: 3)
        let month = 78
        valley.wagesPaid = { row, at in at == month && row < 16 ? 93 : 100 - Int64(at + row) % 2 }
        valley.strike([Valley.counties[0]], Valley.sections, month: month, persons: 30)
        let found = try valley.look(try Self.definition(), month: month).findings
        let one = try #require(found.first { $0.subject.id == "540201" })
        #expect(one.raises != nil)
        let value = try #require(one.evidence.value)
        #expect(value >= 70)
        let points = one.evidence.measures.filter { $0.key.hasPrefix("points_") }
        #expect(Set(points.keys).isSuperset(of: ["points_net_fall", "points_unpaid_wages"]))
        // The index is the sum of what the components added, set off by the mean of the past.
        let sum = 50 + points.values.reduce(0, +)
        #expect(value == 100 || abs(sum - value) < 6, "\(sum) \(value)")
        #expect(one.evidence.marks["leading"]?.contains("unpaid_wages") == true)
        #expect(!found.contains { $0.subject.id == "540203" })
    }

    @Test func `one component alone is no index`() throws {
        var valley = Valley(seed: 4)
        valley.wagesPaid = { row, at in at == 78 && row < 16 ? 0 : 100 }
        let found = try valley.look(try Self.definition(), month: 78).findings
        #expect(!found.contains { $0.subject.id == "540201" && $0.raises != nil })
    }

    @Test func `ordinary months stay near fifty`() throws {
        let valley = Valley(seed: 5)
        var raised = 0
        for month in 72..<84 {
            raised += try valley.look(try Self.definition(), month: month).findings.count
        }
        #expect(raised <= 5, "\(raised) of 60")
    }

    @Test func `a region with a short past is silent, with a long one clear`() throws {
        let key = EpisodeKey(rule: "index.warning", subjectType: .region, subjectID: "540202")
        let valley = Valley(seed: 6)
        let short = try valley.look(try Self.definition(), month: 10, watching: [key])
        #expect(short.statuses == [key: .silent])
        let long = try valley.look(try Self.definition(), month: 70, watching: [key])
        #expect(
            long.statuses == [key: .clear(through: Valley.first.adding(70))]
                || long.findings.contains { $0.key == key })
    }

    /// A county of 150 enterprises in which so many cut by 40 % each month.
    static func county(each month: [Int]) -> Town {
        var town = Town(150)
        for id in 1...Int64(150) {
            var heads: [Int32] = [100]
            for (index, cuts) in month.enumerated() {
                // A different lot each month, so that no enterprise has a season.
                let place = (Int(id) + index * 37) % 150
                heads.append(place < cuts ? 60 : 100)
            }
            town.heads(heads, of: id)
        }
        return town
    }

    @Test(arguments: [(6, Tier?.none), (9, nil), (30, .red)])
    func `what a large county has every month is told only when there are more`(
        _ now: Int, _ raises: Tier?
    ) throws {
        let town = Self.county(each: [6, 5, 7, 6, 4, 6, 8, 5, 6, 7, 5, 6, now])
        let found = try town.look(try RuleFiles.definition("mass.cluster"), month: 13).findings
        #expect(found.first?.raises == raises)
        guard raises != nil else { return }
        let expected = try #require(found.first?.evidence.expected)
        #expect((5.5...6.5).contains(expected))
        #expect(found.first?.evidence.p != nil)
    }

    @Test func `a county without a past of its own is held against the others`() throws {
        var town = Self.county(each: [6, 5, 7, 6, 4, 6, 8, 5, 6, 7, 5, 6, 40])
        for index in 0..<75 { town.enterprises[index].regionCode = Town.other }
        town.reports.removeAll { $0.enterpriseID <= 75 && $0.period < Town.period(12) }
        let found = try town.look(try RuleFiles.definition("mass.cluster"), month: 13).findings
        let other = try #require(found.first { $0.subject.id == Town.other.rawValue })
        #expect(try #require(other.evidence.expected) < 6)
    }
}
