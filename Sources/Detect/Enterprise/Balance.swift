import Labor

/// What an enterprise owes month by month: the running sum of due − paid over the months that it
/// reported, and how far it stands above the enterprise's own habit.
///
/// The sum begins with the panel: what was owed before its first month is not seen.
///
/// One value is made per scan and loaded for one enterprise after the other, so that its arrays
/// are allocated once.
struct Balance {
    /// The months with both figures, rising, as panel indices.
    private(set) var months: [Int] = []
    /// What was due in each, fen.
    private(set) var due: [Double] = []
    /// The running sum of due − paid, fen.
    private(set) var sums: [Double] = []

    private var sorted: [Double] = []

    /// How the habit is told.
    struct Habit: Sendable {
        /// The habit is learnt from so many months…
        var window: Int
        /// …that end so many months before the one judged.
        var lag: Int
        /// With fewer months than this there is no habit yet and the balance itself counts.
        var least: Int
        /// At most so many months' dues are taken for a habit, so that old arrears do not become
        /// the new normal.
        var most: Double
    }

    /// How far the balance stands above the habit.
    struct Excess {
        /// In months of due.
        var months: Double
        /// The same in fen.
        var amount: Double
        /// One month of due, fen.
        var unit: Double
        /// The balance that is usual, fen; 0 while there is no habit.
        var habit: Double
        var hasHabit: Bool
    }

    var isEmpty: Bool { months.isEmpty }

    /// Forgets the enterprise before.
    mutating func clear() {
        months.removeAll(keepingCapacity: true)
        due.removeAll(keepingCapacity: true)
        sums.removeAll(keepingCapacity: true)
    }

    /// Adds the next month. What was late before a gap in the reports may have been paid in it: up
    /// to one due for each month that is missing, but not below the lowest of the last balances.
    mutating func add(month: Int, due: Double, paid: Double) {
        var sum = sums.last ?? 0
        if let last = months.last, month > last + 1 {
            let above = sum - (sums.suffix(3).min() ?? sum)
            sum -= min(above, max(0, due) * Double(month - last - 1))
        }
        months.append(month)
        self.due.append(due)
        sums.append(sum + due - paid)
    }

    /// Whether the last balance may stand above the habit at all: the quick way out for most.
    var mayExceed: Bool {
        guard let last = sums.last else { return false }
        return last > 0.5 + min(0, sums.min() ?? 0)
    }

    /// The excess at one of the months. The unit is the largest of the median due of 6 months, of
    /// 12 and the month's own due: a bonus month or the return from a winter stop makes the
    /// ordinary one-month lag of a payer large against a small median.
    mutating func excess(at index: Int, _ habit: Habit) -> Excess? {
        let month = months[index]
        let unit = max(median(before: index, months: 6), median(before: index, months: 12))
        let whole = max(unit, due[index])
        guard whole > 0 else { return nil }
        sorted.removeAll(keepingCapacity: true)
        for (at, sum) in zip(months[...index], sums)
        where at >= month - habit.lag - habit.window + 1 && at <= month - habit.lag {
            sorted.append(sum)
        }
        let hasHabit = sorted.count >= habit.least
        var usual = 0.0
        if hasHabit {
            sorted.sort()
            usual = min(quantile(sorted, 0.25), habit.most * whole)
        }
        let amount = sums[index] - usual
        return Excess(
            months: amount / whole, amount: amount, unit: whole, habit: usual,
            hasHabit: hasHabit)
    }

    /// The median of the dues above zero in the months up to one; 0 when there is none.
    private mutating func median(before index: Int, months count: Int) -> Double {
        sorted.removeAll(keepingCapacity: true)
        var at = index
        while at >= 0, months[at] > months[index] - count {
            if due[at] > 0 { sorted.append(due[at]) }
            at -= 1
        }
        guard !sorted.isEmpty else { return 0 }
        sorted.sort()
        return quantile(sorted, 0.5)
    }
}

/// The quantile of sorted values, linear between two neighbours; the values must not be empty.
package func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let regional = q * Double(sorted.count - 1)
    let low = Int(regional)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (regional - Double(low))
}
