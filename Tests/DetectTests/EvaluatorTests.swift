import Detect
import Labor
import Support
import Testing

@Suite struct EvaluatorTests {
    /// Forty enterprises that do everything: shrink, owe, defer, fall silent, are held back.
    static func town(seed: UInt64) -> Town {
        var random = SeededGenerator(seed: seed)
        var town = Town(40)
        for index in 0..<40 {
            town.enterprises[index].regionCode =
                [Town.county, Town.other].randomElement(
                    using: &random) ?? Town.county
            town.enterprises[index].keyMonitored = Bool.random(using: &random)
            town.enterprises[index].governmentProject = Bool.random(using: &random)
            var heads = Int32.random(in: 0...600, using: &random)
            let end = index % 5 == 0 ? Int.random(in: 15...18, using: &random) : 20
            for month in 0..<end where Int.random(in: 0..<10, using: &random) > 0 {
                if Int.random(in: 0..<8, using: &random) == 0 { heads = heads * 2 / 3 }
                let due = Int64(heads) * 600_000
                town.report(month: month, of: Int64(index + 1)) {
                    $0.headcount = heads
                    $0.employerSeparations = Bool.random(using: &random) ? nil : heads / 12
                    $0.wagesDue = due
                    $0.wagesPaid = due * Int64.random(in: 0...5, using: &random) / 4
                    $0.insured = heads * Int32.random(in: 5...10, using: &random) / 10
                    $0.contributionsDue = due / 4
                    $0.contributionsPaid = Bool.random(using: &random) ? due / 4 : 0
                    $0.contributionsDeferred = Int.random(in: 0..<9, using: &random) == 0
                    $0.idle = Bool.random(using: &random) ? nil : heads / 3
                    $0.plannedLayoffs = Bool.random(using: &random) ? nil : heads / 7
                    $0.operatingState =
                        Int.random(in: 0..<6, using: &random) == 0 ? .suspended : nil
                }
                if Int.random(in: 0..<12, using: &random) == 0 {
                    town.held.append((Int64(index + 1), month))
                }
            }
        }
        for _ in 0..<12 {
            town.event(
                EventKind.allCases.randomElement(using: &random) ?? .relief,
                on: "2024-08-1\(Int.random(in: 0...9, using: &random))",
                of: Int64.random(in: 1...40, using: &random),
                persons: Int32.random(in: 1...90, using: &random))
        }
        return town
    }

    static let asOf = AsOf(
        instant: Town.period(19).lastDay.start(offsetSeconds: 0), day: Town.period(19).lastDay)

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `the parts of a divided evaluation make the whole`(_ seed: UInt64) throws {
        let town = Self.town(seed: seed)
        let evaluator = Evaluator(rules: try RuleFiles.all().map { try Rule($0) })
        let watching = evaluator.rules.flatMap { rule in
            (1...Int64(40)).map { key(rule.id.rawValue, $0) }
        }
        let whole = evaluator.evaluate(
            town.facts, asOf: Self.asOf, scope: .all, watching: watching)
        let rules = Set(whole.findings.map(\.rule.rawValue))
        #expect(
            rules.isSuperset(of: [
                "layoff.statutory", "wage.arrears", "social.arrears", "event.direct",
                "report.missing", "layoff.planned", "idle.hidden",
                "closure.risk",
            ]), "\(rules)")
        var random = SeededGenerator(seed: seed &+ 99)
        var slices: [Set<Int64>] = [[], [], []]
        for id in 1...Int64(40) { slices[Int.random(in: 0..<3, using: &random)].insert(id) }
        var found: [EpisodeKey: Finding] = [:]
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for slice in slices {
            let part = evaluator.evaluate(
                town.facts, asOf: Self.asOf, scope: .enterprises(slice), watching: watching)
            for finding in part.findings { found[finding.key] = finding }
            for (key, status) in part.statuses where status != .notEvaluated {
                statuses[key] = status
            }
        }
        #expect(found.values.sorted { $0.key < $1.key } == whole.findings)
        #expect(statuses == whole.statuses.filter { $0.value != .notEvaluated })
    }

    @Test func `an evaluation is the same twice and in the order of its keys`() throws {
        let town = Self.town(seed: 42)
        let evaluator = Evaluator(rules: try RuleFiles.all().reversed().map { try Rule($0) })
        let one = evaluator.evaluate(town.facts, asOf: Self.asOf, scope: .all, watching: [])
        var shuffled = town
        shuffled.reports.reverse()
        shuffled.enterprises.reverse()
        let two = evaluator.evaluate(shuffled.facts, asOf: Self.asOf, scope: .all, watching: [])
        #expect(one.findings == two.findings)
        let keys = one.findings.map(\.key)
        #expect(keys == keys.sorted())
        #expect(Set(keys).count == keys.count)
        #expect(!one.findings.isEmpty)
        #expect(one.findings.allSatisfy { $0.evidence.rows.count <= Evidence.rowsMax })
    }

    @Test func `what was not looked at has no status of its own`() throws {
        var disabled = try RuleFiles.definition("wage.arrears")
        disabled.enabled = false
        // The rule looks at all enterprises whatever the scope, because it compares peers.
        let layoff = try RuleFiles.definition("layoff.statutory")
        var town = Town(2)
        for id in [1, 2] as [Int64] { town.heads([100, 100], of: id) }
        let watching = [
            key("layoff.statutory", 1), key("layoff.statutory", 2), key("layoff.statutory", 3),
            key("wage.arrears", 1), key("never.written", 1),
        ]
        let evaluator = Evaluator(rules: [try Rule(layoff), try Rule(disabled)])
        let day = Town.period(1).lastDay
        let looked = evaluator.evaluate(
            town.facts, asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day),
            scope: .enterprises([1, 3]), watching: watching)
        #expect(looked.statuses[watching[0]] == .clear(through: Town.period(1)))
        #expect(looked.statuses[watching[1]] == .clear(through: Town.period(1)))
        for index in [3, 4] { #expect(looked.statuses[watching[index]] == .notEvaluated) }
        #expect(looked.statuses[watching[2]] == .removed(.enterprise))
        let nobody = evaluator.evaluate(
            Town(0).facts, asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day), scope: .all,
            watching: watching)
        #expect(Set(nobody.statuses.values) == [.notEvaluated])
    }

    @Test func `facts of the future and an empty panel say nothing`() throws {
        let evaluator = Evaluator(rules: try RuleFiles.all().map { try Rule($0) })
        let day = Town.first.firstDay.adding(days: -40)
        let before = evaluator.evaluate(
            Self.town(seed: 7).facts, asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day),
            scope: .all, watching: [key("layoff.statutory"), key("report.missing")])
        #expect(before.findings.isEmpty)
        #expect(!before.statuses.isEmpty)
        #expect(before.statuses.values.allSatisfy { $0 == .silent })
        let empty = evaluator.evaluate(
            Town(0).facts, asOf: Self.asOf, scope: .all, watching: [])
        #expect(empty.findings.isEmpty)
    }
}
