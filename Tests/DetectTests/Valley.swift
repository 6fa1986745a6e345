import Detect
import Labor
import Support

/// A larger made-up bureau with a long past: a city of four counties, two sections each, eight
/// enterprises a cell that lose a few persons every month and more in winter.
struct Valley {
    static let first = Period(year: 2018, month: 1)
    static let months = 84
    static let city = RegionCode("540200")
    static let counties = (1...4).map { RegionCode("54020\($0)") }
    static let sections = ["A", "E"]
    static let perCell = 8

    /// Losses by enterprise and month.
    var losses: [[Int32]]
    var enterprises: [Enterprise] = []
    var indicators: [Indicator] = []
    var hiddenMonths: Set<Int> = []
    /// Enterprises, by row, and a month of which no report came.
    var unheard: (rows: Range<Int>, month: Int) = (0..<0, 0)
    /// Whether a report of nobody left came after all, and was held back.
    var isHeld = false
    /// Whether that report was believed instead.
    var isInForce = false
    var wagesPaid: (Int, Int) -> Int64 = { _, _ in 100 }

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        losses = []
        for county in Self.counties {
            for section in Self.sections {
                for _ in 0..<Self.perCell {
                    enterprises.append(
                        Enterprise(
                            id: Int64(enterprises.count + 1), name: "企业\(enterprises.count + 1)",
                            regionCode: county, industryCode: IndustryCode(section)))
                    losses.append(
                        (0..<Self.months).map { month in
                            let isWinter = [0, 1, 11].contains(month % 12)
                            return Int32.random(in: 0...(isWinter ? 8 : 4), using: &random)
                        })
                }
            }
        }
    }

    /// Adds losses to the enterprises of some cells.
    mutating func strike(
        _ counties: [RegionCode], _ sections: [String], month: Int, persons: Int32,
        enterprisesEach: Int = Valley.perCell
    ) {
        for county in counties {
            for section in sections {
                let rows = enterprises.indices.filter {
                    enterprises[$0].regionCode == county
                        && enterprises[$0].industryCode.rawValue == section
                }
                for row in rows.prefix(enterprisesEach) { losses[row][month] += persons }
            }
        }
    }

    mutating func rate(
        _ code: String, _ region: RegionCode, from start: Int = 0, _ values: [Double]
    ) {
        for (offset, value) in values.enumerated() {
            let period = Self.first.adding(start + offset)
            indicators.append(
                Indicator(
                    code: code, regionCode: region, period: period, value: value,
                    reportedAt: period.lastDay.start(offsetSeconds: 0)))
        }
    }

    /// Every enterprise has 5,000 staff, so that years of small losses hardly change its size.
    func facts(through last: Int) -> Facts {
        var panel = Panel(first: Self.first, months: Self.months, enterprises: enterprises)
        for (row, enterprise) in enterprises.enumerated() {
            var heads = Int32(5_000)
            for month in 0...last where !hiddenMonths.contains(month) {
                heads -= losses[row][month]
                var report = Report(
                    enterpriseID: enterprise.id, period: Self.first.adding(month),
                    headcount: heads, wagesDue: 100, wagesPaid: wagesPaid(row, month),
                    reportedAt: Self.first.adding(month).lastDay.start(offsetSeconds: 0))
                if unheard.month == month, unheard.rows.contains(row) {
                    guard isHeld else { continue }
                    report.headcount = 0
                    report.separations = heads
                    report.employerSeparations = heads
                    report.wagesPaid = 0
                }
                panel.place(report)
                if report.headcount == 0, !isInForce {
                    panel.hold(row: row, month: month, true)
                }
            }
        }
        let root = Region(code: Self.city, name: "日喀则市")
        return Facts(
            panel: panel,
            regions: RegionTree(
                [root]
                    + Self.counties.map {
                        Region(code: $0, name: "县\($0.rawValue.suffix(1))", parent: Self.city)
                    }),
            industries: IndustryTree([
                Industry(code: IndustryCode("A"), name: "农林牧渔业"),
                Industry(code: IndustryCode("E"), name: "建筑业"),
            ]), indicators: indicators)
    }

    func look(
        _ definition: RuleDefinition, month: Int, watching: [EpisodeKey] = []
    ) throws -> Evaluation {
        let day = Self.first.adding(month).lastDay
        return Evaluator(rules: [try Rule(definition)]).evaluate(
            facts(through: month), asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day),
            scope: .all, watching: watching)
    }
}
