import Detect
import Foundation
import Labor

/// The time of one evaluation of each rule over 74 counties × 18 sections × 60 months.
enum Speed {
    static let months = 60

    static func facts(enterprises count: Int) -> Facts {
        var random = SystemRandomNumberGenerator()
        var regions = [Region(code: RegionCode("540000"), name: "西藏自治区")]
        for city in 1...7 {
            regions.append(
                Region(
                    code: RegionCode("540\(city)00"), name: "\(city)",
                    parent: RegionCode("540000")))
        }
        let counties = (0..<74).map { county in
            Region(
                code: RegionCode("540\(county % 7 + 1)\(county / 7 + 10)"), name: "\(county)",
                parent: RegionCode("540\(county % 7 + 1)00"))
        }
        let sections = Array("ABCDEFGHIJKLMNOPQR").map(String.init)
        let enterprises = (0..<count).map { index in
            Enterprise(
                id: Int64(index), name: "\(index)", regionCode: counties[index % 74].code,
                industryCode: IndustryCode(sections[index / 74 % 18]))
        }
        let first = Period(year: 2021, month: 1)
        var panel = Panel(first: first, months: months, enterprises: enterprises)
        var indicators: [Indicator] = []
        for (row, enterprise) in enterprises.enumerated() {
            var heads = Int32.random(in: 20...400, using: &random)
            for month in 0..<months {
                heads = max(1, heads + Int32.random(in: -4...4, using: &random))
                panel.place(
                    Report(
                        enterpriseID: enterprise.id, period: first.adding(month), headcount: heads,
                        wagesDue: 100, wagesPaid: 100,
                        reportedAt: first.adding(month).lastDay.start(offsetSeconds: 0)),
                    row: row, month: month)
            }
        }
        for region in regions + counties {
            for month in 0..<months {
                indicators.append(
                    Indicator(
                        code: "surveyed_unemployment_rate", regionCode: region.code,
                        period: first.adding(month), value: 5,
                        reportedAt: first.adding(month).lastDay.start(offsetSeconds: 0)))
            }
        }
        return Facts(
            panel: panel, regions: RegionTree(regions + counties),
            industries: IndustryTree(
                sections.map { Industry(code: IndustryCode($0), name: $0) }),
            indicators: indicators)
    }

    static func definitions() -> [RuleDefinition] {
        func rule(
            _ id: RuleID, _ kind: AlertKind, _ limits: [String: Double],
            _ parameters: [String: ParameterValue] = [:]
        ) -> RuleDefinition {
            RuleDefinition(
                id: id, detector: id.rawValue, kind: kind, parameters: parameters,
                tiers: [.blue: TierDefinition(limits: limits, source: "the catalogue")])
        }
        return [
            rule("mass.excess", .massUnemployment, ["exceedance": 1]),
            rule("mass.scan", .massUnemployment, ["surprise": 1]),
            rule(
                "mass.cluster", .massUnemployment,
                ["enterprises": 5, "enterprises_min": 2, "unusual_min": 2]),
            rule(
                "indicator.momentum", .indicator, ["rise_whole": 0.5, "rise_region": 1],
                ["indicators": .texts(["surveyed_unemployment_rate"])]),
            rule(
                "index.warning", .indicator, ["index": 70],
                [
                    "weights": .table([
                        "net_fall": 1, "falling_share": 1, "unpaid_wages": 1,
                        "surveyed_unemployment_rate": 1,
                    ])
                ]),
        ]
    }

    static func run() throws {
        for count in [4_000, 100_000] {
            let facts = facts(enterprises: count)
            let day = facts.panel.last.lastDay
            let asOf = AsOf(instant: day.start(offsetSeconds: 0), day: day)
            print("\(count) enterprises × \(months) months; rule, seconds, findings")
            var whole = 0.0
            for definition in definitions() {
                let evaluator = Evaluator(rules: [try Rule(definition)])
                let start = Date()
                let found = evaluator.evaluate(facts, asOf: asOf, scope: .all, watching: [])
                let seconds = Date().timeIntervalSince(start)
                whole += seconds
                print(" ", definition.id, fixed(seconds, 3), found.findings.count)
            }
            print("  all", fixed(whole, 3))
        }
    }
}
