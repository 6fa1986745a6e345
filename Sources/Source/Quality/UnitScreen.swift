package import Labor

/// Checks the amounts per head of all enterprises together, to find a table in another unit than
/// yuan.
///
/// `MoneyScreen` holds back single errors. If every row has the wrong unit, no row differs from its
/// history. Rules in months of pay still work, but all amounts in texts and all limits in yuan are
/// wrong.
package enum UnitScreen {
    /// The range of plausible amounts per head and month, yuan.
    private struct Bounds {
        var low: Double
        var high: Double
        /// An ordinary amount, to which the estimate of the unit is compared.
        var usual: Double
    }

    /// The number of latest reports of each enterprise that are used. A winter stop with one guard
    /// is shorter.
    private static let months = 6
    /// The bounds of wages. Source of the lower one: the lowest minimum wage of any province has
    /// been above 1,400 yuan a month since 2021; a seventh of it is implausible as a mean. The
    /// upper one is twice the pay at which a vendor's rules question a single worker (domain notes
    /// 1.7). Contributions are about two fifths of a wage; injury insurance alone (about 0.5 %)
    /// gives about 20 yuan.
    private static let wages = Bounds(low: 200, high: 100_000, usual: 7_000)
    private static let contributions = Bounds(low: 5, high: 50_000, usual: 2_000)

    /// The factor from each unit to yuan per head.
    private static let factors: [(unit: UnitDoubt.Unit, factor: Double)] = [
        (.tenThousandYuan, 10_000), (.thousandYuan, 1_000), (.hundredYuan, 100), (.fen, 0.01),
        (.staffInThousands, 0.001),
    ]

    /// The share and the number of reporting enterprises from which a doubt concerns the whole
    /// table.
    private static let wideShare = 0.2
    private static let wideCount = 5

    /// Whether a doubt concerns the whole table instead of single rows.
    package static func isWide(_ doubt: UnitDoubt) -> Bool {
        doubt.share >= wideShare && doubt.enterprises >= wideCount
    }

    /// The doubt about the column with the largest share of implausible enterprises; nil without
    /// one. The caller decides from which share on it matters.
    package static func worst(in panel: Panel) -> UnitDoubt? {
        var worst: UnitDoubt?
        for doubt in all(in: panel) where doubt.share > worst?.share ?? 0 { worst = doubt }
        return worst
    }

    /// The doubts about the columns of amounts, in the order of the contract.
    package static func all(in panel: Panel) -> [UnitDoubt] {
        let columns: [(name: String, bounds: Bounds, amount: (Report) -> Int64?)] = [
            ("wages_due", wages, \.wagesDue), ("wages_paid", wages, \.wagesPaid),
            ("contributions_due", contributions, \.contributionsDue),
            ("contributions_paid", contributions, \.contributionsPaid),
        ]
        var levels = [[Double]](repeating: [], count: columns.count)
        for row in panel.enterprises.indices {
            let reports = latest(panel, row)
            for (index, column) in columns.enumerated() {
                var perHead = reports.compactMap { report -> Double? in
                    guard report.headcount > 0, let fen = column.amount(report), fen > 0 else {
                        return nil
                    }
                    return Double(fen) / 100 / Double(report.headcount)
                }
                guard !perHead.isEmpty else { continue }
                perHead.sort()
                levels[index].append(perHead[perHead.count / 2])
            }
        }
        return zip(columns, levels).compactMap { doubt($0.name, $0.bounds, $1) }
    }

    /// The latest reports of an enterprise, including those held back, because amounts held back
    /// for their unit must be counted here.
    private static func latest(_ panel: Panel, _ row: Int) -> [Report] {
        var reports: [Report] = []
        var month = panel.months - 1
        while month >= 0, reports.count < months {
            if let report = panel.rawReport(row, month) { reports.append(report) }
            month -= 1
        }
        return reports
    }

    /// The doubt about one column; nil without implausible enterprises.
    /// - Parameter levels: the median amount per head of each enterprise, yuan.
    private static func doubt(
        _ column: String, _ bounds: Bounds, _ levels: [Double]
    ) -> UnitDoubt? {
        let below = levels.filter { $0 < bounds.low }
        let above = levels.filter { $0 > bounds.high }
        var beyond = below.count >= above.count ? below : above
        guard !beyond.isEmpty else { return nil }
        beyond.sort()
        let median = beyond[beyond.count / 2]
        func distance(_ factor: Double) -> Double {
            let amount = median * factor
            return max(amount / bounds.usual, bounds.usual / amount)
        }
        let guess = factors.min { distance($0.factor) < distance($1.factor) }
        return UnitDoubt(
            column: column, enterprises: beyond.count, reporting: levels.count, median: median,
            unit: guess?.unit ?? .fen)
    }
}
