import Detect
import Labor
import Testing

/// The score of closing, and the two rules that put signs together.
@Suite struct RiskTests {
    let closure: RuleDefinition
    let absconding: RuleDefinition

    init() throws {
        closure = try RuleFiles.definition("closure.risk")
        absconding = try RuleFiles.definition("wage.absconding")
    }

    /// What one enterprise does among thirty steady ones, from month 14 on.
    struct Course: Sendable, CustomTestStringConvertible {
        var name: String
        /// The part of wages and of contributions that is paid in each of the months.
        var wages: [Double] = []
        var contributions: [Double] = []
        var staff: [Int32] = []
        var idle: Int32?
        var state: OperatingState?
        /// Nothing is reported from this month on.
        var silentFrom = Town.months
        var events: [EventKind] = []
        var isDeferred = false
        var testDescription: String { name }
    }

    /// The town in which the first enterprise takes a course and the others stay as they are.
    static func town(_ course: Course, through month: Int = 17) -> Town {
        var town = Town(31)
        for id in 1...Int64(31) {
            for at in 0...month where id > 1 || at < course.silentFrom {
                town.report(month: at, of: id) { report in
                    report.wagesDue = 60_000_000
                    report.wagesPaid = 60_000_000
                    report.contributionsDue = 15_000_000
                    report.contributionsPaid = 15_000_000
                    guard id == 1, at >= 14 else { return }
                    let index = at - 14
                    if index < course.wages.count {
                        report.wagesPaid = Int64(60_000_000 * course.wages[index])
                    }
                    if index < course.contributions.count {
                        report.contributionsPaid = Int64(15_000_000 * course.contributions[index])
                    }
                    if index < course.staff.count { report.headcount = course.staff[index] }
                    report.contributionsDeferred = course.isDeferred
                    report.idle = course.idle
                    report.operatingState = course.state
                }
            }
        }
        for kind in course.events {
            town.event(kind, on: "2024-06-10", persons: kind == .ownerAbsconded ? 90 : nil)
        }
        return town
    }

    static let day = Town.period(17).lastDay
    static let asOf = AsOf(instant: day.start(offsetSeconds: 0), day: day)

    func scores(_ town: Town) throws -> [RiskScore] {
        try #require(try Rule(closure).ranking(town.facts, asOf: Self.asOf))
    }

    @Test(
        arguments: [
            (Course(name: "nothing"), [:]),
            (Course(name: "half a month owed", wages: [1, 1, 1, 0.5]), [.arrears: 6.25]),
            (Course(name: "a fifth owed is habit", wages: [1, 1, 1, 0.8]), [:]),
            (Course(name: "three months owed are capped", wages: [1, 0, 0, 0]), [.arrears: 25]),
            (Course(name: "no contributions", contributions: [1, 1, 0, 0]), [.contributions: 10]),
            (Course(name: "a part of them", contributions: [1, 1, 0.1, 0.1]), [:]),
            (Course(name: "deferred", contributions: [1, 1, 0, 0], isDeferred: true), [:]),
            (Course(name: "a quarter left", staff: [100, 100, 75, 75]), [.headcount: 10]),
            (Course(name: "idle", idle: 20), [.idle: 9]),
            (Course(name: "stands still", state: .suspended), [.idle: 15]),
            (Course(name: "two reports missing", silentFrom: 16), [.silence: 10]),
            (Course(name: "a complaint", events: [.wageComplaint]), [.disputes: 10.0 / 3]),
            (Course(name: "fled", events: [.ownerAbsconded]), [.disputes: 10]),
            (
                Course(name: "closed", staff: [100, 100, 100, 0], state: .closed),
                [.headcount: 20, .idle: 15]
            ),
        ] as [(Course, [RiskComponent: Double])])
    func `every sign brings its own points and no others`(
        _ course: Course, _ points: [RiskComponent: Double]
    ) throws {
        let scores = try scores(Self.town(course))
        #expect(scores.count == 31)
        let own = try #require(scores.first { $0.subject.id == "1" })
        for part in own.parts {
            #expect(abs(part.points - (points[part.component] ?? 0)) < 0.1, "\(part)")
            #expect(part.points <= part.cap)
        }
        #expect(abs(own.total - own.parts.reduce(0) { $0 + $1.points }) < 1e-9)
        #expect(own.parts.map(\.component) == RiskComponent.allCases)
        let others = scores.filter { $0.subject.id != "1" }
        #expect(!others.isEmpty)
        #expect(others.allSatisfy { $0.total == 0 })
        #expect(points.isEmpty || own == (own.record == .closure ? scores.last : scores[0]))
    }

    @Test func `what is on record stands before any sum of signs, and a closure behind all`() throws
    {
        let signs = Course(
            name: "all signs", wages: [0, 0, 0], contributions: [0, 0, 0], staff: [90, 60, 30],
            silentFrom: 17)
        var town = Self.town(signs)
        town.event(.ownerAbsconded, on: "2024-06-10", of: 5)
        town.event(.suspension, on: "2024-06-10", of: 7)
        town.event(.closure, on: "2024-06-10", of: 3)
        town.event(.ownerAbsconded, on: "2024-06-10", of: 3)
        // Closed long ago by mistake: it reported staff ever since.
        town.event(.closure, on: "2024-02-10", of: 9)
        let scores = try scores(town)
        #expect(scores.prefix(3).map(\.subject.id) == ["5", "7", "1"])
        #expect(scores.prefix(3).map(\.record) == [.ownerAbsconded, .suspension, nil])
        #expect(scores.prefix(2).map(\.recordPoints) == [200, 100])
        #expect(scores[0].standing == scores[0].total + 200)
        #expect(scores[2].recordPoints == 0)
        #expect(scores.last?.subject.id == "3")
        #expect(scores.last?.record == .closure)
        #expect(scores.filter { $0.record == .closure }.count == 1)
        // The rule goes by the signs alone, as before.
        let found = try town.look(closure, month: 17).findings.filter { $0.raises != nil }
        #expect(found.map(\.subject.id) == ["1"])
    }

    @Test func `the caps are a hundred points and no single one reaches a tier`() throws {
        let parts = try scores(Self.town(Course(name: "")))[0].parts
        #expect(parts.reduce(0) { $0 + $1.cap } == 100)
        let blue = try #require(closure.tiers[.blue]?.limits["points"])
        #expect(parts.allSatisfy { $0.cap < blue })
    }

    @Test func `a fall that all share brings no points`() throws {
        var cohort = Cohort(31)
        for id in 1...31 { cohort.scale(id, from: 16, by: 0.6) }
        let score = try scores(cohort.reported(through: 17)).first { $0.subject.id == "1" }
        #expect(try #require(score).total == 0)
    }

    static let everything = Course(
        name: "everything", wages: [0.5, 0, 0], contributions: [1, 0, 0], staff: [90, 60, 0],
        state: .closed, silentFrom: 17)

    @Test(
        arguments: [
            (Course(name: "wages alone", wages: [0, 0, 0, 0]), Tier?.none),
            (Course(name: "a stop of work alone", state: .suspended), nil),
            (Course(name: "wages and silence", wages: [0, 0], silentFrom: 16), .blue),
            (
                Course(
                    name: "wages, contributions, silence", wages: [0, 0], contributions: [0, 0],
                    silentFrom: 16), .yellow
            ),
            (
                Course(
                    name: "wages, contributions, fall", wages: [1, 0, 0, 0],
                    contributions: [1, 0, 0, 0], staff: [100, 80, 60, 50]), .orange
            ),
            (everything, .red),
            (
                Course(
                    name: "closed, all paid", contributions: [1, 0, 0, 0], staff: [100, 60, 20, 0],
                    state: .closed), .orange
            ),
        ] as [(Course, Tier?)])
    func `signs add up to a tier, and red needs a closure with wages owed`(
        _ course: Course, _ tier: Tier?
    ) throws {
        let looked = try Self.town(course).look(closure, month: 17)
        #expect(looked.findings.first?.raises == tier, "\(looked.findings)")
        guard let found = looked.findings.first, tier != nil else { return }
        #expect(found.certainty == .provisional)
        #expect(found.evidence.value == found.evidence.measures["points"])
        let parts = found.evidence.measures.filter { $0.key.hasSuffix("_points") }
        #expect(abs(parts.values.reduce(0, +) - (found.evidence.value ?? 0)) < 1e-9)
    }

    @Test func `who reports again is clear and who does not is silent`() throws {
        let watched = key("closure.risk")
        let back = try Self.town(Course(name: "well")).look(closure, month: 17, watching: [watched])
        #expect(back.statuses == [watched: .clear(through: Town.period(17))])
        let gone = try Self.town(Course(name: "gone", silentFrom: 13))
            .look(closure, month: 17, watching: [watched])
        #expect(gone.statuses == [watched: .silent])
    }

    @Test(
        arguments: [
            (Course(name: "wages alone", wages: [0, 0, 0, 0]), Tier?.none),
            (Course(name: "wages, silence", wages: [0, 0], silentFrom: 16), nil),
            (
                Course(
                    name: "wages, silence, contributions", wages: [0, 0], contributions: [0, 0],
                    silentFrom: 16), .orange
            ),
            (
                Course(
                    name: "the same, deferred", wages: [0, 0], contributions: [0, 0],
                    silentFrom: 16,
                    isDeferred: true), nil
            ),
            (
                Course(
                    name: "wages, collapse, contributions", wages: [1, 1, 0, 0],
                    contributions: [1, 1, 0, 0], staff: [100, 100, 60, 40]), .orange
            ),
            (
                Course(
                    name: "the same without wages owed", contributions: [1, 1, 0, 0],
                    staff: [100, 100, 60, 40], silentFrom: 17), nil
            ),
            (
                Course(
                    name: "all", wages: [0, 0, 0], contributions: [0, 0, 0], staff: [90, 60, 30],
                    silentFrom: 17), .red
            ),
            (Course(name: "the event alone", events: [.ownerAbsconded]), .red),
        ] as [(Course, Tier?)])
    func `a flight is wages owed with two signs, or the event`(
        _ course: Course, _ tier: Tier?
    ) throws {
        let found = try Self.town(course).look(absconding, month: 17).findings
            .filter { $0.raises != nil }
        #expect(found.map(\.raises) == (tier == nil ? [] : [tier]))
        guard let found = found.first else { return }
        let byEvent = !course.events.isEmpty
        #expect(found.certainty == (byEvent ? .observed : .provisional))
        #expect(found.evidence.marks["raised_by"] == (byEvent ? "owner_absconded" : nil))
        if byEvent { #expect(found.persons == 90) }
    }

    @Test func `dues that grow by a tenth while nobody declares are no contributions`() throws {
        var town = Self.town(Course(name: "wages", wages: [0, 0], silentFrom: 16))
        for index in town.reports.indices
        where town.reports[index].enterpriseID == 1
            && town.reports[index].period >= Town.period(14)
        {
            let before = town.reports[index].period == Town.period(14) ? 1.1 : 1.21
            town.reports[index].contributionsDue = Int64(15_000_000 * before)
            town.reports[index].contributionsPaid = 0
        }
        let found = try town.look(absconding, month: 17).findings.first
        #expect(found?.raises == .orange)
        #expect(found?.evidence.measures["contributions_months"] == 2)
    }
}
