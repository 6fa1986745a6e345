import Detect
import Labor

/// The alerts of mass.cluster in six counties with about 530 enterprises each, month by month.
enum Cluster {
    static let first = Period(year: 2021, month: 1)
    static let months = 36

    /// The panel of each month, as known at the end of the month: first values that had arrived,
    /// and final values one month later.
    static func panels(_ directory: String) throws -> [Panel] {
        let truth = try Table(directory + "/headcount_truth.csv")
        let table = try Table(directory + "/headcount.csv")
        let enterprises = (0..<truth.count).map { row in
            Enterprise(
                id: Int64(truth.whole(row, "ent")), name: truth.text(row, "ent"),
                regionCode: RegionCode("54010\(truth.text(row, "region"))"),
                industryCode: IndustryCode(truth.text(row, "industry")))
        }
        var panel = Panel(first: first, months: months, enterprises: enterprises)
        var arrivals = [[Report]](repeating: [], count: months + 1)
        for row in 0..<table.count {
            let received = table.whole(row, "first_received_t")
            guard received >= 0, received < months,
                let value = Int32(table.text(row, "first_value"))
            else { continue }
            let period = first.adding(table.whole(row, "t"))
            func place(_ value: Int32, _ month: Int) {
                let at = first.adding(month).lastDay.start(offsetSeconds: 0)
                arrivals[month].append(
                    Report(
                        enterpriseID: Int64(table.whole(row, "ent")), period: period,
                        headcount: value, reportedAt: at))
            }
            place(value, received)
            if let final = Int32(table.text(row, "final_value")), final != value {
                place(final, received + 1)
            }
        }
        return (0..<months).map { month in
            for report in arrivals[month] {
                panel.place(report)
                guard let row = panel.row(of: report.enterpriseID),
                    let place = panel.month(of: report.period)
                else { continue }
                panel.hold(row: row, month: place, isSlip(panel, row, place))
            }
            return panel
        }
    }

    /// Whether a value is a tenth or ten times the value of the month before, which the daemon
    /// holds back.
    private static func isSlip(_ panel: Panel, _ row: Int, _ month: Int) -> Bool {
        guard month > 0, let before = panel.rawHeadcount(row, month - 1), before > 0,
            let after = panel.rawHeadcount(row, month)
        else { return false }
        let ratio = Double(after) / Double(before)
        return (0.08...0.125).contains(ratio) || (8...12.5).contains(ratio)
    }

    static func rule(isGuarded: Bool, isBlueGuarded: Bool) throws -> Rule {
        func tier(_ limits: [String: Double], unusual: Double, net: Double = 0) -> TierDefinition {
            var limits = limits
            limits["enterprises_min"] = limits["enterprises_min"] ?? 3
            if isGuarded, unusual > 0 { limits["unusual_min"] = unusual }
            if net > 0 { limits["net_share_min"] = net }
            return TierDefinition(limits: limits, source: "the catalogue")
        }
        return try Rule(
            RuleDefinition(
                id: "mass.cluster", detector: "mass.cluster", kind: .massUnemployment,
                tiers: [
                    .blue: tier(
                        ["enterprises": 3, "single": 100, "persons": 150, "enterprises_min": 2],
                        unusual: isBlueGuarded ? 1 : 0),
                    .yellow: tier(
                        ["enterprises": 5, "single": 200, "persons": 300], unusual: 2),
                    .orange: tier(
                        ["enterprises": 8, "single": 300, "persons": 600], unusual: 2, net: 0.05),
                    .red: tier(
                        ["enterprises": 15, "single": 600, "persons": 1_500], unusual: 3,
                        net: 0.1),
                ]))
    }

    static func run(_ directory: String) throws {
        let panels = try panels(directory)
        print("months, guard, guard of blue: tiers raised of county-months; by one large cut alone")
        for months in [12...21, 22...35] {
            try report(panels, months, false, false)
            try report(panels, months, true, false)
            try report(panels, months, true, true)
        }
    }

    private static func report(
        _ panels: [Panel], _ months: ClosedRange<Int>, _ isGuarded: Bool,
        _ isBlueGuarded: Bool
    ) throws {
        let evaluator = Evaluator(rules: [
            try rule(isGuarded: isGuarded, isBlueGuarded: isBlueGuarded)
        ])
        var raised: [Tier: Int] = [:]
        var single = 0
        for month in months {
            let day = first.adding(month).lastDay
            let found = evaluator.evaluate(
                Facts(
                    panel: panels[month], regions: RegionTree([]), industries: IndustryTree([])),
                asOf: AsOf(instant: day.start(offsetSeconds: 0), day: day), scope: .all,
                watching: []
            ).findings
            for finding in found {
                guard let tier = finding.raises else { continue }
                raised[tier, default: 0] += 1
                let evidence = finding.evidence
                let count = evidence.value ?? 0
                let limits = evidence.threshold?.limits ?? [:]
                let isUnusual = (evidence.p ?? 0) <= 0.01 || !isGuarded
                let isMany = count >= limits["enterprises"] ?? 0 && (isUnusual || tier == .blue)
                if tier > .blue, !isMany { single += 1 }
            }
        }
        let words = Tier.allCases.map { "\($0.rawValue) \(raised[$0] ?? 0)" }
        print(
            months, isGuarded, isBlueGuarded, words.joined(separator: ", "),
            "of \(6 * months.count);", single)
    }
}
