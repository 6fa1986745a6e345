import Labor
import Testing

@testable import Detect

/// Staff that moves to another employer is no loss, for every rule that counts losses.
@Suite struct MovesTests {
    /// Two sisters of one owner with so much staff by month, and others that stay as they are.
    private static func town(
        _ first: [Int32?], _ second: [Int32?], others: Int = 24, sector: String = "E47"
    ) -> Town {
        var town = Town(2 + others)
        for index in [0, 1] { town.enterprises[index].ownerGroup = "G" }
        town.enterprises[1].industryCode = IndustryCode(sector)
        town.heads(first, of: 1)
        town.heads(second, of: 2)
        for id in 3..<Int64(3 + others) {
            town.heads([Int32?](repeating: 180, count: first.count), of: id)
        }
        return town
    }

    private static func moves(_ town: Town, through month: Int = 23) -> StaffMoves {
        let facts = town.facts
        var events: [Int: [Event]] = [:]
        for event in facts.events {
            guard let row = event.enterpriseID.flatMap(facts.panel.row) else { continue }
            events[row, default: []].append(event)
        }
        return StaffMoves(facts.panel, through: month, eventsOf: events)
    }

    private static func months(_ start: Int32, _ end: Int32, from month: Int = 20) -> [Int32?] {
        (0..<24).map { $0 < month ? start : end }
    }

    @Test(arguments: [
        // Staff of the sister after the fall of 400, and the persons that moved.
        (after: Int32(700), moved: 400.0), (350, 50), (300, 0), (250, 0), (900, 400),
    ])
    func `a fall moved up to the rise of a sister`(_ after: Int32, _ moved: Double) {
        let moves = Self.moves(
            Self.town(Self.months(400, 0), Self.months(300, after)))
        #expect(moves.out(0, 20...20) == moved)
        #expect(moves.out(0, 0...23) == moved)
        #expect(moves.net(1, 20) == -moved)
        #expect(moves.out(2, 0...23) == 0)
    }

    @Test(arguments: [(19, 400.0), (21, 400), (18, 0), (22, 0)])
    func `the two reports may straddle a month, no more`(_ month: Int, _ moved: Double) {
        let moves = Self.moves(
            Self.town(Self.months(400, 0), Self.months(300, 700, from: month)))
        #expect(moves.out(0, 20...20) == moved)
    }

    @Test func `each person that came is counted once`() {
        var town = Self.town(Self.months(400, 100), Self.months(300, 500))
        town.enterprises[2].ownerGroup = "G"
        town.reports.removeAll { $0.enterpriseID == 3 }
        town.heads(Self.months(250, 150), of: 3)
        let moves = Self.moves(town)
        #expect(moves.out(0, 20...20) + moves.out(2, 20...20) == 200)
    }

    @Test func `what only comes back after a dip came from nowhere`() {
        var second = Self.months(300, 300)
        second[19] = 30
        let moves = Self.moves(Self.town(Self.months(400, 200), second))
        #expect(moves.out(0, 0...23) == 0)
    }

    @Test func `an event and a sister tell of one move, not of two`() {
        var town = Self.town(Self.months(400, 0), Self.months(300, 700))
        town.event(.staffTransfer, on: "2024-10-08", persons: 300)
        let moves = Self.moves(town)
        // The event is of the month after the fall: it tells of 300, the sister of the rest.
        #expect(moves.told(0, 20...20) == 300)
        #expect(moves.out(0, 20...21) == 400)
        #expect(moves.net(1, 20) == -400)
    }

    @Test func `enterprises without an owner or of another one are no sisters`() {
        for owners in [["", ""], ["G", "H"]] {
            var town = Self.town(Self.months(400, 0), Self.months(300, 700))
            for index in [0, 1] { town.enterprises[index].ownerGroup = owners[index] }
            #expect(Self.moves(town).out(0, 0...23) == 0)
        }
    }

    static let rules = [
        "layoff.statutory", "layoff.trend", "layoff.slow", "layoff.unreported", "closure.risk",
        "mass.rate", "mass.cluster", "wage.absconding", "layoff.silence",
    ]

    @Test(arguments: rules)
    func `no rule that counts losses speaks of a move`(_ name: String) throws {
        let rule = try RuleFiles.definition(name)
        for month in 20...23 {
            // The sister is of another trade: the move crosses cells.
            let town = Self.town(Self.months(400, 0), Self.months(300, 700), sector: "E48")
            #expect(try town.look(rule, month: month).findings.isEmpty, "\(month)")
        }
    }

    @Test func `an event alone is a move for the sums of a cell and the index`() throws {
        var town = Self.town(Self.months(4_000, 2_000), Self.months(300, 300))
        let rule = try RuleFiles.definition("mass.rate")
        var wide = rule
        wide.parameters["diffusion_min"] = .number(0)
        #expect(try town.look(wide, month: 20).findings.first?.raises != nil)
        town.event(.staffTransfer, on: "2024-09-08", persons: 2_000)
        #expect(try town.look(wide, month: 20).findings.isEmpty)
    }

    @Test(arguments: [(Int32(300), 400), (350, 350), (500, 200)])
    func `what is left of a fall inside a group is a loss`(_ after: Int32, _ persons: Int) throws {
        let town = Self.town(Self.months(400, 0), Self.months(300, after))
        for name in ["layoff.statutory", "mass.cluster"] {
            let found = try town.look(try RuleFiles.definition(name), month: 20).findings
            #expect(found.first?.persons == persons, "\(name)")
            #expect(found.first?.raises != nil)
        }
        let trend = try town.look(try RuleFiles.definition("layoff.trend"), month: 20).findings
        let one = try #require(trend.first { $0.subject.id == "1" })
        #expect(abs(try #require(one.persons) - persons) <= 2)
    }

    @Test func `an evaluation of one sister finds the same of the others as one of all`() throws {
        var rule = try RuleFiles.definition("layoff.statutory")
        rule.parameters["explain"] = .flag(false)
        let town = Self.town(Self.months(400, 0), Self.months(300, 350))
        let all = try town.look(rule, month: 20)
        let some = try town.look(rule, month: 20, scope: .enterprises([2]))
        #expect(all.findings.map(\.subject.id) == ["1"])
        #expect(some.findings == all.findings)
    }
}
