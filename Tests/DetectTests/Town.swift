import Labor

import Detect

/// A small made-up bureau for the tests: two counties in a city in a province.
struct Town {
    static let first = Period(year: 2023, month: 1)
    static let months = 24
    static let county = RegionCode("540103")
    static let other = RegionCode("540102")
    static let city = RegionCode("540100")
    static let province = RegionCode("540000")

    var regions: [Region] = [
        Region(code: province, name: "西藏自治区"),
        Region(code: city, name: "拉萨市", parent: province),
        Region(code: other, name: "城关区", parent: city),
        Region(code: county, name: "堆龙德庆区", parent: city),
    ]
    var enterprises: [Enterprise]
    var reports: [Report] = []
    var held: [(id: Int64, month: Int)] = []
    var heldFields: [(id: Int64, month: Int, fields: ReportFields)] = []
    var unusable: [(id: Int64, month: Int)] = []
    var events: [Event] = []
    var indicators: [Indicator] = []

    /// A town with so many enterprises, numbered from 1, all in `county` and in construction.
    init(_ count: Int = 1) {
        enterprises = (0..<count).map { index in
            Enterprise(
                id: Int64(index + 1), name: "企业\(index + 1)", regionCode: Town.county,
                industryCode: IndustryCode("E47"))
        }
    }

    static func period(_ month: Int) -> Period { first.adding(month) }

    /// Reports of one enterprise for months from `start`; nil leaves a month out.
    mutating func heads(_ heads: [Int32?], of id: Int64 = 1, from start: Int = 0) {
        for (index, head) in heads.enumerated() {
            guard let head else { continue }
            report(month: start + index, of: id) { $0.headcount = head }
        }
    }

    /// One report, filled by the body; headcount 100 unless told.
    mutating func report(month: Int, of id: Int64 = 1, _ fill: (inout Report) -> Void) {
        var report = Report(
            enterpriseID: id, period: Town.period(month), headcount: 100,
            reportedAt: Town.period(month).lastDay.start(offsetSeconds: 0))
        fill(&report)
        reports.append(report)
    }

    mutating func event(
        _ kind: EventKind, on day: String, of id: Int64? = 1, region: RegionCode? = nil,
        persons: Int32? = nil
    ) {
        guard let day = Day(day) else { return }
        events.append(
            Event(
                id: Int64(events.count + 1), enterpriseID: id, regionCode: region, kind: kind,
                persons: persons, occurredOn: day, reportedAt: day.start(offsetSeconds: 28_800)))
    }

    var facts: Facts {
        var panel = Panel(first: Town.first, months: Town.months, enterprises: enterprises)
        for report in reports { panel.place(report) }
        for (id, month) in held {
            if let row = panel.row(of: id) { panel.hold(row: row, month: month, true) }
        }
        for (id, month, fields) in heldFields {
            if let row = panel.row(of: id) { panel.hold(row: row, month: month, fields: fields) }
        }
        for (id, month) in unusable {
            if let row = panel.row(of: id) { panel.noteUnusable(row: row, month: month) }
        }
        return Facts(
            panel: panel, regions: RegionTree(regions),
            industries: IndustryTree([
                Industry(code: IndustryCode("E"), name: "建筑业"),
                Industry(code: IndustryCode("E47"), name: "房屋建筑业", parent: IndustryCode("E")),
            ]), events: events, indicators: indicators)
    }

    /// What a rule says at the end of a month, or on a day.
    func look(
        _ definition: RuleDefinition, month: Int, day: String? = nil,
        scope: EvaluationScope = .all, watching: [EpisodeKey] = []
    ) throws -> Evaluation {
        let day = day.flatMap { Day($0) } ?? Town.period(month).lastDay
        let asOf = AsOf(instant: day.start(offsetSeconds: 0), day: day)
        return Evaluator(rules: [try Rule(definition)]).evaluate(
            facts, asOf: asOf, scope: scope, watching: watching)
    }
}

/// A key of a watched enterprise.
func key(_ rule: String, _ id: Int64 = 1) -> EpisodeKey {
    EpisodeKey(rule: RuleID(rule), subjectType: .enterprise, subjectID: String(id))
}
