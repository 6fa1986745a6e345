import Detect
import Labor
import Testing

/// Hidden unemployment.
@Suite struct IdleTests {
    let rule: RuleDefinition

    init() throws {
        rule = try RuleFiles.definition("idle.hidden")
    }

    /// Enterprises that report idle staff of so many, month by month, up to the last of them.
    func town(_ idle: [Int32?], staff: Int32 = 100, peers: Int = 0, peersIdle: [Int32?] = [])
        -> Town
    {
        var town = Town(1 + peers)
        for id in 1...Int64(1 + peers) {
            let series = id == 1 ? idle : peersIdle
            for (month, value) in series.enumerated() {
                town.report(month: month, of: id) {
                    $0.headcount = staff
                    $0.idle = value
                }
            }
        }
        return town
    }

    @Test(
        arguments: [
            (idle: [10, 10], staff: 100, raises: Tier?.some(.blue)), ([0, 10], 100, nil),
            ([10, 9], 100, nil), ([9, 9], 90, nil), ([10, 10], 201, nil), ([10, 10], 200, .blue),
            ([20, 20], 100, .yellow), ([20, 19], 100, .blue), ([50, 50], 150, .yellow),
            ([50, 50, 50], 150, .orange), ([50, 49, 50], 150, .yellow),
            ([50, 50, 50], 151, .yellow),
            ([300, 300, 300], 500, .red), ([299, 300, 300], 500, .orange),
            ([16, 16, 16], 800, nil),
        ] as [([Int32], Int32, Tier?)])
    func `persons, share and months are all asked`(
        _ idle: [Int32], _ staff: Int32, _ raises: Tier?
    ) throws {
        let found = try town([0] + idle, staff: staff).look(rule, month: idle.count).findings
        #expect(found.first?.raises == raises)
        guard raises != nil, let found = found.first, let last = idle.last else { return }
        #expect(found.persons == Int(last))
        #expect(found.evidence.marks["basis"] == "idle_reported")
    }

    @Test(arguments: [
        (state: OperatingState.suspended, raises: Tier?.some(.orange), basis: "suspended"),
        (.reduced, .blue, "reduced"), (.normal, nil, ""), (.closed, nil, ""),
    ])
    func `a stop of work idles all, less work without a number is a mark only`(
        _ state: OperatingState, _ raises: Tier?, _ basis: String
    ) throws {
        var town = Town()
        for month in 0..<4 {
            town.report(month: month) {
                $0.headcount = 250
                $0.operatingState = state
            }
        }
        let found = try town.look(rule, month: 3).findings.first
        #expect(found?.raises == raises)
        #expect(found?.evidence.marks["basis"] ?? "" == basis)
    }

    @Test func `what peers are idle with as every year stays on record`() throws {
        let winter: [Int32?] =
            [0, 0, 60, 60, 60] + Array(repeating: 0, count: 9) + [60, 60, 60]
        // The enterprise itself was at work last year: only the peers explain.
        let own: [Int32?] = Array(repeating: 0, count: 14) + [60, 60, 60]
        let found = try town(own, peers: 6, peersIdle: winter).look(rule, month: 16).findings
        let mine = try #require(found.first { $0.subject.id == "1" })
        #expect(mine.raises == .blue)
        #expect(mine.evidence.marks["explained_by"] == "peers")
        let alike = try town(winter, peers: 6, peersIdle: winter).look(rule, month: 16).findings
        #expect(alike.count == 7)
        #expect(alike.allSatisfy { $0.evidence.marks["explained_by"] == "season" })
    }

    @Test func `a trade that falls idle for the first time is a crisis and no season`() throws {
        let sudden: [Int32?] = Array(repeating: 0, count: 14) + [60, 60, 60]
        let found = try town(sudden, peers: 6, peersIdle: sudden).look(rule, month: 16).findings
        #expect(found.count == 7)
        #expect(found.allSatisfy { $0.raises == .orange })
        #expect(found.allSatisfy { $0.evidence.marks["explained_by"] == nil })
    }

    @Test func `four peers at rest explain nothing`() throws {
        let rest: [Int32?] = [60, 60, 60]
        let few = try town(rest, peers: 4, peersIdle: rest).look(rule, month: 2).findings
        #expect(few.first?.evidence.marks["explained_by"] == nil)
        let enough = try town(rest, peers: 5, peersIdle: rest).look(rule, month: 2).findings
        #expect(enough.first?.evidence.marks["explained_by"] == "peers")
    }

    @Test func `back at work is clear, no report is silent`() throws {
        let watched = key("idle.hidden")
        let back = try town([50, 50, 0]).look(rule, month: 2, watching: [watched])
        #expect(back.statuses == [watched: .clear(through: Town.period(2))])
        let gone = try town([50, 50]).look(rule, month: 6, watching: [watched])
        #expect(gone.statuses == [watched: .silent])
    }
}
