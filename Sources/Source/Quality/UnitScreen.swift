package import Labor

/// Looks at the amounts a head of all enterprises together, for a table that was loaded in another
/// unit than yuan.
///
/// One slip is held back by `MoneyScreen`. When every row is wrong no row stands out beside its own
/// past, and rules that count in months of pay go on working, but every amount that people read is
/// wrong, and so is every limit in yuan.
package enum UnitScreen {
    /// Yuan a head and month that no ordinary pay or contribution leaves.
    private struct Bounds {
        var low: Double
        var high: Double
        /// An ordinary amount, which a guess at the unit is measured against.
        var usual: Double
    }

    /// The latest months of an enterprise that are looked at: a winter stop with one guard is short.
    private static let months = 6
    /// Wages: the lowest class of any province's minimum wage has been above 1,400 yuan a month since
    /// 2021, and a seventh of it as the mean of a whole staff is no pay; nor are 100,000 yuan, twice the
    /// pay of one person that a vendor's rule set asks about (domain 1.7). Contributions are about two
    /// fifths of a wage; injury insurance alone, about 0.5 %, makes some 20 yuan.
    private static let wages = Bounds(low: 200, high: 100_000, usual: 7_000)
    private static let contributions = Bounds(low: 5, high: 50_000, usual: 2_000)

    /// By which factor an amount must be multiplied to be yuan a head, by unit.
    private static let factors: [(unit: UnitDoubt.Unit, factor: Double)] = [
        (.tenThousandYuan, 10_000), (.thousandYuan, 1_000), (.hundredYuan, 100), (.fen, 0.01),
        (.staffInThousands, 0.001),
    ]

    /// From this share of the reporting enterprises on, and this number of them, a doubt is no slip of
    /// single rows.
    private static let wideShare = 0.2
    private static let wideCount = 5

    /// Whether so many enterprises are in doubt that the table is, and not single rows.
    package static func isWide(_ doubt: UnitDoubt) -> Bool {
        doubt.share >= wideShare && doubt.enterprises >= wideCount
    }

    /// The column that most enterprises report beyond all reason; nil where all is well or nobody
    /// reports amounts. The caller decides from which share on it matters.
    package static func worst(in panel: Panel) -> UnitDoubt? {
        var worst: UnitDoubt?
        for doubt in all(in: panel) where doubt.share > worst?.share ?? 0 { worst = doubt }
        return worst
    }

    /// The doubts about each column of amounts, in the order of the contract.
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

    /// The latest reports of an enterprise, held back or not: amounts that were held back for their
    /// unit must not hide it.
    private static func latest(_ panel: Panel, _ row: Int) -> [Report] {
        var reports: [Report] = []
        var month = panel.months - 1
        while month >= 0, reports.count < months {
            if let report = panel.rawReport(row, month) { reports.append(report) }
            month -= 1
        }
        return reports
    }

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
