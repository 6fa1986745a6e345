import Labor

/// The months of one series that were really reported: the history of an enterprise, a cell, a
/// region or an indicator.
///
/// The panel may begin years before the first report, so its length is no measure of history. Every
/// rule that needs a length of history, or mentions one in a text, uses this value. Shape: one flag
/// a month; index 0 is the first month of the panel.
package struct ReportedMonths: Sendable, Hashable {
    /// The minimum number of reported months among twelve for a year of data (own choice: three
    /// quarters, so that every season is represented).
    static let yearMin = 9

    /// The number of reported months before each index. Shape: months + 1.
    private let sums: [Int]

    /// The history of a series from one flag a month.
    package init(_ isReported: some Sequence<Bool>) {
        var sums = [0]
        for flag in isReported { sums.append(sums[sums.count - 1] + (flag ? 1 : 0)) }
        self.sums = sums
    }

    /// The history of an enterprise: the months with a headcount that counts.
    init(_ panel: Panel, row: Int) {
        self.init((0..<panel.months).map { panel.headcount(row, $0) != nil })
    }

    /// The history of a cell or region: the months whose headcount is at least `staffMin` and above
    /// 0. A rule does not judge a month with fewer staff, so the month is no history for it.
    /// - Parameter exposures: the headcount of each month, persons.
    package init(exposures: [Double], staffMin: Double = 0) {
        self.init(exposures.map { $0 > 0 && $0 >= staffMin })
    }

    /// The number of reported months in a range. Months outside the series count as not reported.
    package func count(_ months: Range<Int>) -> Int {
        let last = sums.count - 1
        let (low, high) = (
            min(max(months.lowerBound, 0), last), min(max(months.upperBound, 0), last)
        )
        return max(0, sums[high] - sums[low])
    }

    /// Whether the twelve months before `month` are a year of data (`yearMin`).
    package func hasYear(before month: Int) -> Bool {
        count(month - 12..<month) >= Self.yearMin
    }

    /// The number of years of data before a month. A year needs twelve reported months, and a
    /// report of the same calendar month.
    ///
    /// - Parameters:
    ///   - slack: the number of months on each side that also count as the same calendar month.
    ///   - most: the maximum number of years. Earlier reports are not counted.
    package func years(before month: Int, slack: Int = 0, most: Int) -> Int {
        guard most > 0 else { return 0 }
        let seasons = (1...most).count { year in
            let same = month - 12 * year
            return count(same - slack..<same + slack + 1) > 0
        }
        return min(seasons, count(month - 12 * most - slack..<month) / 12)
    }
}
