import Detect
import Labor
import Testing

/// A code that no table has makes no cell, no county and no peers; its enterprises are watched all the
/// same, and count in what is known of them.
@Suite struct UnknownCodeTests {
    static let month = 80
    static let mass = ["mass.cluster", "mass.rate", "mass.excess", "mass.scan", "index.warning"]

    /// A struck county whose construction firms have a section that no table knows, or stand in a
    /// county that no table knows.
    private static func valley(region: RegionCode? = nil, industry: String? = nil) -> Valley {
        var valley = Valley(seed: 21)
        valley.strike([Valley.counties[2]], Valley.sections, month: month, persons: 300)
        for row in valley.enterprises.indices
        where valley.enterprises[row].regionCode == Valley.counties[2] {
            let isConstruction = valley.enterprises[row].industryCode.rawValue == "E"
            if let industry, isConstruction {
                valley.enterprises[row].industryCode = IndustryCode(industry)
            }
            if let region { valley.enterprises[row].regionCode = region }
        }
        return valley
    }

    private static func ids(_ valley: Valley, _ rule: String) throws -> Set<String> {
        let found = try valley.look(try RuleFiles.definition(rule), month: month).findings
        return Set(found.map(\.subject.id))
    }

    @Test(arguments: mass)
    func `an unknown industry makes no cell, and its enterprises count in their county`(
        _ rule: String
    ) throws {
        let ids = try Self.ids(Self.valley(industry: "ZZ"), rule)
        #expect(!ids.contains { $0.contains("ZZ") })
        #expect(ids.contains("540203") || ids.contains("540203/A"), "\(ids)")
    }

    @Test(arguments: mass)
    func `an unknown region makes neither county nor cell`(_ rule: String) throws {
        let ids = try Self.ids(Self.valley(region: RegionCode("549999")), rule)
        #expect(!ids.contains { $0.hasPrefix("549999") }, "\(ids)")
        #expect(
            try Self.ids(Self.valley(), rule).contains { $0.hasPrefix("540203") },
            "the same county under a known code")
    }

    @Test(arguments: ["layoff.statutory", "layoff.trend"])
    func `an enterprise of unknown codes is watched`(_ rule: String) throws {
        var town = Town(30)
        for id in 1...Int64(30) {
            town.heads(Array(repeating: 300, count: 14), of: id)
        }
        for index in town.reports.indices
        where town.reports[index].enterpriseID == 1 && town.reports[index].period == Town.period(13)
        {
            town.reports[index].headcount = 100
        }
        town.enterprises[0].industryCode = IndustryCode("ZZ")
        town.enterprises[0].regionCode = RegionCode("549999")
        let found = try town.look(try RuleFiles.definition(rule), month: 13).findings
        #expect(found.map(\.subject.id) == ["1"])
        #expect(found.first?.raises != nil)
    }

    // MARK: What is gone

    private func status(
        _ town: Town, _ rule: String, _ type: SubjectType, _ id: String
    ) throws -> SubjectStatus? {
        let key = EpisodeKey(rule: RuleID(rule), subjectType: type, subjectID: id)
        return try town.look(try RuleFiles.definition(rule), month: 4, watching: [key]).statuses[
            key]
    }

    private var town: Town {
        var town = Town(12)
        for id in 1...Int64(12) { town.heads([200, 200, 200, 200, 200], of: id) }
        return town
    }

    @Test(arguments: ["mass.rate", "mass.cluster", "mass.excess", "mass.scan", "index.warning"])
    func `a region that left the table, or that nobody is in, is gone`(_ rule: String) throws {
        #expect(try status(town, rule, .region, "540199") == .removed(.region))
        // 540102 has its row, but no enterprise.
        #expect(try status(town, rule, .region, "540102") == .removed(.region))
        var loading = town
        loading.enterprises = []
        loading.reports = []
        #expect(try status(loading, rule, .region, "540199") != .removed(.region))
        var without = town
        without.regions = []
        #expect(try status(without, rule, .region, "540103") != .removed(.region))
    }

    @Test(arguments: ["mass.rate", "mass.excess", "mass.scan"])
    func `a cell is gone with its region or its industry`(_ rule: String) throws {
        #expect(try status(town, rule, .cell, "540199/E") == .removed(.region))
        #expect(try status(town, rule, .cell, "540103/ZZ") == .removed(.industry))
        #expect(try status(town, rule, .cell, "540103/A") == .removed(.industry))
        #expect(try status(town, rule, .cell, "540103/E") != .removed(.industry))
    }

    @Test func `a sector is gone with its last section`() throws {
        // Construction is of the secondary sector.
        #expect(try status(town, "mass.scan", .cell, "540103/secondary") != .removed(.industry))
        #expect(try status(town, "mass.scan", .cell, "540103/primary") == .removed(.industry))
    }

    @Test func `an indicator is gone with its last value`() throws {
        var town = town
        let code = "surveyed_unemployment_rate"
        town.indicators = [
            Indicator(
                code: code, regionCode: Town.city, period: Town.period(0), value: 3,
                reportedAt: Town.period(0).lastDay.start(offsetSeconds: 0))
        ]
        func status(_ region: String) throws -> SubjectStatus? {
            try self.status(town, "indicator.target", .indicator, "\(code)/\(region)")
        }
        let known = try status("540100")
        #expect(known != nil && known != .removed(.indicator) && known != .removed(.region))
        #expect(try status("540000") == .removed(.indicator))
        #expect(try status("540199") == .removed(.region))
        town.indicators = []
        #expect(try status("540000") == .silent)
    }

    @Test func `a field that is held back ends no alert`() throws {
        var town = Town(1)
        town.heads([200, 200, 200])
        let watched = key("layoff.statutory")
        let rule = try RuleFiles.definition("layoff.statutory")
        let clear = try town.look(rule, month: 2, watching: [watched]).statuses
        #expect(clear == [watched: .clear(through: Town.period(2))])
        town.heldFields = [(1, 2, .insured)]
        #expect(try town.look(rule, month: 2, watching: [watched]).statuses == [watched: .silent])
    }
}
