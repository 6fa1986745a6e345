import Labor

/// The months of one series that were really reported: the history of an enterprise, a cell or an
/// indicator.
///
/// The window of the panel says nothing of history: it may begin years before the first report.
/// Every rule that needs a length of history, or that names one in a text, asks this value.
/// Shape: one flag a month, index 0 is the first month of the panel.
package struct ReportedMonths: Sendable, Hashable {
    /// Twelve months are a year of data when at least so many of them were reported (own choice:
    /// three quarters, so that every season of the year is among them).
    static let yearMin = 9

    /// How many months before an index were reported; one more element than months.
    private let sums: [Int]

    /// The history of a series by one flag a month.
    package init(_ isReported: some Sequence<Bool>) {
        var sums = [0]
        for flag in isReported { sums.append(sums[sums.count - 1] + (flag ? 1 : 0)) }
        self.sums = sums
    }

    /// The history of an enterprise: the months with a headcount that counts.
    init(_ panel: Panel, row: Int) {
        self.init((0..<panel.months).map { panel.headcount(row, $0) != nil })
    }

    /// The history of a cell or region: the months in which at least so many staff were counted.
    ///
    /// A month with less staff than a rule judges is no history for that rule.
    package init(exposures: [Double], staffMin: Double = 0) {
        self.init(exposures.map { $0 > 0 && $0 >= staffMin })
    }

    /// How many months of a range were reported; months outside the series count as not reported.
    package func count(_ months: Range<Int>) -> Int {
        let last = sums.count - 1
        let (low, high) = (
            min(max(months.lowerBound, 0), last), min(max(months.upperBound, 0), last)
        )
        return max(0, sums[high] - sums[low])
    }

    /// Whether the twelve months before one are a year of data.
    package func hasYear(before month: Int) -> Bool {
        count(month - 12..<month) >= Self.yearMin
    }

    /// The years of data before a month: for each year twelve reported months, and a report of the
    /// same month of the year.
    ///
    /// - Parameters:
    ///   - slack: so many months on each side count as the same month.
    ///   - most: years that lie farther back are not counted.
    package func years(before month: Int, slack: Int = 0, most: Int) -> Int {
        guard most > 0 else { return 0 }
        let seasons = (1...most).count { year in
            let same = month - 12 * year
            return count(same - slack..<same + slack + 1) > 0
        }
        return min(seasons, count(month - 12 * most - slack..<month) / 12)
    }
}
