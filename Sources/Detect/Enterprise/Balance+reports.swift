import Labor

/// How the reports of an enterprise come into a balance.
extension Balance {
    /// Takes in the wages of an enterprise up to a month.
    /// - Returns: whether there were any.
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
    /// The last month whose wages count at a place: the as-of's without grace, else the last one
    /// whose grace has run out. A region's own days of grace go before a rule's.
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

    /// Whether the contributions of a month may legally be paid later, by the report or by an
    /// event that holds for so many months.
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
