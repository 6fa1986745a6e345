import Alerting
import Labor
import Testing
import Verbs

/// The score of alarms against the truth, counted by hand.
struct BacktestScoreTests {
    private static func month(_ text: String) -> Period { Period(text) ?? Period(index: 0) }

    /// Alarms of enterprises, each `id month`, and scores over the year 2024.
    private func scores(
        _ alarms: [(id: String, month: String)], _ truth: [String],
        reporting: [Int64: Set<Period>]? = nil
    ) throws -> [AlertKind: BacktestScore] {
        let year = Period(year: 2024, month: 1)...Period(year: 2024, month: 12)
        var log = BacktestLog()
        for alarm in alarms {
            log.add(Story.raising(alarm.id), on: BacktestScoreTests.month(alarm.month))
        }
        let all = Set((0..<12).map(year.lowerBound.adding))
        let header = "subject_type,subject_id,kind,onset,end,is_event\n"
        let list = BacktestScore.scores(
            log, truth: try Truth(csv: header + truth.joined(separator: "\n")), months: year,
            reporting: reporting ?? Dictionary(uniqueKeysWithValues: (1...9).map { ($0, all) }))
        return Dictionary(uniqueKeysWithValues: list.map { ($0.kind, $0) })
    }

    /// The months around an event are not at risk: one before its onset to five after it.
    @Test func `a subject to which nothing happened is at risk in every month it reported`() throws
    {
        let score = try #require(
            try scores([], ["enterprise,1,layoff,,,0"])[.layoff])
        #expect(score.monthsAtRisk == 12)
        let few = try #require(
            try scores(
                [], ["enterprise,1,layoff,,,0"],
                reporting: [1: [BacktestScoreTests.month("2024-02")]])[.layoff])
        #expect(few.monthsAtRisk == 1)
    }

    @Test(arguments: [
        ("2024-03", 0, 0), ("2024-04", 1, 0), ("2024-05", 1, 0), ("2024-07", 1, 2),
        ("2024-08", 1, 3), ("2024-09", 0, 0), ("2024-10", 0, 0), ("2024-11", 0, 0),
    ])
    func `an event is caught from a month before it to three months after`(
        alarm: String, caught: Int, delay: Int
    ) throws {
        let score = try #require(
            try scores([("1", alarm)], ["enterprise,1,layoff,2024-05,2024-06,1"])[.layoff])
        #expect(score.events == 1)
        #expect(score.caught == caught)
        #expect(score.delays == delay)
        // April to October belong to the event.
        #expect(score.monthsAtRisk == 5)
        let belongs = ("2024-04"..."2024-10").contains(alarm)
        #expect(score.falseAlarms == (belongs ? 0 : 1))
        #expect(score.trueAlarms == (belongs ? 1 : 0))
    }

    @Test func `alarms of subjects that the truth does not know count as episodes only`() throws {
        let score = try #require(
            try scores([("1", "2024-02"), ("8", "2024-02")], ["enterprise,1,layoff,,,0"])[.layoff])
        #expect(score.episodes == 2)
        #expect(score.falseAlarms == 1)
    }

    @Test
    func `two events of one subject are two events, and neither makes the other's alarm false`()
        throws
    {
        let truth = [
            "enterprise,1,layoff,2024-02,2024-02,1", "enterprise,1,layoff,2024-10,2024-11,1",
        ]
        let score = try #require(
            try scores([("1", "2024-03"), ("1", "2024-10")], truth)[.layoff])
        #expect(score.events == 2)
        #expect(score.caught == 2)
        #expect(score.delays == 1)
        #expect(score.falseAlarms == 0)
        #expect(score.trueAlarms == 2)
        // August is the one month near neither of them.
        #expect(score.monthsAtRisk == 1)
    }

    @Test func `an event that began before the replay is neither caught nor missed`() throws {
        let score = try #require(
            try scores([("1", "2024-01")], ["enterprise,1,layoff,2023-12,2024-02,1"])[.layoff])
        #expect(score.events == 0)
        #expect(score.falseAlarms == 0)
    }

    @Test func `ratios of nothing are null`() throws {
        let score = try #require(try scores([], ["enterprise,99,layoff,,,0"])[.layoff])
        #expect(
            score.json
                == .object([
                    "months_at_risk": 0, "false_alarms": 0, "fpr": nil, "events": 0, "pod": nil,
                    "mean_delay": nil, "precision": nil, "episodes": 0,
                ]))
    }

    @Test func `ratios are those of the counts`() throws {
        let score = try #require(
            try scores(
                [("1", "2024-07"), ("2", "2024-02")],
                ["enterprise,1,layoff,2024-05,2024-06,1", "enterprise,2,layoff,,,0"])[.layoff])
        #expect(score.json["fpr"] == .double(0.05882))
        #expect(score.json["pod"] == 1.0)
        #expect(score.json["mean_delay"] == 2.0)
        #expect(score.json["precision"] == 0.5)
    }
}

/// The least that makes an event of an enterprise.
private enum Story {
    static func raising(_ id: String) -> AlertEvent {
        let noon = Instant(seconds: 0)
        let key = EpisodeKey(rule: "layoff.statutory", subjectType: .enterprise, subjectID: id)
        return AlertEvent(
            id: "event-\(id)", alertID: AlertID(key, firstAsOf: noon), sequence: 1, at: noon,
            asOf: noon, what: .raised, reason: .thresholdCrossed, fromTier: nil, toTier: .yellow,
            fromState: nil, toState: .firing, rule: "layoff.statutory", kind: .layoff,
            certainty: .observed, subject: Subject(type: .enterprise, id: id, name: id),
            period: Period(year: 2024, month: 1), evidence: Evidence())
    }
}
