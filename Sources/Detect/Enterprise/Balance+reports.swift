import Labor

/// Loads the reports of an enterprise into a balance.
extension Balance {
    /// Loads the wages due and paid of an enterprise, from the first month of the panel to `last`.
    /// - Returns: whether any month has both figures.
    mutating func loadWages(_ panel: Panel, _ row: Int, through last: Int) -> Bool {
        clear()
        for month in 0...last {
            guard let due = panel.wagesDue(row, month), let paid = panel.wagesPaid(row, month)
            else { continue }
            add(month: month, due: Double(due), paid: Double(paid))
        }
        return !isEmpty
    }
}

extension EvaluationContext {
    /// The last month whose wages count in a region, as a panel index. Without days of grace this
    /// is the month of the as-of. With days of grace it is the last month whose grace has ended.
    /// Nil when there is none.
    /// - Parameters:
    ///   - path: the regions that contain the enterprise, innermost first. The innermost region
    ///     with its own days of grace has precedence.
    ///   - graceDays: the rule's days of grace after the end of a month.
    func lastPayroll(_ path: [RegionCode], graceDays: Int) -> Int? {
        guard var month = now else { return nil }
        let own = path.lazy.compactMap { facts.regions[$0]?.graceDays }.first
        let grace = own ?? graceDays
        guard grace > 0 else { return month }
        while month >= 0 {
            let end = facts.panel.period(month).lastDay.adding(days: grace)
            if asOf.day > end { return month }
            month -= 1
        }
        return nil
    }

    /// Whether the contributions of a month may legally be paid later: the report states a
    /// deferral, or an event `legal_deferral` covers the month.
    /// - Parameter deferralMonths: the number of months that such an event covers, its own month
    ///   included.
    func isDeferred(_ row: Int, _ month: Int, deferralMonths: Int) -> Bool {
        if facts.panel.contributionsDeferred(row, month) { return true }
        guard let events = eventsOf[row] else { return false }
        let period = facts.panel.period(month)
        return events.contains { event in
            guard event.kind == .legalDeferral else { return false }
            let age = period.months(since: event.occurredOn.period)
            return age >= 0 && age < deferralMonths
        }
    }
}
